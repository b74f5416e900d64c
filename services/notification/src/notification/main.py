"""The notification service, plugged together."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from chassis.gauging import gauging
from chassis.service import Running, Service
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from notification.adapters.courier import Courier
from notification.adapters.metrics import read_gauges
from notification.adapters.post import Post
from notification.adapters.press import pdf_of
from notification.adapters.store import NotificationUnit
from notification.adapters.tables import metadata
from notification.application.speech import TEXTS
from notification.entrypoints import consumers, webhooks
from notification.entrypoints.http import router
from notification.entrypoints.timers import timers
from notification.settings import Settings
from telecom.refusal import Refusal


def prepare(app: FastAPI) -> None:
    app.state.press = pdf_of


async def send_notices(running: Running[Any], stopping: asyncio.Event) -> None:
    await Post(running).run(stopping)


async def tell_webhooks(running: Running[Any], stopping: asyncio.Event) -> None:
    await Courier(running).run(stopping)


# The consumers know the unit by its port; the chassis gives them ours.
service: Service[Any] = Service(
    name="notification",
    settings=Settings,
    unit=NotificationUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=TEXTS.translate,
    subscriptions=consumers.ALL,
    timers=timers,
    routers=[router, webhooks.router],
    publishes=PUBLISHES["notification"],
    tasks=[send_notices, tell_webhooks, gauging(read_gauges)],
    prepare=prepare,
    asyncapi=partial(asyncapi, "notification"),
)
