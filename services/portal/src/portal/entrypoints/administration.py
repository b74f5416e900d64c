"""Catalog versions: upload and publish, faults listed with file and line (CAT-5)."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Problem
from portal.entrypoints.visit import AsAdministrator, Visit

router = APIRouter()


@router.get("/catalog-versions")
async def catalog_versions(visit: AsAdministrator) -> Response:
    return await _page(visit, [])


@router.post("/catalog-versions")
async def publish(visit: AsAdministrator) -> Response:
    """A broken catalog is refused with every fault listed; nothing of it is kept."""
    form = await visit.form()
    files: dict[str, str] = {}
    for upload in form.files("catalog"):
        try:
            files[upload.filename or ""] = (await upload.read()).decode()
        except UnicodeDecodeError:
            text = visit._("%(name)s is not a text file in UTF-8.", name=upload.filename)
            return await _page(visit, [{"field": "", "message": text}], 422)
    if not files:
        return await _page(visit, [{"field": "", "message": visit._("Choose the files of the version.")}], 422)
    try:
        await visit.send("POST", "catalog", "/catalog/versions", key=form.key, json={"files": files})
    except Problem as problem:
        if problem.status not in (409, 413, 415, 422):
            raise
        faults = problem.document.get("errors") or [{"field": "", "message": problem.detail}]
        return await _page(visit, faults, 422)
    return visit.go("/catalog-versions", "published")


async def _page(visit: Visit, faults: list[dict[str, str]], status: int = 200) -> Response:
    found = await visit.ask("catalog", "/catalog/versions")
    versions = found.get("items", []) if isinstance(found, dict) else found or []
    return visit.page("administration/catalog.html", status=status, versions=versions, faults=faults)
