"""Subscribers are told by signed webhooks, over real HTTP from a real PostgreSQL (NOTE-2)."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from contracts.crm.v1 import PartiesMerged, ProspectEntered
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as porting
from notification.adapters.doorstep import Doorstep
from notification.application.tell_webhooks import OFFERED
from notification.settings import Settings
from tests.notification.integration.conftest import Desk, example
from tests.notification.receiver import Receiver
from tests.waiting import until

PARTNER, SUB_PARTNER, OTHER = uuid4(), uuid4(), uuid4()
CUSTOMER: UUID = example(ordering.OrderReceived).customer.party_id
COMPLETED = "ordering.OrderCompleted.v1"


def completed(customer: UUID = CUSTOMER, **changed: Any) -> ordering.OrderCompleted:
    found: ordering.OrderCompleted = example(ordering.OrderCompleted, order_id=uuid4(), customer_id=customer, **changed)
    return found


def partner(desk: Desk, party: UUID = PARTNER, role: str = "partner") -> str:
    return desk.token(role, party_id=str(party), email=f"{role}@partner.example", language="en")


async def tree(desk: Desk) -> None:
    """The partner with a sub-partner that looks after the customer."""
    await desk.party(PARTNER, "partner")
    await desk.party(SUB_PARTNER, "sub_partner", PARTNER)
    await desk.party(OTHER, "partner")
    await desk.party(CUSTOMER, "customer", SUB_PARTNER)


async def subscribed(desk: Desk, receiver: Receiver, token: str, *events: str, **more: Any) -> tuple[str, str]:
    """A new webhook's address on our HTTP, and its secret."""
    body = {"url": receiver.url, "events": events or [COMPLETED], **more}
    made = await desk.do("/webhooks", body, token)
    assert made.status_code == 201, made.text
    at = made.headers["location"]
    return at, (await desk.do(f"{at}/secret", {}, token)).json()["secret"]


TIMED_OUT = "SELECT count(*) FROM webhook_delivery WHERE error = 'timeout'"


async def deliveries(desk: Desk, at: str, token: str, **wanted: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.get(f"{at}/deliveries", token, **wanted)).json()["items"]
    return found


async def all_due(desk: Desk) -> None:
    await desk.change("UPDATE webhook_delivery SET not_before = now()")
    await desk.change("UPDATE webhook SET not_before = now(), claimed_until = now()")


@pytest.mark.rule("NOTE-2")
async def test_a_subscriber_is_told_once_what_happened_signed_and_as_published(desk: Desk) -> None:
    await tree(desk)
    event = completed()
    with Receiver().open() as receiver:
        at, secret = await subscribed(desk, receiver, partner(desk), COMPLETED, "porting.PortingConfirmed.v1")
        moved = example(porting.PortingConfirmed, customer_id=CUSTOMER)
        await desk.hear(event, event, moved)
        await desk.courier.deliver_due()
        assert await desk.courier.deliver_due() == 0
    told = receiver.told[0].verified(secret)
    assert told["type"] == COMPLETED
    assert told["data"] == event.model_dump(mode="json")
    assert told["correlation_id"] == "story-OrderCompleted"
    assert datetime.fromisoformat(told["timestamp"]) == event.completed_at
    assert receiver.types[-1] == "PortingConfirmed"
    log = await deliveries(desk, at, partner(desk))
    assert [(one["state"], one["status"], one["attempts"]) for one in log] == [("delivered", 204, 1)] * len(log)
    assert {one["message_id"] for one in log} == {one.id for one in receiver.told}


@pytest.mark.rule("NOTE-2", "TEN-2")
async def test_a_subscriber_hears_of_his_own_tree_and_the_house_of_everybody(desk: Desk) -> None:
    await tree(desk)
    theirs = uuid4()
    await desk.party(theirs, "customer", OTHER)
    above, below, beside, house, himself = (Receiver() for _ in range(5))
    with contextlib.ExitStack() as doors:
        for receiver in (above, below, beside, house, himself):
            doors.enter_context(receiver.open())
        await subscribed(desk, above, partner(desk))
        await subscribed(desk, below, partner(desk, SUB_PARTNER, "sub_partner"))
        await subscribed(desk, beside, partner(desk, OTHER))
        await subscribed(desk, himself, partner(desk, CUSTOMER, "customer"))
        await subscribed(desk, house, desk.token("administrator"), contact="crm@carrier.example")
        await desk.hear(completed(), completed(theirs))
        await desk.courier.deliver_due()
    mine, foreign = str(CUSTOMER), str(theirs)
    heard = [[one.event["data"]["customer_id"] for one in who.told] for who in (above, below, beside, himself, house)]
    assert heard == [[mine], [mine], [foreign], [mine], [mine, foreign]]


