"""The write side: whole aggregates in PostgreSQL, many at a time where a batch needs it."""

import secrets
import time
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from cart.adapters import metrics, tables
from cart.adapters.codec import AGREEMENTS, CARTS, CATALOGS, ORDERS, PARTIES, PEOPLE, SITES, VERSIONS
from cart.adapters.forgetting import forget
from cart.adapters.queries import SqlLists
from cart.application.ports import Asked, IssuedLink, OrderedFrom, ReadySite
from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementVersion
from cart.domain.cart import Cart
from cart.domain.catalog import BusinessCase, Catalog
from cart.domain.lifecycle import RUNNING, UNENDED, CartState
from cart.domain.order import Order
from cart.domain.party import Party
from cart.domain.porting_days import PortingRules
from cart.settings import porting_rules
from chassis.clock import BUSINESS_NOW_SQL
from chassis.ids import uuid7
from chassis.store import Stale
from chassis.story import Story, telling
from chassis.unit import Unit
from contracts.envelope import Event
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from telecom.versions import precedence

AGREEMENT_NUMBERS_FROM = 100_000
WORKED_ON = (CartState.OPEN, CartState.QUOTED)
FROM_AGREEMENT = (
    BusinessCase.REORDER,
    BusinessCase.RENEWAL,
    BusinessCase.SITE_ORDER,
    BusinessCase.MORE_NUMBERS,
    BusinessCase.PORTING,
    BusinessCase.TERMINATION,
)

_catalogs: WeakKeyDictionary[Engine, dict[str, Catalog]] = WeakKeyDictionary()
"""Published versions never change (CAT-5), so each is read once a process."""
_versions: WeakKeyDictionary[Engine, tuple[float, list[tuple[str, date]]]] = WeakKeyDictionary()
VERSIONS_SECONDS = 1.0

ORDERED_FROM = text(
    "SELECT a.body AS agreement, p.body AS customer, nextval('order_number') AS number, "
    f"{BUSINESS_NOW_SQL} AS moment FROM agreement a JOIN party p ON p.party_id = a.customer_id "
    "WHERE a.agreement_id = :agreement_id"
).bindparams(bindparam("agreement_id", type_=Uuid))
SAVE_ORDERS = text(
    "UPDATE placed_order SET status = x.status, body = x.body FROM unnest(cast(:ids AS uuid[]), "
    "cast(:statuses AS text[]), cast(:bodies AS text[])) AS x(order_id, status, body) "
    "WHERE placed_order.order_id = x.order_id"
)
SAVE_SITES = text(
    "INSERT INTO usage_site (site_id, agreement_id, customer_id, body) SELECT * FROM unnest(cast(:ids AS uuid[]), "
    "cast(:agreements AS uuid[]), cast(:customers AS uuid[]), cast(:bodies AS text[])) "
    "ON CONFLICT (site_id) DO UPDATE SET body = excluded.body"
)
SAVE_AGREEMENTS = text(
    "INSERT INTO agreement (agreement_id, number, customer_id, family, status, version, order_id, body) "
    "SELECT * FROM unnest(cast(:ids AS uuid[]), cast(:numbers AS text[]), cast(:customers AS uuid[]), "
    "cast(:families AS text[]), cast(:statuses AS text[]), cast(:versions AS integer[]), cast(:orders AS uuid[]), "
    "cast(:bodies AS text[])) ON CONFLICT (agreement_id) DO UPDATE SET customer_id = excluded.customer_id, "
    "status = excluded.status, version = excluded.version, body = excluded.body"
)
MOVE_CARTS = text(
    "UPDATE cart SET customer_id = :survivor, body = cast(jsonb_set(cast(body AS jsonb), '{customer_id}', "
    "to_jsonb(cast(:said AS text))) AS text) WHERE customer_id = :loser"
).bindparams(bindparam("survivor", type_=Uuid), bindparam("loser", type_=Uuid))
MOVE_SITES = text(
    "UPDATE usage_site SET customer_id = :survivor, body = cast(jsonb_set(cast(body AS jsonb), '{customer_id}', "
    "to_jsonb(cast(:said AS text))) AS text) WHERE customer_id = :loser"
).bindparams(bindparam("survivor", type_=Uuid), bindparam("loser", type_=Uuid))
MOVE_ORDERS = text(
    "UPDATE placed_order SET customer_id = :survivor, body = cast(jsonb_set(cast(body AS jsonb), "
    "'{customer,party_id}', to_jsonb(cast(:said AS text))) AS text) WHERE customer_id = :loser"
).bindparams(bindparam("survivor", type_=Uuid), bindparam("loser", type_=Uuid))


