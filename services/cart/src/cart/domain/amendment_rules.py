"""Rules of amendments: what was agreed since, and the day that is named, at the moment of ordering (AMEND-2, ORD-2)."""

from collections.abc import Iterator

from cart.domain.cart import Cart
from cart.domain.catalog import BusinessCase, Category
from cart.domain.rules import Broken
from cart.domain.surroundings import Surroundings
from cart.domain.wording import message
from telecom.refusal import _

AMENDING = (BusinessCase.RENEWAL, BusinessCase.TERMINATION)
ANY_TIME = (Category.UNIFIED_MESSAGING,)
"""What may join a contract beside a renewal of it (UM-1)."""


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


def what_a_renewal_replaces_waits_for_its_day(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    """The new term's lines are agreed already: what joins the contract before would not fit them, or be lost."""
    upcoming = around.agreement.upcoming if around.agreement is not None else None
    waiting = tuple(line.line_id for line in cart.lines if line.category not in ANY_TIME)
    if cart.business_case is BusinessCase.REORDER and upcoming is not None and waiting:
        day = f"{upcoming.valid_from:%d.%m.%Y}"
        yield Broken(
            "AMEND-2",
            message(_("A renewal of this contract is agreed; it begins on %(day)s."), day=day),
            message(_("Reorder from %(day)s on."), day=day),
            waiting,
        )


def amendments_are_carried_out_one_after_the_other(cart: Cart, around: Surroundings) -> Iterator[Broken]:
    """A renewal starts from what is held, so it begins anew after a reorder; a reorder can go on as it is."""
    anew = _("Wait until it is done, then make a new one from the contract as it is then.")
    goes_on = _("Wait until it is done.")
    waiting = tuple(line.line_id for line in cart.lines if line.category not in ANY_TIME)
    for number in around.carried_out if waiting else ():
        yield Broken(
            "AMEND-2",
            message(_("Order %(number)s, which changes this contract, is still being carried out."), number=number),
            message(anew if cart.business_case is BusinessCase.RENEWAL else goes_on),
            waiting,
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


RULES = (
    the_agreement_is_as_it_was,
    the_agreement_can_be_amended,
    what_a_renewal_replaces_waits_for_its_day,
    amendments_are_carried_out_one_after_the_other,
    the_day_can_be_kept,
    the_site_stays,
)
