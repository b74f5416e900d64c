"""What the routes ask of each request."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.tokens import Identity, require
from provisioning.application.ports import Unit

STAFF = ("order_management", "administrator")
Staff = Annotated[Identity, Depends(require(*STAFF))]


def _unit(request: Request) -> Unit:
    unit: Unit = request.state.unit
    return unit


InUnit = Annotated[Unit, Depends(_unit)]


def name_of(caller: Identity) -> str:
    return caller.name or caller.subject
