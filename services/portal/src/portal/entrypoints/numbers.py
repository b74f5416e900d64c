"""Order management: our own numbers, where each of them is and was, and what is left of them."""

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.proposal import Deed
from portal.domain.spreadsheet import BYTE_ORDER_MARK
from portal.entrypoints.acting import ask_owner
from portal.entrypoints.number_choice import REFUSED, block_of
from portal.entrypoints.visit import AsAdministrator, AsOrderManager, AsStaff, Visit, as_day, faults_of

router = APIRouter()
SIZES = (10, 100, 1000)
LARGEST = 1 << 20


@router.get("/number-pools")
async def number_pools(visit: AsStaff) -> Response:
    return visit.page("numbers/pools.html", pools=await visit.ask("provisioning", "/number-pools") or [], sizes=SIZES)


@router.post("/number-pools/check")
async def check(visit: AsStaff) -> Response:
    """Adds the blocks up now; each night it happens by itself."""
    form = await visit.form()
    found = await visit.send("POST", "provisioning", "/number-pools/check", key=form.key)
    wrong = any(one["difference"] for one in found)
    return visit.go("/number-pools", "numbers-do-not-add-up" if wrong else "numbers-add-up")


@router.get("/number-pools/import")
async def import_form(visit: AsAdministrator) -> Response:
    return visit.page("numbers/import.html", faults=[])


@router.post("/number-pools/import")
async def dry_run(visit: AsAdministrator) -> Response:
    """Reads the file and shows every fault by its line; nothing is loaded."""
    form = await visit.form()
    upload = form.file("pool")
    if upload is None:
        return _not_read(visit, visit._("Choose the file with the number ranges."))
    content = await upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        return _not_read(visit, visit._("The file is larger than 1 MB. Split it into several."))
    try:
        content = content.decode("utf-8").removeprefix(BYTE_ORDER_MARK).encode()
        looked = await visit.send(
            "POST",
            "provisioning",
            "/number-pools/dry-run",
            key=form.key,
            content=content,
            content_type="text/csv",
        )
    except UnicodeDecodeError:
        return _not_read(visit, visit._("The file is not UTF-8 text."))
    ranges = json.dumps(looked["new_ranges"])
    return visit.page("numbers/import_check.html", looked=looked, ranges=ranges)


@router.post("/number-pools/import/load")
async def load(visit: AsAdministrator) -> Response:
    """What the dry run found new; looked at again by provisioning, since others may have been quicker."""
    form = await visit.form()
    ranges = _ranges_of(form["ranges"])
    deed = Deed(
        "provisioning.load-pool", "provisioning", "/number-pools", {"ranges": ranges}, back="/number-pools/import"
    )
    try:
        await ask_owner(visit, deed, key=form.key, kept={"ranges": len(ranges)})
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return visit.page("numbers/import.html", status=422, faults=faults_of(problem))
    return visit.go("/number-pools", "pool-loaded")


@router.get("/number-pools/{area_code}/resting")
async def resting_numbers(visit: AsStaff, area_code: str, cursor: str = "") -> Response:
    page = await visit.ask("provisioning", f"/number-pools/{_code(area_code)}/resting", cursor=cursor)
    return visit.page("numbers/resting.html", area_code=area_code, page=page)


@router.get("/number-pools/{area_code}/ported-out")
async def numbers_ported_out(visit: AsStaff, area_code: str, cursor: str = "") -> Response:
    page = await visit.ask("provisioning", f"/number-pools/{_code(area_code)}/ported-out", cursor=cursor)
    return visit.page("numbers/ported_out.html", area_code=area_code, page=page)


@router.get("/number-pools/{area_code}/free")
async def free_numbers(visit: AsStaff, area_code: str, size: str = "10", containing: str = "") -> Response:
    return await _free(visit, _code(area_code), size, containing, [], {})


@router.post("/number-pools/{area_code}/free")
async def reserve(visit: AsOrderManager, area_code: str) -> Response:
    """Keeps a block for a customer, for a few minutes."""
    form = await visit.form()
    code, size, containing = _code(area_code), form["size"], form["containing"]
    try:
        customer = await _customer(visit, form["customer"])
        block = block_of(form["block"])
        body = {"customer_id": customer["party_id"], "block": block}
        deed = Deed("provisioning.reserve", "provisioning", "/reservations", body, customer_id=_id(customer))
        await ask_owner(visit, deed, key=form.key, kept={"block": form["block"]})
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return await _free(visit, code, size, containing, faults_of(problem), form.values(), 422)
    return visit.go("/reservations", "reserved")


