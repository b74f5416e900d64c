"""The story that must always work: one function a step, each given what the steps before it left."""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from devstack import clock
from devstack.demo.client import Caller, LinkVisitor, Mailbox, logged_in
from devstack.demo.waiting import expect, until
from devstack.layout import Layout
from devstack.login.people import party_id
from telecom.workdays import add_working_days, is_holiday

BERLIN = ZoneInfo("Europe/Berlin")
STATE = "NW"
TRUNK, CHANNEL, PRICE_LIST = "IPFONIE-EXTENDED-CONNECT-REG", "VOICE-CHANNEL", "PL-NATIONAL"
FLATRATES = ("FLAT-NATIONAL", "FLAT-MOBILE")
DONOR = {"carrier_code": "DEU.ALTNET", "name": "Altnetz Telefon GmbH (erfunden)"}
PARTNER_MAIL = "petra@nordlicht.example"
CHANNELS = 8
PORTED_IN_DAYS = 12
"""Working days ahead: more than carriers ask for, and more than the activation's lead."""
Details = dict[str, Any]


@dataclass
class Story:
    """Who acts, and what has come of it so far."""

    layout: Layout
    seller: str = "petra"
    tag: str = field(default_factory=lambda: f"{datetime.now(UTC):%H%M%S}-{secrets.token_hex(2)}")
    customer_id: str = ""
    customer_mail: str = ""
    cart: Details = field(default_factory=dict)
    link: str = ""
    order_id: str = ""
    agreement_id: str = ""
    second_agreement_id: str = ""
    porting_order_id: str = ""
    porting: Details = field(default_factory=dict)
    ported_stem: str = ""

    def __post_init__(self) -> None:
        self.correlation_id = f"demo-{self.tag}"
        self.customer_mail = self.customer_mail or f"demo-{self.tag}@kunden.example"
        self.deputy_mail = f"vertretung-{self.tag}@kunden.example"

    async def __aenter__(self) -> "Story":
        self._open = AsyncExitStack()
        logins = (logged_in(self.layout, who, self.correlation_id) for who in (self.seller, "olga"))
        self.partner, self.olga = await asyncio.gather(*logins)
        self.machine = Caller(self.layout, self.correlation_id)
        self.mailbox = Mailbox(self.layout)
        self.visitor = LinkVisitor(self.layout, self.correlation_id)
        for one in (self.partner, self.olga, self.machine, self.mailbox, self.visitor):
            self._open.push_async_callback(one.close)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()

    async def today(self) -> date:
        """The business day in Berlin."""
        ahead = await clock.offset(self.layout.database_server)
        return (datetime.now(UTC) + ahead).astimezone(BERLIN).date()

    async def move_clock_to(self, day: date, at: clock_time) -> timedelta:
        """Business time forward to that moment in Berlin; nothing where it has passed."""
        ahead = await clock.offset(self.layout.database_server)
        wanted = datetime.combine(day, at, BERLIN) - (datetime.now(UTC) + ahead)
        if wanted > timedelta(0):
            await clock.advance(self.layout.database_server, wanted)
        return max(wanted, timedelta(0))

    async def order_in(self, order_id: str, *statuses: str, seconds: float = 20) -> Details:
        """The order as soon as it is in one of these states."""
        seen: Details = {}

        async def ask() -> Details | None:
            nonlocal seen
            seen = await self.partner.get("cart", f"/orders/{order_id}")
            return seen if seen["status"] in statuses else None

        return await until(f"order {order_id} {' or '.join(statuses)}", ask, seconds)

    async def trunk_in(self, agreement_id: str, *statuses: str, seconds: float = 20) -> Details:
        """The trunk behind an agreement as soon as it is in one of these states."""

        async def ask() -> Details | None:
            found = await self.partner.look("provisioning", f"/trunks/{agreement_id}")
            return found if found and found["status"] in statuses else None

        return await until(f"trunk of agreement {agreement_id} {' or '.join(statuses)}", ask, seconds)

    async def porting_in(self, order_id: str, *states: str, seconds: float = 30) -> Details:
        """The order's porting as soon as it is in one of these states."""

        async def ask() -> Details | None:
            items = (await self.partner.get("porting", "/portings", order_id=order_id))["items"]
            return items[0] if items and items[0]["state"] in states else None

        return await until(f"porting of order {order_id} {' or '.join(states)}", ask, seconds)

    async def trunk_cart(self, channels: int, *, immediate: bool = True) -> Details:
        """A valid cart with trunk, channels, price list and flatrates."""
        new = {"customer_id": self.customer_id, "business_case": "new_order"}
        cart = await self.partner.post("cart", "/carts", new)
        path = f"/carts/{cart['cart_id']}"
        lines = [
            {"offering": TRUNK},
            {"offering": CHANNEL, "quantity": channels, "price_list": PRICE_LIST},
            *({"offering": one} for one in FLATRATES),
        ]
        for line in lines:
            cart = await self.partner.post("cart", f"{path}/lines", line, seen=cart["version"])
        if not immediate:
            cart = await self.partner.patch("cart", path, {"immediate_activation": False}, seen=cart["version"])
        expect(cart["broken_rules"] == [], "the cart keeps the rules", cart["broken_rules"])
        return dict(cart)

    async def ordered_trunk(self, channels: int, *, immediate: bool = True) -> tuple[str, str]:
        """A trunk quoted, mailed, confirmed: order and agreement."""
        cart = await self.trunk_cart(channels, immediate=immediate)
        await self.partner.post("cart", f"/carts/{cart['cart_id']}/quote", seen=cart["version"])
        link = await self.mailbox.link(self.customer_mail)
        order_id = await self.visitor.confirm(link, "Karla „Chefin“ Jürß")
        return order_id, str((await self.partner.get("cart", f"/orders/{order_id}"))["lines"][0]["agreement_id"])

    async def active_trunk(self, channels: int, *, seconds: float = 20) -> str:
        """The agreement of a trunk ordered and set up."""
        order_id, agreement_id = await self.ordered_trunk(channels)
        await self.order_in(order_id, "completed", seconds=seconds)
        await self.trunk_in(agreement_id, "active", seconds=seconds)
        return agreement_id

    async def quoted_porting(self, agreement_id: str, donor: Details = DONOR) -> Details:
        """A new site with a porting, quoted: numbers that nobody has, on a day that carriers accept."""
        self.ported_stem = str(random.randrange(200_000, 460_000))  # noqa: S311 - numbers are no secret
        body = {
            "site": site(f"Niederlassung {self.tag}", "Aachener Straße"),
            "donor": donor,
            "subscriber": {"name": "Jürß", "first_name": "Karla", "address": address("Aachener Straße")},
            "case": "VA-KUE-MRN",
            "numbers": [{"area_code": "221", "stem": self.ported_stem, "extension_from": "00", "extension_to": "99"}],
            "requested_on": porting_day(await self.today()).isoformat(),
            "window": "ZF2",
        }
        return dict(await self.partner.post("cart", f"/agreements/{agreement_id}/portings", body))


