"""SITE-1: a correct address is a must, and the area code fits the place."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from statistics import median

from telecom.places import AreaCode, Town, area_codes, distance_km, folded, postcodes_by_town, towns_by_postcode
from telecom.refusal import Refusal, _

NEAR_KM = 25.0
FAR_KM = 60.0
FAR_FROM_NEIGHBOURS_KM = 120.0
AT_MOST_NAMED = 5


class StreetMissing(Refusal):
    text = _("The street is missing.")
    remedy = _("Enter the street of the building; a post office box is no place for a line.")
    rule = "SITE-1"


class HouseNumberMissing(Refusal):
    text = _("The house number is missing or is not a house number.")
    remedy = _("Enter 1 to 4 digits, and letters or fractions as addition, for example 12 a.")
    rule = "SITE-1"


class FieldTooLong(Refusal):
    text = _("This entry is longer than %(limit)s characters.")
    remedy = _("Shorten the entry.")
    rule = "SITE-1"


class PostcodeUnknown(Refusal):
    text = _("The postcode %(postcode)s does not exist.")
    remedy = _("Check the postcode; it has five digits.")
    rule = "SITE-1"


class TownDoesNotFitPostcode(Refusal):
    """`suggestions` are the towns of the postcode, `postcodes` those of the town."""

    text = _("%(town)s does not belong to the postcode %(postcode)s.")
    remedy = _("Towns of this postcode: %(suggestions)s")
    rule = "SITE-1"


class AreaCodeUnknown(Refusal):
    text = _("The area code %(area_code)s does not exist.")
    remedy = _("Choose one of the area codes near the place: %(suggestions)s")
    rule = "SITE-1"


class AreaCodeFarAway(Refusal):
    text = _("The area code %(area_code)s (%(name)s) is far away from %(town)s.")
    remedy = _("Choose one of the area codes near the place: %(suggestions)s")
    rule = "SITE-1"


class Verdict(StrEnum):
    NEAR = "near"
    FAR = "far"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """As written by a person; `check_address` says whether it can be right."""

    street: str
    house_number: str
    postcode: str
    town: str
    addition: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A checked address: town and house number spelt properly, with its federal state and position."""

    address: Address
    state: str
    latitude: float
    longitude: float

    @property
    def position(self) -> tuple[float, float]:
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class NearAreaCode:
    code: str
    name: str
    distance_km: float


def check_address(address: Address, at: str = "address") -> Place:
    """The place, or a refusal that names the field below `at` and a remedy."""
    street = " ".join(address.street.split())
    if not re.search(r"[^\W\d_]", street) or folded(street).startswith("postfach"):
        raise StreetMissing(field=f"{at}.street")
    _within(street, 40, f"{at}.street")
    number, addition = _house_number(address, at)
    town = _town(address, at)
    right = replace(address, street=street, house_number=number, addition=addition, town=town.name)
    return Place(replace(right, postcode=town.postcode), town.state, town.latitude, town.longitude)


def towns_of(postcode: str) -> tuple[str, ...]:
    """Names of the towns under a postcode, for the form's suggestions."""
    return tuple(town.name for town in towns_by_postcode().get(postcode.strip(), ()))


def state_of(postcode: str) -> str | None:
    """The federal state of a postcode (ISO 3166-2 without `DE-`); the state of most of its towns."""
    states = [town.state for town in towns_by_postcode().get(postcode.strip(), ())]
    return max(set(states), key=states.count) if states else None


def area_codes_near(place: Place, at_most: int = 8) -> tuple[NearAreaCode, ...]:
    """Candidates for the place: those that bear the town's name first, then by distance."""
    town = folded(place.address.town)
    found = []
    for code in area_codes().values():
        if code.latitude is None or code.longitude is None:
            continue
        away = distance_km(place.position, (code.latitude, code.longitude))
        if away <= NEAR_KM or (folded(code.name) == town and away <= FAR_KM):
            found.append(NearAreaCode(code.code, code.name, round(away, 1)))
    found.sort(key=lambda near: (folded(near.name) != town, near.distance_km, near.code))
    return tuple(found[:at_most])


