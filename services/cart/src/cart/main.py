"""The cart service, plugged together."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from cart.adapters.feasibility import HttpFeasibility
from cart.adapters.link_tokens import SignedLinkTokens
from cart.adapters.store import CartUnit
from cart.adapters.tables import metadata
from cart.application.speech import translate
from cart.entrypoints import carts, consumers, orders, parties, quotes
from cart.entrypoints.timers import timers
from cart.settings import Settings
from chassis.service import Service
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from telecom.refusal import Refusal


def prepare(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    app.state.terms = settings.terms
    app.state.feasibility = HttpFeasibility(settings)
    app.state.link_tokens = SignedLinkTokens(settings)


# The consumers and timers know the unit by its port; the chassis gives them ours.
service: Service[Any] = Service(
    name="cart",
    settings=Settings,
    unit=CartUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=translate,
    subscriptions=consumers.ALL,
    timers=timers,
    routers=[parties.router, carts.router, quotes.router, orders.router],
    publishes=PUBLISHES["cart"],
    prepare=prepare,
    asyncapi=asyncapi("cart"),
)
