"""Makes the compact tables in `telecom.data`: `python make_geo.py area-codes.de.json postcodes.de.csv`.

No list joins area codes with places on the map. A code's position is therefore estimated from its name, and where
several places bear that name, from the codes that share its first digits, which lie near it. A code without a
position stays without one: better unknown than wrong.
"""

import csv
import gzip
import json
import math
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from telecom.places import folded

OUT = Path(__file__).parent / "src" / "telecom" / "data"
STATES = {
    "Baden-Württemberg": "BW",
    "Bayern": "BY",
    "Bavaria": "BY",
    "Berlin": "BE",
    "Land Berlin": "BE",
    "Brandenburg": "BB",
    "Bremen": "HB",
    "Hamburg": "HH",
    "Hessen": "HE",
    "Mecklenburg-Vorpommern": "MV",
    "Mecklenburg-Western Pomerania": "MV",
    "Niedersachsen": "NI",
    "Lower Saxony": "NI",
    "Nordrhein-Westfalen": "NW",
    "Rheinland-Pfalz": "RP",
    "Saarland": "SL",
    "Sachsen": "SN",
    "Saxony": "SN",
    "Sachsen-Anhalt": "ST",
    "Saxony-Anhalt": "ST",
    "Schleswig-Holstein": "SH",
    "Thüringen": "TH",
    "Thuringia": "TH",
}
Point = tuple[float, float]
ONE_TOWN_KM = 30
SAME_PREFIX_KM = 60


def main(area_codes: Path, postcodes: Path) -> None:
    with postcodes.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] in STATES]
    write("postcodes.csv.gz", town_rows(rows))
    names: dict[str, str] = json.loads(area_codes.read_text(encoding="utf-8"))[0]
    places: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        point = (float(row["latitude"]), float(row["longitude"]))
        for name in {folded(row["place"]), folded(city_of(row["community"]))} - {""}:
            places[name].append(point)
    found = positions(names, places)
    table = [(c, names[c], *(f"{x:.3f}" for x in found.get(c, ()))) for c in sorted(names)]
    write("area_codes.csv.gz", [(*row, "", "")[:4] for row in table])
    print(f"{len(found)} of {len(names)} area codes have a position")


def town_rows(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """One row a postcode and town; a city's districts bring the city itself along."""
    points: dict[tuple[str, str, str], list[Point]] = defaultdict(list)
    for row in rows:
        point = (float(row["latitude"]), float(row["longitude"]))
        state = STATES[row["state"]]
        city = city_of(row["community"])
        for town in {row["place"], city if row["place"].startswith(city) else ""} - {""}:
            points[row["zipcode"], town, state].append(point)
    table = []
    for (postcode, town, state), at in sorted(points.items()):
        table.append((postcode, town, state, *(f"{median(p[axis] for p in at):.3f}" for axis in (0, 1))))
    return table


def city_of(community: str) -> str:
    """The city that a community names, or nothing: a rural district is no town."""
    for start in ("Kreisfreie Stadt ", "Stadtkreis "):
        if community.startswith(start):
            return community.removeprefix(start)
    return community.removesuffix(", Stadt") if community.endswith(", Stadt") else ""


def positions(names: dict[str, str], places: dict[str, list[Point]]) -> dict[str, Point]:
    found: dict[str, Point] = {}
    for code, name in names.items():
        at = places.get(folded(name), [])
        if at and max(km(at[0], p) for p in at) <= ONE_TOWN_KM:
            found[code] = middle(at)
    sure = dict(found)
    for code, name in names.items():
        if code in found or (neighbours := near_by_prefix(code, sure)) is None:
            continue
        for part in parts(folded(name)):
            near = [p for p in places.get(part, []) if km(p, neighbours) <= SAME_PREFIX_KM]
            if near:
                found[code] = min(near, key=lambda p: km(p, neighbours))
                break
    return found


def near_by_prefix(code: str, sure: dict[str, Point]) -> Point | None:
    for length in range(len(code) - 1, 1, -1):
        near = [point for other, point in sure.items() if other.startswith(code[:length])]
        if near:
            return middle(near)
    return None


def parts(name: str) -> list[str]:
    """The name, then shorter and shorter: `bottrop kirchhellen`, `bottrop`, `kirchhellen`."""
    words = name.split()
    return [" ".join(words[:n]) for n in range(len(words), 0, -1)] + [" ".join(words[n:]) for n in range(1, len(words))]


def middle(at: list[Point]) -> Point:
    return median(p[0] for p in at), median(p[1] for p in at)


def km(a: Point, b: Point) -> float:
    east = (a[1] - b[1]) * 111.32 * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot((a[0] - b[0]) * 111.32, east)


def write(name: str, table: list[tuple[str, ...]]) -> None:
    text = "".join(f"{'|'.join(row)}\n" for row in table)
    (OUT / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
