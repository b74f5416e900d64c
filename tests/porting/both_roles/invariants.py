"""What holds at every moment, whatever the network loses and people choose."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from porting.domain.departure import Departure
from porting.domain.lifecycle import DepartureState, PortingState, PreAgreementState
from porting.domain.part import Part
from porting.domain.porting import Porting
from porting.domain.standing import owed
from tests.porting.both_roles.world import House, World

GOING = (DepartureState.DUE, DepartureState.COMPLETED)
"""On the day one side may be ahead of the other by hours: without a time window the day begins at midnight."""


@dataclass(frozen=True)
class Pair:
    """A part of a porting, and what the donor keeps of the same pre-agreement."""

    recipient: House
    porting: Porting
    part: Part
    departure: Departure | None


def check(world: World) -> None:
    pairs = list(_pairs(world))
    _numbers_are_at_one_place(world)
    for house in world.houses:
        for porting in house.portings():
            for part in porting.living:
                assert _recipient_is_awake(house, porting, part), (
                    f"{house.code} forgot {_short(part)}, tasks {list(porting.tasks)}"
                )
        for departure in house.departures():
            assert _donor_is_awake(house, departure), f"{house.code} forgot {_short(departure)}"
    if is_quiet(world):
        for pair in pairs:
            _both_say_the_same(world, pair)


def open_ones(world: World) -> list[str]:
    """What is not over, at either side."""
    parts = [
        f"{house.code} {_short(part)} {list(porting.tasks)}"
        for house in world.houses
        for porting in house.portings()
        for part in porting.living
    ]
    departures = [
        f"{house.code} {_short(one)} {list(one.tasks)}"
        for house in world.houses
        for one in house.departures()
        if not one.is_over
    ]
    return [*parts, *departures]


def is_quiet(world: World) -> bool:
    """Nothing is under way: no message between both, none held back, and provisioning has done its part."""
    return not world.network and not any(
        house.to_provision
        or any(due_at <= world.now or "held" in name for (name, _), due_at in house.stores.timers.items())
        for house in world.houses
    )


def _pairs(world: World) -> Iterator[Pair]:
    for house in world.houses:
        for porting in house.portings():
            for part in porting.parts:
                yield Pair(house, porting, part, house.other.departure_of(part))


def _numbers_are_at_one_place(world: World) -> None:
    """Between two who can't hear each other a number may be nowhere, or with both; then somebody has to see to it.

    Nowhere: the recipient is not done with it. With both: the donor's own cancellation was not answered in time, or has
    been a moment ago.
    """
    for number, places in world.places.items():
        if len(places) == 1:
            continue
        gone = {
            str(one.pre_agreement.pre_agreement_id)
            for house in world.houses
            for one in house.departures()
            if number.stem in {other.stem for other in one.numbers}
        }
        moving = [
            part
            for house in world.houses
            for porting in house.portings()
            for part in porting.living
            if number.stem in {one.stem for one in part.numbers}
            or (part.pre_agreement and str(part.pre_agreement.pre_agreement_id) in gone)
        ]
        leaving = [
            one
            for house in world.houses
            for one in house.departures()
            if (
                one.pre_agreement.our_change
                or one.state is DepartureState.DUE
                or ("departure-day", str(one.departure_id)) in house.stores.timers
            )
            and not one.is_over
            and number.stem in {other.stem for other in one.numbers}
        ]
        assert leaving if places else moving, f"{number} is at {places or 'no place'}, and nobody sees to it"


def _recipient_is_awake(house: House, porting: Porting, part: Part) -> bool:
    """A message held back, a deadline that runs, an agreed day to come, or a task."""
    timers, subject = house.stores.timers, f"{porting.porting_id}/{part.number}"
    if part.held_until is not None and ("held-message", subject) in timers:
        return True
    if _open_tasks(house, porting.porting_id) and any(key.endswith(f"/{part.number}") for key in porting.tasks):
        return True
    awaited = owed(part)
    if awaited is not None:
        return (f"{awaited.replace('_', '-')}-due", subject) in timers
    return part.state is PortingState.CONFIRMED and ("window-opens", subject) in timers


def _donor_is_awake(house: House, departure: Departure) -> bool:
    if departure.is_over:
        return True
    subject = str(departure.departure_id)
    mine = {name for name, about in house.stores.timers if about == subject}
    if any(name.endswith("-held") for name in mine) or _open_tasks(house, departure.departure_id):
        return True
    if departure.waits and any(name.endswith("-due") for name in mine):
        return True
    return departure.state is DepartureState.AGREED and "departure-day" in mine


def _open_tasks(house: House, subject: UUID) -> bool:
    return bool(house.tasks_about(subject))


def _both_say_the_same(world: World, pair: Pair) -> None:
    """Where neither side waits for the other any more, both have the same date and outcome."""
    part, departure = pair.part, pair.departure
    asked = part.pre_agreement
    if (
        asked is not None
        and asked.state in (PreAgreementState.AGREED, PreAgreementState.COMPLETE)
        and asked.answer is None
    ):
        return  # agreed by telephone, when the numbers had left already
    if departure is None or asked is None or asked.unanswered is not None or departure.pre_agreement.unanswered:
        return
    if (
        asked.their_change
        or departure.pre_agreement.their_change
        or asked.our_change
        or departure.pre_agreement.our_change
    ):
        return
    told = {
        PortingState.CONFIRMED: (DepartureState.AGREED, *(GOING if part.change_date == world.today else ())),
        PortingState.DUE: (DepartureState.AGREED, DepartureState.DUE, DepartureState.COMPLETED),
        PortingState.COMPLETED: (DepartureState.DUE, DepartureState.COMPLETED),
        PortingState.CLEARING: (DepartureState.REFUSED,),
        PortingState.REJECTED: (DepartureState.REFUSED,),
        PortingState.CANCELLED: (DepartureState.CANCELLED, DepartureState.REFUSED, DepartureState.REPLACED),
        # Replaced also by what was ordered apart from it: the donor knows numbers and carrier, not our orders.
        PortingState.AWAITING_NEW: (
            DepartureState.AWAITING_NEW,
            DepartureState.REPLACED,
            DepartureState.CANCELLED,
            DepartureState.REFUSED,
        ),
    }.get(part.state)
    if told is None:
        return
    assert departure.state in told, f"{_short(part)} but {_short(departure)}"
    if departure.state in (DepartureState.AGREED, *GOING):
        assert departure.change_date == part.change_date, f"{_short(part)} but {_short(departure)}"


def _short(one: Part | Departure) -> str:
    asked = one.pre_agreement
    named = asked.pre_agreement_id if asked is not None else None
    state = asked.state if asked is not None else None
    changes = [(change.change_id, change.state.value) for change in (*asked.ours, *asked.theirs)] if asked else []
    return f"{type(one).__name__} {named} {one.case} {one.state} {state} {one.change_date} {changes}"
