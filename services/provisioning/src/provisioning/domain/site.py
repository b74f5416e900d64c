"""A usage site: a place where a trunk is used; numbers hang on it. Made whole or not at all (SITE-3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from telecom.addresses import Address, Verdict, check_address, check_area_code
from telecom.refusal import Refusal, _


class SiteUnknown(Refusal):
    kind = "not_found"
    text = _("This usage site does not exist.")
    remedy = _("Choose one of the sites of the trunk.")
    rule = "SITE-1"


class SiteGone(Refusal):
    kind = "conflict"
    text = _("The usage site %(name)s has been terminated.")
    remedy = _("Choose another site of the trunk, or order a new one.")
    rule = "SITE-4"


class NumbersExhausted(Refusal):
    kind = "conflict"
    text = _("There are no %(size)s numbers in a row left in the area code 0%(area_code)s.")
    remedy = _("Choose a smaller block or another area code near the place.")
    rule = "SITE-3"


class NumbersElsewhere(Refusal):
    kind = "conflict"
    text = _("Numbers of %(number)s are in use at another place.")
    remedy = _("Find out where they are and release them there first.")
    rule = "PORT-8"


@dataclass(frozen=True, slots=True)
class Site:
    site_id: UUID
    trunk_id: UUID
    agreement_id: UUID
    order_id: UUID
    customer_id: UUID
    name: str
    address: Address
    area_code: str
    state: str
    doubtful: bool
    provisioned_at: datetime
    terminated_at: datetime | None = None

    @property
    def is_terminated(self) -> bool:
        return self.terminated_at is not None


def running(site: Site | None) -> Site:
    """The site, if it is there and has not been terminated."""
    if site is None:
        raise SiteUnknown
    if site.is_terminated:
        raise SiteGone(name=site.name)
    return site


@dataclass(frozen=True, slots=True)
class CheckedPlace:
    """An address that can be right, its federal state, and whether the area code could not be told to fit."""

    address: Address
    state: str
    doubtful: bool


def checked(address: Address, area_codes: Mapping[str, str]) -> CheckedPlace:
    """SITE-1: asked before the order, and decided again when the site is made. Raises telecom's refusals.

    `area_codes` are those wanted at the address, each with the field that names it.
    """
    place = check_address(address)
    verdicts = [check_area_code(area_code, place, field) for area_code, field in area_codes.items()]
    return CheckedPlace(place.address, place.state, Verdict.UNKNOWN in verdicts)
