"""What an offering becomes in a cart: the channel that fits its Kombi and trunk, the price list it may have."""

from dataclasses import replace
from uuid import UUID

from cart.domain import refusals
from cart.domain.catalog import BusinessCase, Category, Offering, Orderability, RuleKind, Selector
from cart.domain.derivations import inherits_choice
from cart.domain.rules import culprits
from cart.domain.situation import Situation

TRIED = UUID(int=0)
"""The line that is not in the cart yet."""


def fitting_channel(offering: Offering, trial: Situation, *, combination: bool) -> Offering:
    """The channel in the Kombi variant where the cart is a Kombi, or as the contract has it (KOMBI-1, AMEND-1).

    `trial`: the cart with its trunks only.
    """
    if offering.category is not Category.VOICE_CHANNEL:
        return offering
    srtp, combination = offering.srtp, combination or offering.combination
    held = [line for line in trial.held if line.offering.category is Category.VOICE_CHANNEL]
    if held and inherits_choice(offering, trial):
        srtp, combination = held[0].offering.srtp, held[0].offering.combination
    return variant(offering, trial, srtp=srtp, combination=combination)


def variant(offering: Offering, trial: Situation, *, srtp: bool, combination: bool) -> Offering:
    """The voice channel with these traits that fits the trunk, or the one given where there isn't one."""
    if (offering.srtp, offering.combination) == (srtp, combination):
        return offering
    fits_only = [rule for rule in trial.catalog.rules if rule.kind is RuleKind.FITS_ONLY]
    variants = [
        one.offering
        for one in trial.offered(Selector((Category.VOICE_CHANNEL,), srtp=srtp, combination=combination))
        if not any(culprits(rule, trial.plus(replace(one, line_id=TRIED))) for rule in fits_only)
    ]
    return variants[0] if len(variants) == 1 else offering


def price_list_for(offering: Offering, wanted: str | None, case: Situation) -> str | None:
    """TRUNK-2; what joins a contract takes the contract's (AMEND-1, PRICE-1)."""
    if not offering.price_lists:
        if wanted is not None:
            raise refusals.NoPriceListHere()
        return None
    held = next((line.price_list for line in case.held if line.price_list is not None), None)
    if held is not None and inherits_choice(offering, case):
        if wanted not in (None, held):
            raise refusals.PriceListOfAgreement()
        return held
    if wanted is None:
        return offering.price_lists[0] if len(offering.price_lists) == 1 else None
    price_list = case.catalog.price_list(wanted)
    if wanted not in offering.price_lists or price_list is None or case.audience not in price_list.audiences:
        raise refusals.UnknownPriceList(wanted)
    holds = case.business_case is BusinessCase.RENEWAL and wanted == held
    if price_list.orderability is not Orderability.DIGITAL and not holds:
        raise refusals.Discontinued(price_list.name)
    return wanted
