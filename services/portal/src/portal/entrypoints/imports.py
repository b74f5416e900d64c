"""Many sites from one file: first a dry run that orders nothing, then one order a row (SITE-1, QUOTE-5)."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Away, Json, Problem
from portal.domain.site_rows import EXAMPLE, HEADINGS, MOST_ROWS, NotASheet, SiteRow, rows_in, site_mark
from portal.domain.spreadsheet import BYTE_ORDER_MARK, line
from portal.entrypoints.trunks import BLOCK_SIZES, site_faults, site_of
from portal.entrypoints.visit import Entered, Signed, Visit, faults_of

router = APIRouter()
AT_ONCE = 5
LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Placed:
    """A row, and the order it became; or why not."""

    row: SiteRow
    order: Json | None
    faults: list[Json]


@router.get("/trunks/{agreement_id}/import")
async def import_form(visit: Signed, agreement_id: UUID) -> Response:
    return await _page(visit, agreement_id, [])


@router.get("/trunks/{agreement_id}/import/sites.csv")
async def example(visit: Signed, agreement_id: UUID) -> Response:
    """The columns, and one row to overwrite."""
    await visit.get("cart", f"/agreements/{agreement_id}")
    german = visit.language == "de"
    headings = line(words[0 if german else 1] for words in HEADINGS.values())
    text = BYTE_ORDER_MARK + headings + line(EXAMPLE[name] for name in HEADINGS)
    headers = {"Content-Disposition": 'attachment; filename="sites.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/trunks/{agreement_id}/import")
async def dry_run(visit: Signed, agreement_id: UUID) -> Response:
    """Reads the file, asks for each row whether it fits, orders nothing."""
    form = await visit.form()
    upload = form.file("sites")
    if upload is None:
        return await _page(
            visit, agreement_id, [{"field": "sites", "text": visit._("Choose the file with the sites.")}]
        )
    content = await upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        text = visit._("The file is larger than 1 MB. Split it into several.")
        return await _page(visit, agreement_id, [{"field": "sites", "text": text}])
    try:
        rows = rows_in(content)
    except NotASheet as error:
        return await _page(visit, agreement_id, [{"field": "sites", "text": _wrong(visit, error)}])
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    checked = await _checked(visit, agreement_id, rows, form.key)
    good = [row for row, faults in checked if not faults]
    return visit.page(
        "imports/check.html",
        agreement=agreement,
        checked=checked,
        good=good,
        rows=json.dumps([[row.place, row.values] for row in good]),
        headings={name: words[0 if visit.language == "de" else 1] for name, words in HEADINGS.items()},
    )


@router.post("/trunks/{agreement_id}/import/order")
async def order_rows(visit: Signed, agreement_id: UUID) -> Response:
    """One order a row. Each has a key of its own, so that pressing again orders only what is still missing."""
    form = await visit.form()
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    rows, key = _rows_of(form["rows"]), form["order_key"]
    placed = [await _place(visit, agreement_id, row, f"{key}-{row.place}") for row in rows]
    return visit.page("imports/result.html", agreement=agreement, placed=placed, rows=form["rows"], order_key=key)


async def _page(visit: Visit, agreement_id: UUID, faults: list[Json]) -> Response:
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    return visit.page(
        "imports/form.html",
        status=422 if faults else 200,
        agreement=agreement,
        faults=faults,
        headings=[words[0 if visit.language == "de" else 1] for words in HEADINGS.values()],
        most=MOST_ROWS,
        sizes=BLOCK_SIZES,
    )


async def _checked(visit: Visit, agreement_id: UUID, rows: list[SiteRow], key: str) -> list[tuple[SiteRow, list[Json]]]:
    """Each row with its faults, those of others' making included: twice in the file, or there already."""
    trunk = await visit.ask("provisioning", f"/trunks/{agreement_id}")
    known = (
        {site_mark({"site_name": one["name"], **_plain(one["address"])}) for one in trunk["sites"]} if trunk else set()
    )
    gate, first, checks = asyncio.Semaphore(AT_ONCE), dict[tuple[str, ...], int](), []
    for row in rows:
        before = first.setdefault(row.same, row.place)
        if before != row.place:
            text = visit._("The same site stands in row %(row)s already.", row=before)
            checks.append(_known([{"field": "site_name", "text": text, "remedy": visit._("Remove one of the rows.")}]))
        elif row.same in known:
            remedy = visit._("Remove the row; more numbers are ordered at the site itself.")
            text = visit._("The trunk has this site already.")
            checks.append(_known([{"field": "site_name", "text": text, "remedy": remedy}]))
        else:
            checks.append(_faults_of_row(visit, row, gate, f"{key}-{row.place}"))
    return list(zip(rows, await asyncio.gather(*checks), strict=True))


async def _known(faults: list[Json]) -> list[Json]:
    return faults


async def _faults_of_row(visit: Visit, row: SiteRow, gate: asyncio.Semaphore, key: str) -> list[Json]:
    form = Entered(row.values)
    faults = site_faults(visit, form)
    if form["block_size"] not in (str(size) for size in BLOCK_SIZES):
        sizes = ", ".join(str(size) for size in BLOCK_SIZES)
        text = visit._("Choose how many numbers: %(sizes)s.", sizes=sizes)
        faults.append({"field": "block_size", "text": text})
    if faults:
        return faults
    site = site_of(form)
    question = {"address": site["address"], "area_code": site["area_code"], "block_size": int(form["block_size"])}
    try:
        async with gate:
            verdict = await visit.send("POST", "provisioning", "/feasibility", key=key, json=question)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return faults_of(problem)
    if verdict.get("numbers_available") is False:
        exhausted = visit._("Area code %(code)s has no free block of this size.", code="0" + site["area_code"])
        remedy = visit._("Choose a smaller block, or bring numbers with you by porting.")
        return [{"field": "block_size", "text": exhausted, "remedy": remedy}]
    return []


async def _place(visit: Visit, agreement_id: UUID, row: SiteRow, key: str) -> Placed:
    form = Entered(row.values)
    faults = site_faults(visit, form)
    if faults:
        return Placed(row, None, faults)
    body = {"site": site_of(form), "block_size": form.number("block_size") or 0}
    try:
        order = await visit.send("POST", "cart", f"/agreements/{agreement_id}/sites", json=body, key=key)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return Placed(row, None, faults_of(problem))
    except Away:
        text = visit._("This part of the system did not answer.")
        return Placed(row, None, [{"field": "", "text": text, "remedy": visit._("Press “Try again” below.")}])
    return Placed(row, order, [])


def _rows_of(written: str) -> list[SiteRow]:
    """What the dry run found good, as it came back with the form."""
    try:
        found: Any = json.loads(written)
        rows = [SiteRow(int(place), {str(k): str(v) for k, v in values.items()}) for place, values in found]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Problem(422, {}) from error
    return rows[:MOST_ROWS]


def _plain(address: Json) -> dict[str, str]:
    return {name: str(value or "") for name, value in address.items()}


def _wrong(visit: Visit, error: NotASheet) -> str:
    if error.wrong == "columns":
        names = ", ".join(HEADINGS[name][0 if visit.language == "de" else 1] for name in error.missing)
        return visit._("These columns are missing: %(names)s. The template has them all.", names=names)
    if error.wrong == "too_many":
        return visit._("These are more than %(most)s rows. Split the file into several.", most=MOST_ROWS)
    if error.wrong == "empty":
        return visit._("The file has no rows below its headings.")
    return visit._("This is not a CSV file. Save the spreadsheet as CSV, and choose that file.")
