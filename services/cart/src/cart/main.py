"""The cart service, plugged together."""

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from cart.adapters.metrics import read_gauges
from cart.adapters.misses import Misses
from cart.adapters.signed_tokens import Signature, SignedLinkTokens
from cart.adapters.store import CartUnit
from cart.adapters.tables import metadata
from cart.application.ports import Terms
from cart.application.speech import translate
from cart.entrypoints import agreements, carts, consumers, orders, parties, portings, quotes
from cart.entrypoints.timers import timers
from cart.settings import Settings
from chassis.gauging import gauging
from chassis.service import Service
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from telecom.refusal import Refusal


def prepare(app: FastAPI) -> None:
    from cart.adapters.feasibility import HttpFeasibility  # with its client a tenth of the start, for web alone

    settings: Settings = app.state.settings
    app.state.terms = Terms(
        quote_days=settings.quote_days,
        status_link_days=settings.status_link_days,
        first_term_months=settings.first_term_months,
        customer_numbers=range(settings.customer_numbers_from, settings.customer_numbers_to + 1),
    )
    feasibility = HttpFeasibility(
        settings.provisioning_url,
        settings.feasibility_seconds,
        Signature(settings.machine_key_file, settings.machine_issuer, settings.machine_audience),
    )
    app.state.feasibility = feasibility
    app.router.on_shutdown.append(feasibility.close)
    app.state.misses = Misses(settings.link_misses, settings.link_miss_seconds)
    app.state.link_tokens = SignedLinkTokens(
        Signature(settings.link_key_file, settings.link_issuer, settings.link_audience), settings.link_token_seconds
    )


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
    routers=[
        parties.router,
        carts.router,
        quotes.router,
        orders.router,
        portings.router,
        agreements.router,
    ],
    publishes=PUBLISHES["cart"],
    tasks=[gauging(read_gauges)],
    prepare=prepare,
    asyncapi=partial(asyncapi, "cart"),
    everyday=("quote_days", "status_link_days", "first_term_months", "customer_numbers_from", "customer_numbers_to"),
)
