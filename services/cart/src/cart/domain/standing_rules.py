"""Rules that no catalog can switch off, because they look beyond products: terms, contracts, the customer (CART-2)."""

from collections.abc import Callable, Iterator
from copy import deepcopy

from cart.domain import amendment_rules
from cart.domain.cart import Cart, CartLine, Surroundings, held_lines
from cart.domain.catalog import BusinessCase, Category, Family
from cart.domain.porting import date_fault
from cart.domain.rules import Broken, broken_rules
from cart.domain.wording import message
from telecom.refusal import _

StandingRule = Callable[[Cart, Surroundings], Iterator[Broken]]
NEEDS_TRUNK = {
    Category.VOICE_CHANNEL: "TRUNK-2",
    Category.VOICE_FLATRATE: "FLAT-1",
    Category.MINUTE_PACKAGE: "MIN-1",
    Category.UNIFIED_MESSAGING: "UM-1",
}


def judge(cart: Cart, around: Surroundings) -> list[Broken]:
    """Every rule still broken; a rule that the catalog already complains about isn't said twice."""
    found = broken_rules(cart.situation(around))
    said = {broken.rule for broken in found}
    return found + [broken for rule in STANDING for broken in rule(cart, around) if broken.rule not in said]


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
                line.line_id,
            )


