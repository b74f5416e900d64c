"""What the journeys of the questions have in common: a cart put together from outside, and what becomes of it."""

from typing import Any

from devstack.demo.client import Caller
from devstack.demo.story import Story
from devstack.demo.waiting import expect, until

TRUNK, CHANNEL, SRTP_CHANNEL = "IPFONIE-EXTENDED-CONNECT-REG", "VOICE-CHANNEL", "VOICE-CHANNEL-SRTP"
NATIONAL, STANDARD = "PL-NATIONAL", "PL-STANDARD"
STANDARD_LICENCE, BASIC_LICENCE = "CENTRAFLEX-LICENCE-STANDARD", "CENTRAFLEX-LICENCE-BASIC"
Json = dict[str, Any]


class Basket:
    """A cart of the story's customer. `view` is what the last answer said."""

    def __init__(self, story: Story, who: Caller | None = None) -> None:
        self.story, self.who = story, who or story.partner
        self.view: Json = {}

    async def start(self, case: str = "new_order", **more: Any) -> "Basket":
        new = {"customer_id": self.story.customer_id, "business_case": case, **more}
        self.view = await self.who.post("cart", "/carts", new)
        return self

    async def add(self, offering: str, quantity: int = 1, **more: Any) -> "Basket":
        line = {"offering": offering, "quantity": quantity, **more}
        self.view = await self.who.post("cart", f"{self.path}/lines", line, seen=self.view["version"])
        return self

    async def refused(self, offering: str, **more: Any) -> Json:
        """The problem that adding it is answered with."""
        seen = self.view["version"]
        answer = await self.who.ask(
            "POST", "cart", f"{self.path}/lines", json={"offering": offering, **more}, seen=seen
        )
        expect(answer.status in (409, 422), f"{offering} is refused", answer.body)
        return dict(answer.body)

    async def settle(self, **choices: Any) -> "Basket":
        self.view = await self.who.patch("cart", self.path, choices, seen=self.view["version"])
        return self

    async def change(self, offering: str, **what: Any) -> "Basket":
        path = f"{self.path}/lines/{self.line(offering)['line_id']}"
        self.view = await self.who.patch("cart", path, what, seen=self.view["version"])
        return self

    async def remove(self, offering: str) -> "Basket":
        path = f"{self.path}/lines/{self.line(offering)['line_id']}"
        answer = await self.who.ask("DELETE", "cart", path, seen=self.view["version"])
        expect(answer.status == 200, f"{offering} can be removed", answer.body)
        self.view = answer.body
        return self

    async def quote(self) -> Json:
        """Sent to the customer."""
        self.view = await self.who.post("cart", f"{self.path}/quote", seen=self.view["version"])
        return dict(self.view["quote"])

    async def confirmed(self) -> Json:
        """Quoted, mailed, confirmed by the customer: the order."""
        expect(self.view["broken_rules"] == [], "the cart keeps the rules", self.view["broken_rules"])
        await self.quote()
        return await confirmed(self.story)

    def line(self, offering: str) -> Json:
        found = next((one for one in self.view["lines"] if one["offering"] == offering), None)
        expect(found is not None, f"{offering} is in the cart", self.offerings)
        assert found is not None
        return dict(found)

    @property
    def path(self) -> str:
        return f"/carts/{self.view['cart_id']}"

    @property
    def offerings(self) -> dict[str, int]:
        return {one["offering"]: one["quantity"] for one in self.view["lines"]}

    @property
    def broken(self) -> set[str]:
        return {one["rule"] for one in self.view["broken_rules"]}


async def confirmed(story: Story) -> Json:
    """The newest quote in the customer's mail is opened and confirmed: its order."""
    story.link = await story.mailbox.link(story.customer_mail)
    order_id = await story.visitor.confirm(story.link, "Karla „Chefin“ Jürß")
    return dict(await story.partner.get("cart", f"/orders/{order_id}"))


async def trunk(story: Story, channels: int = 2, *more: str, **settled: Any) -> tuple[Json, str]:
    """A trunk of its own contract, ordered by quote: order and contract, set up."""
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(CHANNEL, channels, price_list=NATIONAL)
    for offering in more:
        await basket.add(offering)
    if settled:
        await basket.settle(**settled)
    order = await basket.confirmed()
    return await story.order_in(order["order_id"], "completed"), str(order["lines"][0]["agreement_id"])


async def acknowledgement(story: Story, order: Json, address: str = "") -> Json:
    """The mail that says the order has arrived; the customer's, or somebody else's."""
    return await story.mailbox.mail(address or story.customer_mail, f"{order['number']} ist eingegangen")


async def agreement(story: Story, agreement_id: str, *statuses: str) -> Json:
    """The contract as soon as it is in one of these states."""

    async def ask() -> Json | None:
        found = await story.partner.look("cart", f"/agreements/{agreement_id}")
        return found if found and (not statuses or found["status"] in statuses) else None

    return await until(f"contract {agreement_id} {' or '.join(statuses)}", ask)


async def done_by_hand(story: Story, order_id: str) -> Json:
    """Order management completes what isn't automatic: the order, completed."""

    async def ask() -> list[Json] | None:
        found = await story.olga.get("provisioning", "/work-orders", order_id=order_id)
        return [one for one in found["items"] if one["manual"]] or None

    for one in await until(f"work for people on order {order_id}", ask):
        await story.olga.post("provisioning", f"/work-orders/{one['work_order_id']}/complete")
    return await story.order_in(order_id, "completed")


async def sites_of(story: Story, agreement_id: str, count: int = 1) -> list[Json]:
    """The trunk's sites as soon as there are so many."""

    async def ask() -> list[Json] | None:
        found = await story.partner.look("provisioning", f"/trunks/{agreement_id}")
        return found["sites"] if found and len(found["sites"]) >= count else None

    return await until(f"{count} sites of contract {agreement_id}", ask)


async def renewal(story: Story, agreement_id: str, months: int = 36, starts: str = "next_month") -> Basket:
    """A renewal with tariff change: the cart carries the contract's number and its present lines."""
    chosen = {"agreement_id": agreement_id, "term_months": months, "starts": starts}
    return await Basket(story).start("renewal_with_tariff_change", **chosen)
