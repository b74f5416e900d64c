"""A service whose database was restored to a moment catches up as docs/operations.md says, and does nothing twice."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from devstack.demo.story import Story, site
from devstack.demo.waiting import until
from devstack.layout import Layout
from devstack.postgres import binaries
from devstack.supervision import Supervision

pytestmark = pytest.mark.timeout(600)
SERVICE = "provisioning"
A_LITTLE = timedelta(seconds=10)
CATCHES_UP = 120.0
TRUNKS = "SELECT agreement_id, status FROM trunk"
SITES = "SELECT order_id, site_id, state FROM usage_site"
WORK = "SELECT order_id, line_id, state FROM work_order"
BLOCKS = "SELECT holder_id AS site_id, span FROM held_block WHERE holder_id IN (SELECT site_id FROM usage_site)"
RESERVED = "SELECT reservation_id FROM number_reservation"
UNSETTLED = "SELECT position FROM outbox UNION ALL SELECT position FROM parked"
BEFORE, AFTER = "Zentrale", ("Lager", "Büro")


class Database:
    """The service's, as its operator handles it."""

    def __init__(self, layout: Layout, file: Path) -> None:
        self.layout, self.file = layout, file

    async def ask(self, question: str) -> set[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.layout.database_of(SERVICE))
        try:
            return {tuple(row.values()) for row in await connection.fetch(question)}
        finally:
            await connection.close()

    async def made(self) -> list[set[tuple[Any, ...]]]:
        return [await self.ask(question) for question in (TRUNKS, SITES, WORK)]

    async def save(self) -> datetime:
        """To the file; returns the moment."""
        moment = datetime.now(UTC)
        await ran(binaries() / "pg_dump", "-Fc", "-f", self.file, self._url)
        return moment

    async def restore(self) -> None:
        await ran(binaries() / "pg_restore", "--clean", "--if-exists", "-d", self._url, self.file)

    @property
    def _url(self) -> str:
        return f"{self.layout.database_server.rsplit('/', 1)[0]}/{SERVICE}"


async def ran(*command: object) -> None:
    done = await asyncio.to_thread(subprocess.run, [*map(str, command)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


async def test_what_came_by_topics_is_done_again_and_only_what_came_by_http_is_missing(
    stack: Layout, story: Story, tmp_path: Path
) -> None:
    database, supervision = Database(stack, tmp_path / "save"), Supervision(stack.data)
    _, agreement = await story.ordered_trunk(4)
    await story.trunk_in(agreement, "active", seconds=CATCHES_UP)
    await ordered_site(story, agreement, BEFORE)
    reserved = await reserve(story)
    blocks_before = await database.ask(BLOCKS)
    moment = await database.save()

    for name in AFTER:
        await ordered_site(story, agreement, name)
    _, second = await story.ordered_trunk(2)
    await story.trunk_in(second, "active", seconds=CATCHES_UP)
    lost = await reserve(story)
    made, blocks = await database.made(), await database.ask(BLOCKS)
    in_use = await rewind(stack, moment)
    assert in_use.returncode != 0
    assert "stop all of them first" in in_use.stderr

    supervision.stop(SERVICE)
    await database.restore()
    assert await database.made() != made
    rewound = await rewind(stack, moment)
    assert rewound.returncode == 0, rewound.stderr
    supervision.start(SERVICE)

    async def caught_up() -> bool | None:
        return (await database.made() == made and not await database.ask(UNSETTLED)) or None

    await until("the service makes again what it had made", caught_up, CATCHES_UP)
    assert await database.ask(RESERVED) & {(UUID(reserved),), (UUID(lost),)} == {(UUID(reserved),)}
    again = await database.ask(BLOCKS)
    assert blocks_before <= again
    assert {site_id for site_id, _ in again} == {site_id for site_id, _ in blocks}
    assert len({span for _, span in again}) == len(again)

    await ordered_site(story, second, "Filiale")
    mails = Counter(one["subject"] for one in await story.mailbox.to(story.customer_mail))
    assert {subject for subject, count in mails.items() if count > 1} == set()


async def rewind(stack: Layout, moment: datetime) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", SERVICE, "rewind", (moment - A_LITTLE).isoformat()]
    told = {**os.environ, **stack.environment_of(SERVICE)}
    return await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True, text=True, env=told)


async def reserve(story: Story) -> str:
    """What no topic tells provisioning."""
    free = await story.partner.get(SERVICE, "/number-pools/221/free", size=10)
    wanted = {"customer_id": story.customer_id, "block": free["blocks"][-1]}
    return str((await story.partner.post(SERVICE, "/reservations", wanted))["reservation_id"])


async def ordered_site(story: Story, agreement: str, name: str) -> None:
    """Ready, and the customer knows."""
    body = {"site": site(f"{name} {story.tag}", "Rosenstraße"), "block_size": 10}

    async def accepted() -> str | None:
        answer = await story.partner.ask("POST", "cart", f"/agreements/{agreement}/sites", json=body)
        return str(answer.body["order_id"]) if answer.status == httpx.codes.CREATED else None

    order_id = await until(f"the order for {name} is accepted", accepted, CATCHES_UP)
    await story.order_in(order_id, "completed", seconds=CATCHES_UP)
    await story.mailbox.mail(story.customer_mail, f"{name} {story.tag}")
