"""`python -m devstack.demo_agreements`: a few customers order a trunk and a site, so that no list begins empty.

Runs once in the background of a first start, by the same way as everybody: cart, quote, mail, link.
"""

import asyncio
import sys
from typing import Any

from devstack.demo.story import Story, site
from devstack.demo.waiting import DidNotHappen, until
from devstack.layout import SERVICES, Layout
from devstack.login.people import party_id

PLAN = (
    ("petra", "jaeger-logistik", 12),
    ("petra", "customer-3", 4),
    ("petra", "customer-6", 30),
    ("sven", "customer-1", 8),
    ("maria", "customer-2", 6),
)
"""Who sells, to which demo customer, how many channels."""
SECONDS = 180


async def place_all(layout: Layout) -> None:
    """Those that are not there yet. Raises DidNotHappen."""
    for seller, customer, channels in PLAN:
        mail = f"{customer}@kunden.example"
        async with Story(layout, seller, tag=f"first-{customer}", customer_mail=mail) as story:
            story.customer_id = str(party_id(customer))
            for service in SERVICES:
                await until(f"{service} is ready", lambda name=service: _ready(story, name), SECONDS)  # type: ignore[misc]
            await until(
                f"{customer} is known", lambda: story.partner.look("cart", f"/parties/{story.customer_id}"), SECONDS
            )
            if (await story.partner.get("cart", "/agreements", customer_id=story.customer_id))["items"]:
                continue
            order_id, agreement_id = await story.ordered_trunk(channels)
            await story.order_in(order_id, "completed", seconds=SECONDS)
            body = {"site": site("Zentrale", "Hohenzollernring"), "block_size": 10}
            await story.partner.post("cart", f"/agreements/{agreement_id}/sites", body)
            print(f"{customer} has a trunk with {channels} channels", flush=True)


async def _ready(story: Story, service: str) -> Any:
    try:
        answer = await story.machine.ask("GET", service, "/health/ready")
    except DidNotHappen:
        return None
    return True if answer.status == 200 else None


def main() -> None:
    layout = Layout()
    try:
        asyncio.run(place_all(layout))
    except DidNotHappen as error:
        sys.exit(str(error))
    layout.agreements_mark.touch()


if __name__ == "__main__":
    main()
