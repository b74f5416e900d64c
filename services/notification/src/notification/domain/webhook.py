"""Webhooks: where a subscriber wants to be told what, and what a try at telling him leads to (NOTE-2)."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from notification.domain import refusals
from notification.domain.lifecycle import (
    DELIVERY,
    WEBHOOK,
    DeliveryState,
    DeliveryTrigger,
    WebhookState,
    WebhookTrigger,
)
from telecom.lifecycle import NotPossible

LONGEST_URL = 500
MOST_OF_A_PARTY = 20
GONE = 410
LONGEST_PAUSE = 300
SIXTY_FOUR = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for any IPv4 address, those of our own network among them (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who set a webhook up, and is told when it is disabled."""

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient we are: pauses in seconds between the tries of one delivery, and when a webhook is disabled."""

    pauses: tuple[float, ...]
    disable_after: timedelta


@dataclass(slots=True)
class Webhook:
    """`party_id` is None for the house's own, which is told everything. Of two secrets the earlier runs out."""

    webhook_id: UUID
    party_id: UUID | None
    url: str
    description: str
    events: tuple[str, ...]
    owner: Owner
    sealed_secret: str
    created_at: datetime
    state: WebhookState = WebhookState.ACTIVE
    secret_shown: bool = False
    sealed_earlier: str | None = None
    earlier_until: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str | None = None

    def pause(self) -> None:
        self._go(WebhookTrigger.PAUSE)

    def resume(self) -> None:
        """Also after it was disabled: its failures are forgotten."""
        self._go(WebhookTrigger.RESUME)
        self.forgive()
        self.disabled_at = self.disabled_why = None

    def rotate(self, sealed: str, earlier_until: datetime) -> None:
        """Both secrets sign until the earlier one runs out."""
        self.sealed_earlier, self.earlier_until = self.sealed_secret, earlier_until
        self.sealed_secret, self.secret_shown = sealed, False

    def show_secret(self) -> str:
        """Once: afterwards only a new one can be had. Still sealed."""
        if self.secret_shown:
            raise refusals.SecretShown()
        self.secret_shown = True
        return self.sealed_secret

    def sealed_secrets(self, at: datetime) -> list[str]:
        """Those that sign now, the newest first."""
        earlier = self.sealed_earlier if self.earlier_until is not None and at < self.earlier_until else None
        return [self.sealed_secret, earlier] if earlier else [self.sealed_secret]

    def forgive(self) -> None:
        self.failures, self.failing_since = 0, None

    def failed(self, status: int | None, at: datetime, policy: Policy) -> bool:
        """Note a failed try; True if it was one too many. 410 says that nobody wants it any more."""
        self.failures += 1
        self.failing_since = self.failing_since or at
        too_long = at - self.failing_since >= policy.disable_after
        if not WEBHOOK.allows(self.state, WebhookTrigger.DISABLE) or not (status == GONE or too_long):
            return False
        self._go(WebhookTrigger.DISABLE)
        self.disabled_at, self.disabled_why = at, "gone" if status == GONE else "failing"
        return True

    @property
    def pause_seconds(self) -> float:
        """How long an endpoint that does not answer is left in peace."""
        return float(min(LONGEST_PAUSE, 1 << min(self.failures, 10)))

    def _go(self, trigger: WebhookTrigger) -> None:
        try:
            self.state = WEBHOOK.after(self.state, trigger)
        except NotPossible as error:
            raise refusals.NotInThisState(state=self.state.value) from error


@dataclass(slots=True)
class Delivery:
    """One event for one webhook. `error`: a word for why no answer came; `response`: the beginning of one."""

    delivery_id: UUID
    webhook_id: UUID
    event_id: UUID
    type: str
    party_id: UUID | None
    at: datetime
    correlation_id: str
    body: dict[str, Any]
    is_test: bool
    state: DeliveryState
    attempts: int
    not_before: datetime
    tried_at: datetime | None = None
    status: int | None = None
    latency_ms: int | None = None
    error: str | None = None
    response: str | None = None

    @property
    def message_id(self) -> str:
        """The same at every try and every replay."""
        return f"msg_{self.delivery_id.hex}"

    @property
    def payload(self) -> dict[str, Any]:
        """What travels: the event as published, and what its headers said."""
        return {
            "type": self.type,
            "timestamp": self.at.isoformat(),
            "correlation_id": self.correlation_id,
            "data": self.body,
        }

    def tried(self, status: int | None, latency_ms: int, error: str | None, response: str, at: datetime) -> None:
        self.attempts += 1
        self.tried_at, self.status, self.latency_ms = at, status, latency_ms
        self.error, self.response = error, response

    def delivered(self) -> None:
        self._go(DeliveryTrigger.DELIVER)

    def withheld(self) -> None:
        """Its customer is not, or no longer, the subscriber's to act for (TEN-2, TEN-3)."""
        self._go(DeliveryTrigger.WITHHOLD)

    def failed(self, at: datetime, policy: Policy, spread: float) -> None:
        """Later again, or no more; `spread` (0.5 to 1) keeps tries of many from coming at once. A test has one try."""
        if self.is_test or self.attempts > len(policy.pauses):
            self._go(DeliveryTrigger.GIVE_UP)
            return
        self._go(DeliveryTrigger.TRY_AGAIN)
        self.not_before = at + timedelta(seconds=policy.pauses[self.attempts - 1] * spread)

    def replay(self) -> None:
        """Due at once: whatever is not waiting has been due before."""
        try:
            self._go(DeliveryTrigger.REPLAY)
        except NotPossible as error:
            raise refusals.DeliveryWaits() from error
        self.attempts = 0

    def _go(self, trigger: DeliveryTrigger) -> None:
        self.state = DELIVERY.after(self.state, trigger)


def checked_url(written: str, *, local: bool) -> str:
    """An address we may post to. `local` also allows http and addresses of our own network."""
    url = written.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise refusals.UrlUnfit() from error
    if len(url) > LONGEST_URL or not host or not url.isprintable() or " " in url or parts.fragment:
        raise refusals.UrlUnfit()
    if parts.username is not None or parts.password is not None:
        raise refusals.UrlWithPassword()
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise refusals.UrlNotSecure()
    if not local and (host == "localhost" or host.endswith(".localhost") or _is_inside(host)):
        raise refusals.UrlInside()
    return url


def may_be_reached(address: str) -> bool:
    """Is it an address of the public internet?"""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found in SIXTY_FOUR:
            return False
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast


def _is_inside(host: str) -> bool:
    try:
        return not may_be_reached(host)
    except ValueError:
        return False
