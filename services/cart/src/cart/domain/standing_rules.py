"""Rules that no catalog can switch off, because they look beyond products: terms, contracts, the customer (CART-2)."""

from collections.abc import Callable, Iterable, Iterator

from cart.domain import amendment_rules, ways
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine, Lock
from cart.domain.catalog import (
    Audience,
    BusinessCase,
    Catalog,
    Category,
    DerivationKind,
    Family,
    Orderability,
    Selector,
)
from cart.domain.derivations import at_work, come_along
from cart.domain.mending import MOST_WAYS, broken_rules
from cart.domain.porting_days import date_fault
from cart.domain.renewal import held_quantity
from cart.domain.rules import Broken
from cart.domain.surroundings import Surroundings
from cart.domain.ways import Action, Way
from cart.domain.wording import message
from telecom.refusal import _

StandingRule = Callable[[Cart, Surroundings], Iterator[Broken]]
TERM_CHOSEN = (BusinessCase.NEW_ORDER, BusinessCase.RENEWAL)
AMENDING = (BusinessCase.REORDER, BusinessCase.RENEWAL)


def judge(cart: Cart, around: Surroundings) -> list[Broken]:
    """Every rule still broken: those of the catalog, then those that stand."""
    return [*broken_rules(cart.situation(around)), *(broken for rule in STANDING for broken in rule(cart, around))]


