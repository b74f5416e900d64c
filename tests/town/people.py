"""Two families of partners that have nothing to do with each other, each with everything a customer can have."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from cart.domain.consents import EDITIONS
from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.ordering.v1 import PortingCase, Window
from contracts.shapes import Address, Audience, NumberBlock
from contracts.wbci.v1 import INBOUND, EndCustomer, PreAgreementRequested
from portal.application.do_deed import propose
from portal.domain.clerk import Clerk
from portal.domain.proposal import Deed
from telecom.formats import berlin_day
from telecom.workdays import add_working_days
from tests.town.services import Someone, Town

Things = dict[str, list[str]]
TRUNK = (
    {"offering": "IPFONIE-EXTENDED-CONNECT-REG"},
    {"offering": "VOICE-CHANNEL", "quantity": 4, "price_list": "PL-NATIONAL"},
    {"offering": "FLAT-NATIONAL"},
)
ADDRESS = {"street": "Rosenstraße", "house_number": "12", "postcode": "50678", "town": "Köln"}
SITE = {"name": "Zentrale", "address": ADDRESS, "area_code": "221"}
STATES = ["open", "quoted", "ordered", "expired", "withdrawn"]


def porting(stem: str) -> dict[str, Any]:
    """Of a paper carrier, so that a form is awaited."""
    return {
        "site": {**SITE, "name": "Niederlassung"},
        "donor": {"name": "Kabel Anderswo"},
        "subscriber": {"name": "Jürß", "address": ADDRESS},
        "case": "VA-KUE-MRN",
        "numbers": [{"area_code": "221", "stem": stem, "extension_from": "00", "extension_to": "99"}],
        "requested_on": add_working_days(date.today() + timedelta(days=20), 1, "NW").isoformat(),  # noqa: DTZ011
    }


@dataclass
class Family:
    """A partner, three sub-partners deep; `customer` and the rest hang on the deepest, `above` on the partner itself.

    `closed` has everything, too, but customer administration was switched off afterwards.
    """

    town: Town
    name: str
    audience: Audience = Audience.BUSINESS
    ids: dict[str, UUID] = field(default_factory=lambda: defaultdict(uuid4))
    people: dict[str, Someone] = field(default_factory=dict)
    things: dict[str, Things] = field(default_factory=dict)
    links: dict[str, Someone] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    TREE = (
        ("partner", PartyKind.PARTNER, None),
        ("sub", PartyKind.SUB_PARTNER, "partner"),
        ("subsub", PartyKind.SUB_PARTNER, "sub"),
        ("seller", PartyKind.SUB_PARTNER, "subsub"),
        ("customer", PartyKind.CUSTOMER, "seller"),
        ("closed", PartyKind.CUSTOMER, "seller"),
        ("prospect", PartyKind.PROSPECT, "seller"),
        ("above", PartyKind.CUSTOMER, "partner"),
    )

    async def settle_down(self, *customers: str) -> None:
        """Become known, and let these customers have everything."""
        for who, kind, _parent in self.TREE:
            if kind is not PartyKind.PROSPECT:
                self.people[who] = self.town.signed(f"{who}-{self.name}", kind.value, self.ids[who])
                await self.town.log_in(self.people[who])
        await self.town.tell(*(self.party(who) for who, _kind, _parent in self.TREE))
        for place, customer in enumerate(customers):
            seller = self.people["seller" if customer != "above" else "partner"]
            await self.furnish(customer, seller, f"{place}{ord(self.name[0])}")
        await self.town.tell(self.party("closed", version=2, administration=False))

    def party(self, who: str, *, version: int = 1, administration: bool = True) -> PartyChanged:
        kind, parent = next((kind, parent) for name, kind, parent in self.TREE if name == who)
        return PartyChanged(
            party_id=self.ids[who],
            version=version,
            kind=kind,
            name=f"{who} {self.name}",
            customer_number=f"K-{self.name}-{who}" if kind is PartyKind.CUSTOMER else None,
            audience=self.audience,
            language="de",
            email=f"{who}@{self.name}.example",
            address=Address(street="Rosenstraße", house_number="12", postcode="50678", town="Köln"),
            parent_id=parent and self.ids[parent],
            customer_administration=administration,
            changed_at=datetime.now(UTC),
        )

    async def furnish(self, customer: str, seller: Someone, stem: str) -> None:
        """Carts, a quote, orders, contracts, a trunk with a site, a porting with its form, work, webhooks, mails."""
        own = self.people[customer]
        await self._cart(seller, customer, TRUNK[:2])
        await self._quoted(seller, await self._cart(seller, customer, TRUNK))
        order = await self._confirmed(customer, await self._quoted(seller, await self._cart(seller, customer, TRUNK)))
        agreement = order["lines"][0]["agreement_id"]
        await self.town.settle()
        await self._done(seller, "cart", f"/agreements/{agreement}/sites", {"site": SITE, "block_size": 10})
        ported = await self._done(seller, "cart", f"/agreements/{agreement}/portings", porting(f"8{stem}"))
        await self._confirmed(customer, ported)
        await self._cart(own, customer, [{"offering": "Q-DSL-PRO"}], order=True)
        webhook = {"url": "https://crm.example/hook", "events": ["ordering.OrderReceived.v1"]}
        made = await self._done(own, "notification", "/webhooks", webhook)
        await self._done(own, "notification", f"/webhooks/{made['webhook_id']}/test")
        await self.town.settle()
        wish = {"customer_id": str(self.ids[customer]), "block": await self._free_block()}
        await self._done(own, "provisioning", "/reservations", wish)
        await self._asked_for(customer)
        await self._proposed(customer)
        self.things[customer] = await self.seen(customer)

    async def seen(self, customer: str) -> Things:
        """Every id that the services tell of the customer's things, by the name under which paths ask for it."""
        clerk = self.town.signed("clerk", "administrator")
        found: dict[str, set[str]] = defaultdict(set)
        me = str(self.ids[customer])

        async def look(service: str, path: str, **params: Any) -> list[Any]:
            answer = await self.town.call(clerk, service, "GET", path, params=params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            items = page["items"] if isinstance(page, dict) else page
            _gather(items, found)
            return list(items)

        await look("cart", "/carts", customer_id=me, state=STATES)
        orders = await look("cart", "/orders", customer_id=me)
        await look("cart", "/agreements", customer_id=me)
        await look("provisioning", "/trunks", customer_id=me)
        await look("porting", "/portings", customer_id=me)
        await look("porting", "/departures", customer_id=me)
        kept = (await self.town.call(clerk, "provisioning", "GET", "/reservations")).json()["items"]
        _gather([one for one in kept if one["customer_id"] == me], found)
        for order in orders:
            await look("provisioning", "/work-orders", order_id=order["order_id"])
            await look("notification", "/notices", order_id=order["order_id"])
        for hook in await look("notification", "/webhooks", party_id=me):
            await look("notification", f"/webhooks/{hook['webhook_id']}/deliveries")
        tasks = await self.town.ask("portal", "SELECT task_id FROM task WHERE customer_id = :me", me=UUID(me))
        found |= {"task_id": {str(one) for one in tasks}, "party_id": {me}, "customer_id": {me}}
        waiting = "SELECT proposal_id FROM proposal WHERE customer_id = :me"
        found["proposal_id"] = {str(one) for one in await self.town.ask("portal", waiting, me=UUID(me))}
        return {name: sorted(ids) for name, ids in found.items() if name not in ("correlation_id", "message_id")}

    async def _free_block(self) -> dict[str, Any]:
        path = f"/number-pools/{SITE['area_code']}/free"
        answer = await self.town.call(self.people["partner"], "provisioning", "GET", path)
        return dict(answer.json()["blocks"][0])

    async def _proposed(self, customer: str) -> None:
        """Something about the customer waits for a second person of order management."""
        deed = Deed("porting.release", "porting", f"/portings/{uuid4()}/release", {}, customer_id=self.ids[customer])
        async with self.town.running["portal"].units.writing() as unit:
            await propose(deed, Clerk("colleague", "Colleague"), await unit.now() + timedelta(days=2), unit)

    async def _asked_for(self, customer: str) -> None:
        """Another carrier asks for the numbers of the customer's site."""
        rows = await self.town.ask(
            "porting", "SELECT body FROM held_number WHERE customer_id = :me LIMIT 1", me=self.ids[customer]
        )
        request = PreAgreementRequested(
            sender="DEU.ALTNET",
            receiver="DEU.TRUNK",
            pre_agreement_id=f"DEU.ALTNET.V{uuid4().hex[:9].upper()}",
            sent_at=datetime.now(UTC),
            case=PortingCase.NUMBERS_ONLY,
            requested_on=berlin_day(datetime.now(UTC)) + timedelta(days=30),
            customer=EndCustomer(name=f"{customer} {self.name}"[:30]),
            numbers=tuple(NumberBlock(**row) for row in rows),
            window=Window.MORNING,
            recipient_porting_carrier="D0B2",
        )
        await self.town.tell(request, topic=INBOUND)

    async def _cart(self, who: Someone, customer: str, lines: Any, *, order: bool = False) -> dict[str, Any]:
        wish = {"customer_id": str(self.ids[customer]), "business_case": "new_order"}
        cart = await self._done(who, "cart", "/carts", wish)
        path = f"/carts/{cart['cart_id']}"
        for line in lines:
            cart = await self._done(who, "cart", f"{path}/lines", line, seen=cart["version"])
        if order:
            return await self._done(who, "cart", f"{path}/order", seen=cart["version"])
        return cart

    async def _quoted(self, who: Someone, cart: dict[str, Any]) -> dict[str, Any]:
        return await self._done(who, "cart", f"/carts/{cart['cart_id']}/quote", seen=cart["version"])

    async def _confirmed(self, customer: str, cart: dict[str, Any]) -> dict[str, Any]:
        """By whoever holds the mailed link, which is kept as `links[customer]` with what it opens from then on."""
        quote = cart["quote"]["quote_id"]
        token = await self._token(quote)
        body = {"name": "Karla", "consent_version": EDITIONS[-1].version}
        order = await self._done(await self._opened(token), "cart", f"/quotes/{quote}/confirm", body)
        self.tokens[customer], self.links[customer] = token, await self._opened(token)
        return order

    async def _token(self, quote_id: str) -> str:
        """What the newest mail of a quote links to."""
        issued = await self.town.ask(
            "cart",
            "SELECT convert_from(payload, 'UTF8')::json ->> 'token' FROM outbox WHERE topic = 'ordering.quote-link.v1' "
            "AND convert_from(payload, 'UTF8')::json ->> 'quote_id' = :quote ORDER BY position DESC LIMIT 1",
            quote=quote_id,
        )
        return str(issued[0])

    async def _opened(self, token: str) -> Someone:
        opened = await self._done(Someone("nobody"), "cart", "/links/exchange", {"token": token})
        return Someone("approver", "approver", token=opened["access_token"])

    async def _done(
        self, who: Someone, service: str, path: str, body: Any = None, *, seen: int | None = None
    ) -> dict[str, Any]:
        more = {"headers": {"If-Match": f'"{seen}"'}} if seen is not None else {}
        answer: httpx.Response = await self.town.call(who, service, "POST", path, json=body, **more)
        assert answer.is_success, f"{path}: {answer.text}"
        return dict(answer.json())


def _gather(said: Any, found: dict[str, set[str]]) -> None:
    """Every `…_id` with its value."""
    if isinstance(said, list):
        for one in said:
            _gather(one, found)
    elif isinstance(said, dict):
        for name, value in said.items():
            if isinstance(value, str) and name.endswith("_id"):
                found[name].add(value)
            else:
                _gather(value, found)
