"""The provisioning service, plugged together."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI

from chassis.gauging import gauging
from chassis.service import Running, Service
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from provisioning.adapters.metrics import read_gauges
from provisioning.adapters.store import ProvisioningUnit
from provisioning.adapters.supply import RecentSupply
from provisioning.adapters.tables import metadata
from provisioning.application.load_pool import load_pool
from provisioning.application.speech import translate
from provisioning.domain.inventory import PoolFaulty
from provisioning.entrypoints import back_office, consumers, fiber, numbers, places, trunks
from provisioning.entrypoints.timers import timers
from provisioning.settings import Settings
from telecom.places import area_codes, towns_by_postcode
from telecom.refusal import Refusal

log = structlog.get_logger()


def prepare(app: FastAPI) -> None:
    """Germany's places are read before anybody asks for one: on a busy machine the first to ask would wait too long."""
    area_codes(), towns_by_postcode()
    app.state.supply = RecentSupply(app.state.units)


async def load_configured_pool(running: Running[Any], stopping: asyncio.Event) -> None:
    """Load `POOL_FILE` unless it is loaded, then rest; a faulty one is left out whole, and the log says why."""
    if (file := running.settings.pool_file) is not None:  # type: ignore[attr-defined]
        try:
            log.info("number pool is loaded", file=file.name, new_ranges=await load_pool_file(file, running))
        except PoolFaulty as refused:
            log.error("number pool is not loaded", file=file.name, faults=[str(one) for one in refused.faults])
        except (Refusal, OSError, UnicodeDecodeError) as refused:
            log.error("number pool is not loaded", file=file.name, reason=str(refused))
    await stopping.wait()


async def load_pool_file(file: Path, running: Running[ProvisioningUnit]) -> int:
    """How many ranges were new. Raises PoolFaulty, PoolOverlaps, OSError, UnicodeDecodeError."""
    pool = await asyncio.to_thread(file.read_text, encoding="utf-8")
    async with running.units.writing() as unit:
        return await load_pool(pool, unit)


# The consumers and timers know the unit by its port; the chassis gives them ours.
service: Service[Any] = Service(
    name="provisioning",
    settings=Settings,
    unit=ProvisioningUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=translate,
    subscriptions=consumers.ALL,
    timers=timers,
    routers=[trunks.router, places.router, back_office.router, numbers.router, fiber.router],
    publishes=PUBLISHES["provisioning"],
    prepare=prepare,
    tasks=[load_configured_pool, gauging(read_gauges)],
    asyncapi=partial(asyncapi, "provisioning"),
    everyday=(
        "activation_lead_days",
        "without_porting_days",
        "wait_for_trunk_minutes",
        "quarantine_days",
        "reservation_minutes",
        "reservations_for_one_customer",
        "fiber_link_days",
    ),
)