def address(street: str) -> Details:
    return {"street": street, "house_number": "12", "postcode": "50674", "town": "Köln"}


def site(name: str, street: str) -> Details:
    return {"name": name, "address": address(street), "area_code": "221"}


def porting_day(today: date) -> date:
    """A working day that is not before a holiday, far enough ahead."""
    day = add_working_days(today, PORTED_IN_DAYS, STATE)
    while is_holiday(day + timedelta(days=1), STATE):
        day = add_working_days(day, 1, STATE)
    return day


async def crm_announces(story: Story) -> Details:
    """CRM announces partner and customer, customer administration on"""
    partner = await story.machine.get("crm", f"/api/parties/{party_id('nordlicht')}")
    new = {
        "name": f"Jürß & Töchter „Demo“ {story.tag}",
        "email": story.customer_mail,
        "parent_id": partner["party_id"],
        "address": address("Rosenstraße"),
        "customer_administration": True,
    }
    made = await story.machine.post("crm", "/api/parties", new)
    story.customer_id = made["party_id"]

    async def ask() -> Details | None:
        return await story.partner.look("cart", f"/parties/{story.customer_id}")

    profile = await until("the partner sees the customer", ask)
    expect(profile["open"], "the customer is open to its partner", profile)
    return {"partner": partner["name"], "customer": profile["name"], "customer_number": profile["customer_number"]}


