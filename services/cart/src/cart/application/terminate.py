"""Terminations of a contract, a site or number blocks: their day by notice, and what stands in the way (ORD-2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from cart.application import published
from cart.application.amendments import plan
from cart.application.ordering import order_customer
from cart.application.ports import ReadySite, Terms, Unit, Who
from cart.application.send_quote import quote_cart
from cart.application.surroundings import agreement_for, cart_head, customer_of, newest_catalog, person_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.business_cases import row_of
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine
from cart.domain.catalog import BusinessCase, Catalog, Category, Family, Offering
from cart.domain.order import Order, OrderLine
from cart.domain.particulars import Ending, Person, Termination
from cart.domain.party import Party
from cart.domain.renewal import FIXED
from cart.domain.surroundings import bygone
from cart.domain.termination import check_day, earliest_day, last_day_to_decide
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal

NOTHING = Decimal("0.00")
TIME_TO_DECIDE = timedelta(days=14)
"""How long a customer has at least to confirm the quote of a termination whose day follows from its notice."""


@dataclass(frozen=True, slots=True)
class Terminate:
    agreement_id: UUID
    subject: Ending
    site_id: UUID | None = None
    numbers: tuple[NumberBlock, ...] = ()
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a termination must know: the contract, its sites, what is under way on it."""

    agreement: Agreement
    sites: Sequence[ReadySite]
    under_way: Sequence[Order]
    catalog: Catalog
    today: date

    def site(self, site_id: UUID | None) -> ReadySite:
        found = next((one for one in self.sites if one.site_id == site_id), None)
        if site_id is None:
            raise refusals.NothingChosen()
        if found is None:
            raise refusals.NoSuchSite()
        return found

    def notice_days(self, ending: Ending, numbers: Sequence[NumberBlock] = ()) -> int:
        """The longest notice of what would end."""
        return max((one.notice_days or 0 for one in self._offerings(ending, numbers)), default=0)

    def earliest(self, ending: Ending, numbers: Sequence[NumberBlock] = ()) -> date:
        return earliest_day(self.agreement, ending, self.notice_days(ending, numbers), self.today)

    def _offerings(self, ending: Ending, numbers: Sequence[NumberBlock]) -> list[Offering]:
        if ending is Ending.AGREEMENT:
            found = (self.catalog.find(line.offering) for line in self.agreement.lines)
            return [one for one in found if one is not None]
        category = Category.USAGE_SITE if ending is Ending.SITE else Category.NUMBER_BLOCK
        sizes = {block.size for block in numbers}
        return [
            one
            for one in self.catalog.of_category(category, self.agreement.audience)
            if not sizes or one.block_size is None or one.block_size in sizes
        ]


@dataclass(frozen=True, slots=True)
class Option:
    """Whether and when something can be ended; `why` not."""

    allowed: bool
    earliest_on: date
    notice_days: int
    needs_quote: bool
    why: Refusal | None = None


