"""The catalog service, plugged together."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI

from catalog.adapters.files import read_files, read_folder
from catalog.adapters.store import CatalogUnit, metadata
from catalog.application.publish import publish
from catalog.domain.checks import faults
from catalog.domain.refusals import VersionFrozen
from catalog.entrypoints import consumers
from catalog.entrypoints.http import router
from catalog.settings import Settings
from chassis.service import Running, Service
from contracts.catalog.v1 import CatalogPublished
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from telecom.refusal import Refusal
from telecom.texts import Texts

log = structlog.get_logger()
DATA = Path(__file__).parent / "data"


def prepare(app: FastAPI) -> None:
    app.state.read_files = read_files


async def publish_shipped(running: Running[Any], stopping: asyncio.Event) -> None:
    """Publish the versions this build ships, unless they are, then rest.

    A version that differs from what is published under its number is a fault of the build: customers go on being
    served by the published one (CAT-5), and the log says in what they differ.
    """
    for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
        try:
            published = await publish_folder(folder, running)
        except VersionFrozen as refused:
            log.error("shipped catalog version differs from the published one", differences=refused.differences)
        else:
            log.info("catalog version is published", version=published.catalog_version)
    await stopping.wait()


async def publish_folder(folder: Path, running: Running[CatalogUnit]) -> CatalogPublished:
    """The version in `folder`, published. Raises CatalogFaulty or VersionFrozen."""
    async with running.units.writing() as unit:
        return await publish(read_folder(folder), unit)


# The consumers know the unit by its port; the chassis gives them ours.
service: Service[Any] = Service(
    name="catalog",
    settings=Settings,
    unit=CatalogUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=Texts("catalog", "telecom", "chassis").translate,
    subscriptions=consumers.ALL,
    routers=[router],
    publishes=PUBLISHES["catalog"],
    tasks=[publish_shipped],
    prepare=prepare,
    asyncapi=partial(asyncapi, "catalog"),
)


def check(folder: Path) -> list[str]:
    """Every fault of the version in `folder`, as `file:line: what`."""
    return [str(fault) for fault in faults(read_folder(folder))]
