"""HTTP: pre-registration for fiber (FIBER-1). Public, but for what order management sees of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import Request
from pydantic import BaseModel, Field

from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.problems import Problem
from chassis.roles import Anybody, OrderManager, Staff
from provisioning.application import fiber
from provisioning.domain.fiber import MailAddressWrong, Person, Registration
from provisioning.domain.fiber_texts import newest
from provisioning.domain.lifecycle import RegistrationState
from provisioning.entrypoints.asking import InUnit
from provisioning.entrypoints.places import AskedAddress
from provisioning.entrypoints.views import AddressView, Both, address_view
from telecom.addresses import Address
from telecom.numbers import NotAPhoneNumber, PhoneNumber
from telecom.refusal import _

TOO_MANY = _("Too many pre-registrations came from your connection or for this e-mail address.")
WAIT = _("Try again later.")
router = service_router(tags=["fiber"])


class TextsView(BaseModel):
    """What is read before and agreed to; `version` goes back with the registration."""

    version: str
    notice: list[Both]
    privacy: Both
    consent: Both


class NewRegistration(BaseModel):
    name: str = Field(max_length=200)
    address: AskedAddress
    email: str = Field(max_length=254)
    phone: str = Field(default="", max_length=40)
    privacy_accepted: bool = False
    consent_given: bool = False
    version: str = Field(max_length=20, description="of the texts that were shown")
    language: Literal["de", "en"] = "de"


class Taken(BaseModel):
    state: Literal["awaits_confirmation"] = "awaits_confirmation"


class LinkBody(BaseModel):
    token: str = Field(max_length=100)


class LinkView(BaseModel):
    """`address`, `consent` and its `language` only while there is something to confirm or to withdraw."""

    state: Literal["unconfirmed", "confirmed", "withdrawn", "expired", "unknown"]
    valid_until: datetime | None = None
    address: AddressView | None = None
    consent: str | None = None
    language: str | None = None


class RegistrationView(BaseModel):
    """Whom order management may contact: particulars are there only while a consent is confirmed and stands.

    `checksum`: SHA-256 of the lower-case e-mail address behind a consent that was withdrawn.
    """

    registration_id: UUID
    state: RegistrationState
    name: str | None
    email: str | None
    phone: str | None
    address: AddressView | None
    language: str
    version: str
    privacy: str
    consent: str
    agreed_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    checksum: str | None


@router.get("/fiber/texts")
async def texts(caller: Anybody) -> TextsView:
    found = newest()
    return TextsView(
        version=found.version,
        notice=[Both(de=one.de, en=one.en) for one in found.notice],
        privacy=Both(de=found.privacy.de, en=found.privacy.en),
        consent=Both(de=found.consent.de, en=found.consent.en),
    )


@router.post(
    "/fiber/pre-registrations",
    status_code=202,
    responses={429: {"description": "Too many from one network address, or for one mailbox"}},
)
async def register(body: NewRegistration, request: Request, unit: InUnit, caller: Anybody) -> Taken:
    """A link goes to the mailbox named; nothing is used before it is confirmed there."""
    place = body.address
    command = fiber.Register(
        person=Person(" ".join(body.name.split()), _mail_address(body.email), _phone(body.phone)),
        address=Address(place.street, place.house_number, place.postcode, place.town, place.addition),
        language=body.language,
        version=body.version,
        privacy_accepted=body.privacy_accepted,
        consent_given=body.consent_given,
        origin=request.client.host if request.client else "",
    )
    try:
        await fiber.register(command, unit)
    except fiber.TooManyRegistrations as refused:
        seconds = max(1, int((refused.until - await unit.now()).total_seconds()))
        headers = {"Retry-After": str(seconds)}
        raise Problem(429, "too-many-tries", TOO_MANY, remedy=WAIT, headers=headers) from None
    return Taken()


@router.post("/fiber/links/look", openapi_extra={"x-idempotency": False})
async def look(body: LinkBody, unit: InUnit, caller: Anybody) -> LinkView:
    return _link_view(await fiber.look(body.token, unit), await unit.now())


@router.post("/fiber/links/confirm")
async def confirm(body: LinkBody, unit: InUnit, caller: Anybody) -> LinkView:
    return _link_view(await fiber.confirm(body.token, unit), await unit.now())


@router.post("/fiber/links/withdraw")
async def withdraw(body: LinkBody, unit: InUnit, caller: Anybody) -> LinkView:
    return _link_view(await fiber.withdraw(body.token, unit), await unit.now())


@router.get("/fiber/pre-registrations")
async def registrations(
    unit: InUnit, caller: Staff, state: RegistrationState | None = None, cursor: str | None = None
) -> Page[RegistrationView]:
    """Newest first."""
    found = await unit.lists.registrations(state and state.value, after_id(cursor))
    return Page(
        items=[_registration_view(one) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].registration_id) if len(found) > PAGE else None,
    )


@router.post("/fiber/pre-registrations/{registration_id}/withdraw")
async def withdraw_by_hand(registration_id: UUID, unit: InUnit, caller: OrderManager) -> RegistrationView:
    """For who says so by phone or letter."""
    return _registration_view(await fiber.withdraw_by_hand(registration_id, unit))


def _mail_address(written: str) -> str:
    try:
        return validate_email(written.strip(), check_deliverability=False, globally_deliverable=False).normalized
    except EmailNotValidError:
        raise MailAddressWrong from None


def _phone(written: str) -> str | None:
    try:
        return PhoneNumber.parse(written).e164 if written.strip() else None
    except NotAPhoneNumber as refused:
        raise NotAPhoneNumber(field="phone", **refused.params) from None


def _link_view(found: Registration | None, now: datetime) -> LinkView:
    if found is None:
        return LinkView(state="unknown")
    if found.address is None or (state := found.seen(now)) is RegistrationState.EXPIRED:
        return LinkView(state=found.seen(now).value)
    return LinkView(
        state=state.value,
        valid_until=found.valid_until if state is RegistrationState.UNCONFIRMED else None,
        address=address_view(found.address),
        consent=found.agreed.consent,
        language=found.agreed.language,
    )


def _registration_view(one: Registration) -> RegistrationView:
    usable = one.state is RegistrationState.CONFIRMED
    person, address = (one.person, one.address) if usable else (None, None)
    return RegistrationView(
        registration_id=one.registration_id,
        state=one.state,
        name=person and person.name,
        email=person and person.email,
        phone=person and person.phone,
        address=address and address_view(address),
        language=one.agreed.language,
        version=one.agreed.version,
        privacy=one.agreed.privacy,
        consent=one.agreed.consent,
        agreed_at=one.agreed.at,
        confirmed_at=one.confirmed_at,
        ended_at=one.ended_at,
        checksum=one.checksum,
    )
