"""What people and programs send that nobody thought of: in place of a value that fits, in a cursor, in a header."""

import base64
import json
from collections.abc import Iterator
from typing import Any

TEXTS = (
    "\0",
    "a\0b",
    "\ud800",
    "x" * 5_000,
    "'; DROP TABLE cart; --",
    "%00%ff",
    "\u202e😀\u0301" * 9,
    "\x7f\x1b[31m",
    " ",
    "",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "+999999999-01-01",
    "1e400",
)
NUMBERS = (10**30, -(10**30), 2**31, 2**63, -1, 0, 1.5, 1e308)
OTHERS = (None, True, [], {}, [[]], {"a": None})
VALUES: tuple[Any, ...] = (*TEXTS, *NUMBERS, *OTHERS)
PLACES = (
    *(json.dumps([value]) for value in VALUES),
    *(json.dumps([value, "0192d3b4-0000-7000-8000-000000000000"]) for value in VALUES),
    "NaN",
    "[Infinity]",
    "[" * 5_000,
    "{}",
    "\ud800",
)
CURSORS = (
    *(base64.urlsafe_b64encode(written.encode("utf-8", "surrogatepass")).decode() for written in PLACES),
    *("=", "ä", "AAAA", "%00", "", "x" * 5_000),
)
HEADERS: tuple[dict[str, str], ...] = (
    {"Accept-Language": "\xff,;q=,en-\x80"},
    {"If-Match": 'W/"99999999999999999999"'},
    {"If-Match": "\xb2"},
    {"If-Match": ""},
    {"Content-Type": "text/xml; charset=utf-7"},
    {"Content-Type": "application/json; charset=\xe4"},
    {"Content-Type": ""},
    {"Authorization": "Bearer \xe9.\xe9.\xe9"},
    {"Authorization": "Bearer e30.e30.e30"},
    {"Authorization": "Basic"},
    {"Idempotency-Key": "\xfc" * 9},
    {"Idempotency-Key": "k" * 5_000},
    {"X-Correlation-Id": "\x80", "traceparent": "00-zz-\xff-01"},
)


def leaves(found: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each plain value in a body."""
    if isinstance(found, dict):
        for name, value in found.items():
            yield from leaves(value, (*way, name))
    elif isinstance(found, list):
        for place, value in enumerate(found):
            yield from leaves(value, (*way, place))
    elif way:
        yield way


def put(found: Any, way: tuple[Any, ...], value: Any) -> None:
    """That value in place of the one at the end of the way."""
    for step in way[:-1]:
        found = found[step]
    found[way[-1]] = value
