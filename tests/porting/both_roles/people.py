"""What order management does at either end: any act that the service offers, as a person might choose it.

People tell the truth: what is settled by hand is what the other side made of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from porting.application import act_on_departure, act_on_porting
from porting.application.act_on_porting import Actor
from porting.domain.departure import Departure
from porting.domain.departure_checks import next_change_date
from porting.domain.lifecycle import ChangeState, PreAgreementState
from porting.domain.messages import Reason
from porting.domain.part import Part
from porting.domain.particulars import PortingCase, Window
from porting.domain.pre_agreement import Change, PreAgreement
from porting.domain.standing import acts_on_part
from telecom.workdays import add_working_days
from tests.porting.both_roles.memory import MemoryUnit
from tests.porting.both_roles.world import STATE, House

BY = "Olga"


@dataclass(frozen=True)
class Whim:
    """What a person who may choose chooses: a yes or no, and so many days."""

    yes: bool
    days: int
    case: PortingCase

    def day(self, after: date) -> date:
        return add_working_days(after, self.days, STATE)


def acts_at(house: House) -> list[tuple[str, UUID, int]]:
    """Everything that may be done there now: act, porting or departure, part (0 for a departure)."""
    of_parts = [
        (act, porting.porting_id, part.number)
        for porting in house.portings()
        for part in porting.parts
        for act in acts_on_part(porting, part)
    ]
    today, rules = house.world.today, house.terms.rules
    of_departures = [(act, one.departure_id, 0) for one in house.departures() for act in one.may(today, rules)]
    return [*of_parts, *of_departures]


def do(house: House, act: str, subject: UUID, part: int, whim: Whim) -> bool:
    """False where this person would not do it, since it would not be true."""
    if part:
        return _on_porting(house, act, subject, part, whim)
    return _on_departure(house, act, subject, whim)


def _on_porting(house: House, act: str, porting_id: UUID, number: int, whim: Whim) -> bool:
    porting = next(one for one in house.portings() if one.porting_id == porting_id)
    part = porting.part(number)
    assert part is not None
    today, other = house.world.today, house.other.departure_of(part)
    agreed_on = _agreed_day(house, part, other) if act == "confirm-date" else None
    if act == "confirm-date" and agreed_on is None:
        return False
    told = _told(part.pre_agreement, other)
    if act == "settle-by-hand" and told is None:
        return False

    async def run(unit: MemoryUnit) -> None:
        found = await unit.portings.get(porting_id)
        assert found is not None
        mine = found.part(number)
        assert mine is not None
        actor = Actor(found, mine, BY, unit)  # type: ignore[arg-type] # the parts of a unit that are used here
        after = max(today, mine.change_date or mine.requested_on)
        match act:
            case "confirm-date":
                assert agreed_on is not None
                await act_on_porting.confirm_date(actor, agreed_on, Window.MORNING)
            case "cancel" | "cancel-follow-up":
                await act_on_porting.cancel_part(actor, "Anders überlegt", follow_up=act == "cancel-follow-up")
            case "see-message":
                await act_on_porting.see_message(actor, None)
            case "reschedule":
                await act_on_porting.reschedule(actor, whim.day(after))
            case "ask-again":
                keeps = mine.case is PortingCase.NUMBERS_ONLY or whim.yes
                case = mine.case if keeps else whim.case
                await act_on_porting.ask_again(actor, whim.day(today + timedelta(days=9)), None, case)
            case "accept-corrections":
                await act_on_porting.accept_corrections(actor)
            case "send-again":
                await act_on_porting.repeat(actor)
            case "stop-held":
                await act_on_porting.stop_held(actor, None)
            case "answer":
                await act_on_porting.answer(actor, accept=whim.yes, reason=None if whim.yes else "Passt nicht")
            case "settle-by-hand":
                assert told is not None
                await act_on_porting.settle_by_hand(actor, agreed=told, note=None)
            case "take-over":
                await act_on_porting.take_over(actor, wanted=whim.yes, safe_haven=False)
            case _:
                raise AssertionError(f"nobody knows how to {act}")

    house.do(run)
    return True


def _on_departure(house: House, act: str, departure_id: UUID, whim: Whim) -> bool:
    departure = next(one for one in house.departures() if one.departure_id == departure_id)
    theirs = _part_of(house.other, departure)
    told = _told(departure.pre_agreement, theirs)
    if act == "settle-by-hand" and told is None:
        return False
    day = whim.day(house.world.today + timedelta(days=7))

    async def run(unit: MemoryUnit) -> None:
        found = await unit.departures.get(departure_id)
        assert found is not None
        acts: dict[str, Callable[[], object]] = {
            "agree": lambda: act_on_departure.agree(found, day, None, BY, unit),
            "refuse": lambda: act_on_departure.refuse(found, (Reason("8116", "Vertrag unklar"),), BY, unit),
            "answer": lambda: act_on_departure.answer_change(found, whim.yes, "Passt nicht", BY, unit),
            "cancel": lambda: act_on_departure.cancel(found, "Kunde bleibt", False, BY, unit),
            "cancel-follow-up": lambda: act_on_departure.cancel(found, "Falscher Tag", True, BY, unit),
            "send-again": lambda: act_on_departure.send_again(found, BY, unit),
            "settle-by-hand": lambda: act_on_departure.settle_by_hand(found, bool(told), None, BY, unit),
            "stop-held": lambda: act_on_departure.stop_held(found, None, BY, unit),
            "hand-over": lambda: act_on_departure.hand_over(found, BY, unit),
            "see-message": lambda: act_on_departure.see_message(found, None, BY, unit),
            "close": lambda: act_on_departure.close(found, None, BY, unit),
        }
        await acts[act]()  # type: ignore[misc] # each is a use case

    house.do(run)
    return True


def _agreed_day(house: House, part: Part, other: Departure | None) -> date | None:
    """What the donor says by telephone; if the numbers have left it already, they are taken as soon as can be."""
    state = other.pre_agreement.state if other is not None else None
    if other is None or state not in (PreAgreementState.AGREED, PreAgreementState.COMPLETE):
        return None
    if {one.stem for one in other.numbers} != {one.stem for one in part.numbers if part.case.moves_numbers}:
        return None  # which numbers these are only the written answer says
    if state is PreAgreementState.AGREED:
        return other.change_date
    return next_change_date(house.world.today + timedelta(days=1), other.case, STATE)


def _told(mine: PreAgreement | None, other: Departure | PreAgreement | None) -> bool | None:
    """What the other side made of our open change; None where it has made nothing of it yet."""
    theirs = other.pre_agreement if isinstance(other, Departure) else other
    open_one = mine.our_change if mine is not None else None
    if open_one is None or theirs is None:
        return None
    heard: Change | None = next((one for one in theirs.theirs if one.change_id == open_one.change_id), None)
    if heard is None or heard.state not in (ChangeState.SETTLED, ChangeState.REFUSED):
        return None
    return heard.state is ChangeState.SETTLED


def _part_of(house: House, departure: Departure) -> PreAgreement | None:
    named = departure.pre_agreement.pre_agreement_id
    return next(
        (asked for porting in house.portings() for asked in porting.pre_agreements if asked.pre_agreement_id == named),
        None,
    )