ANYTHING_RUNS = text(
    "SELECT EXISTS (SELECT FROM placed_order WHERE customer_id = :party_id AND status = ANY(:orders)) "
    "OR EXISTS (SELECT FROM agreement WHERE customer_id = :party_id AND status = ANY(:agreements))"
).bindparams(bindparam("party_id", type_=Uuid))


ASKING_FOR = text(
    "SELECT n.place - 1 AS place, p.porting_id, o.number, o.customer_id "
    "FROM unnest(cast(:codes AS text[]), cast(:prefixes AS text[])) WITH ORDINALITY AS n (code, prefix, place) "
    "JOIN open_porting p ON p.area_code = n.code "
    "AND (starts_with(p.prefix, n.prefix) OR starts_with(n.prefix, p.prefix)) "
    "JOIN placed_order o ON o.order_id = p.order_id AND o.status = ANY(:running) ORDER BY n.place, o.order_id"
)
DECIDE_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('porting:' || code, 0)) FROM unnest(cast(:codes AS text[])) AS code"
)


class SqlParties:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, party_id: UUID) -> Party | None:
        return await self._read(party_id, lock=False)

    async def lock(self, party_id: UUID) -> Party | None:
        return await self._read(party_id, lock=True)

    async def save(self, party: Party) -> None:
        row = {
            "party_id": party.party_id,
            "version": party.version,
            "kind": party.kind.value,
            "name": party.name,
            "customer_number": party.customer_number,
            "parent_id": party.parent_id,
            "body": PARTIES.text(party),
        }
        statement = insert(tables.party).values(row)
        renewed = {name: statement.excluded[name] for name in row if name != "party_id"}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["party_id"], set_=renewed))

    async def merge(self, loser: UUID, survivor: UUID) -> None:
        """Nothing is kept of the double but whose it was; it may not have been known yet."""
        double = {"version": 0, "kind": "double", "name": "", "customer_number": None, "body": "{}"}
        row = double | {"party_id": loser, "merged_into": survivor}
        statement = insert(tables.party).values(row)
        renewed = {name: statement.excluded[name] for name in row if name != "party_id"}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["party_id"], set_=renewed))
        further = tables.party.c.merged_into == loser
        await self._connection.execute(update(tables.party).where(further).values(merged_into=survivor))

    async def anything_runs(self, party_id: UUID) -> bool:
        asked = {"party_id": party_id, "orders": list(RUNNING), "agreements": list(UNENDED)}
        return bool((await self._connection.execute(ANYTHING_RUNS, asked)).scalar_one())

    async def forget(self, party_ids: Collection[UUID]) -> None:
        await forget(self._connection, party_ids)

    async def _read(self, party_id: UUID, *, lock: bool) -> Party | None:
        known = tables.party.alias()
        merged = select(known.c.merged_into).where(known.c.party_id == party_id).scalar_subquery()
        query = select(tables.party.c.body).where(tables.party.c.party_id == func.coalesce(merged, party_id))
        found = (await self._connection.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
        return None if found is None else PARTIES.read(found)


class SqlCatalogs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @property
    def _known(self) -> dict[str, Catalog]:
        return _catalogs.setdefault(self._connection.sync_engine, {})

    async def newest(self, at: datetime) -> Catalog | None:
        today: date = berlin_day(at)
        valid = [(version, valid_from) for version, valid_from in await self._versions() if valid_from <= today]
        return await self.get(max(valid, key=lambda one: precedence(*one))[0]) if valid else None

    async def _versions(self) -> list[tuple[str, date]]:
        """Which versions there are; what another process keeps is seen here a second later."""
        asked_at, versions = _versions.get(self._connection.sync_engine, (-VERSIONS_SECONDS, []))
        if not versions or time.monotonic() - asked_at > VERSIONS_SECONDS:
            query = select(tables.catalog_version.c.version, tables.catalog_version.c.valid_from)
            versions = [(row.version, row.valid_from) for row in await self._connection.execute(query)]
            _versions[self._connection.sync_engine] = (time.monotonic(), versions)
        return versions

    async def get(self, version: str) -> Catalog:
        if version not in self._known:
            query = select(tables.catalog_version.c.body).where(tables.catalog_version.c.version == version)
            self._known[version] = CATALOGS.read((await self._connection.execute(query)).scalar_one())
        return self._known[version]

    async def save(self, catalog: Catalog) -> None:
        row = {"version": catalog.version, "valid_from": catalog.valid_from, "body": CATALOGS.text(catalog)}
        await self._connection.execute(insert(tables.catalog_version).values(row).on_conflict_do_nothing())
        _versions.pop(self._connection.sync_engine, None)


class SqlCarts:
    def __init__(self, unit: "CartUnit") -> None:
        self._unit, self._connection = unit, unit.connection

    async def get(self, cart_id: UUID, *, lock: bool = True) -> Cart:
        return await self._one(tables.cart.c.cart_id == cart_id, lock)

    async def of_quote(self, quote_id: UUID, *, lock: bool = True) -> Cart:
        return await self._one(tables.cart.c.quote_id == quote_id, lock)

    async def of_customer(self, customer_id: UUID) -> list[Cart]:
        query = (
            select(tables.cart.c.body, tables.cart.c.version)
            .where(tables.cart.c.customer_id == customer_id, tables.cart.c.state.in_(WORKED_ON))
            .order_by(tables.cart.c.cart_id)
            .with_for_update()
        )
        return [_cart(row.body, row.version) for row in await self._connection.execute(query)]

    async def quoted_portings(self, customer_id: UUID) -> list[Cart]:
        query = select(tables.cart.c.body, tables.cart.c.version).where(
            tables.cart.c.customer_id == customer_id,
            tables.cart.c.state == CartState.QUOTED,
            tables.cart.c.body.contains('"porting_id"', autoescape=True),
        )
        return [_cart(row.body, row.version) for row in await self._connection.execute(query)]

    async def save(self, cart: Cart) -> None:
        row = {
            "cart_id": cart.cart_id,
            "number": cart.number,
            "customer_id": cart.customer_id,
            "agreement_id": cart.agreement_id,
            "state": cart.state.value,
            "version": cart.version,
            "quote_id": cart.quote.quote_id if cart.quote else None,
            "quote_number": cart.quote.number if cart.quote else None,
            "changed_at": cart.changed_at,
            "body": CARTS.text(cart),
        }
        if cart.stored_version == 0:
            await self._connection.execute(insert(tables.cart).values(row))
        else:
            same = tables.cart.c.cart_id == cart.cart_id, tables.cart.c.version == cart.stored_version
            done = await self._connection.execute(update(tables.cart).where(*same).values(row))
            if done.rowcount != 1:
                raise Stale
        cart.stored_version = cart.version
        if cart.state is CartState.ORDERED and cart.quote is not None and cart.quote.confirmed_at is not None:
            took = (cart.quote.confirmed_at - cart.quote.sent_at).total_seconds()
            self._unit.after_commit(lambda: metrics.confirmation.observe(took))

    async def move(self, loser: UUID, survivor: UUID) -> None:
        await self._connection.execute(MOVE_CARTS, {"loser": loser, "survivor": survivor, "said": str(survivor)})

    async def _one(self, condition: Any, lock: bool) -> Cart:
        query = select(tables.cart.c.body, tables.cart.c.version).where(condition)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).one_or_none()
        if row is None:
            raise refusals.NotFound()
        return _cart(row.body, row.version)


