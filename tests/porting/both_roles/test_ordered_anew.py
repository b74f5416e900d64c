"""What is ordered anew takes the place of what was to be cleared, and of nothing else (PORT-3)."""

from datetime import timedelta

import pytest

from contracts.ordering.v1 import OrderReceived, PortingCase
from contracts.wbci.v1 import PreAgreementRequested, Reason, Refused
from porting.application import act_on_porting
from porting.application.act_on_porting import Actor
from porting.domain.lifecycle import PortingState
from porting.domain.part import Part
from porting.domain.particulars import Window
from telecom.workdays import add_working_days
from tests.porting.both_roles.memory import MemoryUnit
from tests.porting.both_roles.world import STATE, House, World, new_world
from tests.porting.sample import block, order, porting_of

pytestmark = pytest.mark.rule("PORT-3")
MOMENT = timedelta(seconds=6)
FIVE_OF_EACH = tuple(block() for _nth in range(15))


@pytest.fixture
def world() -> World:
    return new_world(7)


@pytest.fixture
def placed(world: World) -> OrderReceived:
    """Three parts; the donor refused each. The first was agreed by mail then, and the second is to be asked again."""
    donor, recipient = world.houses
    found = order(
        requested_on=add_working_days(world.today, 15, STATE),
        carrier=donor.code,
        case=PortingCase.NUMBERS_ONLY,
        numbers=FIVE_OF_EACH,
    )
    recipient.hear(found)
    world.go_on(world.now + MOMENT)
    for asked in world.network:
        assert isinstance(asked, PreAgreementRequested)
        recipient.hear_carrier(
            Refused(
                sender=donor.code,
                receiver=recipient.code,
                pre_agreement_id=asked.pre_agreement_id,
                sent_at=world.now,
                reasons=(Reason(code="8117"),),
            )
        )
    world.network.clear()
    friday = add_working_days(world.today, 10, STATE)

    async def agree(unit: MemoryUnit) -> None:
        await act_on_porting.confirm_date(await actor(unit, found, 1), friday, Window.MORNING)

    async def ask_again(unit: MemoryUnit) -> None:
        await act_on_porting.ask_again(await actor(unit, found, 2), None, None, None)

    recipient.do(agree)
    recipient.do(ask_again)
    assert states(recipient) == [PortingState.CONFIRMED, PortingState.HELD, PortingState.CLEARING]
    return found


async def actor(unit: MemoryUnit, placed: OrderReceived, number: int) -> Actor:
    porting = await unit.portings.get(porting_of(placed).porting_id)
    assert porting is not None
    part = porting.part(number)
    assert part is not None
    return Actor(porting, part, "Olga", unit)  # type: ignore[arg-type] # the parts of a unit that are used here


def parts(recipient: House) -> list[Part]:
    """Of the first request."""
    return recipient.portings()[0].parts


def states(recipient: House) -> list[PortingState]:
    return [part.state for part in parts(recipient)]


def order_anew(world: World, placed: OrderReceived, first: int, last: int) -> None:
    anew = order(
        requested_on=add_working_days(world.today, 15, STATE),
        carrier=world.houses[0].code,
        case=PortingCase.NUMBERS_ONLY,
        numbers=FIVE_OF_EACH[first:last],
        replaces=porting_of(placed),
        agreement_id=placed.lines[0].agreement_id,
    )
    world.houses[1].hear(anew)


def test_what_was_agreed_by_mail_and_what_is_asked_again_stay_when_another_part_is_ordered_anew(
    world: World, placed: OrderReceived
) -> None:
    order_anew(world, placed, 10, 15)
    assert states(world.houses[1]) == [PortingState.CONFIRMED, PortingState.HELD, PortingState.CANCELLED]


def test_what_is_to_be_cleared_is_closed_even_if_its_numbers_are_not_ordered_anew(
    world: World, placed: OrderReceived
) -> None:
    order_anew(world, placed, 10, 12)
    assert states(world.houses[1]) == [PortingState.CONFIRMED, PortingState.HELD, PortingState.CANCELLED]


def test_numbers_ordered_anew_are_asked_for_once(world: World, placed: OrderReceived) -> None:
    order_anew(world, placed, 4, 6)
    assert states(world.houses[1]) == [PortingState.CANCELLED, PortingState.CANCELLED, PortingState.CANCELLED]
