"""Orders become work orders, one a line, and what needs no human is done at once: a whole batch together (SITE-2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.ordering.v1 import OrderReceived
from provisioning.application.carry_out import carry_out
from provisioning.application.ports import Unit
from provisioning.application.shapes import work_order_of


@dataclass(frozen=True, slots=True)
class Received:
    """An order, and the story it was told in."""

    order: OrderReceived
    correlation_id: str
    story: object


async def take_orders(received: Sequence[Received], unit: Unit) -> None:
    """A line that is known already makes no second work order, whoever tells of it again."""
    lines = {line.line_id: (line, one) for one in received for line in one.order.lines}
    known = await unit.work_orders.known(lines.keys())
    works = [
        work_order_of(line, one.order, unit.new_id(), one.correlation_id, one.story)
        for line, one in lines.values()
        if line.line_id not in known
    ]
    await carry_out(works, unit)
