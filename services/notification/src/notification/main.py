"""The notification service, plugged together."""

import asyncio
from pathlib import Path
from typing import Any

from chassis.service import Running, Service
from contracts.documents import asyncapi
from contracts.notification.v1 import NOTICES
from notification.adapters.letters import Letters
from notification.adapters.post import Post
from notification.adapters.store import NotificationUnit, metadata
from notification.entrypoints import consumers
from notification.settings import Settings
from telecom.refusal import Refusal
from telecom.texts import Texts

TEXTS = Texts("notification", "telecom")


async def send_notices(running: Running[Any], stopping: asyncio.Event) -> None:
    assert isinstance(running.settings, Settings)
    await Post(running, Letters(running.settings, TEXTS)).run(stopping)


service = Service(
    name="notification",
    settings=Settings,
    unit=NotificationUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=TEXTS.translate,
    subscriptions=consumers.ALL,
    publishes=[NOTICES],
    tasks=[send_notices],
    asyncapi=asyncapi("notification"),
)
