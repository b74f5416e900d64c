"""`python -m devstack.connector_kit --kafka HOST:PORT`: tries the connector there; see docs/carrier-connector.md.

Ends with 0 if all checks passed, 1 if one failed, 2 where the broker is away.
"""

import argparse
import asyncio
import sys

from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from devstack.connector_kit.checks import Check, Verdict
from devstack.connector_kit.kit import try_connector

COLOURS = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.SKIPPED: "yellow"}


def main(arguments: list[str]) -> int:
    wanted = _arguments(arguments)
    try:
        checks = asyncio.run(
            try_connector(
                wanted.kafka,
                own=wanted.own,
                carrier=wanted.carrier,
                patience=wanted.patience,
                donor=wanted.as_donor,
            )
        )
    except (KafkaError, OSError) as error:
        print(f"The broker at {wanted.kafka} is away: {error!r}", file=sys.stderr)
        return 2
    show(checks, Console())
    return int(any(one.verdict is Verdict.FAILED for one in checks))


def show(checks: list[Check], console: Console) -> None:
    table = Table("Rule", "Check", "Verdict", "Why")
    for one in checks:
        table.add_row(one.rule, one.what, f"[{COLOURS[one.verdict]}]{one.verdict}[/]", one.why)
    console.print(table)
    counts = {verdict: sum(one.verdict is verdict for one in checks) for verdict in Verdict}
    console.print(", ".join(f"{count} {verdict.lower()}" for verdict, count in counts.items()))


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.connector_kit", description="Try a carrier connector.")
    parser.add_argument("--kafka", required=True, metavar="HOST:PORT")
    parser.add_argument("--own", default="DEU.TRUNK", help="our carrier code (%(default)s)")
    parser.add_argument("--carrier", default="DEU.ALTNET", help="a carrier in the hub's test that agrees (%(default)s)")
    parser.add_argument("--patience", type=float, default=20, help="seconds for an answer (%(default)s)")
    parser.add_argument(
        "--as-donor", action="store_true", help="await a VA of the carrier, answer it, await its AKM-TR; you trigger it"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
