"""What callers see of contracts: what they hold, what is to come, how they came about, what may be ended."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from cart.application.speech import in_language, translate
from cart.application.terminate import Option, Options, SiteOption
from cart.domain.agreement import Agreement, AgreementLine, AgreementVersion, Upcoming
from cart.domain.catalog import BusinessCase
from cart.domain.history import Chapter
from cart.domain.order import Order
from cart.domain.party import Party
from cart.entrypoints.asking import Speech
from cart.entrypoints.views import CustomerView, Name, customer_view, name_view
from telecom.numbers import NumberBlock


class AgreementLineView(BaseModel):
    line_id: UUID
    offering: str
    name: Name
    category: str
    quantity: int
    one_time: Decimal
    monthly: Decimal
    price_list: str | None
    srtp: bool
    combination: bool


class UpcomingView(BaseModel):
    """What holds from a day on, by an order that is confirmed (AMEND-2)."""

    valid_from: date
    order_id: UUID
    lines: list[AgreementLineView]
    term_months: int | None
    ends_on: date | None


class May(BaseModel):
    """What the contract's state allows (ORD-3); who may do it directly and who by quote says the business case."""

    reorder: bool
    renew: bool
    sites: bool
    port: bool
    terminate: bool


class OrderMention(BaseModel):
    order_id: UUID
    number: str
    business_case: str
    status: str
    placed_at: datetime


class AgreementView(BaseModel):
    agreement_id: UUID
    number: str
    family: str
    status: str
    customer: CustomerView
    lines: list[AgreementLineView]
    term_months: int | None
    starts_on: date | None
    ends_on: date | None
    activation: str | None
    voice_ready: bool
    version: int
    order_id: UUID
    orders: list[OrderMention]
    terminates_on: date | None
    upcoming: UpcomingView | None
    combination_agreement_id: UUID | None
    may: May


class HeldView(BaseModel):
    """What the contract holds on a day; nothing after its end."""

    agreement_id: UUID
    number: str
    on: date
    valid_from: date
    order_id: UUID
    order_number: str
    lines: list[AgreementLineView]
    term_months: int | None
    ended: bool


class ChangeView(BaseModel):
    kind: str
    text: str


class VersionView(BaseModel):
    """One chapter of a contract's history: by which order, who placed it, who confirmed it."""

    valid_from: date
    valid_until: date | None
    order_id: UUID
    order_number: str
    business_case: str
    by: str
    approver: str | None
    changed_at: datetime
    term_months: int | None
    ends_on: date | None
    lines: list[AgreementLineView]
    changes: list[ChangeView]


class OptionView(BaseModel):
    """`why` it isn't possible now, with the remedy."""

    allowed: bool
    earliest_on: date
    notice_days: int
    needs_quote: bool
    why: str | None


class BlockView(OptionView):
    area_code: str
    stem: str
    extension_from: str | None
    extension_to: str | None


class SiteOptionView(OptionView):
    site_id: UUID
    name: str
    terminates_on: date | None
    blocks: list[BlockView]


class PlannedView(BaseModel):
    order_id: UUID
    order_number: str
    subject: str
    site_id: UUID | None
    effective_on: date


class TerminationOptionsView(BaseModel):
    agreement: OptionView
    sites: list[SiteOptionView]
    planned: list[PlannedView]


