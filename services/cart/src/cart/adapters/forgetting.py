"""Takes the people out of what is kept: carts, orders, agreements and sites stay, and can be counted (CRM-1)."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cart.adapters.codec import AGREEMENTS, CARTS, ORDERS, SITES, VERSIONS, Codec


class Bodies(NamedTuple):
    """How those of a party are found and saved."""

    codec: Codec[Any]
    find: TextClause
    save: TextClause


def _of_parties(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


def _bodies(codec: Codec[Any], table: str, key: str, whose: str = "customer_id = ANY(:ids)") -> Bodies:
    find = _of_parties(f"SELECT {key} AS key, body FROM {table} WHERE {whose} ORDER BY {key} FOR UPDATE")
    return Bodies(codec, find, text(f"UPDATE {table} SET body = :body WHERE {key} = :key"))


KEPT = (
    _bodies(CARTS, "cart", "cart_id"),
    _bodies(ORDERS, "placed_order", "order_id"),
    _bodies(AGREEMENTS, "agreement", "agreement_id"),
    _bodies(SITES, "usage_site", "site_id"),
    _bodies(
        VERSIONS,
        "agreement_version",
        "position",
        "agreement_id IN (SELECT agreement_id FROM agreement WHERE customer_id = ANY(:ids))",
    ),
)
REMOVED = (
    _of_parties("DELETE FROM quote_link WHERE cart_id IN (SELECT cart_id FROM cart WHERE customer_id = ANY(:ids))"),
    _of_parties("DELETE FROM party WHERE party_id = ANY(:ids)"),
)


async def forget(connection: AsyncConnection, party_ids: Collection[UUID]) -> None:
    ids = {"ids": list(party_ids)}
    for bodies in KEPT:
        for row in (await connection.execute(bodies.find, ids)).all():
            without = {"key": row.key, "body": bodies.codec.without_people(row.body)}
            await connection.execute(bodies.save, without)
    for statement in REMOVED:
        await connection.execute(statement, ids)
