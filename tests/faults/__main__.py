"""`python -m tests.faults`: strike, check what must hold, print the table; ends with 1 if something doesn't hold."""

import argparse
import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.customers import ordering
from tests.faults.driver import Driver, Findings
from tests.faults.invariants import Letters, check, flows, footprint, settled
from tests.faults.load import Load
from tests.faults.pair_driver import PairDriver
from tests.faults.stack_driver import StackDriver
from tests.faults.strikes import FAULTS, DidNotHold, Scene
from tests.faults.world import World

INVARIANTS = ("I1", "I2", "I3", "I4", "I5", "I6", "I7")
RESULT = Path("build/faults.json")
DRIVERS: dict[str, Callable[[World], Driver]] = {"chassis": PairDriver, "services": StackDriver}


@dataclass(slots=True)
class Result:
    driver: str
    fault: str
    wrong: dict[str, list[str]]
    recovery: float
    seconds: float
    accepted: int
    notes: list[str]


async def strike(name: str, driver: Driver, fault: str, letters: Letters, load: Load) -> Result:
    """One fault under load, and what is wrong after it."""
    began, before, accepted = time.monotonic(), await footprint(driver), len(load.accepted)
    load.answers.clear()
    scene = Scene(driver, load, letters, [], since=began)
    undone = Findings()
    async with ordering(driver, load):
        try:
            await FAULTS[fault](scene)
        except DidNotHold as error:
            undone.expect("I6", False, str(error))
        await flows(driver, load)
        recovery = time.monotonic() - scene.since
    await settled(driver, load)
    findings = await check(driver, load, letters, before, recovery)
    for invariant, wrong in undone.wrong.items():
        findings.wrong.setdefault(invariant, []).extend(wrong)
    seconds = time.monotonic() - began
    return Result(name, fault, findings.wrong, recovery, seconds, len(load.accepted) - accepted, scene.notes)


async def run(name: str, faults: list[str]) -> list[Result]:
    world = World()
    await asyncio.to_thread(world.up)
    driver, letters, load, results = DRIVERS[name](world), Letters(), Load(), []
    try:
        await driver.up()
        async with ordering(driver, load):
            await asyncio.sleep(5)  # what is loaded late and pooled belongs to the footprint before
        await settled(driver, load)
        for fault in faults:
            results.append(await strike(name, driver, fault, letters, load))
            show(results[-1])
        return results
    finally:
        await driver.down()
        world.down()


def show(result: Result) -> None:
    marks = "  ".join("NO" if invariant in result.wrong else "ok" for invariant in INVARIANTS)
    print(
        f"{result.driver:<9}{result.fault:<47}{marks}  {result.recovery:5.1f} s  {result.seconds:5.0f} s  "
        f"{result.accepted:6}  {'; '.join(result.notes)}",
        flush=True,
    )
    for invariant, wrong in result.wrong.items():
        for one in wrong[:5]:
            print(f"         {invariant}: {one}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[""], help="faults whose name contains one of these words")
    parser.add_argument("--drivers", nargs="*", default=list(DRIVERS), choices=list(DRIVERS))
    chosen = parser.parse_args()
    faults = [fault for fault in FAULTS if any(word in fault for word in chosen.only)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us, nothing stays behind
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of each fault many times
    print(f"{'':<9}{'fault':<47}{'  '.join(INVARIANTS)}  flowing     took  orders", flush=True)
    results = [result for name in chosen.drivers for result in asyncio.run(run(name, faults))]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(result) for result in results], indent=2), encoding="utf-8")
    sys.exit(any(result.wrong for result in results))


if __name__ == "__main__":
    main()