@pytest.mark.rule("NOTE-2", "TEN-3")
async def test_customer_administration_is_asked_when_a_message_goes_out(desk: Desk) -> None:
    await tree(desk)
    with Receiver().open() as receiver:
        at, _ = await subscribed(desk, receiver, partner(desk))
        await desk.hear(completed())
        await desk.party(CUSTOMER, "customer", SUB_PARTNER, delegated=False, version=2)
        await desk.courier.deliver_due()
        assert receiver.told == []
        [held] = await deliveries(desk, at, partner(desk))
        assert held["state"] == "withheld"
        await desk.party(CUSTOMER, "customer", SUB_PARTNER, delegated=True, version=3)
        again = await desk.do(f"{at}/deliveries/{held['delivery_id']}/replay", {}, partner(desk))
        assert again.status_code == 202
        await desk.courier.deliver_due()
    assert [one.id for one in receiver.told] == [held["message_id"]]


@pytest.mark.rule("NOTE-2")
async def test_what_comes_before_its_customer_is_known_is_told_when_he_is(desk: Desk) -> None:
    await desk.party(PARTNER, "partner")
    with Receiver().open() as receiver:
        await subscribed(desk, receiver, partner(desk))
        await desk.hear(completed())
        await desk.courier.deliver_due()
        assert receiver.told == []
        await desk.party(CUSTOMER, "customer", PARTNER)
        await desk.party(CUSTOMER, "customer", PARTNER, version=2)
        await desk.courier.deliver_due()
    assert receiver.types == ["OrderCompleted"]


@pytest.mark.rule("NOTE-2")
async def test_an_endpoint_that_is_down_is_tried_again_under_the_same_id_until_it_is_given_up(desk: Desk) -> None:
    await tree(desk)
    receiver = Receiver(answers=[500], words=b"no \x00 room\n" + b"x" * 5000)
    at, _ = await subscribed(desk, receiver, partner(desk))
    await desk.hear(completed())
    assert await desk.courier.deliver_due() == 1
    [down] = await deliveries(desk, at, partner(desk))
    assert (down["state"], down["error"], down["status"]) == ("waiting", "no-connection", None)
    assert await desk.courier.deliver_due() == 0, "not before its pause is over"
    with receiver.open():
        for _ in range(2):
            await all_due(desk)
            assert await desk.courier.deliver_due() == 1
        await all_due(desk)
        assert await desk.courier.deliver_due() == 0
        [given_up] = await deliveries(desk, at, partner(desk), state="given_up")
        assert given_up["response"].startswith("no   room")
        assert len(given_up["response"]) <= 400
        receiver.answers = [204]
        await desk.do(f"{at}/deliveries/{given_up['delivery_id']}/replay", {}, partner(desk))
        await desk.courier.deliver_due()
    assert {one.id for one in receiver.told} == {down["message_id"]}
    [done] = await deliveries(desk, at, partner(desk))
    assert (done["state"], done["status"]) == ("delivered", 204)


@pytest.mark.rule("NOTE-2")
async def test_a_message_that_an_endpoint_refuses_holds_up_none_of_the_others(desk: Desk) -> None:
    await tree(desk)
    with Receiver(answers=[422, 204]).open() as receiver:
        at, _ = await subscribed(desk, receiver, partner(desk))
        await desk.hear(*(completed() for _ in range(4)))
        assert await desk.courier.deliver_due() == 4
    states = [one["state"] for one in await deliveries(desk, at, partner(desk))]
    assert states == ["delivered"] * 3 + ["waiting"]


@pytest.mark.rule("NOTE-2")
async def test_a_slow_endpoint_holds_up_no_other(desk: Desk) -> None:
    await tree(desk)
    with Receiver().open() as slow, Receiver().open() as quick:
        slow.hold.clear()
        at, _ = await subscribed(desk, slow, partner(desk))
        await subscribed(desk, quick, partner(desk, SUB_PARTNER, "sub_partner"))
        await desk.hear(completed(), completed())
        stopping = asyncio.Event()
        running = asyncio.create_task(desk.courier.run(stopping))
        await until(lambda: len(quick.told) >= 2 and slow.told)
        assert await desk.ask(TIMED_OUT) == 0, "the quick one was told while the slow one was still waited for"
        await desk.until(TIMED_OUT, 1)
        stopping.set()
        await running
    assert len(slow.told) == 1, "an endpoint that does not answer is left in peace for a while"
    assert [one["state"] for one in await deliveries(desk, at, partner(desk))] == ["waiting"] * 2


