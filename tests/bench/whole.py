"""A whole stack of its own, with active trunks from which sites can be ordered."""

import asyncio
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from chassis.ids import uuid7
from devstack.demo.story import Story, crm_announces, site
from devstack.layout import SERVICES, Layout
from devstack.programs import free_base
from devstack.stack import Stack
from tests.bench.allocation import load_pool
from tests.bench.ground import cpu_seconds
from tests.bench.load import Ask

POOL = "221,50000000,54999999"
BLOCK_SIZE = 10
"""Half a million blocks in the sites' area code."""
NOT_OURS = ("mailbox", "control-room")
"""Simulators that cost as much as a service: without them notices are queued, as the goal has it."""
HANDLED = re.compile(r"^messaging_handled_total\{.*\} ([0-9.e+]+)$", re.MULTILINE)
RELAYED = re.compile(r"^messaging_relayed_total\{.*\} ([0-9.e+]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Whole:
    """`agreement_id` is that of an active trunk, `token` belongs to the partner who orders from it."""

    stack: Stack
    layout: Layout
    token: str
    agreement_id: str

    def order(self) -> Ask:
        """A site with ten new numbers."""
        body = {"site": site("Zweigstelle", "Rosenstraße"), "block_size": BLOCK_SIZE}
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid7())}
        return Ask(f"/agreements/{self.agreement_id}/sites", json.dumps(body).encode(), headers)

    def kill(self, program: str) -> None:
        """As `kill -9`; the stack's supervisor starts it anew."""
        (pid,) = [one["pid"] for one in self.stack.supervision.states() if one["name"] == program]
        os.kill(pid, signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """Of all programs of the stack."""
        return cpu_seconds(int((self.layout.data / "supervisord.pid").read_text()))

    def counted(self, what: re.Pattern[str]) -> float:
        """A counter's sum over all services."""
        pages = [httpx.get(f"{self.layout.url(name)}/metrics").text for name in SERVICES]
        return sum(float(found) for page in pages for found in what.findall(page))


@contextmanager
def whole() -> Iterator[Whole]:
    folder = Path(tempfile.mkdtemp(prefix="trunkline-bench-stack-"))
    layout = Layout(data=folder, base=free_base(), kafka_given=None, database_given=None)
    stack = Stack(layout, lambda _: None)
    try:
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, stack.up()).result()
            token, agreement_id = aside.submit(asyncio.run, _trunk(layout)).result()
            aside.submit(asyncio.run, load_pool(layout.database_of("provisioning"), POOL)).result()
        for name in NOT_OURS:
            stack.supervision.stop(name)
        yield Whole(stack, layout, token, agreement_id)
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


async def _trunk(layout: Layout) -> tuple[str, str]:
    async with Story(layout) as story:
        await crm_announces(story)
        agreement_id = await story.active_trunk(8)
        return str(story.partner.token), agreement_id
