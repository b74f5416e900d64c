"""HTTP: what other carriers ask for of our customers' numbers, and what order management does about it (PORT-9)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.http import InUnit, service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import ORDER_MANAGEMENT, OrderManager, Person, is_staff
from chassis.scope import NotFound
from chassis.tokens import Identity
from porting.application import act_on_departure
from porting.application.departure_ports import DepartureUnit, WantedDepartures
from porting.domain.departure import Departure
from porting.domain.lifecycle import DepartureState
from porting.domain.messages import Reason
from porting.domain.whereabouts import Known
from porting.entrypoints.departure_views import DepartureView, departure_view
from telecom.formats import berlin_day

router = service_router(tags=["departures"])
Words = Annotated[str, Field(min_length=1, max_length=255)]


class Agreement(BaseModel):
    """`agreement_id`: where the checks could not tell which contract it is about."""

    change_date: date
    agreement_id: UUID | None = None


class ReasonGiven(BaseModel):
    code: Annotated[str, Field(pattern=r"^\d{4}$")]
    words: Words | None = None


class Refusal(BaseModel):
    reasons: Annotated[list[ReasonGiven], Field(min_length=1, max_length=10)]


class ChangeAnswer(BaseModel):
    """The other carrier reads the reason; a refused cancellation needs one."""

    accept: bool
    reason: Words | None = None


class Cancelling(BaseModel):
    """`follow_up`: a new pre-agreement of the other carrier follows."""

    reason: Words
    follow_up: bool = False


class Told(BaseModel):
    """What the other carrier said to a person about our cancellation."""

    agreed: bool
    note: str | None = Field(default=None, max_length=400)


class Remark(BaseModel):
    note: str | None = Field(default=None, max_length=400)


@router.get("/departures")
async def departures(
    unit: InUnit[DepartureUnit],
    caller: Person,
    state: DepartureState | None = None,
    agreement_id: UUID | None = None,
    customer_id: UUID | None = None,
    cursor: str | None = None,
) -> Page[DepartureView]:
    if customer_id is not None:
        await unit.scope.admit(caller, customer_id)
    wanted = WantedDepartures(state, agreement_id, customer_id, after_id(cursor), PAGE + 1)
    found = await unit.departures.some(caller, wanted)
    return Page(
        items=[await _view(one, caller, unit) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].departure_id) if len(found) > PAGE else None,
    )


@router.get("/departures/{departure_id}")
async def departure(departure_id: UUID, unit: InUnit[DepartureUnit], caller: Person) -> DepartureView:
    found = await unit.departures.one(departure_id)
    if found is None or (found.customer_id is None and not is_staff(caller)):
        raise NotFound
    if found.customer_id is not None:
        await unit.scope.admit(caller, found.customer_id)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/agree")
async def agree(
    departure_id: UUID, body: Agreement, unit: InUnit[DepartureUnit], caller: OrderManager
) -> DepartureView:
    """RUEM-VA with this date, whatever the checks said."""
    found = await _known(departure_id, unit)
    await act_on_departure.agree(found, body.change_date, body.agreement_id, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/refuse")
async def refuse(departure_id: UUID, body: Refusal, unit: InUnit[DepartureUnit], caller: OrderManager) -> DepartureView:
    """ABBM with these reasons; never with faults of the address only."""
    found = await _known(departure_id, unit)
    reasons = tuple(Reason(one.code, one.words) for one in body.reasons)
    await act_on_departure.refuse(found, reasons, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/answer")
async def answer(
    departure_id: UUID, body: ChangeAnswer, unit: InUnit[DepartureUnit], caller: OrderManager
) -> DepartureView:
    """To the other carrier's date change or cancellation."""
    found = await _known(departure_id, unit)
    await act_on_departure.answer_change(found, body.accept, body.reason, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/cancellation")
async def cancel(
    departure_id: UUID, body: Cancelling, unit: InUnit[DepartureUnit], caller: OrderManager
) -> DepartureView:
    """STR of ours, held back a while; the other carrier has to agree."""
    found = await _known(departure_id, unit)
    await act_on_departure.cancel(found, body.reason, body.follow_up, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/send-again")
async def send_again(departure_id: UUID, unit: InUnit[DepartureUnit], caller: OrderManager) -> DepartureView:
    """Our cancellation once more, where no answer came."""
    found = await _known(departure_id, unit)
    await act_on_departure.send_again(found, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/settle-by-hand")
async def settle_by_hand(
    departure_id: UUID, body: Told, unit: InUnit[DepartureUnit], caller: OrderManager
) -> DepartureView:
    found = await _known(departure_id, unit)
    await act_on_departure.settle_by_hand(found, body.agreed, body.note, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/held/stop")
async def stop_held(
    departure_id: UUID, body: Remark, unit: InUnit[DepartureUnit], caller: OrderManager
) -> DepartureView:
    """What is held back does not go out; order management decides."""
    found = await _known(departure_id, unit)
    await act_on_departure.stop_held(found, body.note, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/hand-over")
async def hand_over(departure_id: UUID, unit: InUnit[DepartureUnit], caller: OrderManager) -> DepartureView:
    """Once more, after it failed."""
    found = await _known(departure_id, unit)
    await act_on_departure.hand_over(found, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/message-seen")
async def see_message(
    departure_id: UUID, body: Remark, unit: InUnit[DepartureUnit], caller: OrderManager
) -> DepartureView:
    """What needed a look has had one; its task is settled."""
    found = await _known(departure_id, unit)
    await act_on_departure.see_message(found, body.note, _name(caller), unit)
    return await _view(found, caller, unit)


@router.post("/departures/{departure_id}/close")
async def close(departure_id: UUID, body: Remark, unit: InUnit[DepartureUnit], caller: OrderManager) -> DepartureView:
    """Called off for a new pre-agreement that will not come, as people agreed."""
    found = await _known(departure_id, unit)
    await act_on_departure.close(found, body.note, _name(caller), unit)
    return await _view(found, caller, unit)


async def _known(departure_id: UUID, unit: DepartureUnit) -> Departure:
    found = await unit.departures.get(departure_id)
    if found is None:
        raise NotFound
    return found


async def _view(found: Departure, caller: Identity, unit: DepartureUnit) -> DepartureView:
    messages = await unit.lists.messages([found.departure_id])
    customers = await unit.whereabouts.customers([found.customer_id] if found.customer_id else [])
    known = Known(customers=customers, agreements=await unit.whereabouts.agreements_of(customers.keys()))
    inside, today = is_staff(caller), berlin_day(await unit.now())
    may = found.may(today, unit.terms.rules) if inside and caller.role == ORDER_MANAGEMENT else []
    return departure_view(found, known, messages[found.departure_id], may, inside=inside)


def _name(caller: Identity) -> str:
    return caller.name or caller.subject
