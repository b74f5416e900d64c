"""HTTP: trunks with their sites and numbers."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import OrderManager, Person
from chassis.scope import NotFound
from provisioning.application.plan_activation import activate_by_hand
from provisioning.application.ports import Unit, Wanted
from provisioning.domain.trunk import Trunk
from provisioning.entrypoints.asking import PRINTABLE, InUnit, name_of
from provisioning.entrypoints.views import TrunkView, trunk_views

Asked = Annotated[str, Query(max_length=200, pattern=PRINTABLE)]
router = service_router(tags=["trunks"])


@router.get("/trunks")
async def trunks(
    unit: InUnit, caller: Person, customer_id: UUID | None = None, q: Asked = "", cursor: str | None = None
) -> Page[TrunkView]:
    """Newest first; `q` is a contract number, a site's name or a phone number."""
    if customer_id is not None:
        await unit.scope.admit(caller, customer_id)
    wanted = Wanted(customer_id, q.strip(), after_id(cursor), PAGE + 1)
    found = await unit.lists.trunks(caller, wanted)
    return Page(
        items=await _viewed(found[:PAGE], unit),
        next=cursor_of(found[PAGE - 1].trunk_id) if len(found) > PAGE else None,
    )


@router.get("/trunks/{agreement_id}")
async def trunk(agreement_id: UUID, unit: InUnit, caller: Person) -> TrunkView:
    """By its agreement."""
    found = await unit.lists.trunk(agreement_id)
    if found is None:
        raise NotFound
    await unit.scope.admit(caller, found.customer_id)
    return (await _viewed([found], unit))[0]


@router.post("/trunks/{agreement_id}/activate")
async def activate(agreement_id: UUID, unit: InUnit, caller: OrderManager) -> TrunkView:
    """Order management activates a trunk for which no porting comes (ACT-4)."""
    await activate_by_hand(agreement_id, name_of(caller), unit)
    found = await unit.lists.trunk(agreement_id)
    assert found is not None
    return (await _viewed([found], unit))[0]


async def _viewed(found: list[Trunk], unit: Unit) -> list[TrunkView]:
    if not found:
        return []
    sites = await unit.lists.sites([one.agreement_id for one in found])
    blocks = await unit.lists.blocks([site.site_id for site in sites]) if sites else []
    return trunk_views(found, sites, blocks, await unit.lists.planned([one.agreement_id for one in found]))
