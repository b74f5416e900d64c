"""The porting service, plugged together."""

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from chassis.gauging import gauging
from chassis.service import Service
from contracts.documents import asyncapi
from contracts.readers import PUBLISHES
from porting.adapters.door import FormDoor
from porting.adapters.metrics import read_gauges
from porting.adapters.scanner import ClamdScanner
from porting.adapters.store import PortingUnit
from porting.adapters.tables import metadata
from porting.application.speech import translate
from porting.entrypoints import acts, consumers, departures, http, signed_forms, strays
from porting.entrypoints.timers import timers
from porting.settings import Settings
from telecom.refusal import Refusal


def prepare(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    scanner = ClamdScanner(settings.scanner_host, settings.scanner_port) if settings.scanner_host else None
    app.state.form_gate = FormDoor(scanner)


# The consumers and timers know the unit by its port; the chassis gives them ours.
service: Service[Any] = Service(
    name="porting",
    settings=Settings,
    unit=PortingUnit,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    refusal=Refusal,
    translate=translate,
    subscriptions=consumers.ALL,
    timers=timers,
    routers=[http.router, signed_forms.uploads, signed_forms.router, acts.router, departures.router, strays.router],
    publishes=PUBLISHES["porting"],
    tasks=[gauging(read_gauges)],
    prepare=prepare,
    asyncapi=partial(asyncapi, "porting"),
    everyday=(
        "own_carrier",
        "answer_days",
        "take_over_days",
        "ahead_with_end",
        "ahead_numbers_only",
        "farthest_days",
        "change_ahead_days",
        "warn_days",
        "paper_date_days",
        "clearing_days",
        "form_reminder_days",
        "form_reminders",
        "form_return_address",
        "hold_seconds",
    ),
)
