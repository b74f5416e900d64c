"""One run of the kit: all stories at once, a moment of quiet, and then the judgement of every record."""

import asyncio

from devstack.connector_kit.checks import Check
from devstack.connector_kit.exchange import Exchange
from devstack.connector_kit.judge import judged
from devstack.connector_kit.scenarios import QUIET, SCENARIOS, as_donor


async def try_connector(
    kafka_url: str, *, own: str = "DEU.TRUNK", carrier: str = "DEU.ALTNET", patience: float = 20, donor: bool = False
) -> list[Check]:
    """By rule. `donor`: a person has the carrier ask for our numbers meanwhile."""
    async with Exchange(kafka_url, own, carrier, patience) as exchange:
        played = await asyncio.gather(*(one(exchange) for one in (*SCENARIOS, *((as_donor,) if donor else ()))))
        await asyncio.sleep(QUIET)
        found = [one for checks in played for one in checks] + judged(exchange)
    return sorted(found, key=lambda one: one.rule)
