"""What the routes ask of each request."""

from chassis import http
from chassis.tokens import Identity
from provisioning.application.ports import Unit

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""What people type; control characters have no place in it, and none in the store."""
InUnit = http.InUnit[Unit]


def name_of(caller: Identity) -> str:
    return caller.name or caller.subject
