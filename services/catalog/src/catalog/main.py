"""The catalog service, plugged together."""

import asyncio
from pathlib import Path
from typing import Any

import structlog

from catalog.adapters.files import read_folder
from catalog.adapters.store import CatalogUnit, metadata
from catalog.application.publish import publish
from catalog.domain.checks import faults
from catalog.entrypoints.http import router
from chassis.service import Running, Service
from chassis.settings import ServiceSettings
from contracts.catalog.v1 import VERSIONS
from contracts.documents import asyncapi
from telecom.refusal import Refusal
from telecom.texts import Texts

log = structlog.get_logger()
DATA = Path(__file__).parent / "data"


async def publish_shipped(running: Running[Any], stopping: asyncio.Event) -> None:
    """Publish the versions this build ships, unless they are, then rest."""
    for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
        async with running.units.writing() as unit:
            published = await publish(read_folder(folder), unit)
        log.info("catalog version is published", version=published.catalog_version)
    await stopping.wait()


service = Service(
    name="catalog",
    settings=ServiceSettings,
    unit=CatalogUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=Texts("catalog", "telecom").translate,
    routers=[router],
    publishes=[VERSIONS],
    tasks=[publish_shipped],
    asyncapi=asyncapi("catalog"),
)


def check(folder: Path) -> list[str]:
    """Every fault of the version in `folder`, as `file:line: what`."""
    return [str(fault) for fault in faults(read_folder(folder))]