def verdict(area_code: str, place: Place) -> Verdict:
    """Near, clearly far, or not to be told from the data (it then passes with a note, SITE-1)."""
    code = area_codes().get(area_code)
    if code is None:
        return Verdict.FAR
    if code.latitude is None or code.longitude is None:
        around = _neighbours(code)
        far = around is not None and distance_km(place.position, around) > FAR_FROM_NEIGHBOURS_KM
        return Verdict.FAR if far else Verdict.UNKNOWN
    away = distance_km(place.position, (code.latitude, code.longitude))
    if away <= NEAR_KM or (folded(code.name) == folded(place.address.town) and away <= FAR_KM):
        return Verdict.NEAR
    return Verdict.FAR if away > FAR_KM else Verdict.UNKNOWN


def check_area_code(area_code: str, place: Place, field: str = "area_code") -> Verdict:
    """`near` or `unknown`; a code that does not exist or is clearly far is refused with the near ones named."""
    found = verdict(area_code, place)
    if found is not Verdict.FAR:
        return found
    suggestions = ", ".join(f"{near.code} ({near.name})" for near in area_codes_near(place, AT_MOST_NAMED))
    code = area_codes().get(area_code)
    if code is None:
        raise AreaCodeUnknown(field=field, area_code=area_code, suggestions=suggestions)
    town = place.address.town
    raise AreaCodeFarAway(field=field, area_code=area_code, name=code.name, town=town, suggestions=suggestions)


def _house_number(address: Address, at: str) -> tuple[str, str | None]:
    """`12a` and `12 a` are number 12 with addition a."""
    written = re.fullmatch(r"\s*([1-9][0-9]{0,3})\s*(.*?)\s*", address.house_number)
    if written is None:
        raise HouseNumberMissing(field=f"{at}.house_number")
    addition = " ".join(part for part in (written[2], (address.addition or "").strip()) if part)
    _within(addition, 6, f"{at}.addition")
    return written[1], addition or None


def _town(address: Address, at: str) -> Town:
    postcode = address.postcode.strip()
    known = towns_by_postcode().get(postcode, ())
    if not known:
        raise PostcodeUnknown(field=f"{at}.postcode", postcode=postcode)
    written = _loosely(address.town)
    by_fit = sorted(known, key=lambda town: _fit(written, _loosely(town.name)))
    if written and _fit(written, _loosely(by_fit[0].name)) < NO_FIT:
        return by_fit[0]
    suggestions = ", ".join(town.name for town in known[:AT_MOST_NAMED])
    elsewhere = postcodes_by_town().get(folded(address.town), ())[:AT_MOST_NAMED]
    raise TownDoesNotFitPostcode(
        field=f"{at}.town",
        town=address.town.strip(),
        postcode=postcode,
        suggestions=suggestions,
        postcodes=", ".join(elsewhere),
    )


NO_FIT = 3


def _fit(written: str, known: str) -> int:
    """0 the same name, 1 a shorter form of it ("Frankfurt"), 2 with a district behind it ("Köln Porz")."""
    if written == known:
        return 0
    if known.startswith(f"{written} "):
        return 1
    return 2 if written.startswith(f"{known} ") else NO_FIT


def _loosely(name: str) -> str:
    """Also without the e of a written-out umlaut: München, Muenchen and Munchen are one."""
    return re.sub(r"([aou])e", r"\1", folded(name))


def _within(text: str, limit: int, field: str) -> None:
    if len(text) > limit:
        raise FieldTooLong(field=field, limit=limit)


@cache
def _neighbours(code: AreaCode) -> tuple[float, float] | None:
    """About where a code without position lies: the middle of those that share its first digits."""
    near = [other for other in area_codes().values() if other.latitude and other.code[:3] == code.code[:3]]
    if not near:
        return None
    return median(n.latitude or 0.0 for n in near), median(n.longitude or 0.0 for n in near)