@dataclass(frozen=True, slots=True)
class SiteOption:
    site: ReadySite
    whole: Option
    blocks: list[tuple[NumberBlock, Option]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Options:
    whole: Option
    sites: list[SiteOption]
    planned: list[Order]


async def termination_options(agreement_id: UUID, who: Who, unit: Unit) -> Options:
    agreement = await agreement_for(agreement_id, who, unit)
    ground = await _ground(agreement, unit)
    return Options(
        whole=_option(ground, Terminate(agreement_id, Ending.AGREEMENT), who),
        sites=[
            SiteOption(
                site,
                _option(ground, Terminate(agreement_id, Ending.SITE, site.site_id), who),
                [
                    (block, _option(ground, Terminate(agreement_id, Ending.NUMBERS, site.site_id, (block,)), who))
                    for block in site.blocks
                ],
            )
            for site in ground.sites
        ],
        planned=[one for one in ground.under_way if one.business_case is BusinessCase.TERMINATION],
    )


async def terminate(command: Terminate, who: Who, unit: Unit) -> Order:
    if who.role not in row_of(BusinessCase.TERMINATION, command.subject).direct:
        await agreement_for(command.agreement_id, who, unit)
        raise refusals.AlwaysByQuote()
    ground, party = await _locked_ground(command, who, unit)
    check_possible(ground, command)
    day = check_day(command.effective_on, ground.earliest(command.subject, command.numbers))
    by = person_of(who)
    order = Order(
        order_id=unit.new_id(),
        number=await unit.numbers.next_order(),
        business_case=BusinessCase.TERMINATION,
        customer=order_customer(party),
        creator=by,
        lines=[_order_line(ground, command, day, unit.new_id())],
        catalog_version=ground.catalog.version,
        placed_at=await unit.now(),
        effective_on=day,
    )
    unit.outbox.record(published.order_received(order))
    await plan(order, ground.agreement, ground.sites, unit)
    await unit.orders.add(order)
    return order


async def quote_termination(command: Terminate, recipient: Person | None, who: Who, unit: Unit, terms: Terms) -> Cart:
    """Ending a whole contract for somebody else needs his consent (QUOTE-5)."""
    if command.subject is not Ending.AGREEMENT:
        raise refusals.TerminatedDirectly()
    ground, party = await _locked_ground(command, who, unit)
    check_possible(ground, command)
    notice = ground.notice_days(command.subject)
    day = command.effective_on or max(
        ground.earliest(command.subject), ground.today + TIME_TO_DECIDE + timedelta(days=notice)
    )
    check_day(day, ground.earliest(command.subject))
    cart = await cart_head(BusinessCase.TERMINATION, ground.agreement, party, ground.catalog, who, unit)
    cart.agreement_version = ground.agreement.version
    cart.effective_on, cart.decided_before = day, last_day_to_decide(day, notice) + timedelta(days=1)
    cart.lines.append(_cart_line(ground, command, day, unit.new_id()))
    await quote_cart(cart, party, recipient, person_of(who), unit, terms)
    return cart


def check_possible(ground: Ground, command: Terminate) -> None:
    """Refuses what can't be ended now, whatever the day."""
    agreement = ground.agreement
    if agreement.terminates_on is not None:
        raise refusals.AlreadyTerminating(agreement.terminates_on)
    if agreement.family not in row_of(BusinessCase.TERMINATION, command.subject).families:
        raise refusals.NoSuchSite()
    if not agreement.may(BusinessCase.TERMINATION):
        raise refusals.AgreementTakesNoTermination()
    if command.subject is not Ending.AGREEMENT:
        _check_site(ground, command)
    for order in ground.under_way:
        concerned = command.subject is Ending.AGREEMENT or any(
            line.site_id == command.site_id for line in order.lines if not line.ended
        )
        if order.business_case is BusinessCase.PORTING and concerned:
            raise refusals.PortingUnderWay(order.number)


def _check_site(ground: Ground, command: Terminate) -> None:
    site = ground.site(command.site_id)
    if site.terminates_on is not None:
        raise refusals.AlreadyTerminating(site.terminates_on)
    if command.subject is Ending.SITE:
        staying = [one for one in ground.sites if one.terminates_on is None]
        if len(staying) == 1:
            raise refusals.LastSite()
        return
    if not command.numbers or not {_bare(one) for one in command.numbers} <= {_bare(one) for one in site.blocks}:
        raise refusals.NoSuchNumbers()
    if {_bare(one) for one in command.numbers} & {_bare(one) for one in site.ending}:
        raise refusals.NumbersAlreadyTerminating()


def _option(ground: Ground, command: Terminate, who: Who) -> Option:
    why: Refusal | None = None
    try:
        check_possible(ground, command)
    except Refusal as refused:
        why = refused
    return Option(
        allowed=why is None,
        earliest_on=ground.earliest(command.subject, command.numbers),
        notice_days=ground.notice_days(command.subject, command.numbers),
        needs_quote=who.role not in row_of(BusinessCase.TERMINATION, command.subject).direct,
        why=why,
    )


async def _locked_ground(command: Terminate, who: Who, unit: Unit) -> tuple[Ground, Party]:
    """Customer, contract and site, locked in this order: a Kombi is decided before or after, never beside (KOMBI-3).

    So is what comes to the site or goes from it meanwhile: its numbers are looked at once they stay (SITE-4).
    """
    agreement = await agreement_for(command.agreement_id, who, unit)
    await customer_of(agreement.customer_id, who, unit)
    party = await unit.parties.lock(agreement.customer_id)
    found = await unit.agreements.lock_all([command.agreement_id])
    if party is None or not found:
        raise refusals.NotFound()
    if command.site_id is not None:
        await unit.sites.lock_all([command.site_id])
    return await _ground(found[0], unit), party


async def _ground(agreement: Agreement, unit: Unit) -> Ground:
    sites = await unit.sites.of_agreement(agreement.agreement_id) if agreement.family is Family.TRUNK else []
    return Ground(
        agreement=agreement,
        sites=sites,
        under_way=await unit.orders.under_way(agreement.agreement_id),
        catalog=await newest_catalog(unit),
        today=berlin_day(await unit.now()),
    )


def _main(ground: Ground, command: Terminate) -> Offering:
    """The product by which an ending is known: what the contract is made of, a site, a block."""
    if command.subject is Ending.AGREEMENT:
        lines = sorted(ground.agreement.lines, key=lambda line: line.category not in FIXED)
        return ground.catalog.find(lines[0].offering) or bygone(lines[0], ground.agreement.family)
    category = Category.USAGE_SITE if command.subject is Ending.SITE else Category.NUMBER_BLOCK
    found = ground.catalog.of_category(category, ground.agreement.audience)
    if not found:
        raise refusals.NotOfferedNow()
    return found[0]


def _termination(ground: Ground, command: Terminate, day: date) -> Termination:
    """Blocks are named as the site has them, with their answering extension."""
    wanted = {_bare(one) for one in command.numbers}
    blocks = ground.site(command.site_id).blocks if command.subject is Ending.NUMBERS else ()
    site_id = None if command.subject is Ending.AGREEMENT else command.site_id
    return Termination(command.subject, day, site_id, tuple(one for one in blocks if _bare(one) in wanted))


def _order_line(ground: Ground, command: Terminate, day: date, line_id: UUID) -> OrderLine:
    line = OrderLine.of(_main(ground, command), ground.agreement, line_id)
    line.termination = _termination(ground, command, day)
    return line


def _cart_line(ground: Ground, command: Terminate, day: date, line_id: UUID) -> CartLine:
    line = CartLine.of(_main(ground, command), line_id)
    line.termination = _termination(ground, command, day)
    return line


def _bare(block: NumberBlock) -> NumberBlock:
    return replace(block, answering_extension=None)
