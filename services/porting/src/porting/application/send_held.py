"""What was held back goes out: the VA, a date change or cancellation, the AKM-TR (PORT-5)."""

from datetime import datetime
from uuid import UUID

from porting.application import wire
from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.domain import asking, changing
from porting.domain.deadlines import Rules
from porting.domain.lifecycle import PortingState
from porting.domain.messages import Message
from porting.domain.part import Part
from porting.domain.porting import Porting


async def send_held(porting_id: UUID, number: int, unit: Unit) -> None:
    porting = await unit.portings.get(porting_id)
    part = porting.part(number) if porting is not None else None
    if porting is None or part is None or part.pre_agreement is None or part.is_over:
        return
    messages = _released(porting, part, unit.terms.rules, await unit.now())
    part.held_until = None
    await save_and_publish(porting, unit)
    for message in messages:
        await tell_donor(message, porting, unit)


def _released(porting: Porting, part: Part, rules: Rules, at: datetime) -> list[Message]:
    asked = part.pre_agreement
    assert asked is not None
    found: list[Message] = []
    if part.state is PortingState.HELD and (request := asking.send(porting, part, rules, at)) is not None:
        found.append(request)
    if asked.held_change is not None:
        found.append(changing.send_change(porting, part, rules, at))
    if asked.held_take_over is not None and asked.owes_take_over:
        found.append(asking.send_take_over(porting, part, at))
    return found


async def send_again(porting: Porting, part: Part, unit: Unit) -> Message | None:
    """The same message under the same id, where an answer is missing."""
    asked = part.pre_agreement
    message = asked.unanswered if asked is not None else None
    if message is not None:
        await tell_donor(message, porting, unit)
    return message


async def tell_donor(message: Message, porting: Porting, unit: Unit) -> None:
    assert porting.donor.carrier_code is not None, "a paper carrier gets no messages"
    await wire.send(message, porting.donor.carrier_code, porting.porting_id, unit)
