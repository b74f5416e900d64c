"""What webhooks may point to, and how patient we are with them (NOTE-2)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from notification.application.tell_webhooks import OFFERED, occurred_at, party_of
from notification.domain import refusals
from notification.domain.lifecycle import WebhookState
from notification.domain.webhook import Owner, Policy, Webhook, checked_url, may_be_reached
from tests.notification.integration.conftest import example

NOW = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
INSIDE_4 = (
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.9.9",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
)
INSIDE_6 = ("::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "::")
POLICY = Policy((5, 60), timedelta(days=5))


def webhook(**changed: object) -> Webhook:
    owner = Owner("Petra", "petra@partner.example", "de")
    found = Webhook(uuid4(), uuid4(), "https://crm.example/", "", ("x",), owner, "sealed", NOW)
    for name, value in changed.items():
        setattr(found, name, value)
    return found


@pytest.mark.rule("NOTE-2")
@pytest.mark.parametrize("address", [*INSIDE_4, *INSIDE_6])
def test_addresses_of_our_own_network_are_not_reached(address: str) -> None:
    assert not may_be_reached(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(refusals.UrlInside):
        checked_url(f"https://{host}/hook", local=False)
    assert checked_url(f"http://{host}/hook", local=True)


@pytest.mark.rule("NOTE-2")
@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert may_be_reached(address)


@pytest.mark.rule("NOTE-2")
def test_only_https_is_posted_to_unless_a_setting_allows_more() -> None:
    with pytest.raises(refusals.UrlNotSecure):
        checked_url("http://crm.example/", local=False)
    assert checked_url(" https://crm.example:8443/hook?of=us ", local=False) == "https://crm.example:8443/hook?of=us"


@pytest.mark.rule("NOTE-2")
def test_days_of_failures_disable_a_webhook_and_one_success_starts_anew() -> None:
    one = webhook()
    assert not one.failed(500, NOW, POLICY)
    assert not one.failed(500, NOW + timedelta(days=4), POLICY)
    one.forgive()
    assert not one.failed(500, NOW + timedelta(days=6), POLICY)
    assert one.failed(500, NOW + timedelta(days=11), POLICY)
    assert one.state is WebhookState.DISABLED


@pytest.mark.rule("NOTE-2")
def test_a_webhook_that_is_paused_is_not_disabled_by_a_message_on_its_way() -> None:
    one = webhook()
    one.pause()
    assert not one.failed(410, NOW, POLICY)
    assert one.state is WebhookState.PAUSED


@pytest.mark.rule("NOTE-2")
@pytest.mark.parametrize("name", OFFERED)
def test_each_event_on_offer_says_whose_it_is_and_when_it_happened(name: str) -> None:
    event = example(OFFERED[name])
    assert party_of(event) is not None
    assert occurred_at(event).tzinfo is not None


@pytest.mark.rule("NOTE-2", "SITE-5")
def test_numbers_that_rest_were_released_when_they_were_released() -> None:
    released = example(OFFERED["provisioning.NumbersReleased.v1"])
    resting = released.model_copy(update={"rests_until": NOW + timedelta(days=90), "released_at": NOW})
    assert occurred_at(resting) == NOW