@pytest.mark.rule("NOTE-2")
async def test_an_endpoint_that_is_gone_is_disabled_and_its_owner_told(desk: Desk) -> None:
    await tree(desk)
    with Receiver(answers=[410]).open() as receiver, desk.mail_server():
        at, _ = await subscribed(desk, receiver, partner(desk))
        await desk.hear(completed(), completed())
        assert await desk.courier.deliver_due() == 1
        found = (await desk.get(at, partner(desk))).json()
        assert (found["state"], found["disabled_why"]) == ("disabled", "gone")
        await desk.send()
        missed = completed()
        await desk.hear(missed)
        await all_due(desk)
        assert await desk.courier.deliver_due() == 0
        receiver.answers = [204]
        assert (await desk.do(f"{at}/resume", {}, partner(desk))).json()["state"] == "active"
        since = {"since": (missed.completed_at - timedelta(minutes=1)).isoformat()}
        assert (await desk.do(f"{at}/replay", since, partner(desk))).json() == {"set_out": 1}
        await all_due(desk)
        await desk.courier.deliver_due()
    [mail] = desk.box.mails()
    assert "partner@partner.example" in mail.to
    assert mail.subject == "Your webhook was disabled"
    assert f"{desk.settings.public_url}{at}" in mail.text
    assert str(missed.order_id) in {one.event["data"]["order_id"] for one in receiver.told}


@pytest.mark.rule("NOTE-2")
async def test_an_endpoint_that_fails_for_days_is_disabled(desk: Desk) -> None:
    await tree(desk)
    with Receiver(answers=[500]).open() as receiver:
        at, _ = await subscribed(desk, receiver, partner(desk))
        await desk.hear(completed())
        await desk.courier.deliver_due()
        assert (await desk.get(at, partner(desk))).json()["state"] == "active"
        await desk.change("UPDATE webhook SET failing_since = now() - interval '6 days'")
        await all_due(desk)
        await desk.courier.deliver_due()
    found = (await desk.get(at, partner(desk))).json()
    assert (found["state"], found["disabled_why"]) == ("disabled", "failing")
    assert await desk.ask("SELECT count(*) FROM notice WHERE kind = 'webhook-disabled'") == 1


@pytest.mark.rule("NOTE-2")
async def test_while_a_secret_is_rotated_both_verify(desk: Desk) -> None:
    await tree(desk)
    with Receiver().open() as receiver:
        at, first = await subscribed(desk, receiver, partner(desk))
        assert (await desk.do(f"{at}/rotate", {}, partner(desk))).json()["earlier_secret_until"] is not None
        second = (await desk.do(f"{at}/secret", {}, partner(desk))).json()["secret"]
        await desk.hear(completed())
        await desk.courier.deliver_due()
        await desk.change("UPDATE webhook SET earlier_until = now() - interval '1 s'")
        await desk.hear(completed())
        await desk.courier.deliver_due()
    assert first != second
    during, after = receiver.told
    assert during.verified(first) == during.verified(second)
    assert after.verified(second)
    with pytest.raises(WebhookVerificationError):
        after.verified(first)


@pytest.mark.rule("NOTE-2")
async def test_a_secret_is_shown_once_and_kept_sealed(desk: Desk) -> None:
    await desk.party(PARTNER, "partner")
    at, secret = await subscribed(desk, Receiver(), partner(desk))
    again = await desk.do(f"{at}/secret", {}, partner(desk))
    assert (again.status_code, again.json()["code"]) == (409, "secret-shown")
    kept = await desk.ask(
        "SELECT (SELECT string_agg(w::text, '') FROM webhook w) || "
        "(SELECT string_agg(convert_from(body, 'utf8'), '') FROM idempotency_key)"
    )
    assert secret not in kept
    assert secret not in (await desk.get(at, partner(desk))).text


