"""Lists by cursor: opaque, and refused when somebody has tampered with it."""

import base64
import binascii
import json
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from chassis.problems import Problem, _

T = TypeVar("T")
PAGE = 50
"""Items on a page."""


class Page(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the one after it, None on the last."""

    items: list[T]
    next: str | None = None


def cursor_of(*place: Any) -> str:
    """A cursor for the place after which the next page begins."""
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode()


def read_cursor(cursor: str | None, parts: int) -> list[Any] | None:
    """The place a cursor stands for, `parts` values long; None without one. Raises Problem for anything else."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Problem(400, "bad-cursor", _("This cursor is not one of ours."), field="cursor") from error
    if not isinstance(place, list) or len(place) != parts:
        raise Problem(400, "bad-cursor", _("This cursor is not one of ours."), field="cursor")
    return place


def after_id(cursor: str | None) -> UUID | None:
    """The id after which the next page of a list by ids begins."""
    place = read_cursor(cursor, 1)
    return None if place is None else as_id(place[0])


def as_id(written: object) -> UUID:
    """An id out of a cursor."""
    try:
        return UUID(str(written))
    except ValueError as error:
        raise Problem(400, "bad-cursor", _("This cursor is not one of ours."), field="cursor") from error
