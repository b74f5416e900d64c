"""Lists go by id, newest first."""

from uuid import UUID

from chassis.pages import read_cursor
from chassis.problems import Problem

PAGE = 50


def after_id(cursor: str | None) -> UUID | None:
    place = read_cursor(cursor, 1)
    return None if place is None else as_id(place[0])


def as_id(written: object) -> UUID:
    try:
        return UUID(str(written))
    except ValueError as error:
        raise Problem(400, "bad-cursor", "This cursor is not one of ours.", field="cursor") from error
