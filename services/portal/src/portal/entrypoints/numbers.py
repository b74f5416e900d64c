"""Order management: our own numbers, where each of them is, and what is left of them."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Problem
from portal.entrypoints.visit import AsStaff

router = APIRouter()


@router.get("/number-pools")
async def number_pools(visit: AsStaff, cursor: str = "") -> Response:
    page = await visit.ask("provisioning", "/number-pools", cursor=cursor)
    pools = page.get("items", []) if isinstance(page, dict) else page or []
    return visit.page("numbers/pools.html", pools=pools, page=page if isinstance(page, dict) else None)


@router.get("/number-pools/{area_code}/resting")
async def resting_numbers(visit: AsStaff, area_code: str, cursor: str = "") -> Response:
    if not (area_code.isascii() and area_code.isdecimal()):
        raise Problem(404, {})
    page = await visit.ask("provisioning", f"/number-pools/{area_code}/resting", cursor=cursor)
    return visit.page("numbers/resting.html", area_code=area_code, page=page)
