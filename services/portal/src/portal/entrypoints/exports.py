"""Every list as a file, with the filters of its page, over all pages, written while it is read."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from portal.application.ports import Away, Json, Problem, QueuedTask
from portal.domain import numbers
from portal.domain.acts import ACTS, RESULTS
from portal.domain.audit import Row
from portal.domain.spreadsheet import BYTE_ORDER_MARK, line
from portal.domain.statuses import status_of
from portal.domain.words import BUSINESS_CASES, FAMILIES, ORIGINS
from portal.entrypoints import audit, queue
from portal.entrypoints.visit import AsStaff, LoginNeeded, Signed, Visit
from telecom.formats import BERLIN, day_of
from telecom.refusal import _

router = APIRouter()
T = TypeVar("T")


Columns = dict[str, Callable[[Visit, Json], Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """Where a list comes from, by what it may be narrowed, and its columns by English heading."""

    part: str
    path: str
    filters: tuple[str, ...]
    columns: Columns
    rows: Callable[[Json], Iterable[Json]] = field(default=lambda one: (one,))


def _of(*names: str) -> Callable[[Visit, Json], Any]:
    """What lies at that path of the row."""

    def find(_visit: Visit, row: Json) -> Any:
        found: Any = row
        for name in names:
            found = (found or {}).get(name)
        return found

    return find


def _status(kind: str, name: str) -> Callable[[Visit, Json], str]:
    return lambda visit, row: visit._(status_of(kind, str(row.get(name) or "")).label)


def _word(words: dict[str, str], name: str) -> Callable[[Visit, Json], str]:
    return lambda visit, row: visit._(words.get(str(row.get(name)), str(row.get(name) or "")))


def _day(*names: str) -> Callable[[Visit, Json], date | None]:
    find = _of(*names)
    return lambda visit, row: day_of(found) if (found := find(visit, row)) else None


def _time(*names: str) -> Callable[[Visit, Json], datetime | None]:
    find = _of(*names)
    return lambda visit, row: datetime.fromisoformat(found) if (found := find(visit, row)) else None


def _amount(*names: str) -> Callable[[Visit, Json], Decimal]:
    find = _of(*names)
    return lambda visit, row: Decimal(str(find(visit, row) or 0))


CUSTOMER: Columns = {_("Customer"): _of("customer", "name"), _("Customer number"): _of("customer", "customer_number")}
EXPORTS = {
    "customers": Export(
        "cart",
        "/parties",
        ("q", "kind"),
        {
            _("Name"): _of("name"),
            _("Customer number"): _of("customer_number"),
            _("Kind"): lambda visit, row: visit._(_("Prospect") if row["kind"] == "prospect" else _("Customer")),
            _("Administration"): lambda visit, row: visit._(_("open") if row["open"] else _("closed")),
        },
    ),
    "carts": Export(
        "cart",
        "/carts",
        ("q", "customer_id", "agreement_id", "state"),
        {
            _("Cart"): _of("number"),
            _("Quote"): _of("quote", "number"),
            **CUSTOMER,
            _("Business case"): _word(BUSINESS_CASES, "business_case"),
            _("Contract"): _of("agreement_number"),
            _("Status"): _status("cart", "state"),
            _("Valid until"): _time("quote", "valid_until"),
            _("One-time"): _amount("totals", "one_time"),
            _("Monthly"): _amount("totals", "monthly"),
            _("Changed"): _time("changed_at"),
        },
    ),
    "orders": Export(
        "cart",
        "/orders",
        ("q", "customer_id", "agreement_id", "status"),
        {
            _("Order"): _of("number"),
            **CUSTOMER,
            _("Business case"): _word(BUSINESS_CASES, "business_case"),
            _("Status"): _status("order", "status"),
            _("Placed"): _time("placed_at"),
            _("Valid from"): _day("effective_on"),
        },
    ),
    "agreements": Export(
        "cart",
        "/agreements",
        ("q", "customer_id", "family", "status"),
        {
            _("Contract"): _of("number"),
            **CUSTOMER,
            _("Kind"): _word(FAMILIES, "family"),
            _("Status"): _status("agreement", "status"),
            _("Term"): _of("term_months"),
            _("Begins on"): _day("starts_on"),
            _("Ends on"): _day("ends_on"),
            _("Terminated for"): _day("terminates_on"),
        },
    ),
    "trunks": Export(
        "provisioning",
        "/trunks",
        ("q", "customer_id"),
        {
            _("Contract"): _of("agreement_number"),
            _("Status"): _status("trunk", "status"),
            _("Channels"): _of("channels"),
            "SRTP": lambda visit, row: visit._(_("yes") if row.get("srtp") else _("no")),
            _("Sites"): lambda _visit, row: len(row.get("sites") or ()),
            _("Activation"): _time("activated_at"),
        },
    ),
    "sites": Export(
        "provisioning",
        "/trunks",
        ("q", "customer_id"),
        {
            _("Contract"): _of("trunk", "agreement_number"),
            _("Site"): _of("name"),
            _("Status"): _status("site", "status"),
            _("Street"): _of("address", "street"),
            _("House number"): _of("address", "house_number"),
            _("Addition"): _of("address", "addition"),
            _("Postcode"): _of("address", "postcode"),
            _("Town"): _of("address", "town"),
            _("Area code"): lambda _visit, row: f"0{row['area_code']}",
            _("Numbers"): lambda _visit, row: sum(numbers.size(one) for one in row["blocks"]),
        },
        lambda trunk: ({**site, "trunk": trunk} for site in trunk.get("sites") or ()),
    ),
    "numbers": Export(
        "provisioning",
        "/trunks",
        ("q", "customer_id"),
        {
            _("Contract"): _of("trunk", "agreement_number"),
            _("Site"): _of("site", "name"),
            _("Number"): lambda _visit, row: numbers.national(row),
            _("International"): lambda _visit, row: numbers.international(row).replace("+", "00"),
            _("Quantity"): lambda _visit, row: numbers.size(row),
            _("Origin"): _word(ORIGINS, "origin"),
        },
        lambda trunk: (
            {**block, "site": site, "trunk": trunk} for site in trunk.get("sites") or () for block in site["blocks"]
        ),
    ),
}
TASKS: dict[str, Callable[[Visit, QueuedTask], Any]] = {
    _("Task"): lambda visit, one: one.task.title.get(visit.language),
    _("Explanation"): lambda visit, one: one.task.explanation.get(visit.language),
    _("Order"): lambda _visit, one: one.names.get("order"),
    _("Customer"): lambda _visit, one: one.names.get("customer"),
    _("Raised"): lambda _visit, one: one.task.raised_at,
    _("Due"): lambda _visit, one: one.due_at,
    _("Due by its owner"): lambda _visit, one: one.task.due_at,
    _("Who has it"): lambda _visit, one: one.handling.claimed_by.name if one.handling.claimed_by else None,
    _("Put aside until"): lambda _visit, one: one.handling.waits_until,
    _("Done at"): lambda _visit, one: one.task.settled_at,
    _("Done by"): lambda _visit, one: one.task.settled_by,
}
AUDIT: dict[str, Callable[[Visit, Row], Any]] = {
    _("Row"): lambda _visit, row: row.number,
    _("When"): lambda _visit, row: row.entry.at,
    _("Who"): lambda _visit, row: row.entry.who.name,
    _("Login"): lambda _visit, row: row.entry.who.subject,
    _("Role"): lambda _visit, row: row.entry.who.role,
    _("Act"): lambda visit, row: visit._(ACTS.get(row.entry.act, row.entry.act)),
    _("Result"): lambda visit, row: visit._(RESULTS.get(row.entry.result, row.entry.result)),
    _("Particulars"): lambda _visit, row: json.dumps(row.entry.said, ensure_ascii=False),
    _("Task"): lambda _visit, row: row.entry.task_id,
    _("Order"): lambda _visit, row: row.entry.order_id,
    _("Correlation id"): lambda _visit, row: row.entry.correlation_id,
    _("Hash"): lambda _visit, row: row.mark.hex(),
}


@router.get("/export/tasks.csv")
async def tasks(visit: AsStaff) -> Response:
    rows = queue.all_of(visit, await queue.wanted_by(visit))
    return await _file(visit, "tasks", _lines_of(visit, TASKS, rows))


@router.get("/export/audit.csv")
async def audited(visit: AsStaff) -> Response:
    return await _file(visit, "audit", _lines_of(visit, AUDIT, audit.all_of(visit)))


async def _lines_of(
    visit: Visit, columns: dict[str, Callable[[Visit, T], Any]], rows: AsyncIterator[T]
) -> AsyncIterator[str]:
    yield line(visit._(heading) for heading in columns)
    async for row in rows:
        yield line(_written(visit, value(visit, row)) for value in columns.values())


@router.get("/export/{name}.csv")
async def export(visit: Signed, name: str) -> Response:
    """The first page is asked for before the answer begins, so that a refusal still looks like one."""
    wanted = EXPORTS.get(name)
    if wanted is None:
        raise Problem(404, {})
    narrowed = {key: value for key in wanted.filters if (value := visit.request.query_params.get(key))}
    first = await visit.get(wanted.part, wanted.path, **narrowed)
    return await _file(visit, name, _lines(visit, wanted, narrowed, first))


async def _lines(visit: Visit, wanted: Export, narrowed: dict[str, str], page: Json) -> AsyncIterator[str]:
    yield line(visit._(heading) for heading in wanted.columns)
    while True:
        for item in page["items"]:
            for row in wanted.rows(item):
                yield line(_written(visit, value(visit, row)) for value in wanted.columns.values())
        if not page.get("next"):
            return
        try:
            page = await visit.get(wanted.part, wanted.path, **narrowed, cursor=page["next"])
        except (Away, Problem, LoginNeeded):
            yield line([visit._("The list breaks off here: a part of the system stopped answering. Export it again.")])
            return


async def _file(visit: Visit, name: str, rows: AsyncIterator[str]) -> Response:
    async def text() -> AsyncIterator[str]:
        yield BYTE_ORDER_MARK
        async for row in rows:
            yield row

    day = (await visit.today()).isoformat()
    headers = {"Content-Disposition": f'attachment; filename="{name}-{day}.csv"'}
    return StreamingResponse(text(), media_type="text/csv; charset=utf-8", headers=headers)


def _written(visit: Visit, value: Any) -> str:
    """As the reader's spreadsheet takes it for a day, a time or a number."""
    german = visit.language == "de"
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M" if german else "%Y-%m-%d %H:%M")
        case date():
            return value.strftime("%d.%m.%Y" if german else "%Y-%m-%d")
        case Decimal():
            written = f"{value:.2f}"
            return written.replace(".", ",") if german else written
    return str(value)
