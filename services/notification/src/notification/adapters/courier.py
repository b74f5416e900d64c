"""Brings deliveries to webhooks (NOTE-2): several endpoints at once, each one's deliveries one after the other.

A webhook with something due is claimed for a while, as notices are; each delivery that is settled holds the claim.
A crash between an endpoint's answer and the settling brings a delivery again when the claim has run out, under the
same id.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import func, select, text
from standardwebhooks.webhooks import Webhook as Signer

from chassis.regularly import pause
from chassis.scope import NotDelegated, NotFound
from chassis.service import Running
from chassis.store import is_infrastructure
from chassis.story import Story, telling
from notification.adapters.doorstep import Answer, Doorstep
from notification.adapters.store import NotificationUnit
from notification.adapters.tables import webhook_delivery
from notification.adapters.webhooks import DELIVERY, delivery_of
from notification.application.keep_webhooks import DAYS_KEPT, tell_owner_it_is_disabled
from notification.domain.lifecycle import DeliveryState
from notification.domain.webhook import LONGEST_PAUSE, Delivery, Policy, Webhook
from notification.settings import Settings

log = structlog.get_logger()

PAUSE = 0.2
ROUND = 50
"""Deliveries that an endpoint gets before others have their turn."""
TIDY_EVERY = 3600.0

OUTCOMES = Counter("notification_webhook_deliveries_total", "Deliveries by what became of a try", ["outcome"])
LATENCY = Histogram("notification_webhook_seconds", "How long endpoints take to answer")

DUE = "d.state = 'waiting' AND d.not_before <= now() AND (d.is_test OR (w.state = 'active' AND w.not_before <= now()))"
CLAIM = text(
    "UPDATE webhook SET claimed_until = now() + :seconds * interval '1 s' WHERE webhook_id IN ("
    "SELECT w.webhook_id FROM webhook AS w WHERE w.claimed_until <= now() AND EXISTS ("
    f"SELECT FROM webhook_delivery AS d WHERE d.webhook_id = w.webhook_id AND {DUE}) "
    "ORDER BY w.claimed_until LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING webhook_id"
)
HOLD = text(
    "UPDATE webhook AS w SET claimed_until = now() + :seconds * interval '1 s' WHERE webhook_id = :webhook_id "
    "RETURNING (SELECT d.delivery_id FROM webhook_delivery AS d WHERE d.webhook_id = w.webhook_id "
    f"AND {DUE} ORDER BY d.position LIMIT 1) AS delivery_id"
)
RELEASE = text(
    "UPDATE webhook SET claimed_until = now(), not_before = now() + :pause * interval '1 s' "
    "WHERE webhook_id = :webhook_id"
)
REAL_NOW = select(func.now())
TIDY = text(f"DELETE FROM webhook_event WHERE recorded_at < now() - interval '{DAYS_KEPT} days'")


@dataclass(frozen=True, slots=True)
class Errand:
    """A delivery to be tried; `secrets`: those that sign it."""

    webhook: Webhook
    delivery: Delivery
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whom tenancy is asked about: the webhook's party, with no role of the house."""

    party_id: UUID | None
    role: str = ""