class SqlLinks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, link: IssuedLink) -> None:
        await self._connection.execute(
            insert(tables.quote_link).values(
                link_id=link.link_id,
                token_hash=link.token_hash,
                quote_id=link.quote_id,
                cart_id=link.cart_id,
                recipient=PEOPLE.text(link.recipient),
            )
        )

    async def find(self, token_hash: bytes) -> IssuedLink | None:
        return await self._one(tables.quote_link.c.token_hash == token_hash)

    async def get(self, link_id: UUID) -> IssuedLink:
        found = await self._one(tables.quote_link.c.link_id == link_id)
        if found is None:
            raise refusals.LinkGivesNoRight()
        return found

    async def _one(self, condition: Any) -> IssuedLink | None:
        row = (await self._connection.execute(select(tables.quote_link).where(condition))).one_or_none()
        if row is None:
            return None
        return IssuedLink(row.link_id, row.token_hash, row.quote_id, row.cart_id, PEOPLE.read(row.recipient))


class SqlOrders:
    def __init__(self, unit: "CartUnit") -> None:
        self._unit, self._connection = unit, unit.connection

    async def add(self, order: Order) -> None:
        from_agreement = order.business_case in FROM_AGREEMENT
        await self._connection.execute(
            tables.placed_order.insert(),
            {
                "order_id": order.order_id,
                "number": order.number,
                "customer_id": order.customer.party_id,
                "agreement_id": order.agreement_ids[0] if from_agreement else None,
                "status": order.status.value,
                "body": ORDERS.text(order),
            },
        )
        await self._keep_open_portings([order])
        self._unit.after_commit(metrics.received.labels(order.business_case.value).inc)

    async def get(self, order_id: UUID) -> Order:
        query = select(tables.placed_order.c.body, tables.placed_order.c.customer_id)
        row = (await self._connection.execute(query.where(tables.placed_order.c.order_id == order_id))).one_or_none()
        if row is None:
            raise refusals.NotFound()
        return ORDERS.read(row.body)

    async def lock_all(self, order_ids: Collection[UUID]) -> list[Order]:
        """In the order of their ids, so that two batches never wait for each other."""
        query = (
            select(tables.placed_order.c.body)
            .where(tables.placed_order.c.order_id == func.any(_many("ids")))
            .order_by(tables.placed_order.c.order_id)
            .with_for_update()
        )
        found = await self._connection.execute(query, {"ids": list(order_ids)})
        return [ORDERS.read(body) for body in found.scalars()]

    async def save_all(self, orders: Sequence[Order]) -> None:
        if orders:
            await self._connection.execute(
                SAVE_ORDERS,
                {
                    "ids": [order.order_id for order in orders],
                    "statuses": [order.status.value for order in orders],
                    "bodies": [ORDERS.text(order) for order in orders],
                },
            )
        await self._keep_open_portings(orders)
        for order in orders:
            if order.ended:
                self._unit.after_commit(metrics.ended.labels(order.business_case.value, order.status.value).inc)

    async def under_way(self, agreement_id: UUID) -> list[Order]:
        query = (
            select(tables.placed_order.c.body)
            .where(tables.placed_order.c.agreement_id == agreement_id, tables.placed_order.c.status.in_(RUNNING))
            .order_by(tables.placed_order.c.order_id)
        )
        return [ORDERS.read(body) for body in (await self._connection.execute(query)).scalars()]

    async def asking_for(self, numbers: Sequence[NumberBlock]) -> list[Asked]:
        asked = {"codes": [one.area_code for one in numbers], "prefixes": [one.prefix for one in numbers]}
        asked["running"] = list(RUNNING)
        rows = await self._connection.execute(ASKING_FOR, asked)
        return [Asked(row.place, row.porting_id, row.number, row.customer_id) for row in rows]

    async def decide_alone(self, numbers: Sequence[NumberBlock]) -> None:
        """By area code, since numbers that overlap share it; sorted, so that nobody waits in a circle."""
        await self._connection.execute(DECIDE_ALONE, {"codes": sorted({one.area_code for one in numbers})})

    async def with_porting(self, porting_id: UUID, agreement_id: UUID) -> Order | None:
        query = select(tables.placed_order.c.body).where(
            tables.placed_order.c.agreement_id == agreement_id,
            tables.placed_order.c.body.contains(f'"porting_id":"{porting_id}"', autoescape=True),
        )
        return next((ORDERS.read(body) for body in (await self._connection.execute(query)).scalars()), None)

    async def use_reservation(self, reservation_id: UUID, order_id: UUID) -> bool:
        row = {"reservation_id": reservation_id, "order_id": order_id}
        done = await self._connection.execute(insert(tables.used_reservation).values(row).on_conflict_do_nothing())
        return done.rowcount == 1

    async def move(self, loser: UUID, survivor: UUID) -> None:
        await self._connection.execute(MOVE_ORDERS, {"loser": loser, "survivor": survivor, "said": str(survivor)})

    async def _keep_open_portings(self, orders: Sequence[Order]) -> None:
        """The numbers of portings that have not ended, beside the orders that hold them."""
        porting = [order for order in orders if order.business_case is BusinessCase.PORTING]
        if not porting:
            return
        table = tables.open_porting
        await self._connection.execute(delete(table).where(table.c.order_id.in_([one.order_id for one in porting])))
        rows = [
            {
                "porting_id": asked.porting_id,
                "prefix": one.prefix,
                "area_code": one.area_code,
                "order_id": order.order_id,
            }
            for order in porting
            for asked, numbers in order.open_portings()
            for one in numbers
        ]
        if rows:
            await self._connection.execute(table.insert(), rows)


