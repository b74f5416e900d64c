"""What the routes ask of each request."""

from typing import Annotated

from fastapi import Depends

from chassis import http
from chassis.tokens import Identity, require
from provisioning.application.ports import Unit

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""What people type; control characters have no place in it, and none in the store."""
STAFF = ("order_management", "administrator")
Staff = Annotated[Identity, Depends(require(*STAFF))]


InUnit = http.InUnit[Unit]


def name_of(caller: Identity) -> str:
    return caller.name or caller.subject
