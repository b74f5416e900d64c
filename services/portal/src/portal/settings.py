"""What the portal can be told by its environment."""

import binascii
from base64 import b64decode
from typing import Annotated

from pydantic import AfterValidator, Field

from chassis.settings import ServiceSettings

SIGNING_BYTES = 16
"""Least length of a webhook's secret: with an empty one everybody could sign."""


def _signs(given: str) -> str:
    try:
        known = given.startswith("whsec_") and len(b64decode(given.removeprefix("whsec_"), validate=True))
    except binascii.Error:
        known = 0
    if known < SIGNING_BYTES:
        raise ValueError(f"is not whsec_ with Base64 of {SIGNING_BYTES} or more random bytes behind it")
    return given


class Settings(ServiceSettings):
    """Environment names are the field names in upper case."""

    linger_ms: float = 50
    public_url: str = "http://127.0.0.1:8000"
    """Where browsers reach the portal; the login provider sends them back there."""
    login_issuer: str = "http://127.0.0.1:8009"
    """The login provider (OpenID Connect), at the one address that browsers and services use."""
    login_client_id: str = "portal"
    """As the provider knows the portal."""
    login_client_secret: str = Field(min_length=8)
    """Its secret there, as the provider gave it."""
    session_secret: str = Field(min_length=32)
    """Signs what browsers keep between two pages: 32 random characters or more, as `openssl rand -base64 32` makes."""
    catalog_url: str = "http://127.0.0.1:8001"
    """The catalog."""
    cart_url: str = "http://127.0.0.1:8002"
    """The cart."""
    provisioning_url: str = "http://127.0.0.1:8003"
    """Provisioning."""
    porting_url: str = "http://127.0.0.1:8004"
    """Porting."""
    notification_url: str = "http://127.0.0.1:8005"
    """Notification."""
    service_seconds: float = 8.0
    """How long a page waits for a service before it says that this part is away."""
    crm_webhook_secrets: tuple[Annotated[str, AfterValidator(_signs)], ...] = ()
    """Shared with the CRM (a JSON list of `whsec_…`); two while one replaces the other, none closes the webhook."""
    four_eyes_acts: tuple[str, ...] = (
        "porting.release",
        "porting.date",
        "porting.agree-departure",
        "porting.hand-over",
        "provisioning.assign",
        "provisioning.hand-over",
        "provisioning.activate",
    )
    """Acts that release money or numbers (a JSON list): one order manager proposes, another approves."""
    proposal_working_days: int = 2
    """How long a proposal can be approved, besides the day of its making."""
    max_body_bytes: int = 11 << 20
    """A signed form and what belongs to its upload."""
    signed_form_bytes: int = 10 << 20
    """The largest signed form."""
