"""Tries the chart on the cluster that kubectl points to: `python -m tests.cluster IMAGE:TAG [PHASE…]`.

Kafka, PostgreSQL, login, mailbox, donor and CRM run on this machine, under the one address that both sides see
(TRUNKLINE_HOST). Phases: demo, test, rolling, alerts; all of them unless some are named. KEEP=1 leaves it all running.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from rich.console import Console

from devstack.demo.report import play
from devstack.demo.story import STEPS, Story
from devstack.layout import OFFSETS, SERVICES, Layout
from devstack.stack import Stack
from tests.cluster.cluster import Cluster, Refused, door
from tests.cluster.orders import Flow, order_site, orders, trunk
from tests.cluster.prometheus import Prometheus
from tests.cluster.values import secrets, values

NODE_PORTS = 30800
QUIET, PATIENCE = 120.0, 600.0
ANY = {"any"}
"""No alert is called so: it is watched until the time is over."""


@dataclass(slots=True)
class Trial:
    layout: Layout
    stack: Stack
    cluster: Cluster
    image: str
    faults: int = 0

    def say(self, what: str, faults: list[str] | None = None, began: float | None = None) -> None:
        """One line a thing tried, with what was wrong about it."""
        took = "" if began is None else f"  {time.monotonic() - began:.0f} s"
        print(f"{'FAULT' if faults else 'good '}  {what}{took}", *(faults or ()), sep="\n       ", flush=True)
        self.faults += bool(faults)

    def install(self) -> None:
        began = time.monotonic()
        for name, texts in secrets(self.layout).items():
            self.cluster.secret(name, texts)
        self.cluster.apply(*(door(name, port) for name, port in _doors()))
        self.cluster.install(values(self.layout, self.image))
        self.say(f"installed, {len(self.cluster.objects('pods'))} Pods ready", began=began)

    def demo(self) -> None:
        began = time.monotonic()
        done = asyncio.run(play(self.layout, Console()))
        faults = [f"step {one.step}: {one.details}" for one in done if not one.ok]
        self.say(f"{len(done)} of {len(STEPS)} steps of the story", faults, began)

    def test(self) -> None:
        began = time.monotonic()
        said = self.cluster.test()
        self.say(f"helm test: {said.count(': ready')} services ready", began=began)

    def rolling(self) -> None:
        """An upgrade that replaces every Pod, then back again, while orders flow."""
        changed = values(self.layout, self.image) | {"podAnnotations": {"trial": token_hex(4)}}
        for what, change in (
            ("upgrade", lambda: self.cluster.install(changed)),
            ("rollback", self.cluster.roll_back),
        ):
            began = time.monotonic()
            before = _pods(self.cluster)
            flow = asyncio.run(self._while_orders_flow(change))
            faults = [*flow.failed[:10], *flow.not_completed[:10]]
            if kept := before & _pods(self.cluster):
                faults.append(f"not replaced: {', '.join(sorted(kept))}")
            said = f"{flow.requests} requests, {len(flow.failed)} failed; {len(flow.accepted)} orders completed once"
            self.say(f"{what} while orders flow: {said}", faults, began)

    async def _while_orders_flow(self, change: Callable[[], str]) -> Flow:
        async with orders(self.layout) as flow:
            await asyncio.to_thread(change)
        return flow

    def alerts(self) -> None:
        """Every Pod is seen, in quiet nothing fires; the right alert names what is taken away, until it is back."""
        agreement = asyncio.run(self._trunk())
        prometheus = Prometheus(self.cluster.folder)
        try:
            began = time.monotonic()
            fired = prometheus.until_firing(ANY, QUIET)
            self.say("Prometheus sees every Pod", sorted(_pods(self.cluster) - prometheus.seen()))
            self.say("in quiet no alert fires", sorted(fired), began)
            for what, (wanted, away, back) in self._drills().items():
                began = time.monotonic()
                away()
                asyncio.run(self._order(agreement, f"Filiale ohne {what}"))
                fired = prometheus.until_firing(wanted, PATIENCE)
                back()
                self.say(f"{what} away: {', '.join(sorted(fired))}", sorted(wanted - fired), began)
                began = time.monotonic()
                self.say(f"{what} back: quiet again", sorted(prometheus.until_quiet(PATIENCE)), began)
        finally:
            prometheus.end()

    def _drills(self) -> dict[str, tuple[set[str], Callable[[], object], Callable[[], object]]]:
        """What is taken away: the alerts that must name it, how it goes, how it comes back."""
        scale, supervision = self.cluster.scale, self.stack.supervision
        catalog = {"ServiceAway"}, lambda: scale("catalog-web", 0), lambda: scale("catalog-web", 2)
        mail = {"NoticesNotGoingOut"}, lambda: supervision.stop("mailbox"), lambda: supervision.start("mailbox")
        broker = {"OutboxOld"}, lambda: supervision.stop("kafka"), lambda: supervision.start("kafka")
        return {"catalog": catalog, "mail server": mail, "broker": broker}

    async def _trunk(self) -> str:
        async with Story(self.layout) as story:
            return await trunk(story)

    async def _order(self, agreement: str, name: str) -> str:
        async with Story(self.layout) as story:
            return await order_site(story, agreement, name)


def _doors() -> list[tuple[str, int]]:
    return [(name, NODE_PORTS + OFFSETS[name]) for name in SERVICES]


def _pods(cluster: Cluster) -> set[str]:
    return {one["metadata"]["name"] for one in cluster.objects("pods") if _lives(one)}


def _lives(pod: dict[str, object]) -> bool:
    return pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]  # type: ignore[index,operator]


@contextmanager
def trial(image: str) -> Iterator[Trial]:
    folder = Path(tempfile.mkdtemp(prefix="trunkline-trial-"))
    cluster = Cluster(folder)
    node = cluster.node()
    layout = Layout(
        data=folder / "stack",
        bind="0.0.0.0",
        host=os.environ.get("TRUNKLINE_HOST", "172.30.77.1"),
        services_given={name: f"http://{node}:{port}" for name, port in _doors()},
    )
    stack = Stack(layout, lambda text: print(f"       {text}", flush=True))
    try:
        asyncio.run(stack.up())
        cluster.begin()
        yield Trial(layout, stack, cluster, image)
    finally:
        if not os.environ.get("KEEP"):
            cluster.end()
            stack.down()
            shutil.rmtree(folder, ignore_errors=True)


def main(image: str, phases: list[str]) -> int:
    with trial(image) as one:
        try:
            one.install()
            for phase in phases or ["demo", "test", "rolling", "alerts"]:
                getattr(one, phase)()
        except Refused as error:
            one.say("the cluster", [str(error)])
        return one.faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
