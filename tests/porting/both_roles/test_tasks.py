"""What order management is asked is done with its own cause, never with another's."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.ordering.v1 import PortingCase, Window
from contracts.wbci.v1 import (
    DateChangeRequested,
    PreAgreementAnswered,
    Reason,
    Refused,
    ResourceTakeOver,
    ResourceTakeOverRefused,
    Settled,
)
from porting.application import act_on_porting
from porting.application.act_on_porting import Actor
from porting.domain.deadlines import window_opens
from porting.domain.facts import Deadline
from porting.domain.lifecycle import PortingState
from porting.domain.part import Part
from porting.domain.particulars import Window as Opens
from porting.domain.porting import Porting
from porting.domain.refusals import NotNow
from telecom.workdays import add_working_days
from tests.porting.both_roles.memory import MemoryUnit
from tests.porting.both_roles.test_stories import act
from tests.porting.both_roles.world import STATE, House, World, new_world

pytestmark = pytest.mark.rule("PORT-5")
MOMENT = timedelta(seconds=6)
ODD, LOOK = "The donor's date needs a look", "A carrier's message needs a look"
CAME = "The porting day has come while a change is open"


@pytest.fixture
def world() -> World:
    """A donor agreed to let all numbers go and the contract end, but twenty working days later than asked for; it has
    heard that the line is not taken over."""
    found = new_world(7)
    person, recipient = found.people[0], found.houses[1]
    blocks = tuple(one for one in found.places if one.stem.startswith("1") and one.extension_from)
    case = PortingCase.END_WITH_NUMBERS
    found.order(recipient, person, blocks, case, 15, Window.MORNING, person.name, all_numbers=False)
    found.go_on(found.now + MOMENT)
    found.deliver(0)
    found.go_on(found.now + MOMENT)
    [answer] = found.network
    assert isinstance(answer, PreAgreementAnswered)
    later = add_working_days(answer.change_date, 20, STATE)
    found.network = [answer.model_copy(update={"answer": "8002", "change_date": later})]
    found.deliver(0)
    found.go_on(found.now + MOMENT)
    assert isinstance(found.network.pop(), ResourceTakeOver)
    assert titles(recipient) == [ODD]
    return found


def the(recipient: House) -> tuple[Porting, Part]:
    [porting] = recipient.portings()
    return porting, porting.parts[0]


def titles(recipient: House) -> list[str]:
    return sorted(one.title.en for one in recipient.tasks.values())


def envelope(world: World) -> dict[str, Any]:
    donor, recipient = world.houses
    asked = the(recipient)[1].pre_agreement
    assert asked is not None
    named = str(asked.pre_agreement_id)
    return {"sender": donor.code, "receiver": recipient.code, "pre_agreement_id": named, "sent_at": world.now}


def asked_for_another_date(world: World) -> DateChangeRequested:
    act(world.houses[1], "reschedule")
    world.go_on(world.now + MOMENT)
    message = world.network.pop()
    assert isinstance(message, DateChangeRequested)
    return message


def refused(world: World, asked_for: DateChangeRequested) -> Refused:
    unchanged = the(world.houses[1])[1].change_date
    named = {"change_id": asked_for.change_id, "unchanged_date": unchanged}
    return Refused(**envelope(world), reasons=(Reason(code="8141"),), **named)


def agreed(world: World, asked_for: DateChangeRequested) -> Settled:
    named = {"change_id": asked_for.change_id, "new_date": asked_for.new_date}
    return Settled(**envelope(world), answer="8003", **named)


def test_the_refusal_of_another_date_is_looked_at_beside_the_odd_date_that_it_leaves(world: World) -> None:
    recipient = world.houses[1]
    recipient.hear_carrier(refused(world, asked_for_another_date(world)))
    assert titles(recipient) == [LOOK, ODD]
    recipient.hear_carrier(agreed(world, asked_for_another_date(world)))
    assert titles(recipient) == [LOOK], "with another date agreed the odd one is nobody's task any more"
    act(recipient, "see-message")
    assert not recipient.tasks


def test_who_has_looked_at_one_task_has_not_looked_at_the_other(world: World) -> None:
    recipient = world.houses[1]
    recipient.hear_carrier(refused(world, asked_for_another_date(world)))
    porting, _part = the(recipient)
    odd = next(one.task_id for one in recipient.tasks.values() if one.title.en == ODD)

    async def look(unit: MemoryUnit) -> None:
        found = await unit.portings.get(porting.porting_id)
        assert found is not None
        actor = Actor(found, found.parts[0], "Olga", unit)  # type: ignore[arg-type] # the parts of a unit used here
        await act_on_porting.see_message(actor, None, odd)

    recipient.do(look)
    assert titles(recipient) == [LOOK]
    with pytest.raises(NotNow):
        recipient.do(look)


def test_a_refused_take_over_is_owed_until_it_is_announced_again_whatever_else_is_agreed_or_seen(world: World) -> None:
    recipient = world.houses[1]
    recipient.hear_carrier(ResourceTakeOverRefused(**envelope(world), code="8147"))
    assert titles(recipient) == [LOOK, ODD]
    recipient.hear_carrier(agreed(world, asked_for_another_date(world)))
    assert titles(recipient) == [LOOK]
    act(recipient, "see-message")
    porting, part = the(recipient)
    waiting = porting.waited_for(part, Deadline.TAKE_OVER)
    assert waiting is not None
    world.go_on(waiting.due_at + MOMENT)
    assert [one.kind.value for one in recipient.tasks.values()] == ["deadline_passed"]
    act(recipient, "take-over")
    assert not recipient.tasks
    world.go_on(world.now + MOMENT)
    assert isinstance(world.network.pop(), ResourceTakeOver)
    assert not the(recipient)[0].waiting


@pytest.mark.rule("PORT-8")
def test_a_day_that_came_while_a_change_was_open_is_done_with_the_change_and_nothing_else_is(world: World) -> None:
    recipient = world.houses[1]
    recipient.hear_carrier(ResourceTakeOverRefused(**envelope(world), code="8147"))
    act(recipient, "see-message")
    day = the(recipient)[1].change_date
    assert day is not None
    world.go_on(window_opens(day, Opens.MORNING) - timedelta(days=7))
    asked_for = asked_for_another_date(world)
    world.go_on(window_opens(day, Opens.MORNING) + MOMENT)
    assert CAME in titles(recipient)
    recipient.hear_carrier(refused(world, asked_for))
    assert CAME not in titles(recipient)
    assert LOOK in titles(recipient)
    world.go_on(world.now + MOMENT)
    assert the(recipient)[1].state is not PortingState.CONFIRMED