class SqlAgreements:
    def __init__(self, unit: "CartUnit") -> None:
        self._unit, self._connection = unit, unit.connection

    async def find(self, agreement_id: UUID) -> Agreement | None:
        query = select(tables.agreement.c.body).where(tables.agreement.c.agreement_id == agreement_id)
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else _agreement(found)

    async def ordered_from(self, agreement_id: UUID) -> OrderedFrom | None:
        row = (await self._connection.execute(ORDERED_FROM, {"agreement_id": agreement_id})).one_or_none()
        if row is None:
            return None
        self._unit.it_is(row.moment)
        number = order_number(row.number, row.moment)
        return OrderedFrom(_agreement(row.agreement), PARTIES.read(row.customer), number)

    async def of_customer(self, customer_id: UUID) -> list[Agreement]:
        query = (
            select(tables.agreement.c.body)
            .where(tables.agreement.c.customer_id == customer_id)
            .order_by(tables.agreement.c.agreement_id)
        )
        return [_agreement(body) for body in (await self._connection.execute(query)).scalars()]

    async def lock_all(self, agreement_ids: Collection[UUID]) -> list[Agreement]:
        query = (
            select(tables.agreement.c.body)
            .where(tables.agreement.c.agreement_id == func.any(_many("ids")))
            .order_by(tables.agreement.c.agreement_id)
            .with_for_update()
        )
        found = await self._connection.execute(query, {"ids": list(agreement_ids)})
        return [_agreement(body) for body in found.scalars()]

    async def save_all(self, agreements: Sequence[Agreement]) -> None:
        if not agreements:
            return
        await self._connection.execute(
            SAVE_AGREEMENTS,
            {
                "ids": [one.agreement_id for one in agreements],
                "numbers": [one.number for one in agreements],
                "customers": [one.customer_id for one in agreements],
                "families": [one.family.value for one in agreements],
                "statuses": [one.status.value for one in agreements],
                "versions": [one.version for one in agreements],
                "orders": [one.order_id for one in agreements],
                "bodies": [AGREEMENTS.text(one) for one in agreements],
            },
        )
        for one in agreements:
            one.stored_version = one.version
        await self._add_versions([version for one in agreements for version in one.recorded])
        for one in agreements:
            one.recorded.clear()

    async def versions(self, agreement_id: UUID) -> list[AgreementVersion]:
        query = (
            select(tables.agreement_version.c.body)
            .where(tables.agreement_version.c.agreement_id == agreement_id)
            .order_by(tables.agreement_version.c.position)
        )
        return [VERSIONS.read(body) for body in (await self._connection.execute(query)).scalars()]

    async def _add_versions(self, versions: Sequence[AgreementVersion]) -> None:
        if versions:
            rows = [{"agreement_id": one.agreement_id, "body": VERSIONS.text(one)} for one in versions]
            await self._connection.execute(tables.agreement_version.insert(), rows)


