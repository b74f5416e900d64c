"""What a departure's state means for people, and what comes next."""

from porting.domain.departure import Departure
from porting.domain.departure_facts import Duty, Outgoing, Wait
from porting.domain.facts import Saying
from porting.domain.lifecycle import DepartureState
from telecom.refusal import _

MEANING = {
    DepartureState.ASKED: _("%(carrier)s wants to take these numbers over. Nothing is agreed yet."),
    DepartureState.AGREED: _("The numbers go to %(carrier)s on %(day)s. Until then everything works as before."),
    DepartureState.DUE: _("The numbers are being handed over to %(carrier)s."),
    DepartureState.COMPLETED: _("The numbers are with %(carrier)s now."),
    DepartureState.REFUSED: _("%(carrier)s was refused. The numbers stay."),
    DepartureState.CANCELLED: _("It was called off. The numbers stay."),
    DepartureState.AWAITING_NEW: _(
        "%(carrier)s's request was called off, and a new one is to follow. The numbers stay."
    ),
    DepartureState.REPLACED: _("A newer request of %(carrier)s took its place."),
}
HELD = {
    Outgoing.ANSWER: _("Our answer goes out by itself in a moment; it can still be stopped."),
    Outgoing.CHANGE_ANSWER: _("Our answer to the change goes out by itself in a moment; it can still be stopped."),
    Outgoing.CANCELLATION: _("Our cancellation goes out by itself in a moment; it can still be stopped."),
}
DUTIES = {
    Duty.HAND_OVER: _("The hand-over needs a person: hand the numbers over once more, or settle what is open."),
    Duty.DECIDE: _("Decide and answer by %(due)s."),
    Duty.DECIDE_CHANGE: _("Agree to their change or refuse it, by %(due)s."),
    Duty.NEW_PRE_AGREEMENT: _("The new pre-agreement is overdue: ask %(carrier)s, or close the case."),
    Duty.OVERDUE: _("An answer is overdue: speak to %(carrier)s."),
    Duty.LOOK: _("A message needs a look."),
    Duty.END_AGREEMENT: _("End the contract with the change day."),
}


def meaning(departure: Departure) -> Saying:
    return Saying(MEANING[departure.state], _gaps(departure))


def comes_next(departure: Departure) -> Saying:
    """For people of the house, what they have to do comes first."""
    duty = next((one for one in DUTIES if one in departure.tasks), None)
    if duty is not None:
        return Saying(DUTIES[duty], _gaps(departure))
    if departure.held is not None:
        return Saying(HELD[departure.held], _gaps(departure))
    return comes_next_for_customer(departure)


def comes_next_for_customer(departure: Departure) -> Saying:
    match departure.state:
        case DepartureState.ASKED:
            text = _("The request is checked, and %(carrier)s gets an answer.")
        case DepartureState.AGREED:
            text = _("On %(day)s the numbers move.")
        case DepartureState.DUE:
            text = _("The numbers move today.")
        case DepartureState.AWAITING_NEW:
            text = _("%(carrier)s sends a new request.")
        case _:
            text = _("Nothing is left to do.")
    return Saying(text, _gaps(departure))


def _gaps(departure: Departure) -> dict[str, object]:
    waits = (Wait.OUR_CHANGE_ANSWER, Wait.OUR_ANSWER)
    due = next((departure.waits[one].due_at for one in waits if one in departure.waits), None)
    return {"carrier": departure.carrier.name, "day": departure.change_date or "–", "due": due or "–"}
