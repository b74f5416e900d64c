"""The cart: lines for one customer and one business case; in quote state it is the quote (CART-1, QUOTE-1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.cart_line import CartLine, Lock
from cart.domain.catalog import (
    Audience,
    BusinessCase,
    Catalog,
    Category,
    DerivationKind,
    Offering,
    Orderability,
)
from cart.domain.computed import count, price
from cart.domain.consents import GivenConsent
from cart.domain.copies import CopiedFrom
from cart.domain.derivations import (
    at_work,
    come_along,
    ends_with_agreement,
    quantity_replaced,
    reasons,
    replaced_by,
)
from cart.domain.fitting import fitting_channel, price_list_for, variant
from cart.domain.lifecycle import CART, CartState, CartTrigger
from cart.domain.particulars import Person
from cart.domain.quote import Quote
from cart.domain.renewal import FIXED, Starts, held_in_one, held_quantity, start_of
from cart.domain.rules import total
from cart.domain.situation import RuleLine, Situation
from cart.domain.surroundings import Surroundings, bygone, held_lines, rule_lines
from cart.domain.wording import message
from telecom.refusal import _

MOST = 9999
"""Above it a quantity is a typing mistake."""
ORDERED_FROM_TRUNK = (Category.USAGE_SITE, Category.NUMBER_BLOCK, Category.PORTING)
OF_AGREEMENT = message(_("Given by the contract."))


@dataclass(frozen=True, slots=True)
class Internet:
    """Which internet contract a Kombi means: an existing one, or a line of the same cart (KOMBI-2)."""

    agreement_id: UUID | None = None
    line_id: UUID | None = None


@dataclass
class Cart:
    cart_id: UUID
    number: str
    customer_id: UUID
    audience: Audience
    business_case: BusinessCase
    catalog_version: str
    created_by: Person
    changed_at: datetime
    changed_by: str
    term_months: int | None = None
    agreement_id: UUID | None = None
    agreement_number: str | None = None
    agreement_version: int | None = None
    """The version of the agreement that a renewal was put together from (AMEND-2)."""
    starts: Starts | None = None
    effective_on: date | None = None
    """When a renewal or a termination takes effect."""
    decided_before: date | None = None
    """The day with whose beginning a quote of it is too late: a renewal's start, or the end of a notice."""
    immediate_activation: bool = True
    combination: bool = False
    internet: Internet | None = None
    lines: list[CartLine] = field(default_factory=list)
    state: CartState = CartState.OPEN
    quote: Quote | None = None
    order_id: UUID | None = None
    copied_from: CopiedFrom | None = None
    version: int = 1
    stored_version: int = field(default=0, compare=False)
    """The version last written; 0 before the first time."""

    # changing -----------------------------------------------------------------------------------

    def add(
        self,
        line_id: UUID,
        code: str,
        quantity: int | None,
        price_list: str | None,
        combination: bool,
        around: Surroundings,
    ) -> None:
        """Without a quantity one; what takes the place of others, as many as they were (PRICE-2)."""
        self._step(CartTrigger.CHANGE)
        offering = self._orderable(code, around)
        if quantity is not None:
            _check_quantity(quantity)
        if combination and offering.category is not Category.TRUNK:
            raise refusals.CombinationGoesWithTrunk()
        trial = self._trial(around)
        offering = fitting_channel(offering, trial, combination=self.combination)
        replaced = self._replaced(offering, around)
        known = next((one for one in self.lines if one.offering == offering.code and not one.computed), None)
        like = [one for one in (known, *replaced) if one is not None and one.price_list in offering.price_lists]
        price_list = price_list_for(offering, price_list or (like[0].price_list if like else None), trial)
        same = next((one for one in self.lines if one.offering == offering.code and one.price_list == price_list), None)
        if same is not None and same.locked is Lock.LINE:
            raise refusals.LineLocked(same.why or OF_AGREEMENT)
        leaving = [one for one in replaced if one is not same]
        if quantity is None:
            quantity = sum(one.quantity for one in leaving) or 1
        if same is not None and same.locked is None:
            _check_quantity(same.quantity + quantity)
            same.quantity += quantity
        elif same is None:
            place = self.lines.index(leaving[0]) if leaving else len(self.lines)
            self.lines.insert(place, self._line(line_id, offering, quantity, price_list))
        self.lines = [one for one in self.lines if one not in leaving]
        if offering.category is Category.TRUNK:
            self._choose_combination(combination)
        if self._wants_internet and offering.voice_ready and same is None:
            self.internet = Internet(line_id=line_id)
        self.compute(around)

    def change(
        self,
        line_id: UUID,
        quantity: int | None,
        price_list: str | None,
        around: Surroundings,
        offering: str | None = None,
    ) -> None:
        """Quantity and price list of a line; or another offering in its place, which keeps what it can."""
        self._step(CartTrigger.CHANGE)
        line = self.line(line_id)
        if offering is not None and offering != line.offering:
            line = self._exchange(line, offering, around)
        if quantity is not None and quantity != line.quantity:
            if line.locked is not None:
                raise refusals.LineLocked(line.why or OF_AGREEMENT)
            _check_quantity(quantity)
            line.quantity = quantity
        if price_list is not None and price_list != line.price_list:
            known = around.catalog.find(line.offering)
            if known is None or not known.price_lists:
                raise refusals.NoPriceListHere()
            line.price_list = price_list_for(known, price_list, self._case(around))
        if not line.computed:
            self._merge(line)
        self.compute(around)

    def remove(self, line_id: UUID, around: Surroundings) -> None:
        self._step(CartTrigger.CHANGE)
        line = self.line(line_id)
        if line.locked is Lock.LINE:
            raise refusals.LineLocked(line.why or OF_AGREEMENT)
        self.lines.remove(line)
        if self.internet is not None and self.internet.line_id == line_id:
            self.internet = None
        if line.category is Category.TRUNK and not any(one.category is Category.TRUNK for one in self.lines):
            self.combination, self.internet = False, None
        self.compute(around)

    def settle(
        self,
        around: Surroundings,
        immediate_activation: bool | None = None,
        term_months: int | None = None,
        internet: Internet | None = None,
        starts: Starts | None = None,
        without_combination: bool = False,
    ) -> None:
        """Choices that concern the whole cart: activation (TRUNK-5), term, start, internet contract of a Kombi."""
        self._step(CartTrigger.CHANGE)
        if term_months is not None and term_months != self.term_months:
            if self.business_case not in (BusinessCase.NEW_ORDER, BusinessCase.RENEWAL):
                raise refusals.TermOfAgreement()
            check_term(term_months, around.catalog)
            self.term_months = term_months
        if starts is not None:
            if self.business_case is not BusinessCase.RENEWAL:
                raise refusals.StartChoiceNeedsRenewal()
            self.starts = starts
        if immediate_activation is not None:
            self.immediate_activation = immediate_activation
        if internet is not None:
            self.internet = internet
        if without_combination:
            self._drop_combination(around)
        self.compute(around)

    def compute(self, around: Surroundings) -> None:
        """Automatic lines and quantities, names and prices (CART-2, CART-3)."""
        self._bring_held_lines_along(around)
        situation = self.situation(around)
        count(self.lines, situation)
        for line, seen in zip(self.lines, situation.lines, strict=True):
            price(line, self.term_months, around.catalog, around.agreement)
            line.reasons = tuple(reasons(seen, situation))
            ends = around.agreement is not None and ends_with_agreement(seen, situation)
            line.ends_on = around.agreement.ends_on if ends and around.agreement else None
        if self.business_case is BusinessCase.RENEWAL and around.agreement is not None:
            self._renew(around.agreement, situation, around.today)

    def situation(self, around: Surroundings) -> Situation:
        return self._situation(around, self.lines)

    def check_seen(self, version: int) -> None:
        """Nobody decides on a state that he didn't see (CART-4)."""
        if version != self.version:
            raise refusals.CartChangedMeanwhile(by=self.changed_by)

    def touch(self, by: str, at: datetime) -> None:
        self.version += 1
        self.changed_by, self.changed_at = by, at

    def begin_from(self, agreement: Agreement, catalog: Catalog, new_id: Callable[[], UUID]) -> None:
        """A renewal begins with what the contract holds; also one that was put together before the contract changed."""
        self.lines.clear()
        self.combination = any(one.combination for one in agreement.lines if one.category is Category.TRUNK)
        if self.combination and agreement.combination_agreement_id is not None:
            self.internet = Internet(agreement_id=agreement.combination_agreement_id)
        for held in held_in_one(agreement):
            offering = catalog.find(held.offering) or bygone(held, agreement.family)
            line = self._line(new_id(), offering, held.quantity, held.price_list)
            if line.category in FIXED:
                line.locked, line.why = Lock.LINE, OF_AGREEMENT
            self.lines.append(line)

    # quote and order ----------------------------------------------------------------------------

    def become_quote(self, quote: Quote) -> None:
        """QUOTE-1: nothing in it changes from here on."""
        self._step(CartTrigger.QUOTE)
        self.quote = quote

    def resend(self, link_id: UUID, recipient: Person, at: datetime, valid_until: datetime) -> None:
        """QUOTE-2: the link sent before is dead at once."""
        if self.state is CartState.QUOTED and self.quoted.has_expired(at):
            raise refusals.QuoteExpired()
        self._step(CartTrigger.RESEND)
        quote = self.quoted
        quote.link_id, quote.recipient, quote.sent_at, quote.valid_until = link_id, recipient, at, valid_until
        quote.times_sent += 1

    def confirm(self, link_id: UUID, approver: Person, consent: GivenConsent, order_id: UUID, at: datetime) -> None:
        """QUOTE-3: only through the newest link, and in time."""
        quote = self.quoted
        if quote.link_id != link_id:
            raise refusals.LinkReplaced()
        if self.state is CartState.EXPIRED or (self.state is CartState.QUOTED and quote.has_expired(at)):
            raise refusals.QuoteExpired()
        if self.state is CartState.WITHDRAWN:
            raise refusals.QuoteWithdrawn()
        self._step(CartTrigger.CONFIRM)
        quote.approver, quote.consent, quote.confirmed_at = approver, consent, at
        self.order_id = order_id

    def order(self, order_id: UUID) -> None:
        self._step(CartTrigger.ORDER)
        self.order_id = order_id

    def expire(self) -> None:
        self._step(CartTrigger.EXPIRE)

    def withdraw(self) -> None:
        self._step(CartTrigger.WITHDRAW)

    @property
    def quoted(self) -> Quote:
        if self.quote is None:
            raise refusals.NotQuoted()
        return self.quote

    # looking ------------------------------------------------------------------------------------

    def line(self, line_id: UUID) -> CartLine:
        found = next((line for line in self.lines if line.line_id == line_id), None)
        if found is None:
            raise refusals.NoSuchLine()
        return found

    @property
    def one_time(self) -> Decimal:
        return total(line.one_time_total for line in self.lines)

    @property
    def monthly(self) -> Decimal:
        return total(line.monthly_total for line in self.lines)

    def copy(
        self, cart_id: UUID, number: str, by: Person, at: datetime, catalog: Catalog, new_id: Callable[[], UUID]
    ) -> "Cart":
        """A new open cart with what a person had chosen and is still sold; who asks computes it anew (QUOTE-1)."""
        chosen = [self._as_sold(line, catalog) for line in self.lines if not line.computed]
        ids = {line.line_id: new_id() for line in chosen if line is not None}
        internet = self.internet
        if internet is not None and internet.line_id is not None:
            internet = Internet(line_id=ids.get(internet.line_id))
        return Cart(
            cart_id=cart_id,
            number=number,
            customer_id=self.customer_id,
            audience=self.audience,
            business_case=self.business_case,
            catalog_version=catalog.version,
            created_by=by,
            changed_at=at,
            changed_by=by.name,
            term_months=self.term_months,
            agreement_id=self.agreement_id,
            agreement_number=self.agreement_number,
            starts=self.starts,
            immediate_activation=self.immediate_activation,
            combination=self.combination,
            internet=internet,
            lines=[replace(line, line_id=ids[line.line_id]) for line in chosen if line is not None],
        )

    # inside -------------------------------------------------------------------------------------

    def _step(self, trigger: CartTrigger) -> None:
        if not CART.allows(self.state, trigger):
            raise refusals.CartFrozen(self.state)
        self.state = CART.after(self.state, trigger)

    def _orderable(self, code: str, around: Surroundings) -> Offering:
        offering = around.catalog.find(code)
        if offering is not None and self._case(around).may_be_added(offering):
            if offering.category in ORDERED_FROM_TRUNK:
                raise refusals.OrderedFromTrunk()
            return offering
        if offering is None or self.audience not in offering.audiences:
            raise refusals.UnknownProduct(code)
        if offering.orderability is Orderability.DISCONTINUED:
            raise refusals.Discontinued(offering.name)
        raise refusals.OrderedManually(offering.name, offering.manual_process)

    def _as_sold(self, line: CartLine, catalog: Catalog) -> CartLine | None:
        """The line as it could be added today: without a price list that is no longer offered; None if unsold."""
        offering = catalog.find(line.offering)
        if offering is None or not (offering.sold_to(self.audience) or line.held_quantity):
            return None
        offered = line.price_list is None or self.agreement_id is not None or line.price_list in offering.price_lists
        return line if offered else replace(line, price_list=None)

    def _replaced(self, offering: Offering, around: Surroundings) -> list[CartLine]:
        if not at_work(DerivationKind.REPLACES, around.catalog, self.business_case):
            return []
        chosen = RuleLine(offering, 1, combination=offering.combination)
        leaving = {line.line_id for line in replaced_by(chosen, self.situation(around))}
        return [line for line in self.lines if line.line_id in leaving]

    def _exchange(self, line: CartLine, code: str, around: Surroundings) -> CartLine:
        if line.locked is Lock.LINE:
            raise refusals.LineLocked(line.why or OF_AGREEMENT)
        trial = self._trial(around)
        offering = fitting_channel(self._orderable(code, around), trial, combination=self.combination)
        if offering.category is not line.category:
            raise refusals.OtherCategory(offering.name)
        kept = line.price_list if line.price_list in offering.price_lists else None
        instead = self._line(line.line_id, offering, line.quantity, price_list_for(offering, kept, trial))
        self.lines[self.lines.index(line)] = instead
        return instead

    def _merge(self, line: CartLine) -> None:
        """Two lines of the same offering and price list are one."""
        for other in self.lines:
            same = (other.offering, other.price_list) == (line.offering, line.price_list)
            if other is not line and same and not other.computed:
                _check_quantity(other.quantity + line.quantity)
                line.quantity += other.quantity
                self.lines.remove(other)
                return

    def _choose_combination(self, combination: bool) -> None:
        self.combination = combination
        for line in self.lines:
            if line.category is Category.TRUNK:
                line.combination = combination

    def _drop_combination(self, around: Surroundings) -> None:
        """Channels that came in the Kombi variant go back to the plain one."""
        self._choose_combination(False)
        self.internet = None
        for line in [one for one in self.lines if one.category is Category.VOICE_CHANNEL and one.combination]:
            offering = around.catalog.find(line.offering)
            if offering is not None:
                plain = variant(offering, self._trial(around), srtp=offering.srtp, combination=False)
                place = self.lines.index(line)
                self.lines[place] = self._line(line.line_id, plain, line.quantity, line.price_list)
                self._merge(self.lines[place])

    @property
    def _wants_internet(self) -> bool:
        return self.combination and (self.internet is None or self.internet == Internet())

    def _line(self, line_id: UUID, offering: Offering, quantity: int, price_list: str | None) -> CartLine:
        line = CartLine.of(offering, line_id, quantity)
        line.price_list = price_list
        line.combination = self.combination if offering.category is Category.TRUNK else offering.combination
        return line

    def _trial(self, around: Surroundings) -> Situation:
        """With its trunks only."""
        return self._situation(around, [one for one in self.lines if one.category is Category.TRUNK])

    def _case(self, around: Surroundings) -> Situation:
        """What can be asked without the lines of the cart."""
        return self._situation(around, ())

    def _situation(self, around: Surroundings, lines: Iterable[CartLine]) -> Situation:
        return Situation(
            catalog=around.catalog,
            business_case=self.business_case,
            lines=rule_lines(lines, around.catalog),
            held=held_lines(around),
            audience=self.audience,
            agreement_id=self.agreement_id,
        )

    def _bring_held_lines_along(self, around: Surroundings) -> None:
        """FLAT-3, FLAT-5: what follows from other lines and is held by the agreement comes along, and is locked."""
        kept = {line.offering: line for line in self.lines if line.computed}
        self.lines = [line for line in self.lines if not line.computed]
        if not at_work(DerivationKind.AUTO_ADDED, around.catalog, self.business_case):
            return
        for offering, wanted, reason in come_along(self.situation(around)):
            line = kept.get(offering.code) or self._line(_derived(self.cart_id, offering.code), offering, wanted, None)
            line.quantity, line.computed, line.locked, line.why = wanted, True, Lock.LINE, reason
            self.lines.append(line)

    def _renew(self, agreement: Agreement, situation: Situation, today: date) -> None:
        """What takes the place of something held counts as held: only added quantity costs a one-time fee (AMEND-2)."""
        self.effective_on = self.decided_before = start_of(agreement, self.starts or Starts.AFTER_TERM, today)
        for line, seen in zip(self.lines, situation.lines, strict=True):
            held = held_quantity(agreement, line.offering) + quantity_replaced(seen, situation)
            line.held_quantity = min(line.quantity, held)


def check_term(term_months: int, catalog: Catalog) -> None:
    terms = sorted({term for offering in catalog.offerings for term in offering.terms})
    if term_months not in terms:
        raise refusals.UnknownTerm(terms)


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST:
        raise refusals.WrongQuantity(MOST)


def _derived(cart_id: UUID, code: str) -> UUID:
    """The id of an automatic line: always the same for the same cart and product."""
    return uuid5(cart_id, code)
