"""Makes units of work and commits them, once, in one place."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import metrics
from chassis.relay import Wake
from chassis.unit import Unit

U = TypeVar("U", bound=Unit)


class Units(Generic[U]):
    """The factory of a service's units."""

    def __init__(self, engine: AsyncEngine, make: Callable[..., U], *, service: str, lanes: int, staff: frozenset[str]):
        self.engine = engine
        self.wake = Wake()
        self._make, self._service, self._lanes, self._staff = make, service, lanes, staff

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[U]:
        """A unit that is flushed and committed at the end of the block, and rolled back by any exception."""
        with metrics.pool_in_use.track_inprogress(), _timed("writing") as connected:
            async with self.engine.begin() as connection:
                connected()
                unit = self._make(connection, service=self._service, lanes=self._lanes, staff=self._staff)
                yield unit
                sends = await unit.flush()
        unit.committed()
        if sends:
            self.wake()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[U]:
        """A unit that can only look; one snapshot for all its questions."""
        with metrics.pool_in_use.track_inprogress(), _timed("reading") as connected:
            async with self.engine.connect() as connection:
                connected()
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                async with connection.begin():
                    yield self._make(connection, service=self._service, lanes=self._lanes, staff=self._staff)


@contextmanager
def _timed(kind: str) -> Iterator[Callable[[], None]]:
    """Measures the wait for a connection, which ends with the call, and the transaction behind it."""
    began = time.monotonic()
    outcome = "no_connection"

    def connected() -> None:
        nonlocal began, outcome
        metrics.pool_wait.observe(time.monotonic() - began)
        began, outcome = time.monotonic(), "rolled_back"

    try:
        yield connected
        outcome = "committed"
    finally:
        metrics.transaction_time.labels(kind, outcome).observe(time.monotonic() - began)
