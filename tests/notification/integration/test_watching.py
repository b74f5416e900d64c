"""What the business watches of mails."""

from prometheus_client import REGISTRY

from contracts.ordering.v1 import OrderReceived
from notification.adapters.metrics import read_gauges
from tests.notification.integration.conftest import Desk, example


def shown(metric: str, tried: str) -> float:
    return REGISTRY.get_sample_value(metric, {"tried": tried}) or 0.0


async def test_mails_that_do_not_go_out_are_seen_with_their_age(desk: Desk) -> None:
    await desk.hear(example(OrderReceived))
    async with desk.running.units.reading() as unit:
        await read_gauges(unit)
    assert shown("notification_notices_waiting", "no") == 3
    assert shown("notification_notices_oldest_seconds", "no") > 0
    assert shown("notification_notices_waiting", "yes") == 0
    with desk.mail_server():
        await desk.send()
    async with desk.running.units.reading() as unit:
        await read_gauges(unit)
    assert shown("notification_notices_waiting", "no") == 0
    assert shown("notification_notices_oldest_seconds", "no") == 0
