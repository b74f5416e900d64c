"""Suggestions while an address is typed: towns of a postcode, area codes near the place."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.entrypoints.visit import Signed

router = APIRouter()


@router.get("/places/towns")
async def towns(visit: Signed, postcode: str = "") -> Response:
    found = await visit.ask("provisioning", "/towns", postcode=postcode) if len(postcode) == 5 else []
    return visit.page("trunks/_towns.html", towns=[_name(one) for one in _items(found)])


@router.get("/places/area-codes")
async def area_codes(visit: Signed, postcode: str = "", town: str = "", area_code: str = "") -> Response:
    found = await visit.ask("provisioning", "/area-codes", postcode=postcode, town=town) if len(postcode) == 5 else []
    return visit.page("trunks/_area_codes.html", codes=_items(found), chosen=area_code)


def _items(found: Any) -> list[Any]:
    return list(found.get("items", [])) if isinstance(found, dict) else list(found or [])


def _name(one: Any) -> str:
    return str(one.get("town") or one.get("name")) if isinstance(one, dict) else str(one)