def agreement_view(agreement: Agreement, customer: Party, orders: list[Order]) -> AgreementView:
    activation = agreement.immediate_activation
    return AgreementView(
        agreement_id=agreement.agreement_id,
        number=agreement.number,
        family=agreement.family,
        status=agreement.status,
        customer=customer_view(customer),
        lines=[line_view(line) for line in agreement.lines],
        term_months=agreement.term_months,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        activation=None if activation is None else ("immediate" if activation else "delayed"),
        voice_ready=agreement.voice_ready,
        version=agreement.version,
        order_id=agreement.order_id,
        orders=[
            OrderMention(
                order_id=one.order_id,
                number=one.number,
                business_case=one.business_case,
                status=one.status,
                placed_at=one.placed_at,
            )
            for one in orders
        ],
        terminates_on=agreement.terminates_on,
        upcoming=_upcoming(agreement.upcoming) if agreement.upcoming else None,
        combination_agreement_id=agreement.combination_agreement_id,
        may=May(
            reorder=agreement.may(BusinessCase.REORDER),
            renew=agreement.may(BusinessCase.RENEWAL),
            sites=agreement.may(BusinessCase.SITE_ORDER),
            port=agreement.may(BusinessCase.PORTING),
            terminate=agreement.may(BusinessCase.TERMINATION),
        ),
    )


def held_view(agreement: Agreement, version: AgreementVersion, on: date) -> HeldView:
    return HeldView(
        agreement_id=agreement.agreement_id,
        number=agreement.number,
        on=on,
        valid_from=version.valid_from,
        order_id=version.cause.order_id,
        order_number=version.cause.order_number,
        lines=[line_view(line) for line in version.lines],
        term_months=version.term_months,
        ended=not version.lines,
    )


def version_view(chapter: Chapter, language: Speech) -> VersionView:
    version = chapter.version
    return VersionView(
        valid_from=version.valid_from,
        valid_until=chapter.valid_until,
        order_id=version.cause.order_id,
        order_number=version.cause.order_number,
        business_case=version.cause.business_case,
        by=version.cause.by,
        approver=version.cause.approver,
        changed_at=version.recorded_at,
        term_months=version.term_months,
        ends_on=version.ends_on,
        lines=[line_view(line) for line in version.lines],
        changes=[ChangeView(kind=one.kind, text=in_language(one.text, language)) for one in chapter.changes],
    )


def options_view(options: Options, language: Speech) -> TerminationOptionsView:
    return TerminationOptionsView(
        agreement=OptionView(**_option(options.whole, language)),
        sites=[_site_option(one, language) for one in options.sites],
        planned=[planned for order in options.planned for planned in _planned(order)],
    )


def line_view(line: AgreementLine) -> AgreementLineView:
    return AgreementLineView(
        line_id=line.line_id,
        offering=line.offering,
        name=name_view(line.name),
        category=line.category,
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        price_list=line.price_list,
        srtp=line.srtp,
        combination=line.combination,
    )


def _upcoming(upcoming: Upcoming) -> UpcomingView:
    return UpcomingView(
        valid_from=upcoming.valid_from,
        order_id=upcoming.cause.order_id,
        lines=[line_view(line) for line in upcoming.lines],
        term_months=upcoming.term_months,
        ends_on=upcoming.ends_on,
    )


def _site_option(one: SiteOption, language: Speech) -> SiteOptionView:
    return SiteOptionView(
        **_option(one.whole, language),
        site_id=one.site.site_id,
        name=one.site.name,
        terminates_on=one.site.terminates_on,
        blocks=[BlockView(**_option(option, language), **_block(block)) for block, option in one.blocks],
    )


def _option(option: Option, language: Speech) -> dict[str, Any]:
    why = option.why
    said = [translate(text, language, **why.params) for text in (why.text, why.remedy) if text] if why else []
    return {
        "allowed": option.allowed,
        "earliest_on": option.earliest_on,
        "notice_days": option.notice_days,
        "needs_quote": option.needs_quote,
        "why": " ".join(said) or None,
    }


def _block(block: NumberBlock) -> dict[str, Any]:
    return {
        "area_code": block.area_code,
        "stem": block.stem,
        "extension_from": block.extension_from,
        "extension_to": block.extension_to,
    }


def _planned(order: Order) -> Iterator[PlannedView]:
    for line in order.lines:
        if line.termination is not None:
            yield PlannedView(
                order_id=order.order_id,
                order_number=order.number,
                subject=line.termination.subject,
                site_id=line.termination.site_id,
                effective_on=line.termination.effective_on,
            )
