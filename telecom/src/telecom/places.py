"""Towns, postcodes and area codes with their positions, loaded once when first asked for."""

import gzip
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
KM_PER_DEGREE = 111.32


@dataclass(frozen=True, slots=True)
class Town:
    """A town under one of its postcodes; `state` as in ISO 3166-2 without `DE-`."""

    postcode: str
    name: str
    state: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class AreaCode:
    """An area code without its 0; where no place on the map bears its name, it has no position."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None


def folded(name: str) -> str:
    """A place name as compared: without case, umlauts, hyphens, brackets."""
    lowered = name.casefold().translate(UMLAUTS)
    lowered = re.sub(r"\bst\b\.?", "sankt", lowered)
    return re.sub(r"[^a-z0-9]+", " ", lowered).strip()


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Flat-earth distance: exact to a few hundred metres inside Germany."""
    east = (a[1] - b[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(a[0] - b[0], east) * KM_PER_DEGREE


@cache
def towns_by_postcode() -> dict[str, tuple[Town, ...]]:
    found: dict[str, list[Town]] = defaultdict(list)
    for postcode, name, state, latitude, longitude in _rows("postcodes.csv.gz"):
        found[postcode].append(Town(postcode, name, state, float(latitude), float(longitude)))
    return {postcode: tuple(towns) for postcode, towns in found.items()}


@cache
def postcodes_by_town() -> dict[str, tuple[str, ...]]:
    """Folded town name → its postcodes."""
    found: dict[str, list[str]] = defaultdict(list)
    for postcode, towns in towns_by_postcode().items():
        for town in towns:
            found[folded(town.name)].append(postcode)
    return {name: tuple(sorted(set(postcodes))) for name, postcodes in found.items()}


@cache
def area_codes() -> dict[str, AreaCode]:
    return {
        code: AreaCode(code, name, float(latitude) if latitude else None, float(longitude) if longitude else None)
        for code, name, latitude, longitude in _rows("area_codes.csv.gz")
    }


def area_code_of(digits: str) -> str | None:
    """The area code with which national digits (without 0) begin; the longest that fits."""
    return next((digits[:length] for length in range(5, 1, -1) if digits[:length] in area_codes()), None)


def _rows(name: str) -> list[list[str]]:
    packed = files("telecom").joinpath("data", name).read_bytes()
    return [line.split("|") for line in gzip.decompress(packed).decode().splitlines()]
