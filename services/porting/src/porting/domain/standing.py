"""How a porting stands, for whoever looks: what it means, what comes next and of whom, what may be done."""

from porting.domain.facts import LOOKED_AT, Deadline, Saying
from porting.domain.lifecycle import PortingState, PortingTrigger, PreAgreementState
from porting.domain.part import Part
from porting.domain.porting import Porting
from telecom.refusal import _

_S = PortingState

MEANING = {
    _S.HELD: _("The request to the previous provider waits a moment, so that it can still be stopped."),
    _S.ASKED: _("The previous provider has been asked to let the numbers go."),
    _S.AWAITING_FORM: _("The previous provider wants a signed form; the porting is paused until it is here."),
    _S.FORM_UPLOADED: _("The signed form is here and is being checked."),
    _S.AWAITING_DATE: _("The form is in order; the date is being agreed with the previous provider."),
    _S.CONFIRMED: _("The date is agreed. Until then everything stays as it is."),
    _S.DUE: _("Today the numbers move to us."),
    _S.COMPLETED: _("The numbers have moved and work at their new place."),
    _S.CLEARING: _("The previous provider refused, or could not be asked; order management clears it."),
    _S.AWAITING_NEW: _("The earlier request was called off; a new one with changed particulars follows."),
    _S.REJECTED: _("The previous provider refused for good; the numbers stay where they are."),
    _S.CANCELLED: _("It was called off; the numbers stay where they are."),
}
NEXT = {
    _S.HELD: _("The request goes out by itself within moments."),
    _S.ASKED: _("The previous provider answers, as a rule within a few working days."),
    _S.AWAITING_FORM: _("The customer signs the form and returns it."),
    _S.FORM_UPLOADED: _("Order management accepts the form or sends it back."),
    _S.AWAITING_DATE: _("Order management enters the date that the previous provider confirms."),
    _S.CONFIRMED: _("The numbers move on the agreed day, by themselves."),
    _S.DUE: _("The numbers are set up at the site within minutes."),
    _S.COMPLETED: _("Nothing follows."),
    _S.CLEARING: _("Order management asks the customer or the previous provider, then asks anew."),
    _S.AWAITING_NEW: _("Order management sends the new request."),
    _S.REJECTED: _("A new porting can be ordered with other particulars."),
    _S.CANCELLED: _("A new porting can be ordered."),
}
CAN_CHANGE = {
    _S.HELD: _("It can still be stopped without anybody noticing."),
    _S.ASKED: _("It can be called off; the previous provider has to agree."),
    _S.AWAITING_FORM: _("It can be stopped at any time."),
    _S.FORM_UPLOADED: _("Another form can be sent; it can be stopped at any time."),
    _S.AWAITING_DATE: _("It can be stopped; tell the previous provider."),
    _S.CONFIRMED: _("A later day, or calling it off, can be asked for; the previous provider has to agree."),
    _S.DUE: _("Nothing can be changed any more."),
    _S.COMPLETED: _("The numbers can be ported away again."),
    _S.CLEARING: _("The request can be sent anew, ordered again with corrected particulars, or stopped."),
    _S.AWAITING_NEW: _("Day and kind of the new request can be chosen; it can be called off."),
    _S.REJECTED: _("Nothing can be changed any more."),
    _S.CANCELLED: _("Nothing can be changed any more."),
}
WITHOUT_NUMBERS = {
    _S.ASKED: _("The previous provider has been asked to end the contract there; no numbers move."),
    _S.DUE: _("Today the contract there ends."),
    _S.COMPLETED: _("The contract with the previous provider has ended."),
    _S.REJECTED: _("The previous provider refused for good; the contract there goes on."),
    _S.CANCELLED: _("It was called off; the contract there goes on."),
}
NEXT_WITHOUT_NUMBERS = {
    _S.CONFIRMED: _("The contract there ends on the agreed day, by itself."),
    _S.DUE: _("Nothing follows."),
}
"""What is said otherwise where only the contract moves (VA-KUE-ORN)."""
WAITING_FOR = {
    _S.HELD: "nobody",
    _S.ASKED: "donor",
    _S.AWAITING_FORM: "customer",
    _S.FORM_UPLOADED: "order_management",
    _S.AWAITING_DATE: "order_management",
    _S.CONFIRMED: "day",
    _S.DUE: "provisioning",
    _S.COMPLETED: "nobody",
    _S.CLEARING: "order_management",
    _S.AWAITING_NEW: "order_management",
    _S.REJECTED: "nobody",
    _S.CANCELLED: "nobody",
}