class SqlSites:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, site_id: UUID) -> ReadySite | None:
        query = select(tables.usage_site.c.body).where(tables.usage_site.c.site_id == site_id)
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else SITES.read(found)

    async def lock_all(self, site_ids: Collection[UUID]) -> list[ReadySite]:
        query = (
            select(tables.usage_site.c.body)
            .where(tables.usage_site.c.site_id == func.any(_many("ids")))
            .order_by(tables.usage_site.c.site_id)
            .with_for_update()
        )
        return [SITES.read(body) for body in (await self._connection.execute(query, {"ids": list(site_ids)})).scalars()]

    async def of_agreement(self, agreement_id: UUID) -> list[ReadySite]:
        query = (
            select(tables.usage_site.c.body)
            .where(tables.usage_site.c.agreement_id == agreement_id)
            .order_by(tables.usage_site.c.site_id)
        )
        return [SITES.read(body) for body in (await self._connection.execute(query)).scalars()]

    async def save_all(self, sites: Sequence[ReadySite]) -> None:
        newest = {one.site_id: one for one in sites}
        await self._connection.execute(
            SAVE_SITES,
            {
                "ids": list(newest),
                "agreements": [one.agreement_id for one in newest.values()],
                "customers": [one.customer_id for one in newest.values()],
                "bodies": [SITES.text(one) for one in newest.values()],
            },
        )

    async def move(self, loser: UUID, survivor: UUID) -> None:
        await self._connection.execute(MOVE_SITES, {"loser": loser, "survivor": survivor, "said": str(survivor)})

    async def remove(self, site_id: UUID) -> None:
        await self._connection.execute(delete(tables.usage_site).where(tables.usage_site.c.site_id == site_id))


