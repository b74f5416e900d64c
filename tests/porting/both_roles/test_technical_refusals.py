"""Of what the donor could not read, that alone counts as not said."""

from datetime import timedelta

import pytest

from contracts.ordering.v1 import PortingCase, Window
from contracts.porting.v1 import PortingChangeRefused
from contracts.wbci.v1 import CancellationRequested, DateChangeRequested, Refused, ResourceTakeOver, TechnicallyRefused
from porting.domain.deadlines import window_opens
from porting.domain.lifecycle import ChangeState, PortingState, TakeOverState
from porting.domain.part import Part
from porting.domain.particulars import Window as Opens
from porting.domain.pre_agreement import PreAgreement
from porting.domain.standing import acts_on_part
from tests.porting.both_roles.test_stories import act, pass_on, states
from tests.porting.both_roles.world import World, new_world

pytestmark = pytest.mark.rule("PORT-5")
MOMENT = timedelta(seconds=6)


@pytest.fixture
def world() -> World:
    """The first carrier's first customer has asked the second for all its numbers, and to end its contract there."""
    found = new_world(7)
    person = found.people[0]
    blocks = tuple(one for one in found.places if one.stem.startswith("1") and one.extension_from)
    case = PortingCase.END_WITH_NUMBERS
    found.order(found.houses[1], person, blocks, case, 15, Window.MORNING, person.name, all_numbers=False)
    found.go_on(found.now + MOMENT)
    return found


def part_of(world: World) -> Part:
    [porting] = world.houses[1].portings()
    return porting.parts[0]


def asked(world: World) -> PreAgreement:
    found = part_of(world).pre_agreement
    assert found is not None
    return found


def refuse_technically(world: World, refused_type: str) -> None:
    donor, recipient = world.houses
    refused = TechnicallyRefused(
        sender=donor.code,
        receiver=recipient.code,
        pre_agreement_id=str(asked(world).pre_agreement_id),
        sent_at=world.now,
        code="0995",
        refused_type=refused_type,
    )
    recipient.hear_carrier(refused)


def lose_on_the_way(world: World, kind: type) -> None:
    [message] = world.network
    assert isinstance(message, kind)
    world.network.clear()


def kinds_of_tasks(world: World) -> list[str]:
    return [one.kind.value for one in world.houses[1].tasks.values()]


@pytest.mark.parametrize(
    ("name", "kind", "refused_type"),
    [
        ("reschedule", DateChangeRequested, "TV"),
        ("reschedule", DateChangeRequested, "wbci.DateChangeRequested.v1"),
        ("cancel", CancellationRequested, "STR-AUF"),
        ("cancel-follow-up", CancellationRequested, "CancellationRequested"),
    ],
)
def test_a_change_that_the_donor_could_not_read_is_refused_and_its_answer_no_longer_awaited(
    world: World, name: str, kind: type, refused_type: str
) -> None:
    recipient = world.houses[1]
    pass_on(world)
    act(recipient, name)
    world.go_on(world.now + MOMENT)
    lose_on_the_way(world, kind)
    refuse_technically(world, refused_type)
    told = recipient.told[-3:]
    [refused] = [one for one in told if isinstance(one, PortingChangeRefused)]
    assert "0995" in refused.reason.de
    assert (part_of(world).state, part_of(world).change_is_open) == (PortingState.CONFIRMED, False)
    world.go_on(world.now + timedelta(days=8))
    assert kinds_of_tasks(world) == ["carrier_message"], "nothing is overdue that nobody will ever answer"


@pytest.mark.rule("PORT-8")
def test_if_the_day_came_before_a_change_was_refused_technically_the_numbers_move(world: World) -> None:
    recipient = world.houses[1]
    pass_on(world)
    day = part_of(world).change_date
    assert day is not None
    opens_at = window_opens(day, Opens.MORNING)
    world.go_on(opens_at - timedelta(hours=1))
    act(recipient, "cancel")
    world.go_on(opens_at - timedelta(minutes=30))
    lose_on_the_way(world, CancellationRequested)
    world.go_on(opens_at + MOMENT)
    assert part_of(world).state is PortingState.CONFIRMED
    refuse_technically(world, "STR-AUF")
    world.go_on(world.now + MOMENT)
    assert states(world)[0] is PortingState.COMPLETED


@pytest.mark.parametrize("refused_type", ["AKM-TR", "wbci.ResourceTakeOver.v1"])
def test_an_announcement_that_the_donor_could_not_read_is_made_again_and_an_open_change_goes_on(
    world: World, refused_type: str
) -> None:
    donor, recipient = world.houses
    pass_on(world, lambda one: not isinstance(one, ResourceTakeOver))
    act(recipient, "reschedule")
    world.go_on(world.now + MOMENT)
    refuse_technically(world, refused_type)
    step, change = asked(world).take_over, asked(world).our_change
    assert step is not None
    assert change is not None
    assert (step.state, change.state) == (TakeOverState.REFUSED, ChangeState.SENT)
    act(recipient, "take-over")
    pass_on(world)
    assert part_of(world).change_date == donor.departures()[0].change_date != part_of(world).requested_on
    taken = donor.departures()[0].pre_agreement.take_over
    assert taken is not None


def test_an_answer_of_ours_that_the_donor_could_not_read_leaves_the_request_with_it(world: World) -> None:
    donor, recipient = world.houses
    early = CancellationRequested(
        sender=donor.code,
        receiver=recipient.code,
        pre_agreement_id=str(asked(world).pre_agreement_id),
        sent_at=world.now,
        cancellation_id=f"{donor.code}.S000000001",
        final=True,
        reason="Kunde bleibt",
    )
    recipient.hear_carrier(early)
    assert isinstance(world.network.pop(), Refused)
    refuse_technically(world, "ABBM")
    assert (part_of(world).state, kinds_of_tasks(world)) == (PortingState.ASKED, ["carrier_message"])
    pass_on(world)
    assert part_of(world).state is PortingState.CONFIRMED


@pytest.mark.rule("PORT-7")
@pytest.mark.parametrize("refused_type", ["VA", "VA-KUE-MRN", "wbci.PreAgreementRequested.v2"])
def test_a_request_that_the_donor_could_not_read_is_cleared_even_if_it_is_being_called_off(
    world: World, refused_type: str
) -> None:
    recipient = world.houses[1]
    act(recipient, "cancel")
    world.go_on(world.now + MOMENT)
    world.network.clear()
    refuse_technically(world, refused_type)
    assert part_of(world).state is PortingState.CLEARING
    assert "ask-again" in acts_on_part(recipient.portings()[0], part_of(world))
    world.go_on(world.now + timedelta(days=2))
    assert kinds_of_tasks(world) == ["clearing"], "nothing is overdue that nobody will ever answer"


def test_what_is_refused_technically_and_fits_nothing_is_looked_at(world: World) -> None:
    pass_on(world)
    refuse_technically(world, "unknown")
    refuse_technically(world, "TV")
    assert (part_of(world).state, kinds_of_tasks(world)) == (PortingState.CONFIRMED, ["carrier_message"])
