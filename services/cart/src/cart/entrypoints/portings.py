"""HTTP: portings: what can be asked for at a contract, the check of a form, and the quote that it becomes (PORT-1)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from cart.application.porting_form import porting_options, prepare
from cart.application.quote_porting import quote_porting
from cart.domain.particulars import PortingCase
from cart.entrypoints.answers import all_faults, unbroken, whole_cart
from cart.entrypoints.asking import InUnit, Language, WithFeasibility, WithTerms
from cart.entrypoints.bodies import NewPorting
from cart.entrypoints.views import CartView, WarningView, warning_views
from chassis.http import service_router
from chassis.roles import Person

router = service_router(tags=["portings"])


class DaysView(BaseModel):
    """`comfortable_on`: from this day on the donor has time enough to keep it."""

    case: PortingCase
    earliest_on: date
    comfortable_on: date


class PortingOptionsView(BaseModel):
    most_blocks: int
    most_singles: int
    days: list[DaysView]


class PortingCheckView(BaseModel):
    """`pre_agreements`: in how many the carriers settle it; 0 for a carrier that takes paper only."""

    blocks: int
    singles: int
    pre_agreements: int
    warnings: list[WarningView]


@router.get("/agreements/{agreement_id}/porting-options")
async def options(
    agreement_id: UUID,
    unit: InUnit,
    caller: Person,
    postcode: Annotated[str, Query(max_length=10, pattern=r"^\d*$")] = "",
) -> PortingOptionsView:
    """`postcode` is that of the place; without it only holidays of all states count."""
    found = await porting_options(agreement_id, postcode, caller, unit)
    days = [
        DaysView(case=one.case, earliest_on=one.earliest_on, comfortable_on=one.comfortable_on) for one in found.days
    ]
    return PortingOptionsView(most_blocks=found.most_blocks, most_singles=found.most_singles, days=days)


@router.post("/agreements/{agreement_id}/portings/check", openapi_extra={"x-idempotency": False})
async def check(
    agreement_id: UUID,
    body: NewPorting,
    unit: InUnit,
    caller: Person,
    feasibility: WithFeasibility,
    language: Language,
) -> PortingCheckView:
    """Everything that the quote would be refused for, and what is worth a second look."""
    prepared = await all_faults(lambda: prepare(body.form(agreement_id, language), caller, unit, feasibility), language)
    numbers = prepared.porting.numbers
    blocks = sum(not one.is_single for one in numbers)
    return PortingCheckView(
        blocks=blocks,
        singles=len(numbers) - blocks,
        pre_agreements=prepared.pre_agreements,
        warnings=warning_views(prepared.warnings, language),
    )


@router.post("/agreements/{agreement_id}/portings", status_code=201)
async def quote(
    agreement_id: UUID,
    body: NewPorting,
    response: Response,
    unit: InUnit,
    caller: Person,
    feasibility: WithFeasibility,
    terms: WithTerms,
    language: Language,
) -> CartView:
    done = await unbroken(
        lambda: all_faults(
            lambda: quote_porting(body.form(agreement_id, language), caller, unit, feasibility, terms), language
        ),
        language,
    )
    return await whole_cart(done, unit, language, response)
