"""Sends what is due; a mail server that is away or slow delays and never loses (NOTE-1).

Notices are claimed for a while in one short transaction, sent over connections that stay open, and settled in
batches. A crash between the server's answer and the settling sends a mail again when the claim has run out, with the
same Message-ID.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Literal

import structlog
from email_validator import EmailNotValidError
from prometheus_client import Counter

from chassis.ids import uuid7
from chassis.regularly import pause
from chassis.service import Running
from chassis.store import is_infrastructure
from chassis.story import Story, telling
from notification.adapters.claims import HOLD_AT, Batch, Outcome, anything_due, claim, hold, settle
from notification.adapters.letters import Letters
from notification.adapters.line import Away, Line, Never, NotNow
from notification.adapters.mime import Attachment
from notification.adapters.press import pdf_of
from notification.adapters.queries import sent_notice
from notification.adapters.store import NotificationUnit
from notification.application.act_on_notice import tell_of_bounce, tell_of_sending
from notification.application.documents import paper, sites_named_in
from notification.domain.notice import NOBODY_CLEARS
from notification.settings import Settings
from telecom.refusal import _

log = structlog.get_logger()

SETTLE_EVERY = 0.5
PAUSE = 0.1
LONGEST_PAUSE = 15.0
UNWRITABLE_AFTER = 8
"""Tries after which a mail that we fail to write ourselves goes to a person."""

OUTCOMES = Counter("notification_mails_total", "Mails by what became of a try", ["outcome"])
for _outcome in ("sent", "postponed", "bounced", "released"):
    OUTCOMES.labels(_outcome)  # there before the first, which then is an increase
UNDELIVERED = _("The mail could not be delivered for days.")
UNWRITTEN = _("The mail could not be written.")


class Post:
    """The sender; several may run, each with notices of its own."""

    def __init__(self, running: Running[NotificationUnit]) -> None:
        assert isinstance(running.settings, Settings)
        self._running, self._settings = running, running.settings
        self._letters = Letters(running.settings)
        self._lines: list[Line] = []
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        self._stopping, rest = stopping, PAUSE
        while not stopping.is_set():
            try:
                if await self.send_due():
                    rest = PAUSE
                    continue
                rest = PAUSE
            except Away as error:
                rest = min(LONGEST_PAUSE, rest * 2)
                log.warning("mail server is away", error=str(error), next_try_seconds=round(rest, 1))
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                log.warning("notices wait for the database", error=repr(error))
            await pause(rest, stopping)
        await self.close()

    async def close(self) -> None:
        for line in self._lines:
            await line.close()
        self._lines.clear()

    async def send_due(self) -> int:
        """Send what is due; how many were sent or came back. Raises Away, with nothing claimed or all released."""
        async with self._running.units.reading() as unit:
            if not await anything_due(unit):
                return 0
        await self._open_lines(1)
        claimed_at, seconds = time.monotonic(), self._settings.claim_seconds
        async with self._running.units.writing() as unit:
            rows = await claim(unit, seconds)
        batch = Batch(rows, claimed_at, seconds)
        await self._open_lines(min(len(rows), self._settings.smtp_connections))
        working, done = {asyncio.create_task(self._work(line, batch)) for line in self._lines}, 0
        while working:
            ended, working = await asyncio.wait(working, timeout=SETTLE_EVERY)
            if working:
                await self._hold(batch)
            else:
                batch.release_rest()
            outcomes, batch.outcomes = batch.outcomes, []
            done += await self._settle_patiently(outcomes)
            batch.open -= {one.row.notice_id for one in outcomes}
            for task in ended:
                task.result()
        return done

    async def _open_lines(self, wanted: int) -> None:
        """Raises Away if there is none in the end."""
        self._lines = [line for line in self._lines if line.is_open]
        while len(self._lines) < wanted:
            try:
                self._lines.append(await Line.open(self._settings))
            except Away:
                if not self._lines:
                    raise
                return

    async def _work(self, line: Line, batch: Batch) -> None:
        """Send one after another until all are taken, the service stops or the server goes away."""
        while line.is_open and not self._stopping.is_set() and (row := batch.take()) is not None:
            outcome = await self._try(row, line)
            batch.outcomes.append(outcome)  # only now: another list than before the mail may be the batch's

    async def _hold(self, batch: Batch) -> None:
        """Claim anew what is still to be sent, halfway through the claim."""
        if batch.left > HOLD_AT:
            return
        held_at = time.monotonic()
        try:
            async with self._running.units.writing() as unit:
                await hold(unit, batch, self._settings.claim_seconds)
        except Exception as error:
            if not is_infrastructure(error):
                raise
            log.warning("a claim on notices could not be held", error=repr(error))
        else:
            batch.claimed_at = held_at

    async def _try(self, row: Any, line: Line) -> Outcome:
        try:
            mail = self._letters.write(row, await self._attachments(row) if row.documents else ())
        except EmailNotValidError as error:
            return Outcome(row, "bounced", str(error))
        except Exception as error:
            if is_infrastructure(error):
                return Outcome(row, "released")
            log.error("a mail could not be written", notice_id=str(row.notice_id), kind=row.kind, exc_info=error)
            state: Literal["bounced", "postponed"] = "bounced" if row.attempts >= UNWRITABLE_AFTER else "postponed"
            return Outcome(row, state, repr(error), UNWRITTEN)
        try:
            await line.send(mail)
        except Never as error:
            return Outcome(row, "bounced", str(error))
        except NotNow as error:
            return Outcome(row, "bounced" if row.is_old else "postponed", str(error), UNDELIVERED)
        except Away as error:
            await line.close()
            return Outcome(row, "postponed", str(error))
        return Outcome(row, "sent")

    async def _attachments(self, row: Any) -> tuple[Attachment, ...]:
        async with self._running.units.reading() as unit:
            story = (await unit.stories.find([row.about]))[row.about]
            sites = await unit.sites.find(sites_named_in(story))
        papers = [(kind, paper(kind, story, self._settings.house, sites)) for kind in row.documents]
        return tuple([Attachment(f"{one.number}-{kind}.pdf", await pdf_of(one)) for kind, one in papers])

    async def _settle_patiently(self, outcomes: Sequence[Outcome]) -> int:
        """A database that is away is waited for: the mails are out."""
        while outcomes:
            try:
                return await self._settle(outcomes)
            except Exception as error:
                if not is_infrastructure(error):
                    return await self._settle_apart(outcomes, error)
                if self._stopping.is_set():
                    raise
                log.warning("what became of mails waits for the database", mails=len(outcomes), error=repr(error))
                await asyncio.sleep(SETTLE_EVERY)
        return 0

    async def _settle_apart(self, outcomes: Sequence[Outcome], why: Exception) -> int:
        """One that can't be told of is settled in silence: better no event than the same mail again and again."""
        if len(outcomes) > 1:
            return sum([await self._settle_patiently([one]) for one in outcomes])
        log.error("what became of a mail could not be told", notice_id=str(outcomes[0].row.notice_id), exc_info=why)
        return await self._settle(outcomes, in_silence=True)

    async def _settle(self, outcomes: Sequence[Outcome], *, in_silence: bool = False) -> int:
        """Write what became of the mails, and tell it."""
        bounced = [one.row for one in outcomes if one.state == "bounced"]
        tasks = {row.notice_id: uuid7() for row in bounced if row.kind not in NOBODY_CLEARS}
        async with self._running.units.writing() as unit:
            at = await unit.now()
            settled = await settle(unit, outcomes, tasks, at)
            ended = [one for one in outcomes if one.row.notice_id in settled and one.state in ("sent", "bounced")]
            for one in [] if in_silence else ended:
                notice = sent_notice(one.row, reason=one.reason)
                with telling(Story(one.row.correlation_id)):
                    if one.state == "sent":
                        tell_of_sending(notice, at, unit)
                    else:
                        tell_of_bounce(notice, one.why, tasks.get(notice.notice_id), at, unit)
        for one in outcomes:
            OUTCOMES.labels(one.state).inc()
        return len(ended)
