"""Sends what is due, over one connection a batch; a server that is away delays and never loses (NOTE-1)."""

import asyncio
import contextlib
from typing import Any

import aiosmtplib
import structlog
from sqlalchemy import text

from chassis.service import Running
from chassis.store import is_infrastructure
from chassis.story import Story, telling
from contracts.notification.v1 import NoticeBounced, NoticeSent
from contracts.shapes import Localized
from notification.adapters.letters import Letters
from notification.adapters.store import NotificationUnit
from notification.domain.notice import masked, retry_after

log = structlog.get_logger()

DUE = text(
    "SELECT * FROM notice WHERE state = 'waiting' AND not_before <= now() ORDER BY not_before LIMIT 50 "
    "FOR UPDATE SKIP LOCKED"
)
DONE = text(
    "UPDATE notice SET state = :state, reason = :reason, facts = facts - 'sealed_token', attempts = attempts + 1 "
    "WHERE notice_id = :notice_id"
)
LATER = text(
    "UPDATE notice SET attempts = attempts + 1, reason = :reason, not_before = now() + :seconds * interval '1 s' "
    "WHERE notice_id = :notice_id"
)
PAUSE = 0.1


class Post:
    """The sender; several may run, each with notices of its own."""

    def __init__(self, running: Running[NotificationUnit], letters: Letters) -> None:
        self._running, self._letters = running, letters

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                if await self.send_due():
                    continue
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                log.warning("notices wait for the database", error=repr(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), PAUSE)

    async def send_due(self) -> int:
        """Send what is due; returns how many were sent or refused for good.

        A crash between the server's answer and the commit sends a mail again, with the same Message-ID.
        """
        async with self._running.units.writing() as unit:
            rows = (await unit.connection.execute(DUE)).all()
            if not rows:
                return 0
            server = await self._connect()
            try:
                return sum([await self._send(row, unit, server) for row in rows])
            finally:
                if server is not None:
                    server.close()

    async def _connect(self) -> aiosmtplib.SMTP | None:
        """An open connection, or None while the server is away."""
        settings = self._running.settings
        server = aiosmtplib.SMTP(hostname=settings.smtp_host, port=settings.smtp_port, timeout=10)  # type: ignore[attr-defined]
        try:
            await server.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("mail server is away", error=repr(error))
            return None
        return server

    async def _send(self, row: Any, unit: NotificationUnit, server: aiosmtplib.SMTP | None) -> bool:
        if server is None:
            return await self._postpone(row, unit, "mail server is away")
        try:
            await server.send_message(self._letters.write(row))
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [one.code for one in error.recipients]
            if any(code < 500 for code in codes):
                return await self._postpone(row, unit, repr(error))
            return await self._bounce(row, unit, repr(error))
        except aiosmtplib.SMTPResponseException as error:
            return await (self._postpone if error.code < 500 else self._bounce)(row, unit, repr(error))
        except (aiosmtplib.SMTPException, OSError) as error:
            return await self._postpone(row, unit, repr(error))
        await unit.connection.execute(DONE, {"notice_id": row.notice_id, "state": "sent", "reason": None})
        with telling(Story(row.correlation_id)):
            unit.outbox.record(NoticeSent(**_facts(row), sent_at=await unit.now()))
        return True

    async def _postpone(self, row: Any, unit: NotificationUnit, reason: str) -> bool:
        later = {"notice_id": row.notice_id, "reason": reason[:400], "seconds": retry_after(row.attempts)}
        await unit.connection.execute(LATER, later)
        return False

    async def _bounce(self, row: Any, unit: NotificationUnit, reason: str) -> bool:
        await unit.connection.execute(DONE, {"notice_id": row.notice_id, "state": "bounced", "reason": reason[:400]})
        words = Localized(
            de="Der Mailserver nimmt die Adresse nicht an.", en="The mail server does not accept the address."
        )
        with telling(Story(row.correlation_id)):
            unit.outbox.record(NoticeBounced(**_facts(row), reason=words, bounced_at=await unit.now()))
        return True


def _facts(row: Any) -> dict[str, Any]:
    names = ("notice_id", "kind", "role", "language", "customer_id", "order_id", "quote_id")
    return {**{name: getattr(row, name) for name in names}, "recipient": masked(row.email)}
