"""A pre-registration for fiber: who agreed to hear when an address is in the build-out area (FIBER-1)."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from provisioning.domain.lifecycle import REGISTRATION, RegistrationState, RegistrationTrigger
from telecom.addresses import Address
from telecom.refusal import Refusal, _

LONGEST_NAME = 80
NO_NAME = re.compile(r"[\x00-\x1f\x7f<>@/:\\]")
"""Nobody is called like that, and mails to strangers must not carry addresses of whoever filled the form in."""


class NameMissing(Refusal):
    text = _("The name is missing or is not a name.")
    remedy = _("Enter first and last name, or the name of your company.")
    field = "name"
    rule = "FIBER-1"


class MailAddressWrong(Refusal):
    text = _("The e-mail address is missing or is not one.")
    remedy = _("Enter it like name@example.com; the confirmation link goes there.")
    field = "email"
    rule = "FIBER-1"


class PrivacyNotAccepted(Refusal):
    text = _("The privacy notice is not accepted.")
    remedy = _("Read it and tick the box; without it we may not keep your entries.")
    field = "privacy_accepted"
    rule = "FIBER-1"


class ConsentMissing(Refusal):
    text = _("The consent to be contacted is missing.")
    remedy = _("Tick the box; without it we could not tell you anything.")
    field = "consent_given"
    rule = "FIBER-1"


class TextsChanged(Refusal):
    kind = "conflict"
    text = _("The texts you agree to have changed.")
    remedy = _("Read the new ones and send the form again.")
    field = "consent_given"
    rule = "FIBER-1"


class RegistrationUnknown(Refusal):
    kind = "not_found"
    text = _("This pre-registration does not exist.")
    rule = "FIBER-1"


@dataclass(frozen=True, slots=True)
class Person:
    """Who registers. `phone` is in E.164."""

    name: str
    email: str
    phone: str | None = None

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > LONGEST_NAME or NO_NAME.search(self.name):
            raise NameMissing

    @property
    def checksum(self) -> str:
        """By which the person can be recognised, but not reached."""
        return sha256(self.email.casefold().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Agreed:
    """The evidence: what was read, word for word, in which language, and when."""

    version: str
    language: str
    privacy: str
    consent: str
    at: datetime


@dataclass(slots=True)
class Registration:
    """`person` and `address` are there as long as they may be used; of a withdrawn consent a `checksum` stays."""

    registration_id: UUID
    link_id: UUID
    token_hash: bytes
    agreed: Agreed
    valid_until: datetime
    person: Person | None
    address: Address | None
    state: RegistrationState = RegistrationState.UNCONFIRMED
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    checksum: str | None = None

    def confirm(self, at: datetime) -> bool:
        """Only this makes it usable; False where that is too late, or done already."""
        if at >= self.valid_until or not self._take(RegistrationTrigger.CONFIRM):
            return False
        self.confirmed_at = at
        return True

    def withdraw(self, at: datetime) -> bool:
        """Of a confirmed consent the evidence stays; what was never confirmed is forgotten."""
        checksum = self.person.checksum if self.person is not None and self.confirmed_at is not None else None
        return self._end(RegistrationTrigger.WITHDRAW, at, checksum)

    def expire(self, at: datetime) -> bool:
        return self._end(RegistrationTrigger.EXPIRE, at, None)

    def seen(self, at: datetime) -> RegistrationState:
        """An unconfirmed one whose link has run out is expired, also a moment before its timer rings."""
        if self.state is RegistrationState.UNCONFIRMED and at >= self.valid_until:
            return RegistrationState.EXPIRED
        return self.state

    def _end(self, trigger: RegistrationTrigger, at: datetime, checksum: str | None) -> bool:
        if not self._take(trigger):
            return False
        self.person = self.address = None
        self.ended_at, self.checksum = at, checksum
        return True

    def _take(self, trigger: RegistrationTrigger) -> bool:
        """What comes late or twice changes nothing."""
        if not REGISTRATION.allows(self.state, trigger):
            return False
        self.state = REGISTRATION.after(self.state, trigger)
        return True
