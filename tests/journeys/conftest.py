"""One stack of its own for all journeys, started once and ended after the last."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio

from devstack.demo.story import Story, crm_announces
from devstack.layout import Layout
from devstack.programs import free_base
from devstack.stack import Stack
from tests.journeys.collector import Collector, collecting


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    """Gets the spans of our own stack."""
    with collecting() as found, pytest.MonkeyPatch.context() as told:
        told.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        told.setenv("OTEL_BSP_SCHEDULE_DELAY", "500")
        yield found


@pytest.fixture(scope="package")
def stack(collector: Collector) -> Iterator[Layout]:
    """A stack of its own, or the running one that TRUNKLINE_JOURNEY_BASE names by its base port."""
    if given := os.environ.get("TRUNKLINE_JOURNEY_BASE"):
        yield Layout(base=int(given))
        return
    folder = Path(tempfile.mkdtemp(prefix="trunkline-journey-"))
    layout = Layout(data=folder, base=free_base(), kafka_given=None, database_given=None)
    whole = Stack(layout, lambda _: None)
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, whole.up()).result()
    yield layout
    whole.reset()
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture
async def story(stack: Layout) -> AsyncIterator[Story]:
    """A new customer of Nordlicht, and the people around it."""
    async with Story(stack) as made:
        await crm_announces(made)
        yield made
