"""`python -m tests.bench [NAME…]`: measure all figures or those named, print the table, write build/bench.json."""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
import uvloop

from devstack.layout import SECRETS
from tests.bench.figure import Figure
from tests.bench.ground import ground
from tests.bench.whole import whole

ON_SERVERS = ("relay", "consumer", "poison", "post", "allocation", "notices", "growth", "cart", "startup")
ON_A_STACK = ("site_orders", "latency", "recovery")
NAMES = (*ON_SERVERS, *ON_A_STACK)
RESULT = Path("build/bench.json")


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - set(NAMES):
        raise SystemExit(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    os.environ.update(SECRETS)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    failed: list[str] = []
    found = [
        *measured([name for name in ON_SERVERS if name in (wanted or NAMES)], ground, failed),
        *measured([name for name in ON_A_STACK if name in (wanted or NAMES)], whole, failed),
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([one.as_json() for one in found], indent=2) + "\n", encoding="utf-8")
    print(table(found))
    if failed:
        raise SystemExit(f"not measured: {', '.join(failed)}")


def measured(names: list[str], place: Callable[[], AbstractContextManager[Any]], failed: list[str]) -> Iterator[Figure]:
    """The figures of `names`, all at one place; what can't be measured is added to `failed`."""
    if not names:
        return
    with place() as here:
        for name in names:
            began = time.monotonic()
            try:
                yield from uvloop.run(import_module(f"tests.bench.{name}").measure(here))
            except Exception as error:  # the other figures are worth having
                failed.append(name)
                print(f"{name}: {error!r}", file=sys.stderr, flush=True)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def table(figures: list[Figure]) -> str:
    lines = [f"{'figure':<60}{'value':>10} {'unit':<16}{'baseline':>10}{'ratio':>8}{'bar':>10}"]
    for one in figures:
        baseline = "" if one.baseline is None else _short(one.baseline)
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        bar = f"{'≤' if one.at_most else '≥'} {one.bar:g}"
        verdict = "met" if one.met else "NOT MET"
        lines.append(
            f"{one.name:<60}{_short(one.value):>10} {one.unit:<16}{baseline:>10}{ratio:>8}{bar:>10}  {verdict}"
        )
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main(sys.argv[1:])
