"""Prometheus watches the running stack: each panel has something to show, and in quiet no alert fires.

By its name it comes first: what other journeys do on purpose (miss a deadline, empty a pool) does fire alerts.
"""

import asyncio
import time
from itertools import product

import pytest
from rich.console import Console

from devstack import prometheus
from devstack.demo.report import play
from devstack.layout import SERVICES, Layout
from tests.deploy.queries import panels, rules
from tests.deploy.watcher import STEP, Watcher

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(prometheus.PROGRAM is None, reason="no prometheus found: panels and alerts were not asked"),
]
PATIENCE = 60.0
"""Gauges are read every 15 s, scraped every 5 s."""


async def test_each_panel_has_data_and_no_alert_fires_once_the_story_was_played(stack: Layout) -> None:
    watcher = Watcher(stack)
    quiet = not await watcher.shows("cart_orders_received_total")
    done = await play(stack, Console(quiet=True))
    assert [(one.step, one.details) for one in done if not one.ok] == []
    try:
        up = await watcher.ask("query", query="up")
        assert {one["metric"]["app"]: one["value"][1] for one in up["result"]} == dict.fromkeys(SERVICES, "1")
        ready = (await watcher.ask("query", query="health_ready"))["result"]
        told = {(one["metric"]["app"], one["metric"]["needs"]): one["value"][1] for one in ready}
        assert told == dict.fromkeys(product(SERVICES, ("store", "broker")), "1")
        known = await watcher.rules()
        assert {rule["name"] for rule in known} == {rule.get("alert") or rule["record"] for rule in rules()}
        assert {rule["health"] for rule in known} == {"ok"}
        end, empty = time.monotonic() + PATIENCE, ["not asked"]
        while empty and time.monotonic() < end:
            await asyncio.sleep(STEP)
            empty = [
                f"{board}, {panel.title}: {query.expression}"
                for board, panel in panels()
                for query in panel.queries
                if not await watcher.shows(query.expression)
            ]
        assert empty == []
        alerts = (await watcher.ask("alerts"))["alerts"]
        assert not quiet or [one["labels"] for one in alerts if one["state"] == "firing"] == []
    finally:
        await watcher.close()