async def partner_fills_a_cart(story: Story) -> Details:
    """Partner picks the customer, puts a trunk with channels, price list and flatrates into a cart"""
    catalog = await story.partner.get("catalog", "/catalog/current", audience="business")
    story.cart = await story.trunk_cart(CHANNELS)
    flat = {line["offering"]: line["quantity"] for line in story.cart["lines"] if line["offering"] in FLATRATES}
    expect(set(flat.values()) == {CHANNELS}, "a flatrate for each voice channel (FLAT-1)", flat)
    totals = story.cart["totals"]
    return {
        "catalog": catalog["version"],
        "cart": story.cart["number"],
        "one_time": totals["one_time"],
        "monthly": totals["monthly"],
    }


async def quote_is_mailed(story: Story) -> Details:
    """The quote is mailed"""
    path = f"/carts/{story.cart['cart_id']}/quote"
    quoted = await story.partner.post("cart", path, seen=story.cart["version"])
    expect(quoted["state"] == "quoted", "the cart became a quote", quoted["state"])
    story.link = await story.mailbox.link(story.customer_mail)
    return {"quote": quoted["quote"]["number"], "to": story.customer_mail, "link": story.link}


async def customer_confirms(story: Story) -> Details:
    """The customer opens the link and confirms"""
    story.order_id = await story.visitor.confirm(story.link, "Karla „Chefin“ Jürß")
    order = await story.partner.get("cart", f"/orders/{story.order_id}")
    return {"order": order["number"], "approver": order["approver"]["name"]}


async def trunk_is_active(story: Story) -> Details:
    """Order acknowledged, agreement listed, trunk set up and active"""
    order = await story.order_in(story.order_id, "completed")
    listed = (await story.partner.get("cart", "/agreements", customer_id=story.customer_id))["items"]
    expect(len(listed) == 1, "the agreement is listed", [one["number"] for one in listed])
    story.agreement_id = listed[0]["agreement_id"]
    trunk = await story.trunk_in(story.agreement_id, "active")

    async def ask() -> Details | None:
        found = await story.partner.get("cart", f"/agreements/{story.agreement_id}")
        return found if found["status"] == "active" else None

    agreement = await until("the agreement is active", ask)
    for person in (story.customer_mail, PARTNER_MAIL):
        await story.mailbox.mail(person, order["number"])
    return {
        "agreement": agreement["number"],
        "channels": trunk["channels"],
        "term": f"{agreement['starts_on']} to {agreement['ends_on']}",
        "acknowledged_to": [story.customer_mail, PARTNER_MAIL],
    }


async def site_with_new_numbers(story: Story) -> Details:
    """A site with a block of 100 new numbers: ready in well under a second"""
    body = {"site": site(f"Zentrale {story.tag}", "Rosenstraße"), "block_size": 100}
    began = time.monotonic()
    order = await story.partner.post("cart", f"/agreements/{story.agreement_id}/sites", body)
    accepted = time.monotonic()
    done = await story.order_in(order["order_id"], "completed", "failed", "partly_completed")
    ended = time.monotonic()
    expect(done["status"] == "completed", "the site order is completed", done["lines"][0]["reason"])
    trunk = await story.partner.get("provisioning", f"/trunks/{story.agreement_id}")
    made = next(one for one in trunk["sites"] if one["name"] == body["site"]["name"])  # type: ignore[index]
    block = made["blocks"][0]
    expect(len(block["extension_from"]) == 2, "a block of 100 numbers", block)
    ready = datetime.fromisoformat(made["provisioned_at"]) - datetime.fromisoformat(order["placed_at"])
    return {
        "order": order["number"],
        "numbers": f"0{block['area_code']} {block['stem']} {block['extension_from']} to {block['extension_to']}",
        "post_answered_ms": round((accepted - began) * 1000),
        "placed_to_site_ready_ms": round(ready.total_seconds() * 1000),
        "post_to_order_completed_ms": round((ended - began) * 1000),
    }


