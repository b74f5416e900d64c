"""Catalog versions: check with a look at what changes, publish, and read what each says (CAT-3, CAT-5)."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.choices import CATEGORY_ORDER, range_of, rates_of
from portal.domain.proposal import Deed
from portal.domain.version_files import LARGEST, Unusable, files_of
from portal.entrypoints.acting import ask_owner
from portal.entrypoints.visit import AsAdministrator, Form, Visit

router = APIRouter()
Version = Annotated[str, Path(pattern=r"^\d{4}-\d{2}\.\d+$")]
FILE = "file:"
"""What the name of a field with a file's text begins with, between the look and the publishing."""


@router.get("/catalog-versions")
async def catalog_versions(visit: AsAdministrator) -> Response:
    return await _list(visit, [])


@router.post("/catalog-versions/check")
async def check(visit: AsAdministrator) -> Response:
    """A broken catalog is refused with every fault listed; else what would change is shown first."""
    form = await visit.form()
    files: dict[str, str] = {}
    try:
        for upload in form.files("catalog"):
            files |= files_of(upload.filename or "", await upload.read(LARGEST + 1))
    except Unusable as unusable:
        return await _list(visit, [_fault(visit._(unusable.reason, name=unusable.name))], 422)
    if not files:
        return await _list(visit, [_fault(visit._("Choose the files of the version."))], 422)
    try:
        seen = await visit.send("POST", "catalog", "/catalog/versions/check", key=form.key, json={"files": files})
    except Problem as problem:
        return await _refused(visit, problem)
    return visit.page("administration/second_look.html", seen=seen, files=files, prefix=FILE)


@router.post("/catalog-versions")
async def publish(visit: AsAdministrator) -> Response:
    form = await visit.form()
    try:
        files = _kept(form)
        deed = Deed("catalog.publish", "catalog", "/catalog/versions", {"files": files})
        made = await ask_owner(visit, deed, key=form.key, kept={"files": ", ".join(sorted(files))})
    except Problem as problem:
        return await _refused(visit, problem)
    return visit.go(f"/catalog-versions/{made['version']}", "published")


@router.get("/catalog-versions/{version}")
async def one_version(visit: AsAdministrator, version: Version, audience: str = "business") -> Response:
    """What the catalog says: rules and what follows in sentences, price lists with their rates, what changed."""
    audience = "reseller" if audience == "reseller" else "business"
    shown = range_of(await visit.get("catalog", f"/catalog/versions/{version}", audience=audience))
    versions = await _versions(visit)
    return visit.page(
        "administration/version.html",
        shown=shown,
        audience=audience,
        version=next((one for one in versions if one["version"] == version), {"version": version}),
        differences=await visit.ask("catalog", f"/catalog/versions/{version}/differences") or [],
        rates=rates_of(shown.price_lists),
        categories=CATEGORY_ORDER,
        category="",
    )


def _kept(form: Form) -> dict[str, str]:
    return {name.removeprefix(FILE): text for name, text in form.values().items() if name.startswith(FILE)}


async def _refused(visit: Visit, problem: Problem) -> Response:
    if problem.status not in (409, 413, 415, 422):
        raise problem
    return await _list(visit, problem.document.get("errors") or [_fault(problem.detail)], 422)


def _fault(message: str) -> Json:
    return {"field": "", "message": message}


async def _versions(visit: Visit) -> list[Json]:
    return list(reversed(await visit.ask("catalog", "/catalog/versions") or []))


async def _list(visit: Visit, faults: list[Json], status: int = 200) -> Response:
    return visit.page("administration/catalog.html", status=status, versions=await _versions(visit), faults=faults)
