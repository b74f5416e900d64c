"""What the random play found once, as stories."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.ordering.v1 import PortingCase, Window
from contracts.wbci.v1 import PreAgreementAnswered, PreAgreementRequested, Settled, WbciMessage
from porting.domain.deadlines import window_opens
from porting.domain.lifecycle import DepartureState, PortingState
from porting.domain.particulars import PortingCase as Case
from porting.domain.particulars import Window as Opens
from tests.porting.both_roles import people
from tests.porting.both_roles.invariants import check
from tests.porting.both_roles.people import Whim
from tests.porting.both_roles.test_both_roles import finish
from tests.porting.both_roles.world import House, World, new_world

pytestmark = pytest.mark.rule("PORT-5", "PORT-8", "PORT-9")
WHIM = Whim(True, 10, Case.NUMBERS_ONLY)


@pytest.fixture
def world() -> World:
    """The first carrier's first customer has asked the second for its two blocks, in ten working days."""
    found = new_world(7)
    order(found)
    found.go_on(found.now + timedelta(seconds=6))
    return found


def order(world: World, replaces: UUID | None = None) -> None:
    person = world.people[0]
    blocks = [one for one in world.places if one.stem.startswith("1") and one.extension_from]
    wish = (*blocks,), PortingCase.NUMBERS_ONLY, 10, Window.MORNING
    world.order(world.houses[1], person, *wish, person.name, all_numbers=False, replaces=replaces)


def pass_on(world: World, keep: Callable[[WbciMessage], bool] = lambda _message: True) -> None:
    """All messages of the moment, and what follows; those that are not kept get lost."""
    for _round in range(6):
        world.network = [one for one in world.network if keep(one)]
        while world.network:
            world.deliver(0)
        world.go_on(world.now + timedelta(seconds=6))
        check(world)


def act(house: House, name: str) -> None:
    found = [one for one in people.acts_at(house) if one[0] == name]
    assert found, f"nobody may {name}"
    assert people.do(house, *found[0], WHIM)


def states(world: World) -> tuple[PortingState, list[DepartureState]]:
    donor, recipient = world.houses
    [porting] = recipient.portings()
    return porting.state, [one.state for one in donor.departures()]


def test_a_cancellation_that_overtakes_its_request_is_unknown_however_often_it_comes(world: World) -> None:
    donor, recipient = world.houses
    act(recipient, "cancel")
    world.go_on(world.now + timedelta(seconds=6))
    request, cancellation = world.network
    assert isinstance(request, PreAgreementRequested)
    world.network = [cancellation, request, cancellation]
    pass_on(world)
    assert states(world) == (PortingState.CONFIRMED, [DepartureState.AGREED])
    act(recipient, "cancel")
    pass_on(world)
    assert states(world) == (PortingState.CANCELLED, [DepartureState.CANCELLED])
    assert all(places == {donor.code} for number, places in world.places.items() if number.stem.startswith("1"))


def test_a_repeated_cancellation_of_what_was_asked_anew_is_agreed_to(world: World) -> None:
    donor, recipient = world.houses
    pass_on(world)
    act(donor, "cancel-follow-up")
    pass_on(world, lambda one: not isinstance(one, Settled))
    act(recipient, "answer")
    pass_on(world, lambda one: not isinstance(one, Settled))
    act(recipient, "ask-again")
    pass_on(world)
    act(donor, "send-again")
    pass_on(world)
    assert donor.departures()[0].state in (DepartureState.AWAITING_NEW, DepartureState.REPLACED)
    finish(world)


def test_an_answer_that_comes_after_its_day_moves_the_numbers_at_once(world: World) -> None:
    _donor, recipient = world.houses
    world.deliver(0)
    world.go_on(world.now + timedelta(seconds=6))
    [answer] = world.network
    assert isinstance(answer, PreAgreementAnswered)
    world.network.clear()
    world.go_on(world.now + timedelta(days=20))
    check(world)
    world.network.append(answer)
    world.deliver(0)
    world.go_on(world.now + timedelta(seconds=6))
    assert states(world) == (PortingState.COMPLETED, [DepartureState.COMPLETED])
    assert all(
        places == {recipient.code} for number, places in world.places.items() if number.stem in ("10479", "11479")
    )


def test_a_change_that_is_stopped_after_the_window_opened_lets_the_numbers_move(world: World) -> None:
    donor, recipient = world.houses
    pass_on(world)
    day = donor.departures()[0].change_date
    assert day is not None
    opens_at = window_opens(day, Opens.MORNING)
    world.go_on(opens_at - timedelta(seconds=2))
    act(recipient, "cancel")
    world.go_on(opens_at + timedelta(seconds=1))
    assert states(world)[0] is PortingState.CONFIRMED
    assert len(recipient.tasks) == 1
    act(recipient, "stop-held")
    world.go_on(world.now + timedelta(seconds=6))
    assert states(world) == (PortingState.COMPLETED, [DepartureState.COMPLETED])
    assert not recipient.tasks


def test_a_cancellation_while_the_numbers_move_is_refused_even_if_they_have_moved_by_then(world: World) -> None:
    donor, recipient = world.houses
    pass_on(world)
    world.provisioning_works = False
    day = donor.departures()[0].change_date
    assert day is not None
    act(recipient, "cancel")
    world.go_on(world.now + timedelta(days=20))
    assert donor.departures()[0].state is DepartureState.DUE
    while world.network:
        world.deliver(0)
    world.provisioning_works = True
    world.let_provisioning_work()
    pass_on(world)
    assert states(world) == (PortingState.COMPLETED, [DepartureState.COMPLETED])


def test_numbers_that_their_user_gave_up_before_the_day_keep_no_others_from_leaving(world: World) -> None:
    donor, recipient = world.houses
    pass_on(world)
    gone, stays = (one for one in world.places if one.stem in ("10479", "11479"))
    world.give_up(donor, gone)
    world.go_on(world.now + timedelta(days=20))
    assert [one.state for one in donor.departures()] == [DepartureState.COMPLETED]
    assert world.places[stays] == {recipient.code}


@pytest.mark.rule("PORT-3")
def test_what_was_called_off_for_a_new_request_gives_way_to_the_order_that_makes_it(world: World) -> None:
    donor, recipient = world.houses
    pass_on(world)
    act(recipient, "cancel-follow-up")
    pass_on(world)
    [called_off] = recipient.portings()
    order(world, replaces=called_off.porting_id)
    pass_on(world)
    assert [one.state for one in recipient.portings()] == [PortingState.CANCELLED, PortingState.CONFIRMED]
    assert [one.state for one in donor.departures()] == [DepartureState.REPLACED, DepartureState.AGREED]
    assert not recipient.tasks_about(called_off.porting_id)
