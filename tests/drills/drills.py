"""What is taken away, and which alerts that has to make fire."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from devstack.demo.waiting import DidNotHappen
from devstack.layout import SERVICES
from tests.drills.stage import Ring, Stage
from tests.waiting import happens

LOOK_EVERY = 2.0
CALM = 180.0
"""How long nothing may fire while nothing is wrong, in seconds."""
RINGS_WITHIN = 480.0
STAYS_AWAY = 45.0
"""What it is away for after the last alert that has to fire, in seconds: time for a misleading one."""
THROUGH_WITHIN = 180.0
QUIET_WITHIN = 600.0


@dataclass(frozen=True, slots=True)
class Drill:
    """`rings` has to fire; `may_ring` tells the truth, too, and depends on how long it takes."""

    name: str
    takes: str
    rings: frozenset[Ring]
    may_ring: frozenset[Ring] = frozenset()


DRILLS = (
    Drill(
        "a service that is asked is away",
        "provisioning",
        frozenset({("ServiceAway", "provisioning")}),
        may_ring=frozenset({("AnswersFail", "cart")}),  # it asks whether a place and its area code fit
    ),
    Drill("a service that listens is away", "notification", frozenset({("ServiceAway", "notification")})),
    Drill(
        "the broker is away",
        "kafka",
        frozenset({("OutboxOld", "cart")}),
        may_ring=frozenset(("OutboxOld", service) for service in SERVICES),
    ),
    Drill("the mail server is away", "mailbox", frozenset({("NoticesNotGoingOut", "")})),
    Drill(
        "the database is away",
        "postgres",
        frozenset(("ServiceNotReady", service) for service in SERVICES),
        may_ring=frozenset(("AnswersFail", service) for service in SERVICES),
    ),
)


@dataclass(slots=True)
class Result:
    """How it went, in seconds: alerts since it was taken away, the rest since it was back."""

    name: str
    rang: dict[Ring, float] = field(default_factory=dict)
    orders: int = 0
    refused: int = 0
    through: float | None = None
    quiet: float | None = None
    wrong: list[str] = field(default_factory=list)

    def told(self) -> str:
        alerts = ", ".join(f"{_named(ring)} after {after:.0f} s" for ring, after in self.rang.items()) or "no alert"
        parts = [f"{'NO' if self.wrong else 'ok'}  {self.name:<33}{alerts}"]
        if self.orders:
            parts.append(f"{self.orders} orders meanwhile, {self.refused} of them repeated until accepted")
        if self.through is not None:
            parts.append(f"all done and mailed {self.through:.0f} s after it was back")
        if self.quiet is not None:
            parts.append(f"quiet after {self.quiet:.0f} s")
        return "\n      ".join(["; ".join(parts), *self.wrong])


async def calm(stage: Stage) -> Result:
    """Nothing is wrong, orders flow, no alert fires."""
    result = Result("nothing is wrong")
    async with stage.ordering():
        if not await happens(stage.is_quiet, QUIET_WITHIN, every=LOOK_EVERY):
            result.wrong.append("alerts are about to fire from the beginning")
        began = time.monotonic()
        await _listen(stage, result, began, lambda: _passed(began, CALM), CALM * 2)
        if not await stage.is_quiet():
            result.wrong.append("alerts are about to fire at the end")
    result.orders = len(stage.orders)
    result.wrong += [f"{_named(ring)} fires without a reason" for ring in result.rang]
    if not await happens(lambda: _nothing_left(stage), THROUGH_WITHIN, every=LOOK_EVERY):
        result.wrong.append(f"not done: {await stage.left()}")
    return result


async def drill(stage: Stage, one: Drill) -> Result:
    """Take it away, wait for the alerts, bring it back, wait until all is as before."""
    result = Result(one.name)
    await stage.stop(one.takes)
    gone = time.monotonic()
    async with stage.ordering():
        try:
            if not await _listen(stage, result, gone, lambda: _holds(one.rings <= result.rang.keys()), RINGS_WITHIN):
                missing = ", ".join(map(_named, sorted(one.rings - result.rang.keys())))
                result.wrong.append(f"within {RINGS_WITHIN:.0f} s did not fire: {missing}")
            rung = time.monotonic()
            await _listen(stage, result, gone, lambda: _passed(rung, STAYS_AWAY), STAYS_AWAY * 2)
        finally:
            await stage.start(one.takes)
        back = time.monotonic()
    if await _listen(stage, result, gone, lambda: _nothing_left(stage), THROUGH_WITHIN):
        result.through = time.monotonic() - back
    else:
        result.wrong.append(f"{THROUGH_WITHIN:.0f} s after it was back not done: {await stage.left()}")
    if await _listen(stage, result, gone, stage.is_quiet, QUIET_WITHIN):
        result.quiet = time.monotonic() - back
    else:
        result.wrong.append(f"{QUIET_WITHIN:.0f} s later there is still {await stage.ringing()}")
    meanwhile = [order for order in stage.orders if gone <= order.asked_at]
    result.orders, result.refused = len(meanwhile), sum(order.refusals > 0 for order in meanwhile)
    misleading = [ring for ring in result.rang if ring not in one.rings | one.may_ring]
    result.wrong += [f"{_named(ring)} is misleading" for ring in misleading]
    return result


async def _listen(
    stage: Stage, result: Result, since: float, enough: Callable[[], Awaitable[bool]], seconds: float
) -> bool:
    """Note each alert that fires until it is enough; False if the time was over before."""

    async def heard() -> bool:
        for ring in await stage.ringing() - result.rang.keys():
            result.rang[ring] = time.monotonic() - since
        return await enough()

    return await happens(heard, seconds, every=LOOK_EVERY)


async def _nothing_left(stage: Stage) -> bool:
    """What is not back yet does not answer."""
    try:
        return not await stage.left()
    except (DidNotHappen, httpx.HTTPError):
        return False


async def _passed(since: float, seconds: float) -> bool:
    return time.monotonic() - since > seconds


async def _holds(true: bool) -> bool:
    return true


def _named(ring: Ring) -> str:
    alert, service = ring
    return f"{alert} ({service})" if service else alert
