"""Porting requests as JSON and back; facts and version belong to a loaded one, not to what is stored."""

from typing import Any

from pydantic import TypeAdapter

from porting.domain.porting import Porting

_ADAPTER: TypeAdapter[Porting] = TypeAdapter(Porting)
_NOT_STORED = {"facts", "version"}


def stored(porting: Porting) -> Any:
    return _ADAPTER.dump_python(porting, mode="json", exclude=_NOT_STORED)


def loaded(body: Any, version: int) -> Porting:
    found = _ADAPTER.validate_python(body)
    found.version = version
    return found
