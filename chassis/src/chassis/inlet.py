"""Takes batches of messages through the handlers: one transaction a batch, each message once, poison set aside.

A failing batch is split at the message that failed: those before it as a batch, it alone with retries, the rest as a
batch; by halves if the culprit is unknown. Trouble with connection, locks or resources retries the whole batch and
never makes a dead letter.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy import text

from chassis import metrics
from chassis.delivery import Delivery, Record, delivery_of
from chassis.parking import park
from chassis.store import is_infrastructure
from chassis.subscription import Poison, Retry, Subscription
from chassis.tracing import handling
from chassis.unit import Unit

log = structlog.get_logger()
U = TypeVar("U", bound=Unit)

CLAIM = text(
    "INSERT INTO inbox (grp, id) "
    "SELECT :grp, i FROM unnest(cast(:ids AS uuid[])) WITH ORDINALITY AS x(i, o) ORDER BY o "
    "ON CONFLICT DO NOTHING RETURNING id"
)
PARKED = text("SELECT key FROM parked_key WHERE grp = :grp AND key = ANY(cast(:keys AS text[])) ORDER BY key FOR SHARE")


class Culprit(Exception):
    """The message at which a batch failed, and why."""

    def __init__(self, delivery: Delivery, cause: Exception) -> None:
        super().__init__(repr(cause))
        self.delivery, self.cause = delivery, cause


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a message is tried, and how many seconds a batch may wait for the infrastructure or a Retry."""

    attempts: int = 3
    budget: float = 60.0


class Inlet(Generic[U]):
    """One consumer group's way from records to committed work."""

    def __init__(
        self,
        subscription: Subscription[U],
        *,
        group: str,
        new_unit: Callable[[], AbstractAsyncContextManager[U]],
        patience: Patience = Patience(),
    ) -> None:
        self.subscription, self.group, self.patience = subscription, group, patience
        self._new_unit = new_unit
        self.stopping = asyncio.Event()

    async def take(self, records: Sequence[Record]) -> bool:
        """Work through `records`; True once all is committed, False if it must be fetched again. Never raises."""
        deliveries = sorted((delivery_of(record) for record in records), key=lambda one: one.at)
        began, pause = time.monotonic(), 0.05
        while True:
            try:
                await self._settle(deliveries)
            except Exception as error:
                level = log.warning if is_infrastructure(error) or isinstance(error, Retry) else log.error
                level("batch not settled", group=self.group, size=len(deliveries), error=repr(error))
                metrics.retried.labels(self.group).inc()
                if self.stopping.is_set() or time.monotonic() - began > self.patience.budget:
                    return False
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - spreads retries
                pause = min(pause * 2, 2)
            else:
                metrics.batch_time.labels(self.group).observe(time.monotonic() - began)
                return True

    async def _settle(self, deliveries: list[Delivery]) -> None:
        todo = [deliveries]
        while todo:
            batch = todo.pop()
            if not batch:
                continue
            try:
                await self._attempt(batch)
            except Culprit as culprit:
                if is_infrastructure(culprit.cause):
                    raise culprit.cause from None
                if len(batch) == 1:
                    await self._alone(culprit.delivery, culprit.cause)
                else:
                    place = batch.index(culprit.delivery)
                    todo += [batch[place + 1 :], [culprit.delivery], batch[:place]]
            except Exception as error:
                if is_infrastructure(error):
                    raise
                if len(batch) == 1:
                    await self._alone(batch[0], error)
                else:
                    half = len(batch) // 2
                    todo += [batch[half:], batch[:half]]

    async def _alone(self, delivery: Delivery, error: Exception) -> None:
        if isinstance(error, Retry):
            raise error
        for attempt in range(1, self.patience.attempts):
            if isinstance(error, (Poison, ValidationError)):
                break
            await asyncio.sleep(0.02 * 4**attempt * random.uniform(0.5, 1))  # noqa: S311 - spreads retries
            metrics.retried.labels(self.group).inc()
            try:
                return await self._attempt([delivery])
            except Exception as again:
                error = again.cause if isinstance(again, Culprit) else again
                if is_infrastructure(error) or isinstance(error, Retry):
                    raise error from None
        log.error("dead letter", group=self.group, type=delivery.type, at=delivery.at, error=repr(error))
        return await self._attempt([delivery], give_up=repr(error))

    async def _attempt(self, batch: list[Delivery], give_up: str | None = None) -> None:
        async with self._new_unit() as unit:
            fresh = await self._claim(unit, batch)
            mine = [one for one in fresh if self.subscription.knows(one.type, one.value)]
            parked = await self._parked(unit, mine)
            for delivery in mine:
                if delivery.key is not None and delivery.key in parked:
                    await park(unit, self.group, delivery, "waits behind an earlier dead letter", head=False)
                elif give_up is not None:
                    await park(unit, self.group, delivery, give_up, head=True)
                else:
                    await self._handle(unit, delivery)
        metrics.handled.labels(self.group).inc(len(mine))
        metrics.ignored.labels(self.group).inc(len(fresh) - len(mine))
        metrics.doubled.labels(self.group).inc(len(batch) - len(fresh))

    async def _claim(self, unit: U, batch: list[Delivery]) -> list[Delivery]:
        """Those the inbox did not know, each once, in order."""
        by_id = {one.id: one for one in reversed(batch)}
        ids = list(dict.fromkeys(one.id for one in batch))
        claimed = {row.id for row in await unit.connection.execute(CLAIM, {"grp": self.group, "ids": ids})}
        return [by_id[one] for one in ids if one in claimed]

    async def _parked(self, unit: U, batch: list[Delivery]) -> set[str]:
        """After the claim and in a snapshot of its own, shared-locked against a redrive that is about to finish."""
        keys = sorted({one.key for one in batch if one.key is not None})
        if not keys:
            return set()
        return {row.key for row in await unit.connection.execute(PARKED, {"grp": self.group, "keys": keys})}

    async def _handle(self, unit: U, delivery: Delivery) -> None:
        try:
            react = self.subscription.reaction(delivery.type, delivery.value, delivery.key)
            if react is not None:
                with handling(delivery, self.group):
                    await react(unit)
        except Exception as error:
            raise Culprit(delivery, error) from error