def meaning(porting: Porting) -> Saying:
    words = MEANING if porting.case.moves_numbers else MEANING | WITHOUT_NUMBERS
    return Saying(words[porting.state])


def what_comes_next(porting: Porting) -> Saying:
    for part in porting.living:
        asked = part.pre_agreement
        if asked is not None and asked.their_change is not None:
            return Saying(_("The previous provider wants to call it off; order management answers."))
        if asked is not None and asked.our_change is not None:
            return Saying(_("The previous provider answers the change that was asked for."))
    words = NEXT if porting.case.moves_numbers else NEXT | NEXT_WITHOUT_NUMBERS
    return Saying(words[porting.state])


def what_can_change(porting: Porting) -> Saying:
    return Saying(CAN_CHANGE[porting.state])


def waiting_for(porting: Porting) -> str:
    """`donor`, `customer`, `order_management`, `day`, `provisioning` or `nobody`."""
    for part in porting.living:
        asked = part.pre_agreement
        if asked is not None and asked.their_change is not None:
            return "order_management"
        if asked is not None and asked.our_change is not None:
            return "donor"
    return WAITING_FOR[porting.state]


def acts_on(porting: Porting) -> list[str]:
    """What order management may do about the whole; customers may upload the form."""
    first = porting.parts[0]
    found = []
    if first.allows(PortingTrigger.UPLOAD_FORM):
        found.append("upload-form")
    if first.state is _S.FORM_UPLOADED:
        found += ["release", "refuse-form"]
    if porting.living and any(_may_call_off(part) for part in porting.living):
        found.append("cancel")
    if porting.living and not any(part.binds_donor for part in porting.living) and found[-1:] == ["cancel"]:
        found.append("stop")
    if porting.state is _S.CLEARING:
        found.append("write-mail")
    return found


def acts_on_part(porting: Porting, part: Part) -> list[str]:
    """What order management may do about a part."""
    asked = part.pre_agreement
    found = {
        "confirm-date": part.moves_by_hand or part.allows(PortingTrigger.CONFIRM_DATE),
        "cancel": _may_call_off(part),
        "see-message": any(work in porting.asked_about(part) for work in LOOKED_AT),
    }
    if asked is not None:
        taken = asked.take_over
        agreed = asked.state is PreAgreementState.AGREED
        may_change = part.state in (_S.ASKED, _S.CONFIRMED) and asked.may_cancel()
        sent = asked.our_change is not None and asked.held_change is None
        found |= {
            "reschedule": part.state is _S.CONFIRMED and asked.may_change_date(),
            "cancel-follow-up": may_change,
            "ask-again": part.allows(PortingTrigger.ASK_AGAIN),
            "accept-corrections": _may_accept(porting, part),
            "send-again": asked.unanswered is not None,
            "stop-held": part.held_until is not None,
            "answer": asked.their_change is not None,
            "settle-by-hand": sent,
            "take-over": agreed and taken is not None and asked.may_announce_again(),
        }
    return [name for name, may in found.items() if may]


def owed(part: Part) -> Deadline | None:
    """The deadline that must run in this state, so that nothing is ever waited for in silence."""
    asked = part.pre_agreement
    if asked is not None and asked.their_change is not None:
        return Deadline.OUR_ANSWER
    if asked is not None and asked.our_change is not None and asked.held_change is None:
        return Deadline.CHANGE_ANSWER
    if asked is not None and asked.owes_take_over:
        return Deadline.TAKE_OVER
    return {
        _S.ASKED: Deadline.ANSWER,
        _S.AWAITING_FORM: Deadline.SIGNED_FORM,
        _S.AWAITING_DATE: Deadline.PAPER_DATE,
        _S.CLEARING: Deadline.CLEARING,
        _S.AWAITING_NEW: Deadline.NEW_PRE_AGREEMENT,
        _S.DUE: Deadline.ASSIGNMENT,
    }.get(part.state)


def _may_call_off(part: Part) -> bool:
    if part.binds_donor:
        assert part.pre_agreement is not None
        return part.state in (_S.ASKED, _S.CONFIRMED, _S.AWAITING_NEW) and part.pre_agreement.may_cancel()
    return part.allows(PortingTrigger.CANCEL)


def _may_accept(porting: Porting, part: Part) -> bool:
    answer = part.pre_agreement.answer if part.pre_agreement is not None else None
    return answer is not None and bool(answer.corrections) and not porting.corrections_accepted
