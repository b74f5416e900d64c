"""What a part that runs by itself says about itself."""

import asyncio
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from chassis import metrics
from chassis.health import show_readiness
from contracts.envelope import Topic
from devstack.programs import free_ports
from tests.chassis.probe import service_on, thing_on
from tests.waiting import eventually

NOWHERE = {"database_url": "postgresql://nobody@127.0.0.1:1/none", "kafka_url": "127.0.0.1:1"}


@pytest.mark.parametrize("part", ["relay", "worker"])
async def test_a_part_on_its_own_lives_and_says_what_it_waits_for(part: str) -> None:
    (port,) = free_ports(1)
    topic = Topic("probe.thing.v1")
    service: Any = service_on(topic, thing_on(topic), broken=set())
    running, stopping = service.open(**NOWHERE, health_port=port), asyncio.Event()
    part_runs = asyncio.create_task(service.run_until(running, stopping, frozenset({part})))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        await eventually(lambda: answers(http), True)
        ready = await http.get("/health/ready")
        assert (ready.status_code, ready.json()["parts"]) == (503, {"store": False, "broker": False})
        for shown in ("messaging_outbox_depth", 'health_ready{needs="store"} 0.0', 'health_ready{needs="broker"} 0.0'):
            await eventually(lambda shown=shown: shows(http, shown), True)
        assert (await http.get("/things")).status_code == 404
    stopping.set()
    await asyncio.wait_for(part_runs, 30)


async def test_a_check_that_fails_shows_not_ready_once_in_the_log_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis.health.SHOWN_EVERY", 0.01)
    stopping, hanging = asyncio.Event(), asyncio.Event()
    left = [RuntimeError("bug"), RuntimeError("bug"), RuntimeError("bug")]

    async def failing() -> None:
        if left:
            raise left.pop()
        hanging.set()
        await asyncio.Event().wait()

    metrics.ready.labels("probed").set(1)
    with capture_logs() as logs:
        showing = asyncio.create_task(show_readiness({"probed": failing}, stopping))
        await asyncio.wait_for(hanging.wait(), 2)
        assert REGISTRY.get_sample_value("health_ready", {"needs": "probed"}) == 0
        stopping.set()  # while a check hangs
        await asyncio.wait_for(showing, 2)
    assert [one["event"] for one in logs] == ["readiness can't be told"]


async def test_a_check_that_ends_in_the_same_moment_holds_up_no_end() -> None:
    stopping, asked = asyncio.Event(), asyncio.Event()

    async def ending_together() -> None:
        asked.set()
        await stopping.wait()  # where it does, asyncio.wait_for of Python 3.11 loses the cancellation

    showing = asyncio.create_task(show_readiness({"probed": ending_together}, stopping))
    await asyncio.wait_for(asked.wait(), 2)
    stopping.set()
    await asyncio.wait_for(showing, 2)


async def shows(http: httpx.AsyncClient, line: str) -> bool:
    return line in (await http.get("/metrics")).text


async def answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/live")).status_code == 200
    except httpx.TransportError:
        return False