class Courier:
    """Several may run, each with webhooks of its own."""

    def __init__(self, running: Running[NotificationUnit]) -> None:
        assert isinstance(running.settings, Settings)
        self._running, self._settings = running, running.settings
        self._policy = Policy(self._settings.webhook_retry_seconds, timedelta(days=self._settings.webhook_disable_days))
        self._hold_seconds = self._settings.claim_seconds + self._settings.webhook_timeout
        self._underway: set[asyncio.Task[int]] = set()
        self._stopping = asyncio.Event()
        self._tidied_at = -TIDY_EVERY

    async def run(self, stopping: asyncio.Event) -> None:
        """A slow endpoint occupies one of `webhook_connections` and nothing else."""
        self._stopping = stopping
        while not stopping.is_set():
            begun = 0
            try:
                await self._tidy()
                begun = await self._begin_due()
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                log.warning("webhooks wait for the database", error=repr(error))
            if not begun:
                await pause(PAUSE, stopping)
        await asyncio.gather(*self._underway)

    async def deliver_due(self) -> int:
        """Bring what is due, to all at once; how many tries that made."""
        await self._begin_due()
        return sum(await asyncio.gather(*self._underway))

    async def _begin_due(self) -> int:
        free = self._settings.webhook_connections - len(self._underway)
        if free <= 0:
            return 0
        async with self._running.units.writing() as unit:
            claim = {"seconds": self._hold_seconds, "most": free}
            claimed = list((await unit.connection.execute(CLAIM, claim)).scalars())
        for webhook_id in claimed:
            task = asyncio.create_task(self._serve(webhook_id))
            self._underway.add(task)
            task.add_done_callback(self._underway.discard)
        return len(claimed)

    async def _serve(self, webhook_id: UUID) -> int:
        """What is due for one endpoint, until it does not answer; how many tries that made."""
        tries, pause = 0, 0.0
        try:
            async with Doorstep(seconds=self._settings.webhook_timeout, local=self._settings.webhook_local) as door:
                while tries < ROUND and not self._stopping.is_set():
                    errand = await self._next(webhook_id)
                    if errand is None:
                        break
                    answer = await door.bring(errand.webhook.url, *signed(errand, datetime.now(UTC)))
                    tries += 1
                    pause = await self._settle(errand, answer)
                    if pause:
                        break
            await self._release(webhook_id, pause)
        except Exception as error:
            if not is_infrastructure(error):
                log.error("a webhook could not be served", webhook_id=str(webhook_id), exc_info=error)
            else:
                log.warning("a webhook waits for the database", webhook_id=str(webhook_id), error=repr(error))
        return tries

    async def _next(self, webhook_id: UUID) -> Errand | None:
        """The claim is held, and whose the customer is, is asked now (TEN-2, TEN-3)."""
        while True:
            async with self._running.units.writing() as unit:
                hold = {"webhook_id": webhook_id, "seconds": self._hold_seconds}
                delivery_id = (await unit.connection.execute(HOLD, hold)).scalar_one_or_none()
                webhook = await unit.webhooks.look(webhook_id)
                if delivery_id is None or webhook is None:
                    return None
                row = (
                    await unit.connection.execute(DELIVERY.where(webhook_delivery.c.delivery_id == delivery_id))
                ).one()
                delivery = delivery_of(row)
                if delivery.is_test or await self._may_know(webhook, delivery, unit):
                    sealed = webhook.sealed_secrets(await unit.now())
                    return Errand(webhook, delivery, tuple(map(unit.opened, sealed)))
                delivery.withheld()
                await unit.webhooks.save_delivery(delivery)
            OUTCOMES.labels("withheld").inc()

    async def _may_know(self, webhook: Webhook, delivery: Delivery, unit: NotificationUnit) -> bool:
        if webhook.party_id is None:
            return True
        if delivery.party_id is None:
            return False
        try:
            await unit.scope.admit(Subscriber(webhook.party_id), delivery.party_id)
        except (NotFound, NotDelegated):
            return False
        return True

    async def _settle(self, errand: Errand, answer: Answer) -> float:
        """Write what became of a try; for how many seconds the endpoint is left in peace."""
        outcome, pause = "delivered" if answer.is_taken else "failed", 0.0
        async with self._running.units.writing() as unit:
            webhook = await unit.webhooks.get(errand.webhook.webhook_id)
            delivery = await unit.webhooks.delivery(errand.webhook.webhook_id, errand.delivery.delivery_id)
            if webhook is None or delivery is None or delivery.state is not DeliveryState.WAITING:
                return 0.0
            at = (await unit.connection.execute(REAL_NOW)).scalar_one()
            delivery.tried(answer.status, answer.latency_ms, answer.error, answer.response, at)
            if answer.is_taken:
                delivery.delivered()
                webhook.forgive()
            else:
                delivery.failed(at, self._policy, random.uniform(0.5, 1))  # noqa: S311 - spreads retries
                if not delivery.is_test:
                    pause = webhook.pause_seconds if answer.is_away else 0.0
                    if webhook.failed(answer.status, at, self._policy):
                        outcome, pause = "disabled", LONGEST_PAUSE
                        with telling(Story(delivery.correlation_id)):
                            await tell_owner_it_is_disabled(webhook, unit)
            await unit.webhooks.save_delivery(delivery)
            await unit.webhooks.save(webhook)
        OUTCOMES.labels(outcome).inc()
        LATENCY.observe(answer.latency_ms / 1000)
        log.info(
            "webhook tried",
            webhook_id=str(webhook.webhook_id),
            delivery_id=str(delivery.delivery_id),
            outcome=outcome,
            status=answer.status,
            error=answer.error,
        )
        return pause

    async def _release(self, webhook_id: UUID, pause: float) -> None:
        async with self._running.units.writing() as unit:
            await unit.connection.execute(RELEASE, {"webhook_id": webhook_id, "pause": pause})

    async def _tidy(self) -> None:
        """Forget what is too old to be replayed."""
        if time.monotonic() - self._tidied_at < TIDY_EVERY:
            return
        async with self._running.units.writing() as unit:
            await unit.connection.execute(TIDY)
        self._tidied_at = time.monotonic()


def signed(errand: Errand, at: datetime) -> tuple[dict[str, str], bytes]:
    """Headers and body as Standard Webhooks say, signed with each secret that is valid."""
    body, message_id = json.dumps(errand.delivery.payload, ensure_ascii=False), errand.delivery.message_id
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Trunkline-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Signer(secret).sign(message_id, at, body) for secret in errand.secrets),
    }
    return headers, body.encode()
