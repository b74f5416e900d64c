"""A stack of its own, watched by Prometheus, and a customer who orders sites on it the whole time."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from chassis.regularly import pause
from devstack.demo.story import Story, crm_announces, site
from devstack.demo.waiting import DidNotHappen, expect
from devstack.layout import Layout
from devstack.programs import free_base
from devstack.stack import Stack
from tests.deploy.watcher import Watcher

PACE = 5.0
"""Seconds between two orders."""
AGAIN = 1.0
ACCEPTED_WITHIN = 180.0
"""How long the last order may be asked for again after the block, in seconds."""
HOURS = 1800.0
"""What an alert of tickets waits for before it fires, in seconds: until then it is no alert."""
Ring = tuple[str, str]
"""An alert that fires, and the service it names, if any."""


@dataclass(slots=True)
class Ordered:
    """A site that was asked for until it was accepted."""

    order_id: str
    number: str
    asked_at: float
    accepted_at: float
    refusals: int


class Programs(Protocol):
    """Ends and starts what has a name, at once or soon."""

    def stop(self, name: str) -> None: ...

    def start(self, name: str) -> None: ...


@dataclass
class Stage:
    programs: Programs
    story: Story
    watcher: Watcher
    agreement_id: str
    orders: list[Ordered] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)

    async def stop(self, program: str) -> None:
        await asyncio.to_thread(self.programs.stop, program)

    async def start(self, program: str) -> None:
        await asyncio.to_thread(self.programs.start, program)

    async def ringing(self) -> set[Ring]:
        """The alerts that fire now."""
        return await self._alerts("firing")

    async def is_quiet(self) -> bool:
        """No alert fires, and none is about to."""
        return not await self._alerts("firing", "pending")

    async def _alerts(self, *states: str) -> set[Ring]:
        return {
            (rule["name"], alert["labels"].get("app", ""))
            for rule in await self.watcher.rules()
            for alert in rule.get("alerts", ())
            if alert["state"] in states and (alert["state"] == "firing" or rule["duration"] < HOURS)
        }

    async def left(self) -> list[str]:
        """Orders that are not completed, or whose customer has no acknowledgement."""
        for one in self.orders:
            if one.order_id not in self._done:
                order = await self.story.partner.get("cart", f"/orders/{one.order_id}")
                if order["status"] == "completed":
                    self._done.add(one.order_id)
        mails = "\n".join(mail["subject"] for mail in await self.story.mailbox.to(self.story.customer_mail))
        return [one.number for one in self.orders if one.order_id not in self._done or one.number not in mails]

    async def order(self) -> Ordered:
        """Ask for a site, and again under the same key until it is accepted."""
        asked_at, key, refusals = time.monotonic(), str(uuid4()), 0
        body: dict[str, Any] = {"site": site(f"Zweigstelle {key[:8]}", "Rosenstraße"), "block_size": 10}
        path = f"/agreements/{self.agreement_id}/sites"
        while True:
            try:
                answer = await self.story.partner.ask("POST", "cart", path, json=body, headers={"Idempotency-Key": key})
            except DidNotHappen:
                pass
            else:
                if answer.status < 300:
                    order = answer.body
                    return Ordered(order["order_id"], order["number"], asked_at, time.monotonic(), refusals)
                expect(answer.status == 429 or answer.status >= 500, f"{path} takes a site", answer.body)
            refusals += 1
            await asyncio.sleep(AGAIN)

    @asynccontextmanager
    async def ordering(self) -> AsyncIterator[None]:
        """Sites are ordered while the block runs; what goes wrong in the one ends the other."""

        async def customer() -> None:
            while not stopping.is_set():
                self.orders.append(await self.order())
                await pause(PACE, stopping)

        stopping = asyncio.Event()
        async with asyncio.TaskGroup() as both:
            orders = both.create_task(customer())
            yield
            stopping.set()
            await asyncio.wait_for(orders, ACCEPTED_WITHIN)


@contextmanager
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="trunkline-drills-") as folder:
        layout = Layout(data=Path(folder), base=free_base(), kafka_given=None, database_given=None)
        made = Stack(layout, lambda _: None)
        try:
            yield made
        finally:
            made.reset()


@asynccontextmanager
async def stage(stack: Stack, programs: Programs | None = None) -> AsyncIterator[Stage]:
    """The stack up, with a customer who holds a trunk. `programs`: where not all of them are the stack's."""
    await stack.up()
    async with Story(stack.layout) as story:
        await crm_announces(story)
        agreement_id = await story.active_trunk(8, seconds=60)
        watcher = Watcher(stack.layout)
        try:
            yield Stage(programs or stack.supervision, story, watcher, agreement_id)
        finally:
            await watcher.close()
