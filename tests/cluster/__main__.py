"""Tries the chart on the cluster that KUBECONFIG names: `python -m tests.cluster IMAGE [PHASE…] [--before IMAGE]`.

Kafka, PostgreSQL, login, mailbox, donor and CRM run on this machine, under the one address that both sides see
(TRUNKLINE_HOST). Needs kubectl, helm, prometheus, and the image on the cluster's nodes. Ends non-zero where a thing
did not hold.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from rich.console import Console

from devstack.demo.report import play
from devstack.demo.story import STEPS
from devstack.layout import OFFSETS, SERVICES, Layout
from devstack.stack import Stack
from devstack.supervision import Supervision
from tests.cluster.cluster import Cluster, Refused, door
from tests.cluster.orders import Flow, orders
from tests.cluster.prometheus import listed_in, listing
from tests.cluster.values import secrets, values
from tests.drills.drills import DRILLS, Result, calm, drill
from tests.drills.stage import stage
from tests.waiting import happens

NODE_PORTS = 30800
PODS = "pods.json"
TAKEN = ("provisioning", "kafka", "mailbox")
PATIENCE = 60.0
"""Seconds for the last of the old Pods to end: helm waits for the new ones only."""


@dataclass(slots=True)
class Trial:
    layout: Layout
    stack: Stack
    cluster: Cluster
    before: str
    """The image that is installed first; `image` is what it is upgraded to."""
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
        self.cluster.install(values(self.layout, self.before))
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
            faults = [*flow.failed[:10], *flow.not_completed[:10]] or ([] if flow.accepted else ["nothing was ordered"])
            if not asyncio.run(happens(lambda old=before: not old & _pods(self.cluster), PATIENCE, every=1)):
                faults.append(f"not replaced: {', '.join(sorted(before & _pods(self.cluster)))}")
            said = f"{flow.requests} requests, {len(flow.failed)} failed; {len(flow.accepted)} orders completed once"
            self.say(f"{what} while orders flow: {said}", faults, began)

    async def _while_orders_flow(self, change: Callable[[], str]) -> Flow:
        async with orders(self.layout) as flow:
            await asyncio.to_thread(change)
        return flow

    def alerts(self) -> None:
        """Every Pod is seen, in quiet nothing fires, and the right alerts name what is taken away."""
        asyncio.run(self._drills())

    async def _drills(self) -> None:
        parts = Parts(self.cluster, self.stack.supervision)
        async with listing(self.cluster, self.cluster.folder / PODS), stage(self.stack, parts) as set_up:
            self._heard(await calm(set_up))
            up = (await set_up.watcher.ask("query", query="up == 1"))["result"]
            unseen = _pods(self.cluster) - {one["metric"]["pod"] for one in up}
            self.say(f"Prometheus sees {len(up)} Pods", [f"not {name}" for name in sorted(unseen)])
            for one in DRILLS:
                if one.takes in TAKEN:
                    self._heard(await drill(set_up, one))

    def _heard(self, result: Result) -> None:
        print(result.told(), flush=True)
        self.faults += bool(result.wrong)


@dataclass(slots=True)
class Parts:
    """A service goes when its Pods do; the rest are programs of the stack."""

    cluster: Cluster
    supervision: Supervision

    def stop(self, name: str) -> None:
        if name in SERVICES:
            self.cluster.scale(name, 0)
        else:
            self.supervision.stop(name)

    def start(self, name: str) -> None:
        if name in SERVICES:
            self.cluster.scale(name, 1)
        else:
            self.supervision.start(name)


def _doors() -> list[tuple[str, int]]:
    return [(name, NODE_PORTS + OFFSETS[name]) for name in SERVICES]


def _pods(cluster: Cluster) -> set[str]:
    return {one["metadata"]["name"] for one in cluster.objects("pods") if _lives(one)}


def _lives(pod: dict[str, object]) -> bool:
    return pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]  # type: ignore[index,operator]


@contextmanager
def trial(before: str, image: str) -> Iterator[Trial]:
    folder = Path(tempfile.mkdtemp(prefix="trunkline-trial-"))
    cluster = Cluster(folder)
    node = cluster.node()
    layout = Layout(
        data=folder / "stack",
        bind="0.0.0.0",
        services_given={name: f"http://{node}:{port}" for name, port in _doors()},
    )
    stack = Stack(layout, lambda text: print(f"       {text}", flush=True), found=listed_in(folder / PODS))
    with ExitStack() as after:
        after.callback(stack.reset)
        asyncio.run(stack.up())
        after.callback(cluster.end)
        cluster.begin()
        yield Trial(layout, stack, cluster, before, image)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("image", help="as the nodes know it, with its tag")
    parser.add_argument(
        "--before", metavar="image", help="what is installed first, to be upgraded; the same if not told"
    )
    parser.add_argument(
        "phases", nargs="*", metavar="phase", help=f"of {', '.join(PHASES)}; all of them if none is named"
    )
    asked = parser.parse_args()
    missing = [name for name in ("kubectl", "helm", "prometheus") if shutil.which(name) is None]
    missing += [name for name in ("KUBECONFIG", "TRUNKLINE_HOST") if not os.environ.get(name)]
    missing += [phase for phase in asked.phases if phase not in PHASES]
    if missing:
        parser.error(f"not there: {', '.join(missing)}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us, nothing stays behind
    try:
        with trial(asked.before or asked.image, asked.image) as one:
            one.install()
            for phase in asked.phases or PHASES:
                PHASES[phase](one)
            return one.faults
    except Refused as error:
        print(f"FAULT  {error}")
        return 1


PHASES: dict[str, Callable[[Trial], None]] = {
    "demo": Trial.demo,
    "test": Trial.test,
    "rolling": Trial.rolling,
    "alerts": Trial.alerts,
}

if __name__ == "__main__":
    sys.exit(main())
