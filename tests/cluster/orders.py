"""Orders that flow while something else happens, and what became of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chassis.regularly import pause
from devstack.demo.story import Story, crm_announces, site
from devstack.demo.waiting import DidNotHappen, until
from devstack.layout import Layout

PAUSE = 0.25
ALSO_READ = {
    "cart": ("/orders", {}),
    "provisioning": ("/trunks", {}),
    "porting": ("/portings", {}),
    "catalog": ("/catalog/current", {"audience": "business"}),
}
"""By service: a path and what is asked there."""


@dataclass(slots=True)
class Flow:
    """`failed` says of each request that had no good answer which it was and why."""

    accepted: list[str] = field(default_factory=list)
    requests: int = 0
    failed: list[str] = field(default_factory=list)
    not_completed: list[str] = field(default_factory=list)


@asynccontextmanager
async def orders(layout: Layout) -> AsyncIterator[Flow]:
    """Sites are ordered and pages are read all the while; at the end every order accepted is completed, once."""
    flow = Flow()
    async with Story(layout) as story:
        await crm_announces(story)
        agreement = await story.active_trunk(8, seconds=60)
        stopping = asyncio.Event()
        running = asyncio.gather(_order(story, agreement, flow, stopping), _read(story, flow, stopping))
        try:
            yield flow
        finally:
            stopping.set()
            await running
        for accepted in flow.accepted:
            try:
                await story.order_in(accepted, "completed", seconds=60)
            except DidNotHappen as error:
                flow.not_completed.append(str(error))

        async def sites() -> bool | None:
            there = await _sites(story, agreement)
            return True if there == len(flow.accepted) else None

        try:
            await until(f"{len(flow.accepted)} sites, no more and no less", sites)
        except DidNotHappen as error:
            flow.not_completed.append(f"{error}; there are {await _sites(story, agreement)}")


async def _order(story: Story, agreement: str, flow: Flow, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        flow.requests += 1
        try:
            wanted = {"site": site(f"Filiale {flow.requests}", "Hohenzollernring"), "block_size": 10}
            made = await story.partner.post("cart", f"/agreements/{agreement}/sites", wanted)
            flow.accepted.append(str(made["order_id"]))
        except DidNotHappen as error:
            flow.failed.append(str(error))
        await pause(PAUSE, stopping)


async def _read(story: Story, flow: Flow, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        for service, (path, asked) in ALSO_READ.items():
            flow.requests += 1
            try:
                await story.olga.get(service, path, **asked)
            except DidNotHappen as error:
                flow.failed.append(str(error))
        flow.requests += 1
        try:
            page = await story.visitor.open(f"{story.layout.url('portal')}/")
        except Exception as error:
            flow.failed.append(f"portal /: {error!r}")
        else:
            if page.status_code >= 400:
                flow.failed.append(f"portal /: {page.status_code}")
        await pause(PAUSE, stopping)


async def _sites(story: Story, agreement: str) -> int:
    return len((await story.partner.get("provisioning", f"/trunks/{agreement}"))["sites"])
