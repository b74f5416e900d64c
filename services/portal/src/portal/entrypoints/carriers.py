"""Which carriers settle portings electronically; every other one takes paper (PORT-4, PORT-5)."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.entrypoints.visit import AsAdministrator

router = APIRouter()


@router.get("/carriers")
async def carriers(visit: AsAdministrator) -> Response:
    return visit.page("administration/carriers.html", carriers=await visit.ask("porting", "/carriers"))
