"""What the business watches of orders and quotes."""

from typing import Any

from prometheus_client import REGISTRY

from cart.adapters.metrics import read_gauges
from chassis.service import Running
from contracts.ordering.v1 import QuoteSent
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.sample import CUSTOMER, PETRA


def shown(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0


async def test_what_waits_for_the_customer_and_what_is_ordered_is_seen(office: Office, running: Running[Any]) -> None:
    sent, confirmed = "messaging_recorded_total", "cart_quote_confirmation_seconds_count"
    before = shown(sent, type=QuoteSent.type_name()), shown(confirmed)
    quote = (await (await Shopper(office.as_(PETRA), CUSTOMER).trunk()).quote())["quote"]
    async with running.units.reading() as unit:
        await read_gauges(unit)
    assert shown("cart_quotes_open") == 1
    assert shown("cart_quotes_oldest_seconds") > 0
    assert shown("cart_orders_open", status="received") == 0

    _opened, approver = await office.open_link()
    await approver.post(f"/quotes/{quote['quote_id']}/confirm", agreed("Karla"))
    async with running.units.reading() as unit:
        await read_gauges(unit)
    assert shown("cart_quotes_open") == 0
    assert shown("cart_orders_open", status="received") == 1
    assert shown("cart_orders_oldest_seconds", status="received") > 0
    assert shown("cart_orders_open", status="awaiting") == 0
    assert (shown(sent, type=QuoteSent.type_name()), shown(confirmed)) == (before[0] + 1, before[1] + 1)
