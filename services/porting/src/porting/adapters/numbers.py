"""Rows of numbers, by the digits with which they all begin and how many digits each has."""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, func, literal, or_

from porting.domain.particulars import Numbers


def touch(rows: Table, numbers: Numbers) -> ColumnElement[bool]:
    """Rows that have a number in common with these."""
    found: list[Any] = [
        and_(
            rows.c.digits == len(one.digits),
            or_(
                rows.c.prefix.like(f"{one.prefix}%"),
                rows.c.prefix == func.left(literal(one.prefix), func.length(rows.c.prefix)),
            ),
        )
        for one in numbers
    ]
    return or_(*found) if found else false()
