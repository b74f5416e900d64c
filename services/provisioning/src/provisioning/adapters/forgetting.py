"""Takes the people out of what is kept: trunks, sites and work orders stay, and can be counted (CRM-1)."""

import json
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from provisioning.adapters.tables import trunk, usage_site, work_order
from telecom.forgetting import WORD, forgotten


async def forget(connection: AsyncConnection, party_id: UUID) -> None:
    """Only names stand outside of documents; addresses and lines are documents."""
    for table in (trunk, work_order):
        theirs = table.c.customer_id == party_id
        await connection.execute(update(table).where(theirs).values(customer_name=WORD))
    for site in (await connection.execute(usage_site.select().where(usage_site.c.customer_id == party_id))).all():
        without = forgotten({"site_id": "", "name": site.name, "address": site.address})
        same = usage_site.c.site_id == site.site_id
        values = {"name": without["name"], "address": without["address"]}
        await connection.execute(update(usage_site).where(same).values(values))
    for work in (await connection.execute(work_order.select().where(work_order.c.customer_id == party_id))).all():
        values = {"line": json.dumps(forgotten(json.loads(work.line))), "reason": forgotten(work.reason)}
        same = work_order.c.work_order_id == work.work_order_id
        await connection.execute(update(work_order).where(same).values(values))
