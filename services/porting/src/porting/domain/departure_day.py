"""The day of a departure: it begins, numbers are handed over, and with the last of them it is completed (PORT-8)."""

from datetime import datetime

from porting.domain import refusals
from porting.domain.departure import Departure
from porting.domain.departure_facts import Completed, Due, Duty
from porting.domain.facts import Saying
from porting.domain.lifecycle import DepartureState, DepartureTrigger, PreAgreementTrigger
from porting.domain.particulars import Numbers
from telecom.formats import berlin_day
from telecom.refusal import _


def begin_day(departure: Departure, here: Numbers, at: datetime) -> None:
    """PORT-8: while a change is open nobody knows whether the numbers leave; a person does. `here`: what we hold."""
    day = departure.change_date
    if departure.state is not DepartureState.AGREED or day is None or berlin_day(at) < day:
        return
    if departure.pre_agreement.our_change or departure.pre_agreement.their_change:
        departure.needs(
            Duty.HAND_OVER,
            Saying(_("The day of a departure has come while a change of it is open")),
            Saying(_("Settle the change with %(carrier)s; then they go or stay."), departure.names()),
        )
        return
    _go(departure, here, at)


def hand_over(departure: Departure, here: Numbers, at: datetime, by: str) -> None:
    """Once more, after it failed."""
    if departure.state is not DepartureState.DUE:
        raise refusals.NotNow()
    departure.note("departure-due", at, by=by)
    _ask_for_hand_over(departure, here, at)


def release(departure: Departure, blocks: Numbers, at: datetime) -> None:
    """Provisioning handed them over; with the last of them nothing is left to do."""
    if departure.state is not DepartureState.DUE:
        departure.look_at(_("Numbers were handed over, but the departure does not stand."), {}, at)
        return
    departure.released += tuple(one for one in blocks if one not in departure.released)
    if not departure.left_to_go:
        _complete(departure, at)


def lost_numbers(departure: Departure, blocks: Numbers, at: datetime) -> None:
    """Released for another reason, although they are to leave."""
    if not departure.is_over and any(one.overlaps(other) for one in blocks for other in departure.numbers):
        departure.look_at(_("Numbers that are to leave were released for another reason."), {}, at)


def _go(departure: Departure, here: Numbers, at: datetime) -> None:
    departure.step(DepartureTrigger.BEGIN_DAY)
    departure.done(Duty.HAND_OVER, "porting", Saying(_("The numbers are handed over.")))
    departure.note("departure-due", at)
    if departure.case.moves_numbers:
        _ask_for_hand_over(departure, here, at)
    else:
        _complete(departure, at)


def _ask_for_hand_over(departure: Departure, here: Numbers, at: datetime) -> None:
    """What hangs nowhere here any more needs none; a person knows why it went."""
    release(departure, tuple(gone for one in departure.left_to_go for gone in one.without(here)), at)
    if departure.state is DepartureState.DUE:
        assert departure.change_date is not None
        departure.facts.append(Due(departure.change_date, departure.left_to_go))


def _complete(departure: Departure, at: datetime) -> None:
    departure.step(DepartureTrigger.HAND_OVER)
    departure.pre_agreement.take(PreAgreementTrigger.FINISH)
    departure.facts.append(Completed())
    departure.note("departure-completed", at)
    departure.finish("porting", keep=(Duty.END_AGREEMENT, Duty.LOOK))
    if departure.pre_agreement.their_change is not None:
        departure.hold_change_answer(False, _("The numbers have been handed over."), at)
