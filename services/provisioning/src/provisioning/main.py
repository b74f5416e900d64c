"""The provisioning service, plugged together."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from chassis.service import Service
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from provisioning.adapters.store import ProvisioningUnit
from provisioning.adapters.supply import RecentSupply
from provisioning.adapters.tables import metadata
from provisioning.application.speech import translate
from provisioning.entrypoints import back_office, consumers, places, trunks
from provisioning.entrypoints.timers import timers
from provisioning.settings import Settings
from telecom.refusal import Refusal


def prepare(app: FastAPI) -> None:
    app.state.supply = RecentSupply(app.state.units)


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
    routers=[trunks.router, places.router, back_office.router],
    publishes=PUBLISHES["provisioning"],
    prepare=prepare,
    asyncapi=asyncapi("provisioning"),
)