@pytest.mark.rule("NOTE-2")
async def test_a_test_goes_out_also_while_the_webhook_rests(desk: Desk) -> None:
    await tree(desk)
    with Receiver().open() as receiver:
        at, secret = await subscribed(desk, receiver, partner(desk))
        await desk.do(f"{at}/pause", {}, partner(desk))
        await desk.hear(completed())
        made = await desk.do(f"{at}/test", {}, partner(desk))
        assert (made.status_code, made.json()["state"]) == (202, "waiting")
        await desk.courier.deliver_due()
        assert receiver.types == ["WebhookTested"]
        assert receiver.told[0].verified(secret)["data"]["webhook_id"] in at
        await desk.do(f"{at}/resume", {}, partner(desk))
        await desk.courier.deliver_due()
    assert receiver.types == ["WebhookTested", "OrderCompleted"], "what happened during a pause waits"


@pytest.mark.rule("NOTE-2")
async def test_everything_since_a_time_goes_out_again_under_its_ids(desk: Desk) -> None:
    await tree(desk)
    early, late = completed(completed_at="2026-11-20T10:00:00Z"), completed(completed_at="2026-11-21T10:00:00Z")
    with Receiver().open() as receiver:
        at, _ = await subscribed(desk, receiver, partner(desk))
        await desk.hear(early, late)
        await desk.courier.deliver_due()
        await desk.change(
            "UPDATE webhook_event SET at = now() - interval '2 days' WHERE body ->> 'completed_at' < '2026-11-21'"
        )
        await desk.change("UPDATE webhook_event SET at = now() WHERE body ->> 'completed_at' > '2026-11-21'")
        yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        missed = await desk.do(f"{at}/replay", {"since": yesterday}, partner(desk))
        assert missed.json() == {"set_out": 0}
        everything = await desk.do(f"{at}/replay", {"since": yesterday, "which": "all"}, partner(desk))
        assert everything.json() == {"set_out": 1}
        await desk.courier.deliver_due()
    assert [one.event["data"]["order_id"] for one in receiver.told] == [
        str(early.order_id),
        str(late.order_id),
        str(late.order_id),
    ]
    assert receiver.told[1].id == receiver.told[2].id
    long_ago = await desk.do(f"{at}/replay", {"since": "2020-01-01T00:00:00Z"}, partner(desk))
    assert (long_ago.status_code, long_ago.json()["field"]) == (422, "since")


@pytest.mark.rule("NOTE-2")
async def test_a_redirect_is_not_followed(desk: Desk) -> None:
    await tree(desk)
    with Receiver().open() as inside, Receiver(answers=[302], location=inside.url).open() as receiver:
        at, _ = await subscribed(desk, receiver, partner(desk))
        await desk.hear(completed())
        await desk.courier.deliver_due()
    assert inside.told == []
    assert [one["status"] for one in await deliveries(desk, at, partner(desk))] == [302]


@pytest.mark.rule("NOTE-2")
async def test_a_name_that_leads_into_our_own_network_is_not_called() -> None:
    with Receiver().open() as receiver:
        async with Doorstep(seconds=2, local=False) as door:
            answer = await door.bring(f"http://localhost:{receiver.port}/", {}, b"{}")
    assert (answer.error, receiver.told) == ("address-not-allowed", [])


@pytest.mark.rule("NOTE-2", "TEN-2")
async def test_a_webhook_is_its_own_partys_and_the_administrators(desk: Desk) -> None:
    await tree(desk)
    at, _ = await subscribed(desk, Receiver(), partner(desk, SUB_PARTNER, "sub_partner"))
    for stranger in (partner(desk), partner(desk, OTHER), partner(desk, CUSTOMER, "customer")):
        for method, path in (
            ("GET", at),
            ("GET", f"{at}/deliveries"),
            ("DELETE", at),
            ("POST", f"{at}/secret"),
            ("POST", f"{at}/test"),
        ):
            assert (await desk.do(path, {}, stranger, method)).status_code == 404
        assert (await desk.get("/webhooks", stranger)).json()["items"] == []
        taken = {"url": Receiver().url, "events": [COMPLETED], "party_id": str(SUB_PARTNER)}
        assert (await desk.do("/webhooks", taken, stranger)).status_code == 404
    assert (await desk.get("/webhooks", desk.token("order_management"))).status_code == 403
    everybody = (await desk.get("/webhooks", desk.token("administrator"))).json()["items"]
    assert [one["party_id"] for one in everybody] == [str(SUB_PARTNER)]
    assert (await desk.do(at, {}, desk.token("administrator"), "DELETE")).status_code == 204
    assert (await desk.get(at, partner(desk, SUB_PARTNER, "sub_partner"))).status_code == 404


