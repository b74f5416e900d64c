"""The catalog by category (CAT-3), as an audience sees it (TEN-4)."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.domain.choices import CATEGORY_ORDER, Range, range_of, rates_of
from portal.entrypoints.visit import Signed, Visit

router = APIRouter()


async def range_for(visit: Visit, audience: str, version: str = "") -> Range | None:
    """Today's, or a version's: a cart keeps the one it was made with (CAT-5)."""
    path = f"/catalog/versions/{version}" if version else "/catalog/current"
    body = await visit.ask("catalog", path, audience=audience)
    return range_of(body) if body else None


@router.get("/catalog")
async def catalog(visit: Signed, audience: str = "business", category: str = "") -> Response:
    """A customer is shown his own audience's, whatever he asks for."""
    shown = await range_for(visit, "reseller" if audience == "reseller" else "business")
    return visit.page(
        "catalog/catalog.html",
        shown=shown,
        audience=shown.audience if shown else audience,
        category=category,
        categories=CATEGORY_ORDER,
        rates=rates_of(shown.price_lists) if shown else [],
    )
