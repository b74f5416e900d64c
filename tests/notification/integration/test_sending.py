"""Mails over a real SMTP server from a real PostgreSQL: once, late rather than never (NOTE-1)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from sqlalchemy import text

from chassis.migrations import migrate_on
from chassis.service import Running
from contracts.ordering.v1 import OrderReceived, QuoteLinkIssued
from devstack.mailbox.__main__ import Taker
from devstack.mailbox.box import Box
from devstack.programs import free_ports
from notification.adapters.line import Away
from notification.adapters.post import Post
from notification.application.tell import acknowledge_order, mail_quote_link, tell
from notification.domain.notice import Happening
from notification.main import service
from notification.settings import Settings

EXAMPLES = Path("contracts/examples")
ORDER = OrderReceived.read((EXAMPLES / "ordering.OrderReceived.v1.json").read_bytes())
LINK = QuoteLinkIssued.read((EXAMPLES / "ordering.QuoteLinkIssued.v1.json").read_bytes())


class Desk:
    """A running notification service without its consumers, and its mailbox."""

    def __init__(self, running: Running[Any], box: Box) -> None:
        assert isinstance(running.settings, Settings)
        self.running, self.box, self.settings = running, box, running.settings
        self.post = Post(running)

    async def hear(self, use_case: Any, *arguments: Any) -> None:
        async with self.running.units.writing() as unit:
            await use_case(*arguments, unit)

    async def send(self) -> int:
        return await self.post.send_due()

    @contextmanager
    def mail_server(self, taker: Any = None) -> Iterator[None]:
        server = Controller(taker or Taker(self.box), hostname="127.0.0.1", port=self.settings.smtp_port)
        server.start()
        try:
            yield
        finally:
            server.stop()

    async def all(self, question: str) -> list[Any]:
        async with self.running.units.reading() as unit:
            return list((await unit.connection.execute(text(question))).scalars())

    async def ask(self, question: str) -> Any:
        async with self.running.units.reading() as unit:
            return (await unit.connection.execute(text(question))).scalar_one()


@pytest_asyncio.fixture
async def desk(new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    url = await new_database("notification")
    await migrate_on(url, service.migrations, service.metadata, name="notification")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    running = service.open(smtp_port=free_ports(1)[0])
    found = Desk(running, Box(tmp_path))
    yield found
    await found.post.close()
    await running.engine.dispose()


@pytest.mark.rule("NOTE-1", "QUOTE-4")
async def test_an_order_is_acknowledged_once_to_each_however_often_it_is_heard(desk: Desk) -> None:
    with desk.mail_server():
        for _ in range(3):
            await desk.hear(acknowledge_order, ORDER)
            await desk.send()
    found = sorted(mail.to.partition("<")[2].rstrip(">") for mail in desk.box.mails())
    assert ORDER.approver is not None
    assert found == sorted({ORDER.customer.email, ORDER.creator.email, ORDER.approver.email})
    assert await desk.ask("SELECT count(*) FROM outbox WHERE headers ->> 'ce_type' LIKE '%NoticeSent%'") == 3


@pytest.mark.rule("QUOTE-2")
async def test_a_links_token_is_kept_sealed_and_forgotten_once_it_is_sent(desk: Desk) -> None:
    await desk.hear(mail_quote_link, LINK)
    assert LINK.token not in str(await desk.ask("SELECT facts FROM notice"))
    with desk.mail_server():
        await desk.send()
    assert [link.rsplit("/", 1)[1] for link in desk.box.mails()[0].links] == [LINK.token]
    assert "sealed_token" not in await desk.ask("SELECT facts FROM notice")


@pytest.mark.rule("NOTE-1")
async def test_a_mail_server_that_is_away_delays_and_never_loses(desk: Desk) -> None:
    await desk.hear(mail_quote_link, LINK)
    for _ in range(3):
        with pytest.raises(Away):
            await desk.send()
    with desk.mail_server():
        assert await desk.send() == 1
        assert await desk.send() == 0
    assert len(desk.box.mails()) == 1


@pytest.mark.rule("NOTE-1")
async def test_an_address_that_is_refused_for_good_bounces(desk: Desk) -> None:
    class Refusing:
        async def handle_RCPT(self, *_: Any) -> str:
            return "550 no such user"

    await desk.hear(mail_quote_link, LINK)
    with desk.mail_server(Refusing()):
        await desk.send()
    assert await desk.ask("SELECT state FROM notice") == "bounced"
    told = await desk.all("SELECT headers ->> 'ce_type' FROM outbox ORDER BY position")
    assert told == ["notification.NoticeBounced.v1", "work.TaskRaised.v1"]


async def test_what_happens_before_its_order_is_known_waits_for_it(desk: Desk) -> None:
    with desk.mail_server():
        await desk.hear(tell, [Happening(ORDER.order_id, "order-completed", str(ORDER.order_id), "tests")])
        assert await desk.send() == 0
        await desk.hear(acknowledge_order, ORDER)
        await asyncio.wait_for(desk.send(), 10)
    subjects = [mail.subject for mail in desk.box.mails()]
    assert sum("abgeschlossen" in subject for subject in subjects) == 3
    assert sum("eingegangen" in subject for subject in subjects) == 3
