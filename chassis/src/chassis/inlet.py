"""Takes batches of messages through the handlers: one transaction a batch, each message once, poison set aside.

What can't be read is set aside at once. A batch with a message that fails is split there: those before it as a batch,
it alone, the rest as a batch; by halves if the culprit is unknown. What failed is tried again after the rest, with what
waits behind it under its key, so that many share the pauses between tries. Trouble with connection, locks or resources
retries the whole batch and never makes a dead letter.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog
from aiokafka import TopicPartition
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

HOPELESS = (Poison, ValidationError)
"""Errors that no second try mends."""


class Culprit(Exception):
    """The message at which a batch failed, and why."""

    def __init__(self, delivery: Delivery, cause: Exception) -> None:
        super().__init__(repr(cause))
        self.delivery, self.cause = delivery, cause


class Behind(Exception):
    """An earlier message of the key has failed."""


@dataclass(slots=True)
class Late:
    """What failed in a batch, and what waits behind it under the same key, in order: it comes after the rest."""

    waiting: list[tuple[Delivery, Exception]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    @property
    def hopeful(self) -> bool:
        return not all(isinstance(error, (*HOPELESS, Behind)) for _delivery, error in self.waiting)

    def failed(self, delivery: Delivery, error: Exception) -> None:
        self.waiting.append((delivery, error))
        if delivery.key is not None:
            self.keys.add(delivery.key)

    def without_those_behind(self, batch: list[Delivery]) -> list[Delivery]:
        """The messages that needn't wait; the others do from now on."""
        self.waiting += [(one, Behind()) for one in batch if one.key in self.keys]
        return [one for one in batch if one.key not in self.keys]


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
        self.reached: dict[TopicPartition, int] = {}
        """The offset after the last one committed, by partition."""

    async def take(self, records: Sequence[Record]) -> bool:
        """Work through `records`; True once all is committed, False if it must be fetched again. Never raises."""
        told = sorted((delivery_of(record) for record in records), key=lambda one: one.at)
        deliveries = [one for one in told if self.subscription.knows(one.type, one.value)]
        metrics.ignored.labels(self.group).inc(len(told) - len(deliveries))
        if not deliveries:
            return True
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
        todo, late = [deliveries], Late()
        while todo:
            batch = late.without_those_behind(todo.pop())
            if not batch:
                continue
            try:
                await self._attempt(batch)
            except Exception as failure:
                culprit, error = _blame(failure, batch)
                if culprit is None:
                    half = len(batch) // 2
                    todo += [batch[half:], batch[:half]]
                elif len(batch) > 1:
                    place = batch.index(culprit)
                    todo += [batch[place + 1 :], [culprit], batch[:place]]
                elif isinstance(error, Retry):
                    await self._see_through(late)
                    raise error from None
                else:
                    late.failed(culprit, error)
        await self._see_through(late)

    async def _see_through(self, late: "Late") -> None:
        """Try what failed again, with pauses that all of it shares, then make dead letters of it."""
        for attempt in range(1, self.patience.attempts):
            if not late.hopeful:
                break
            await asyncio.sleep(0.02 * 4**attempt * random.uniform(0.5, 1))  # noqa: S311 - spreads retries
            late = await self._again(late)
        for delivery, error in late.waiting:
            await self._attempt([delivery], give_up=repr(error))

    async def _again(self, late: "Late") -> "Late":
        """What still fails or waits after one more try."""
        left = Late()
        for delivery, error in late.waiting:
            if not left.without_those_behind([delivery]):
                continue
            if isinstance(error, HOPELESS):
                left.failed(delivery, error)
                continue
            metrics.retried.labels(self.group).inc()
            try:
                await self._attempt([delivery])
            except Exception as failure:
                _, again = _blame(failure, [delivery])
                if isinstance(again, Retry):
                    raise again from None
                left.failed(delivery, again)
        return left

    async def _attempt(self, batch: list[Delivery], give_up: str | None = None) -> None:
        async with self._new_unit() as unit:
            fresh = await self._claim(unit, batch)
            parked = await self._parked(unit, fresh)
            for delivery in fresh:
                if delivery.key is not None and delivery.key in parked:
                    await park(unit, self.group, delivery, "waits behind an earlier dead letter", head=False)
                elif give_up is not None:
                    await self._set_aside(unit, delivery, give_up, parked)
                else:
                    await self._handle(unit, delivery, parked)
        metrics.handled.labels(self.group).inc(len(fresh))
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

    async def _handle(self, unit: U, delivery: Delivery, parked: set[str]) -> None:
        try:
            react = self.subscription.reaction(delivery.type, delivery.value, delivery.key)
        except (Poison, ValidationError) as error:
            # It has done nothing yet: the batch goes on without it.
            await self._set_aside(unit, delivery, repr(error), parked)
            return
        if react is None:
            return
        try:
            with handling(delivery, self.group):
                await react(unit)
        except Exception as error:
            raise Culprit(delivery, error) from error

    async def _set_aside(self, unit: U, delivery: Delivery, error: str, parked: set[str]) -> None:
        await park(unit, self.group, delivery, error, head=True)
        if delivery.key is not None:
            parked.add(delivery.key)
        unit.after_commit(
            lambda: log.error("dead letter", group=self.group, type=delivery.type, at=delivery.at, error=error)
        )


def _blame(failure: Exception, batch: list[Delivery]) -> tuple[Delivery | None, Exception]:
    """Who failed and why, None where it can't be told. Trouble with the infrastructure is nobody's fault: raised."""
    culprit = batch[0] if len(batch) == 1 else None
    error = failure
    if isinstance(failure, Culprit):
        culprit, error = failure.delivery, failure.cause
    if is_infrastructure(error):
        raise error from None
    return culprit, error
