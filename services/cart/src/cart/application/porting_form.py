"""The porting form, prepared: where the numbers go, every fault of it, and what is worth a second look (PORT-1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from cart.application.ports import Feasibility, Question, Unit, Verdict, Who
from cart.application.surroundings import agreement_for, asked_elsewhere, customer_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.catalog import BusinessCase, Family
from cart.domain.lifecycle import CartState
from cart.domain.particulars import Donor, Person, Porting, PortingCase, Site, Subscriber, Window
from cart.domain.party import Party
from cart.domain.porting import (
    MOST_BLOCKS,
    MOST_SINGLES,
    Warned,
    asked_faults,
    form_faults,
    held_faults,
    pre_agreements_for,
    warnings_of,
)
from cart.domain.porting_days import comfortable_day, first_day
from cart.domain.wording import message
from telecom.addresses import Address, state_of
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal, _


@dataclass(frozen=True, slots=True)
class NewSite:
    name: str
    address: Address
    area_code: str


@dataclass(frozen=True, slots=True)
class PortingForm:
    """With `site` a new site is ordered with it, with `site_id` it is for an existing one; Centraflex has neither."""

    agreement_id: UUID
    site: NewSite | None
    site_id: UUID | None
    donor: Donor
    subscriber: Subscriber
    case: PortingCase
    numbers: Sequence[NumberBlock]
    all_numbers: bool
    requested_on: date
    window: Window
    recipient: Person | None
    language: str = "de"
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """`site` is there where a new one comes with the porting. `pre_agreements` is 0 for a paper carrier."""

    agreement: Agreement
    party: Party
    site: Site | None
    porting: Porting
    warnings: tuple[Warned, ...]

    @property
    def pre_agreements(self) -> int:
        return pre_agreements_for(self.porting)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the numbers will hang, and how the form names its address."""

    address: Address
    named: str
    site: Site | None = None
    site_id: UUID | None = None
    area_code: str | None = None


async def prepare(form: PortingForm, who: Who, unit: Unit, feasibility: Feasibility) -> Prepared:
    """Refuses with all faults at once. Provisioning is asked last, and only about what could be right."""
    agreement = await agreement_for(form.agreement_id, who, unit)
    party = await customer_of(agreement.customer_id, who, unit)
    if not agreement.may(BusinessCase.PORTING):
        raise refusals.AgreementTakesNoSites()
    place = await _place_of(form, agreement, unit)
    porting = Porting(
        porting_id=unit.new_id(),
        site_id=place.site_id,
        donor=form.donor,
        subscriber=form.subscriber,
        case=form.case,
        numbers=tuple(form.numbers),
        requested_on=form.requested_on,
        all_numbers=form.all_numbers,
        window=form.window,
        state=state_of(place.address.postcode),
        replaces=form.replaces,
    )
    today = berlin_day(await unit.now())
    refuse(list(form_faults(porting, place.area_code, today, unit.porting_rules)))
    if form.replaces is not None:
        await _check_replaced(form.replaces, agreement, unit)
    elsewhere = await asked_elsewhere(porting, agreement.agreement_id, agreement.customer_id, unit)
    faults = list(asked_faults(porting.numbers, elsewhere))
    question = Question(place.address, place.area_code, numbers=porting.numbers, named=place.named)
    verdict = await feasibility.ask(question, form.language)
    refuse([*faults, *held_faults(porting.numbers, verdict.ours)])
    warnings = (*_doubt(verdict, place), *await porting_warnings(porting, agreement.customer_id, unit))
    return Prepared(agreement, party, place.site, replace(porting, state=verdict.state or porting.state), warnings)


async def porting_warnings(porting: Porting, customer_id: UUID, unit: Unit) -> tuple[Warned, ...]:
    others = [cart for cart in await unit.carts.quoted_portings(customer_id) if cart.state is CartState.QUOTED]
    quoted = [
        (cart.quoted.number, line.porting)
        for cart in others
        for line in cart.lines
        if line.porting is not None and line.porting.porting_id != porting.porting_id
    ]
    return tuple(warnings_of(porting, berlin_day(await unit.now()), quoted, unit.porting_rules))


@dataclass(frozen=True, slots=True)
class Days:
    """Of a case: the first day that can be asked for, and the first that leaves the donor time enough."""

    case: PortingCase
    earliest_on: date
    comfortable_on: date


@dataclass(frozen=True, slots=True)
class PortingOptions:
    days: tuple[Days, ...]
    most_blocks: int = MOST_BLOCKS
    most_singles: int = MOST_SINGLES


async def porting_options(agreement_id: UUID, postcode: str, who: Who, unit: Unit) -> PortingOptions:
    """What can be asked for at a contract; days by the holidays of the postcode's state, where it is known."""
    await agreement_for(agreement_id, who, unit)
    asked = berlin_day(await unit.now()), state_of(postcode), unit.porting_rules
    return PortingOptions(
        tuple(Days(case, first_day(case, *asked), comfortable_day(case, *asked)) for case in PortingCase)
    )


def refuse(faults: Sequence[Refusal]) -> None:
    if faults:
        raise refusals.PortingFormFaulty(faults)


async def _place_of(form: PortingForm, agreement: Agreement, unit: Unit) -> Place:
    if agreement.family is Family.CENTRAFLEX:
        return Place(form.subscriber.address, "subscriber")
    if form.site is not None:
        wanted = form.site
        site = Site(unit.new_id(), wanted.name, wanted.address, wanted.area_code)
        return Place(site.address, "site", site, site.site_id, site.area_code)
    ready = await unit.sites.find(form.site_id) if form.site_id else None
    if ready is None or ready.agreement_id != agreement.agreement_id:
        raise refusals.NoSuchSite()
    if ready.terminates_on is not None:
        raise refusals.AlreadyTerminating(ready.terminates_on)
    return Place(ready.address, "site", None, ready.site_id, ready.area_code)


async def _check_replaced(porting_id: UUID, agreement: Agreement, unit: Unit) -> None:
    """PORT-3: only what was refused or called off is asked anew with corrections."""
    order = await unit.orders.with_porting(porting_id, agreement.agreement_id)
    if order is None:
        raise refusals.NoSuchPorting()
    if not order.porting_line(porting_id).may_be_asked_anew:
        raise refusals.PortingGoesOn(order.number)


def _doubt(verdict: Verdict, place: Place) -> list[Warned]:
    if not verdict.doubtful:
        return []
    return [
        Warned(
            "site.area_code" if place.area_code else "numbers",
            message(_("We could not tell whether the area code belongs to the place.")),
            message(_("You can order; order management looks at it.")),
        )
    ]
