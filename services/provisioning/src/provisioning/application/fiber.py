"""Pre-registrations for fiber: taken in, confirmed by the mailed link, withdrawn, forgotten (FIBER-1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from contracts.provisioning.v1 import FiberLinkIssued
from provisioning.application.ports import Unit
from provisioning.application.shapes import address_to
from provisioning.application.speech import Language
from provisioning.domain.fiber import (
    Agreed,
    ConsentMissing,
    Person,
    PrivacyNotAccepted,
    Registration,
    RegistrationUnknown,
    TextsChanged,
)
from provisioning.domain.fiber_texts import newest
from telecom.addresses import Address, check_address

FIBER_LINK = "fiber-link"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TooManyRegistrations(Exception):
    """From one network address, or for one mailbox."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many pre-registrations")
        self.until = until


@dataclass(frozen=True, slots=True)
class Register:
    """`version` names the texts that were shown; `origin` is the network address it came from."""

    person: Person
    address: Address
    language: Language
    version: str
    privacy_accepted: bool
    consent_given: bool
    origin: str


async def register(command: Register, unit: Unit) -> Registration:
    """Keep it for as long as its link is good; nobody may use it before it is confirmed."""
    if not command.privacy_accepted:
        raise PrivacyNotAccepted
    if not command.consent_given:
        raise ConsentMissing
    texts = newest()
    if command.version != texts.version:
        raise TextsChanged
    address = check_address(command.address).address
    await _slow_down(f"from {command.origin}", unit.rules.fiber_from_one_address, HOUR, unit)
    await _slow_down(f"to {command.person.checksum}", unit.rules.fiber_for_one_mailbox, DAY, unit)
    at, token = await unit.now(), unit.new_secret()
    german = command.language == "de"
    privacy = texts.privacy.de if german else texts.privacy.en
    consent = texts.consent.de if german else texts.consent.en
    made = Registration(
        registration_id=unit.new_id(),
        link_id=unit.new_id(),
        token_hash=hash_of(token),
        agreed=Agreed(texts.version, command.language, privacy, consent, at),
        valid_until=at + unit.rules.fiber_link,
        person=command.person,
        address=address,
    )
    await unit.registrations.add(made)
    await unit.timers.set(FIBER_LINK, made.registration_id, made.valid_until)
    _send_link(made, command.person, address, token, command.language, unit)
    unit.count("fiber_registrations", made.state.value)
    return made


async def look(token: str, unit: Unit) -> Registration | None:
    """Opening a link changes nothing: mail scanners open links."""
    return await unit.registrations.behind(hash_of(token))


async def confirm(token: str, unit: Unit) -> Registration | None:
    found = await unit.registrations.behind(hash_of(token))
    if found is not None and found.confirm(await unit.now()):
        await _keep(found, unit)
    return found


async def withdraw(token: str, unit: Unit) -> Registration | None:
    found = await unit.registrations.behind(hash_of(token))
    if found is not None and found.withdraw(await unit.now()):
        await _keep(found, unit)
    return found


async def withdraw_by_hand(registration_id: UUID, unit: Unit) -> Registration:
    """Somebody has said so otherwise than by the link."""
    found = await unit.registrations.get(registration_id)
    if found is None:
        raise RegistrationUnknown
    if found.withdraw(await unit.now()):
        await _keep(found, unit)
    return found


async def link_has_run_out(registration_id: UUID, unit: Unit) -> None:
    """Never confirmed: forgotten."""
    found = await unit.registrations.get(registration_id)
    if found is not None and found.expire(await unit.now()):
        await _keep(found, unit)


def hash_of(token: str) -> bytes:
    """All that is kept of a link's token."""
    return sha256(token.encode()).digest()


async def _keep(registration: Registration, unit: Unit) -> None:
    await unit.registrations.save(registration)
    await unit.timers.cancel(FIBER_LINK, registration.registration_id)
    unit.count("fiber_registrations", registration.state.value)


async def _slow_down(who: str, allowed: int, per: timedelta, unit: Unit) -> None:
    """Nobody fills others' mailboxes, or our store, through a public form."""
    now = await unit.now()
    count, until = await unit.registrations.count_try(sha256(who.encode()).hexdigest(), now, now + per)
    if count > allowed:
        raise TooManyRegistrations(until)


def _send_link(
    made: Registration, person: Person, address: Address, token: str, language: Language, unit: Unit
) -> None:
    unit.outbox.record(
        FiberLinkIssued(
            registration_id=made.registration_id,
            link_id=made.link_id,
            token=token,
            recipient=person.email,
            name=person.name,
            address=address_to(address),
            language=language,
            valid_until=made.valid_until,
        )
    )