def something_is_in_the_cart(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if not any(not line.computed for line in cart.lines):
        yield Broken("CART-2", message(_("The cart is empty.")), message(_("Add at least one product.")))


def every_line_has_a_price(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    for line in cart.lines:
        if not line.priced:
            yield Broken(
                "CAT-6",
                message(
                    _("%(product)s isn't offered for %(months)s months."),
                    product=line.name,
                    months=cart.term_months or 0,
                ),
                message(_("Choose another term or another product.")),
                (line.line_id,),
                (*_other_terms(cart, line, around.catalog), *_removal(line)),
            )


def every_channel_has_a_price_list(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    channels = _channels(cart)
    used = {line.price_list for line in channels}
    for line in channels:
        offering = around.catalog.find(line.offering)
        if offering is not None and offering.price_lists and line.price_list is None:
            offered = [one for one in offering.price_lists if one in used] or offering.price_lists
            yield Broken(
                "TRUNK-2",
                message(_("%(product)s has no connection price list."), product=line.name),
                message(_("Choose a connection price list.")),
                (line.line_id,),
                tuple(_price_lists(line, offered, cart.audience, around.catalog)),
            )


def one_price_list_per_trunk(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    channels = [line for line in _channels(cart) if line.price_list is not None]
    if not channels:
        return
    beside = cart.situation(around).beside
    held = [one.price_list for one in beside if one.price_list and one.offering.category is Category.VOICE_CHANNEL]
    lists = list(dict.fromkeys((*held, *(line.price_list for line in channels if line.price_list))))
    if len(lists) > 1:
        yield Broken(
            "PRICE-1",
            message(_("A trunk has one connection price list only.")),
            message(_("Choose the same price list for all voice channels.")),
            tuple(line.line_id for line in channels),
            tuple(
                way
                for line in channels
                for way in _price_lists(
                    line, [one for one in held or lists if one != line.price_list], cart.audience, around.catalog
                )
            )[:MOST_WAYS],
        )


def a_combination_names_its_internet(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if not cart.combination or cart.business_case not in TERM_CHOSEN:
        return
    chosen = cart.internet
    line = next((one for one in cart.lines if chosen and chosen.line_id == one.line_id), None)
    if chosen is None or (chosen.agreement_id is None and chosen.line_id is None):
        text = message(_("The Kombi option needs an internet contract."))
    elif chosen.agreement_id is not None and chosen.agreement_id not in around.combinable:
        text = message(_("This internet contract doesn't carry the Kombi option."))
    elif chosen.agreement_id is None and (line is None or not _carries_combination(line)):
        text = message(_("This internet product doesn't carry the Kombi option."))
    else:
        return
    trunks = tuple(one.line_id for one in cart.lines if one.category is Category.TRUNK)
    remedy = message(_("Choose an active internet contract that is voice-ready, or an internet product in this cart."))
    yield Broken("KOMBI-2", text, remedy, trunks, tuple(_internets(cart, around)))


def one_centraflex_per_customer(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    of_centraflex = [line for line in cart.lines if line.family is Family.CENTRAFLEX]
    if cart.business_case is BusinessCase.NEW_ORDER and of_centraflex and around.centraflex_held:
        yield Broken(
            "CTX-2",
            message(_("This customer already has a Centraflex contract.")),
            message(_("Reorder from the existing contract.")),
            tuple(line.line_id for line in of_centraflex),
            tuple(way for line in of_centraflex for way in _removal(line))[:MOST_WAYS],
        )


def an_amendment_stays_in_its_family(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if cart.business_case not in AMENDING or around.agreement is None:
        return
    for line in cart.lines:
        if line.family is not around.agreement.family and line.family not in (Family.DEVICE, Family.CONSULTING):
            yield Broken(
                "AMEND-1" if cart.business_case is BusinessCase.REORDER else "AMEND-2",
                message(_("%(product)s can't be added to this contract."), product=line.name),
                message(_("Order it as a new order.")),
                (line.line_id,),
                (*_removal(line), ways.new_order()),
            )


def what_is_no_longer_sold_does_not_grow(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    """AMEND-2: discontinued lines already held may stay in a renewal."""
    if cart.business_case is not BusinessCase.RENEWAL or around.agreement is None:
        return
    for line in cart.lines:
        offering = around.catalog.find(line.offering)
        sold = offering is not None and offering.orderability is Orderability.DIGITAL
        most = held_quantity(around.agreement, line.offering)
        if not sold and line.quantity > most:
            fewer = (ways.set_quantity(line.line_id, line.name, most),) if most else ()
            yield Broken(
                "AMEND-2",
                message(_("%(product)s is no longer sold: what is held may stay, but not grow."), product=line.name),
                message(_("Keep at most as many as the contract holds, or choose another product.")),
                (line.line_id,),
                (*fewer, *_removal(line)),
            )


def the_agreement_can_be_added_to(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    agreement = around.agreement
    if agreement is None:
        return
    if cart.business_case is BusinessCase.REORDER and not agreement.may(BusinessCase.REORDER):
        yield Broken(
            "ORD-3",
            message(_("The contract is neither ready nor active.")),
            message(_("Wait until the contract is set up, or make a new order.")),
        )
    if cart.business_case is BusinessCase.PORTING and not agreement.may(BusinessCase.PORTING):
        yield Broken("ORD-3", message(_("The contract has ended.")), message(_("Choose a contract that is running.")))


def automatic_lines_are_up_to_date(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    """A reorder's automatic lines follow from the agreement; it may have changed since the cart was quoted."""
    if not at_work(DerivationKind.AUTO_ADDED, around.catalog, cart.business_case):
        return
    expected = {(offering.code, quantity) for offering, quantity, _reason in come_along(cart.situation(around))}
    if expected != {(line.offering, line.quantity) for line in cart.lines if line.computed}:
        yield Broken(
            "AMEND-2",
            message(_("The contract has changed since this cart was put together.")),
            message(_("Make a new quote.")),
            tuple(line.line_id for line in cart.lines if line.computed),
        )


def a_porting_has_time(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    for line in cart.lines:
        if line.porting is not None:
            asked, rules = line.porting, around.porting_rules
            fault = date_fault(asked.case, asked.requested_on, around.today, asked.state, rules)
            if fault is not None:
                remedy = message(_("Make a new quote with a later date."))
                yield Broken("PORT-1", fault, remedy, (line.line_id,))


def numbers_are_asked_for_once(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    for line in cart.lines:
        numbers = line.porting.numbers if line.porting is not None else ()
        for one in around.ported_elsewhere.get(line.line_id, ()):
            yield Broken("PORT-1", *one.said_of(numbers[one.place]), (line.line_id,))


def what_is_replaced_was_refused(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    for line_id, number in around.replaced_goes_on.items():
        yield Broken(
            "PORT-3",
            message(
                _("The request of order %(number)s, which this one would replace, goes on meanwhile."), number=number
            ),
            message(_("Withdraw this quote, or make a new one for numbers that are still open.")),
            (line_id,),
        )


def _channels(cart: Cart) -> list[CartLine]:
    return [line for line in cart.lines if line.category is Category.VOICE_CHANNEL]


def _carries_combination(line: CartLine) -> bool:
    return line.category is Category.INTERNET and line.voice_ready


def _removal(line: CartLine) -> Iterator[Way]:
    if line.locked is not Lock.LINE:
        yield ways.remove(line.line_id, line.name)


def _other_terms(cart: Cart, line: CartLine, catalog: Catalog) -> Iterator[Way]:
    """Terms for which the line has a price; if there are any, those for which all lines have one."""
    if cart.business_case not in TERM_CHOSEN:
        return
    priced = [set(found.terms) for one in cart.lines if (found := catalog.find(one.offering)) and found.terms]
    offering = catalog.find(line.offering)
    own = set(offering.terms) if offering else set()
    for term in sorted(own.intersection(*priced) or own):
        yield Way(Action.CHOOSE_TERM, message(_("Term of %(months)s months"), months=term), term_months=term)


def _price_lists(line: CartLine, codes: Iterable[str], audience: Audience, catalog: Catalog) -> Iterator[Way]:
    for code in codes:
        found = catalog.price_list(code)
        if found is not None and audience in found.audiences and found.orderability is Orderability.DIGITAL:
            label = message(_("%(list)s for %(product)s"), list=found.name, product=line.name)
            yield Way(Action.CHOOSE_PRICE_LIST, label, line_id=line.line_id, price_list=code)


def _internets(cart: Cart, around: Surroundings) -> Iterator[Way]:
    """KOMBI-2: what could carry the Kombi option; where there is nothing, products that could; and doing without."""
    able = [line for line in cart.lines if _carries_combination(line)]
    for line in able[: MOST_WAYS - 1]:
        label = message(_("Over %(product)s in this cart"), product=line.name)
        yield Way(Action.CHOOSE_INTERNET, label, line_id=line.line_id)
    for agreement_id, number in list(around.combinable.items())[: MOST_WAYS - 1 - len(able)]:
        label = message(_("Over the internet contract %(number)s"), number=number)
        yield Way(Action.CHOOSE_INTERNET, label, agreement_id=agreement_id)
    if not able and not around.combinable and cart.business_case is BusinessCase.NEW_ORDER:
        offered = cart.situation(around).offered(Selector((Category.INTERNET,)))
        yield from (ways.add(one) for one in [one for one in offered if one.offering.voice_ready][: MOST_WAYS - 1])
    yield Way(Action.DROP_COMBINATION, message(_("Without the Kombi option")))


STANDING: tuple[StandingRule, ...] = (
    something_is_in_the_cart,
    every_line_has_a_price,
    every_channel_has_a_price_list,
    one_price_list_per_trunk,
    a_combination_names_its_internet,
    one_centraflex_per_customer,
    an_amendment_stays_in_its_family,
    what_is_no_longer_sold_does_not_grow,
    the_agreement_can_be_added_to,
    automatic_lines_are_up_to_date,
    a_porting_has_time,
    what_is_replaced_was_refused,
    numbers_are_asked_for_once,
    *amendment_rules.RULES,
)