def what_belongs_to_a_trunk_has_one(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if cart.business_case is not BusinessCase.NEW_ORDER or _has(cart, Category.TRUNK):
        return
    for line in cart.lines:
        if line.family is Family.TRUNK and line.category in NEEDS_TRUNK:
            yield Broken(
                NEEDS_TRUNK[line.category],
                message(_("%(product)s needs a trunk."), product=line.name),
                message(_("Add a trunk variant.")),
                line.line_id,
            )


def a_trunk_has_voice_channels(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if cart.business_case is BusinessCase.NEW_ORDER and _has(cart, Category.TRUNK) and not _channels(cart):
        yield Broken("TRUNK-2", message(_("The trunk has no voice channel.")), message(_("Add voice channels.")))


def one_trunk_a_cart(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    trunks = [line for line in cart.lines if line.category is Category.TRUNK]
    if sum(line.quantity for line in trunks) > 1:
        yield Broken(
            "TRUNK-2",
            message(_("A cart holds one trunk only.")),
            message(_("Order the other trunk in a cart of its own.")),
            trunks[-1].line_id,
        )


def every_channel_has_a_price_list(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    for line in _channels(cart):
        offering = around.catalog.find(line.offering)
        if offering is not None and offering.price_lists and line.price_list is None:
            yield Broken(
                "TRUNK-2",
                message(_("%(product)s has no connection price list."), product=line.name),
                message(_("Choose a connection price list.")),
                line.line_id,
            )


def one_price_list_per_trunk(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    channels = _channels(cart)
    held = {line.price_list for line in held_lines(around) if line.offering.category is Category.VOICE_CHANNEL}
    lists = {line.price_list for line in channels if line.price_list is not None} | (held - {None})
    if channels and len(lists) > 1:
        yield Broken(
            "PRICE-1",
            message(_("A trunk has one connection price list only.")),
            message(_("Choose the same price list for all voice channels.")),
            channels[-1].line_id,
        )


def one_kind_of_encryption_per_trunk(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    channels = _channels(cart)
    held = {line.offering.srtp for line in held_lines(around) if line.offering.category is Category.VOICE_CHANNEL}
    if channels and len({line.srtp for line in channels} | held) > 1:
        yield Broken(
            "PRICE-2",
            message(_("The voice channels of a trunk are all with encryption or all without.")),
            message(_("Choose the same variant for all voice channels.")),
            channels[-1].line_id,
        )


def channels_are_as_the_trunk_is(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    held = {line.combination for line in held_lines(around) if line.offering.category is Category.TRUNK}
    wanted = next(iter(held), cart.combination)
    for line in _channels(cart):
        if line.combination != wanted:
            yield Broken(
                "KOMBI-1",
                message(_("Voice channels in the Kombi variant go only with a trunk that has the Kombi option.")),
                message(_("Choose voice channels of the trunk's variant.")),
                line.line_id,
            )


def a_combination_names_its_internet(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if not cart.combination or cart.business_case not in (BusinessCase.NEW_ORDER, BusinessCase.RENEWAL):
        return
    trunk = next((line.line_id for line in cart.lines if line.category is Category.TRUNK), None)
    remedy = message(_("Choose an active internet contract that is voice-ready, or an internet product in this cart."))
    if cart.internet is None or (cart.internet.agreement_id is None and cart.internet.line_id is None):
        yield Broken("KOMBI-2", message(_("The Kombi option needs an internet contract.")), remedy, trunk)
    elif cart.internet.agreement_id is not None:
        if cart.internet.agreement_id not in around.combinable:
            yield Broken("KOMBI-2", message(_("This internet contract doesn't carry the Kombi option.")), remedy, trunk)
    else:
        line = next((one for one in cart.lines if one.line_id == cart.internet.line_id), None)
        if line is None or line.category is not Category.INTERNET or not line.voice_ready:
            yield Broken("KOMBI-2", message(_("This internet product doesn't carry the Kombi option.")), remedy, trunk)


def centraflex_starts_with_a_licence(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    of_centraflex = any(line.family is Family.CENTRAFLEX for line in cart.lines)
    if cart.business_case is BusinessCase.NEW_ORDER and of_centraflex and not _has(cart, Category.LICENCE):
        yield Broken(
            "CTX-1",
            message(_("A new Centraflex needs a workplace licence.")),
            message(_("Add a STANDARD or BASIC licence.")),
        )


def one_centraflex_per_customer(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    of_centraflex = any(line.family is Family.CENTRAFLEX for line in cart.lines)
    if cart.business_case is BusinessCase.NEW_ORDER and of_centraflex and around.centraflex_held:
        yield Broken(
            "CTX-2",
            message(_("This customer already has a Centraflex contract.")),
            message(_("Reorder from the existing contract.")),
        )


def devices_and_consulting_are_new_orders(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if cart.business_case is not BusinessCase.REORDER:
        return
    for line in cart.lines:
        if line.family in (Family.DEVICE, Family.CONSULTING):
            yield Broken(
                "CTX-3",
                message(_("%(product)s never joins a contract."), product=line.name),
                message(_("Order it as a new order.")),
                line.line_id,
            )


def a_reorder_stays_in_its_family(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if cart.business_case is not BusinessCase.REORDER or around.agreement is None:
        return
    for line in cart.lines:
        of_other = line.family is not around.agreement.family and line.family not in (Family.DEVICE, Family.CONSULTING)
        if of_other or line.category is Category.TRUNK:
            yield Broken(
                "AMEND-1",
                message(_("%(product)s can't be added to this contract."), product=line.name),
                message(_("Order it as a new order.")),
                line.line_id,
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
    if cart.business_case is not BusinessCase.REORDER:
        return
    fresh = deepcopy(cart)
    fresh.compute(around)
    if {(line.offering, line.quantity) for line in fresh.lines} != {(one.offering, one.quantity) for one in cart.lines}:
        yield Broken(
            "AMEND-2",
            message(_("The contract has changed since this cart was put together.")),
            message(_("Make a new quote.")),
        )


def a_porting_has_time(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    for line in cart.lines:
        if line.porting is not None:
            fault = date_fault(line.porting.case, line.porting.requested_on, around.today)
            if fault is not None:
                remedy = message(_("Make a new quote with a later date."))
                yield Broken("PORT-1", fault, remedy, line.line_id)


def _has(cart: Cart, category: Category) -> bool:
    return any(line.category is category for line in cart.lines)


def _channels(cart: Cart) -> list[CartLine]:
    return [line for line in cart.lines if line.category is Category.VOICE_CHANNEL]


STANDING: tuple[StandingRule, ...] = (
    something_is_in_the_cart,
    every_line_has_a_price,
    what_belongs_to_a_trunk_has_one,
    a_trunk_has_voice_channels,
    one_trunk_a_cart,
    every_channel_has_a_price_list,
    one_price_list_per_trunk,
    one_kind_of_encryption_per_trunk,
    channels_are_as_the_trunk_is,
    a_combination_names_its_internet,
    centraflex_starts_with_a_licence,
    one_centraflex_per_customer,
    devices_and_consulting_are_new_orders,
    a_reorder_stays_in_its_family,
    the_agreement_can_be_added_to,
    automatic_lines_are_up_to_date,
    a_porting_has_time,
    *amendment_rules.RULES,
)
