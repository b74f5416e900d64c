"""The list of electronic carriers, from a file."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from porting.domain.ids import CarrierCode
from porting.domain.particulars import Carrier


class CarrierList:
    def __init__(self, file: Path | None = None) -> None:
        self._carriers = _read(file)

    def electronic(self) -> Sequence[Carrier]:
        return self._carriers

    def is_electronic(self, carrier_code: str | None) -> bool:
        return any(one.carrier_code == carrier_code for one in self._carriers)


@cache
def _read(file: Path | None) -> tuple[Carrier, ...]:
    """By name. Raises for a list that has a wrong code in it."""
    source = file or files("porting").joinpath("data", "carriers.toml")
    rows = tomllib.loads(source.read_text(encoding="utf-8"))["carrier"]
    found = [Carrier(str(CarrierCode(row["code"])), row["name"], row.get("invented", False)) for row in rows]
    return tuple(sorted(found, key=lambda one: one.name))
