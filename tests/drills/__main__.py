"""Fire drills: in quiet no alert fires; what is taken away makes the right ones fire; back, all is as before.

`python -m tests.drills [--only WORD…]`; some minutes each. One line for each, and an exit code.
"""

import argparse
import asyncio
import signal
import sys

from devstack import prometheus
from devstack.stack import Stack
from tests.drills.drills import DRILLS, Drill, Result, calm, drill
from tests.drills.stage import stack, stage


async def play(on: Stack, drills: list[Drill]) -> list[Result]:
    async with stage(on) as set_up:
        results = [await calm(set_up)]
        print(results[0].told(), flush=True)
        for one in drills:
            results.append(await drill(set_up, one))
            print(results[-1].told(), flush=True)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="drills whose name contains one of these words")
    words = parser.parse_args().only
    chosen = [one for one in DRILLS if not words or any(word in one.name for word in words)]
    if not chosen:
        parser.error(f"no drill has one of these words; there are: {', '.join(one.name for one in DRILLS)}")
    if prometheus.PROGRAM is None:
        print("No program `prometheus` found: nobody would notice anything. On Debian: apt-get install prometheus")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us, nothing stays behind
    with stack() as on:
        results = asyncio.run(play(on, chosen))
    return int(any(result.wrong for result in results))


if __name__ == "__main__":
    sys.exit(main())
