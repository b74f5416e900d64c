"""Orders become work orders, one a line, and what needs no human is done at once: a whole batch together (SITE-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.ordering.v1 import OrderReceived
from provisioning.application.carry_out import carry_out
from provisioning.application.ports import Unit
from provisioning.application.shapes import work_order_of
from provisioning.application.wait_for_day import put_off, take_back


@dataclass(frozen=True, slots=True)
class Received:
    """An order, and the story it was told in."""

    order: OrderReceived
    correlation_id: str
    story: object


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An order that was cancelled. Cart tells of it after the order itself."""

    order_id: UUID


async def take_orders(told: Sequence[Received | TakenBack], unit: Unit) -> None:
    """A line that is known already makes no second work order, whoever tells of it again."""
    received = [one for one in told if isinstance(one, Received)]
    taken_back = {one.order_id for one in told if isinstance(one, TakenBack)}
    lines = {line.line_id: (line, one) for one in received for line in one.order.lines}
    known = await unit.work_orders.known(lines.keys())
    works = [
        work_order_of(line, one.order, unit.new_id(), one.correlation_id, one.story)
        for line, one in lines.values()
        if line.line_id not in known
    ]
    for work in works:
        if work.order_id in taken_back and work.due_on is not None:
            work.call_off(await unit.now())
    await carry_out(await put_off([work for work in works if not work.is_over], unit), unit)
    await unit.work_orders.add(works)
    if taken_back:
        await take_back(taken_back - {work.order_id for work in works}, unit)
