"""Plugs the portal together."""

from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from chassis.service import Service
from chassis.subscription import Subscription
from contracts.readers import PUBLISHES
from portal.adapters.live import Hub
from portal.adapters.login import OpenIdProvider
from portal.adapters.store import PortalUnit
from portal.adapters.tables import metadata
from portal.adapters.upstream import HttpServices
from portal.application.ports import NewUnit
from portal.entrypoints import crm_messages
from portal.entrypoints.consumers import subscriptions
from portal.entrypoints.rendering import environment
from portal.entrypoints.site import site
from portal.entrypoints.visit import Given
from portal.settings import Settings
from telecom.refusal import Refusal
from telecom.texts import Texts

HUB = Hub()
TEXTS = Texts("portal", "telecom", "chassis")


def add_pages(app: FastAPI) -> None:
    """The pages stand behind everything the chassis answers itself."""
    settings: Settings = app.state.settings
    client = httpx.AsyncClient(timeout=httpx.Timeout(settings.service_seconds, connect=1.0))
    addresses = {
        "catalog": settings.catalog_url,
        "cart": settings.cart_url,
        "provisioning": settings.provisioning_url,
        "porting": settings.porting_url,
        "notification": settings.notification_url,
    }
    issuer = urlsplit(settings.login_issuer)
    given = Given(
        units=cast(NewUnit, app.state.units.writing),
        services=HttpServices(client, addresses),
        login=OpenIdProvider(
            client,
            issuer=settings.login_issuer,
            client_id=settings.login_client_id,
            client_secret=settings.login_client_secret,
            callback=f"{settings.public_url.rstrip('/')}/login/done",
        ),
        live=HUB,
        templates=environment(),
        texts=TEXTS,
        public_url=settings.public_url,
        login_origin=f"{issuer.scheme}://{issuer.netloc}",
        secret=settings.session_secret,
        signed_form_bytes=settings.signed_form_bytes,
        four_eyes=frozenset(settings.four_eyes_acts),
        proposal_working_days=settings.proposal_working_days,
    )
    app.mount("/", site(given))


service = Service(
    name="portal",
    settings=Settings,
    unit=PortalUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=TEXTS.translate,
    subscriptions=cast("list[Subscription[PortalUnit]]", subscriptions(HUB)),
    publishes=PUBLISHES["portal"],
    routers=[crm_messages.router],
    prepare=add_pages,
)