class SqlNumbers:
    def __init__(self, unit: "CartUnit") -> None:
        self._unit = unit

    async def next_cart(self) -> str:
        return await self._of_year("W", "cart_number")

    async def next_quote(self) -> str:
        return await self._of_year("AN", "quote_number")

    async def next_order(self) -> str:
        return order_number(await self._next("order_number"), await self._unit.now())

    async def next_agreements(self, count: int) -> list[str]:
        query = text("SELECT nextval('agreement_number') FROM generate_series(1, :count)")
        drawn = (await self._unit.connection.execute(query, {"count": count})).scalars().all()
        return [f"VT-{AGREEMENT_NUMBERS_FROM + number}" for number in drawn]

    async def next_customer(self, allowed: range) -> str:
        place = await self._next("customer_number") - 1
        if place >= len(allowed):
            raise refusals.CustomerNumbersUsedUp()
        return f"K-{allowed[place]}"

    async def _of_year(self, prefix: str, sequence: str) -> str:
        number = await self._next(sequence)
        return f"{prefix}-{berlin_day(await self._unit.now()).year}-{number:06d}"

    async def _next(self, sequence: str) -> int:
        drawn = await self._unit.connection.execute(text(f"SELECT nextval('{sequence}')"))
        return int(drawn.scalar_one())


class CartUnit(Unit):
    """One transaction of this service, and all its stores."""

    @cached_property
    def parties(self) -> SqlParties:
        return SqlParties(self.connection)

    @cached_property
    def catalogs(self) -> SqlCatalogs:
        return SqlCatalogs(self.connection)

    @cached_property
    def carts(self) -> SqlCarts:
        return SqlCarts(self)

    @cached_property
    def links(self) -> SqlLinks:
        return SqlLinks(self.connection)

    @cached_property
    def orders(self) -> SqlOrders:
        return SqlOrders(self)

    @cached_property
    def agreements(self) -> SqlAgreements:
        return SqlAgreements(self)

    @cached_property
    def sites(self) -> SqlSites:
        return SqlSites(self.connection)

    @cached_property
    def lists(self) -> SqlLists:
        return SqlLists(self.connection, self.scope)

    @cached_property
    def numbers(self) -> SqlNumbers:
        return SqlNumbers(self)

    @property
    def porting_rules(self) -> PortingRules:
        return porting_rules()

    def tell(self, event: Event, story: object) -> None:
        if isinstance(story, Story):
            with telling(story):
                self.outbox.record(event)
        else:
            self.outbox.record(event)

    def it_is(self, moment: datetime) -> None:
        """Business time came along with another answer, so that nobody has to ask again."""
        self._now = moment.astimezone(UTC)

    def new_id(self) -> UUID:
        return uuid7()

    def new_secret(self) -> str:
        return secrets.token_urlsafe(32)


def order_number(drawn: int, at: datetime) -> str:
    return f"AU-{berlin_day(at).year}-{drawn:06d}"


def _cart(body: str, version: int) -> Cart:
    cart = CARTS.read(body)
    cart.stored_version = version
    return cart


def _agreement(body: str) -> Agreement:
    agreement = AGREEMENTS.read(body)
    agreement.stored_version = agreement.version
    return agreement


def _many(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))