async def second_trunk_and_porting(story: Story) -> Details:
    """A second trunk, activation delayed; a site with porting: quote, resent, first link dead, second confirmed"""
    order_id, story.second_agreement_id = await story.ordered_trunk(4, immediate=False)
    await story.order_in(order_id, "completed")
    await story.trunk_in(story.second_agreement_id, "ready")
    quoted = await story.quoted_porting(story.second_agreement_id)
    first = await story.mailbox.link(story.customer_mail)
    deputy = {"name": "Vera Vertretung", "email": story.deputy_mail, "language": "de"}
    await story.partner.post("cart", f"/quotes/{quoted['quote']['quote_id']}/resend", {"recipient": deputy})
    second = await story.mailbox.link(story.deputy_mail)
    dead = await story.visitor.open(first)
    expect(dead.status_code == 410, "the first link is dead", dead.status_code)
    expect(story.tag not in dead.text, "the dead link gives nothing away")
    story.porting_order_id = await story.visitor.confirm(second, f"Vera Vertretung {story.tag}")
    order = await story.partner.get("cart", f"/orders/{story.porting_order_id}")
    told = (story.customer_mail, story.deputy_mail, PARTNER_MAIL)
    for person in told:
        await story.mailbox.mail(person, order["number"])
    return {"order": order["number"], "quote": quoted["quote"]["number"], "acknowledged_to": list(told)}


async def date_is_confirmed(story: Story) -> Details:
    """That site ready at once, porting in progress, pre-agreement answered, date confirmed, everyone told"""
    order = await story.order_in(story.porting_order_id, "in_progress", "awaiting")

    async def ask() -> Details | None:
        sites = (await story.partner.get("provisioning", f"/trunks/{story.second_agreement_id}"))["sites"]
        return sites[0] if sites else None

    made = await until("the site is ready", ask)
    story.porting = await story.porting_in(story.porting_order_id, "confirmed")
    change_date = date.fromisoformat(story.porting["change_date"])
    for person in (story.customer_mail, story.deputy_mail, PARTNER_MAIL):
        await story.mailbox.mail(person, f"{change_date:%d.%m.%Y}")
    return {
        "order": order["number"],
        "site": made["name"],
        "messages": [one["type"] for one in story.porting["messages"]],
        "change_date": str(change_date),
    }


async def second_trunk_activates(story: Story) -> Details:
    """A few working days before: the second trunk is activated"""

    async def ask() -> Details | None:
        found = await story.partner.get("provisioning", f"/trunks/{story.second_agreement_id}")
        return found if found["activates_on"] else None

    trunk = await until("the activation is planned", ask)
    expect(trunk["status"] == "ready", "the trunk waits until then", trunk["status"])
    day = date.fromisoformat(trunk["activates_on"])
    moved = await story.move_clock_to(day, clock_time(9))
    active = await story.trunk_in(story.second_agreement_id, "active")
    return {"clock_moved": _days(moved), "activated_on": str(day), "cause": active["activation_cause"]}


async def numbers_are_live(story: Story) -> Details:
    """Porting day: numbers live at the site, order completed"""
    day = date.fromisoformat(story.porting["change_date"])
    moved = await story.move_clock_to(day, clock_time(6, 5))
    done = await story.order_in(story.porting_order_id, "completed", "failed", "partly_completed", seconds=30)
    expect(done["status"] == "completed", "the porting order is completed", done["status"])
    trunk = await story.partner.get("provisioning", f"/trunks/{story.second_agreement_id}")
    blocks = trunk["sites"][0]["blocks"]
    live = [one for one in blocks if one["origin"] == "ported" and one["stem"] == story.ported_stem]
    expect(len(live) == 1, "the numbers are at the site", blocks)
    for person in (story.customer_mail, story.deputy_mail, PARTNER_MAIL):
        await story.mailbox.mail(person, done["number"])
    return {"clock_moved": _days(moved), "numbers": f"0221 {story.ported_stem} 00 to 99", "order": done["number"]}


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.1f} days ahead"


Step = Callable[[Story], Awaitable[Details]]
STEPS: tuple[Step, ...] = (
    crm_announces,
    partner_fills_a_cart,
    quote_is_mailed,
    customer_confirms,
    trunk_is_active,
    site_with_new_numbers,
    second_trunk_and_porting,
    date_is_confirmed,
    second_trunk_activates,
    numbers_are_live,
)
