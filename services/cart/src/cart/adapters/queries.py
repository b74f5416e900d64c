"""The read side: lists straight from the tables, newest first, cut to what the caller may act for (TEN-2, TEN-3)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cart.adapters.codec import AGREEMENTS, CARTS, ORDERS, PARTIES
from cart.application.ports import Listed, Wanted, Who
from cart.domain.agreement import Agreement
from cart.domain.cart import Cart
from cart.domain.order import Order
from chassis.scope import Scope, same_party


class SqlLists:
    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope

    async def parties(
        self, caller: Who, q: str, kind: str | None, after: tuple[str, UUID] | None, limit: int
    ) -> list[Listed]:
        conditions, opens, gaps = ["p.merged_into IS NULL"], "true", dict[str, Any]()
        if (visible := self._scope.visible(caller)) is not None:
            conditions.append(f"p.party_id IN ({visible.text})")
            opens = f"p.party_id IN ({self._open(caller)})"
            gaps["caller"] = caller.party_id
        if q:
            conditions.append("(p.name ILIKE :q OR p.customer_number ILIKE :q)")
            gaps["q"] = f"%{_literally(q)}%"
        if kind:
            conditions.append("p.kind = :kind")
            gaps["kind"] = kind
        if after is not None:
            conditions.append("(lower(p.name), p.party_id) > (lower(:name), :after)")
            gaps["name"], gaps["after"] = after
        found = await self._rows(
            f"SELECT p.body, {opens} AS open FROM party p "
            f"WHERE {' AND '.join(conditions)} ORDER BY lower(p.name), p.party_id LIMIT :limit",
            {**gaps, "limit": limit},
        )
        return [Listed(PARTIES.read(row.body), bool(row.open)) for row in found]

    async def carts(self, caller: Who, wanted: Wanted) -> list[Cart]:
        found = await self._listed("cart", "cart_id", "state", caller, wanted, ("number", "quote_number"))
        return [CARTS.read(row.body) for row in found]

    async def orders(self, caller: Who, wanted: Wanted) -> list[Order]:
        found = await self._listed("placed_order", "order_id", "status", caller, wanted)
        return [ORDERS.read(row.body) for row in found]

    async def agreements(self, caller: Who, wanted: Wanted) -> list[Agreement]:
        found = await self._listed("agreement", "agreement_id", "status", caller, wanted)
        return [AGREEMENTS.read(row.body) for row in found]

    async def orders_of(self, agreement: Agreement) -> list[Order]:
        """The order that made it, and the newest hundred of those made from it."""
        found = await self._rows(
            "SELECT body FROM placed_order WHERE order_id = :made_by UNION ALL "
            "(SELECT body FROM placed_order WHERE agreement_id = :agreement ORDER BY order_id DESC LIMIT 100)",
            {"made_by": agreement.order_id, "agreement": agreement.agreement_id},
        )
        return [ORDERS.read(row.body) for row in found]

    async def _listed(
        self, table: str, key: str, state: str, caller: Who, wanted: Wanted, numbers: tuple[str, ...] = ("number",)
    ) -> Any:
        conditions, gaps = ["true"], dict[str, Any]()
        if (tree := self._open(caller)) is not None:
            conditions.append(f"t.customer_id IN ({tree})")
            gaps["caller"] = caller.party_id
        if wanted.customer_id is not None:
            conditions.append(f"t.customer_id IN ({same_party('customer_id')})")
            gaps["customer_id"] = wanted.customer_id
        if wanted.agreement_id is not None:
            conditions.append("t.agreement_id = :agreement_id")
            gaps["agreement_id"] = wanted.agreement_id
        if wanted.family is not None:
            conditions.append("t.family = :family")
            gaps["family"] = wanted.family
        if wanted.states:
            conditions.append(f"t.{state} = ANY(:states)")
            gaps["states"] = list(wanted.states)
        if wanted.after is not None:
            conditions.append(f"t.{key} < :after")
            gaps["after"] = wanted.after
        if wanted.q:
            named = " OR ".join(f"t.{one} ILIKE :q" for one in numbers)
            conditions.append(
                f"({named} OR t.customer_id IN "
                "(SELECT p.party_id FROM party p WHERE p.name ILIKE :q OR p.customer_number ILIKE :q))"
            )
            gaps["q"] = f"%{_literally(wanted.q)}%"
        return await self._rows(
            f"SELECT t.body FROM {table} t WHERE {' AND '.join(conditions)} ORDER BY t.{key} DESC LIMIT :limit",
            {**gaps, "limit": wanted.limit},
        )

    def _open(self, caller: Who) -> str | None:
        """A select of those the caller may act for, with the gap `caller`; None means all."""
        tree = self._scope.visible(caller, only_open=True)
        return None if tree is None else tree.text

    async def _rows(self, statement: str, gaps: dict[str, Any]) -> Any:
        typed = [bindparam(name, type_=Uuid) for name, value in gaps.items() if isinstance(value, UUID)]
        return (await self._connection.execute(text(statement).bindparams(*typed), gaps)).all()


def _literally(q: str) -> str:
    """The user's % and _ are characters, not patterns."""
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
