"""Rules of amendments: what was agreed since, and the day that is named, at the moment of ordering (AMEND-2, ORD-2)."""

from collections.abc import Iterator

from cart.domain.cart import Cart
from cart.domain.catalog import BusinessCase
from cart.domain.rules import Broken
from cart.domain.surroundings import Surroundings
from cart.domain.wording import message
from telecom.refusal import _

AMENDING = (BusinessCase.RENEWAL, BusinessCase.TERMINATION)


def the_agreement_is_as_it_was(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    agreement = around.agreement
    if cart.business_case in AMENDING and agreement is not None and agreement.version != cart.agreement_version:
        yield Broken(
            "AMEND-2",
            message(_("The contract has changed since this cart was put together.")),
            message(_("Make a new one from the contract as it is now.")),
        )


def the_agreement_can_be_amended(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    agreement = around.agreement
    if cart.business_case is BusinessCase.RENEWAL and agreement is not None and not agreement.may(BusinessCase.RENEWAL):
        yield Broken(
            "AMEND-2",
            message(_("Only an active contract can be renewed, and only once at a time.")),
            message(_("Wait until the contract is active, or until the renewal that is agreed has begun.")),
        )
    ends = cart.business_case is BusinessCase.TERMINATION
    if ends and agreement is not None and not agreement.may(BusinessCase.TERMINATION):
        yield Broken(
            "ORD-2",
            message(_("This contract can't be terminated now.")),
            message(_("Only contracts that are ready or active can be terminated.")),
        )


def the_day_can_be_kept(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if cart.decided_before is not None and around.today >= cart.decided_before:
        yield Broken(
            "AMEND-2" if cart.business_case is BusinessCase.RENEWAL else "ORD-2",
            message(_("It is too late for the day that was named.")),
            message(_("Make a new quote; it names a later day.")),
        )


def the_site_stays(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    if not around.site_stays:
        yield Broken(
            "ORD-2",
            message(_("The site ends, or is no longer there.")),
            message(_("Make a new quote for another site.")),
            tuple(line.line_id for line in cart.lines if line.porting is not None),
        )


RULES = (the_agreement_is_as_it_was, the_agreement_can_be_amended, the_day_can_be_kept, the_site_stays)