@router.get("/reservations")
async def reservations(visit: AsStaff, cursor: str = "") -> Response:
    page = await visit.ask("provisioning", "/reservations", cursor=cursor)
    rows = page["items"] if page else []
    ids = sorted({one["customer_id"] for one in rows})
    known = await visit.ask_all(*(("cart", f"/parties/{one}", {}) for one in ids))
    names = {one: found["name"] for one, found in zip(ids, known, strict=True) if found}
    return visit.page("numbers/reservations.html", page=page, names=names)


@router.post("/reservations/{reservation_id}/give-up")
async def give_up(visit: AsOrderManager, reservation_id: UUID) -> Response:
    form = await visit.form()
    await ask_owner(
        visit,
        Deed("provisioning.give-up", "provisioning", f"/reservations/{reservation_id}/give-up", {}),
        key=form.key,
    )
    return visit.go("/reservations", "reservation-ended")


@router.get("/numbers")
async def number(visit: AsStaff, q: str = "", on: str = "") -> Response:
    """Where a number is and was; `on` a day of the past."""
    return await _number(visit, q.strip(), on, [])


@router.post("/numbers/come-back")
async def come_back(visit: AsOrderManager) -> Response:
    """Its user gave it up at the other carrier: it rests here, and is ours to give again."""
    form = await visit.form()
    deed = Deed("provisioning.come-back", "provisioning", "/numbers/come-back", block_of(form["block"]))
    try:
        await ask_owner(visit, deed, key=form.key)
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return await _number(visit, form["q"], "", faults_of(problem), 422)
    return visit.go(f"/numbers?q={form['q'].replace('+', '%2B')}", "number-came-back")


async def _number(visit: Visit, q: str, on: str, faults: list[Json], status: int = 200) -> Response:
    found, day = None, as_day(on)
    if q and not (digits := "".join(one for one in q if one.isdecimal() and one.isascii())):
        faults = [{"field": "q", "text": visit._("Enter a phone number, for example 0221 1234567.")}]
    elif q:
        written = ("+" if q.startswith("+") else "") + digits
        try:
            found = await visit.get("provisioning", f"/numbers/{written}/history", on=day)
        except Problem as problem:
            if problem.status not in REFUSED:
                raise
            faults = [one | {"field": "q"} for one in faults_of(problem)]
    status = 422 if faults else status
    return visit.page("numbers/number.html", status=status, q=q, on=on, found=found, faults=faults)


async def _free(
    visit: Visit,
    area_code: str,
    size: str,
    containing: str,
    faults: list[Json],
    values: dict[str, str],
    status: int = 200,
) -> Response:
    wanted = size if size in map(str, SIZES) else "10"
    digits = "".join(one for one in containing if one.isascii() and one.isdecimal())[:11]
    found = await visit.ask("provisioning", f"/number-pools/{area_code}/free", size=wanted, containing=digits)
    return visit.page(
        "numbers/free.html",
        status=status,
        area_code=area_code,
        size=wanted,
        sizes=SIZES,
        containing=digits,
        blocks=found["blocks"] if found else [],
        faults=faults,
        values=values,
    )


async def _customer(visit: Visit, written: str) -> Json:
    """The one that is meant by a number or name; a Problem where it is none or several."""
    page = await visit.get("cart", "/parties", q=written) if written else {"items": []}
    items: list[Json] = page["items"]
    exact = [one for one in items if written.lower() in (one["customer_number"] or "", one["name"].lower())]
    meant = exact or items
    if len(meant) != 1:
        text = visit._("Enter the customer number, or a name that only one customer has.")
        raise Problem(422, {"field": "customer", "detail": text})
    return meant[0]


def _id(customer: Json) -> UUID:
    return UUID(customer["party_id"])


def _not_read(visit: Visit, text: str) -> Response:
    return visit.page("numbers/import.html", status=422, faults=[{"field": "pool", "text": text}])


def _code(written: str) -> str:
    if not (written.isascii() and written.isdecimal()):
        raise Problem(404, {})
    return written


def _ranges_of(written: str) -> list[Any]:
    """As the dry run gave them; provisioning looks at each again."""
    try:
        found = json.loads(written)
        return [{name: str(one[name]) for name in ("area_code", "first", "last")} for one in found]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Problem(422, {}) from error