@pytest.mark.rule("NOTE-2")
@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"url": "https://"}, "url", "url-unfit"),
        ({"url": "ftp://crm.example/"}, "url", "url-not-secure"),
        ({"url": "https://user:secret@crm.example/"}, "url", "url-with-password"),
        ({"url": "https://crm.example:port/"}, "url", "url-unfit"),
        ({"events": ["ordering.OrderDanced.v1"]}, "events", "unknown-event-types"),
        ({"events": []}, "events", "invalid-request"),
        ({"description": "x" * 201}, "description", "invalid-request"),
    ],
)
async def test_a_webhook_that_does_not_fit_is_refused_by_field(
    desk: Desk, changed: dict[str, Any], field: str, code: str
) -> None:
    body = {"url": "https://crm.example/hook", "events": [COMPLETED]} | changed
    answer = await desk.do("/webhooks", body, partner(desk))
    assert (answer.status_code, answer.json()["field"], answer.json()["code"]) == (422, field, code)
    assert answer.json()["remedy"]


@pytest.mark.rule("NOTE-2")
async def test_a_long_log_comes_in_pages_and_a_stranger_cursor_is_refused(desk: Desk) -> None:
    await tree(desk)
    at, _ = await subscribed(desk, Receiver(), partner(desk))
    await desk.hear(*(completed() for _ in range(60)))
    first = (await desk.get(f"{at}/deliveries", partner(desk))).json()
    second = (await desk.get(f"{at}/deliveries", partner(desk), cursor=first["next"])).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 10, None)
    assert not {one["delivery_id"] for one in first["items"]} & {one["delivery_id"] for one in second["items"]}
    assert (await desk.get(f"{at}/deliveries", partner(desk), cursor="WyJ4Il0=")).status_code == 400


@pytest.mark.rule("NOTE-2", "CRM-2")
async def test_after_a_merge_the_survivors_webhook_hears_of_both(desk: Desk) -> None:
    await tree(desk)
    double = uuid4()
    await desk.party(double, "customer", SUB_PARTNER)
    with Receiver().open() as receiver:
        at, _ = await subscribed(desk, receiver, partner(desk, double, "customer"))
        await desk.hear(example(PartiesMerged, party_id=double, survivor_id=CUSTOMER, version=2))
        assert (await desk.get(at, partner(desk, CUSTOMER, "customer"))).status_code == 200
        await desk.hear(completed(), completed(double))
        await desk.courier.deliver_due()
    assert receiver.types == ["OrderCompleted"] * 2


@pytest.mark.rule("TEN-5", "CRM-1", "NOTE-2")
async def test_a_crm_without_kafka_hears_of_prospects_and_their_customer_numbers(desk: Desk) -> None:
    await desk.party(PARTNER, "partner")
    entered = example(ProspectEntered, parent_id=PARTNER)
    became = example(ordering.ProspectBecameCustomer, party_id=entered.party_id)
    with Receiver().open() as receiver:
        events = ["crm.ProspectEntered.v1", "ordering.ProspectBecameCustomer.v1"]
        await subscribed(desk, receiver, desk.token("administrator"), *events, contact="crm@carrier.example")
        await desk.hear(entered, became)
        await desk.courier.deliver_due()
    assert receiver.types == ["ProspectEntered", "ProspectBecameCustomer"]
    assert receiver.told[1].event["data"]["customer_number"] == became.customer_number


@pytest.mark.rule("NOTE-2")
async def test_the_types_that_can_be_subscribed_to_are_listed(desk: Desk) -> None:
    found = (await desk.get("/webhook-events", partner(desk))).json()
    assert {one["type"] for one in found} == set(OFFERED)
    assert {"ordering.OrderReceived.v1", "ordering.AgreementChanged.v1", "porting.PortingCompleted.v1"} <= set(OFFERED)
    assert not any("quote" in one["topic"] for one in found), "link tokens and quotes are nobody else's business"


def test_tries_of_one_delivery_go_on_for_days() -> None:
    pauses = Settings(database_url="postgresql://", kafka_url="127.0.0.1:1").webhook_retry_seconds
    assert sum(pauses) > 3 * 24 * 3600
    assert list(pauses) == sorted(pauses)
