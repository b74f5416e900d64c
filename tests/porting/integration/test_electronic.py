"""The electronic path, with the simulated donors on the other side of a real Kafka."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.ordering.v1 import OrderReceived, PortingCase, Subscriber, Window
from contracts.porting.v1 import PortingConfirmed
from contracts.provisioning.v1 import NumbersAssigned, SiteRejected
from contracts.shapes import Localized
from contracts.wbci.v1 import (
    INBOUND,
    CancellationRequested,
    PortedNumber,
    PreAgreementAnswered,
    Reason,
    Refused,
    TechnicallyRefused,
)
from porting.domain.deadlines import Rules, due_in, window_opens
from porting.domain.particulars import Window as DomainWindow
from tests.porting.integration.conftest import World
from tests.porting.sample import ADDRESS, block, porting_of
from tests.waiting import until


def assigned(placed: OrderReceived) -> NumbersAssigned:
    porting, line = porting_of(placed), placed.lines[0]
    assert porting.site_id is not None
    return NumbersAssigned(
        holder_id=porting.site_id,
        site_id=porting.site_id,
        agreement_id=line.agreement_id,
        order_id=placed.order_id,
        customer_id=placed.customer.party_id,
        blocks=porting.numbers,
        origin="ported",
        porting_id=porting.porting_id,
        assigned_at=placed.placed_at,
    )


def answer(asked: dict[str, Any], placed: OrderReceived, **changes: Any) -> PreAgreementAnswered:
    porting = porting_of(placed)
    said: dict[str, Any] = {
        "sender": asked["receiver"],
        "receiver": asked["sender"],
        "pre_agreement_id": asked["pre_agreement_id"],
        "sent_at": placed.placed_at,
        "case": porting.case,
        "answer": "8001",
        "change_date": porting.requested_on,
        "technology": "010",
        "numbers": tuple(PortedNumber(block=one, donor_porting_carrier="D0B2") for one in porting.numbers),
    }
    return PreAgreementAnswered(**{**said, **changes})


@pytest.mark.rule("PORT-2", "PORT-5", "PORT-8")
async def test_a_donor_agrees_and_the_numbers_move_on_the_agreed_day(world: World) -> None:
    placed = await world.order()
    porting = porting_of(placed)
    started = await world.hear("PortingStarted", porting.porting_id)
    assert started["electronic"] is True
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    assert asked["case"] == "VA-KUE-MRN"
    assert asked["address"]["postcode"] == "50678"
    confirmed = PortingConfirmed.model_validate(await world.hear("PortingConfirmed", porting.porting_id), strict=False)
    assert (confirmed.change_date, confirmed.as_requested) == (porting.requested_on, True)
    take_over = await world.hear("ResourceTakeOver", asked["pre_agreement_id"])
    assert (take_over["take_over"], take_over["recipient_porting_carrier"]) == (False, "D0A1")

    opens = window_opens(porting.requested_on, DomainWindow.MORNING)
    await world.move_to(opens - timedelta(minutes=1))
    await world.settled()
    assert world.count("PortingDue", porting.porting_id) == 0
    await world.move_to(opens)
    assert (await world.hear("PortingDue", porting.porting_id))["numbers"][0]["stem"] == porting.numbers[0].stem
    await world.say(assigned(placed))
    await world.hear("PortingCompleted", porting.porting_id)
    await world.say(assigned(placed))
    await world.settled()
    assert world.count("PortingCompleted", porting.porting_id) == 1
    assert world.count("TaskRaised", porting.porting_id) == 0


@pytest.mark.rule("PORT-5")
async def test_a_donor_agrees_to_a_later_day(world: World) -> None:
    placed = await world.order(carrier="DEU.SPAET", window=Window.FREE)
    porting = porting_of(placed)
    confirmed = await world.hear("PortingConfirmed", porting.porting_id)
    assert confirmed["as_requested"] is False
    assert confirmed["change_date"] > porting.requested_on.isoformat()
    view = (await world.call("GET", f"/portings/{porting.porting_id}")).json()
    assert (view["state"], view["change_date"]) == ("confirmed", confirmed["change_date"])
    assert {"VA", "RUEM-VA"} <= {one["type"] for one in view["messages"]}


@pytest.mark.rule("PORT-7")
@pytest.mark.parametrize(("carrier", "code"), [("DEU.STRENG", "8103"), ("DEU.FREMD", "8117")])
async def test_a_refusal_that_a_person_can_clear_opens_a_clearing_case(world: World, carrier: str, code: str) -> None:
    porting = porting_of(await world.order(carrier=carrier))
    rejected = await world.hear("PortingRejected", porting.porting_id)
    assert rejected["fixable"] is True
    assert rejected["reasons"][0]["code"] == code
    assert rejected["reasons"][0]["text"]["de"] != rejected["reasons"][0]["text"]["en"]
    task = await world.hear("TaskRaised", porting.porting_id)
    assert (task["kind"], task["owner"]) == ("clearing", "porting")
    assert code in task["explanation"]["de"]
    agreed = {"change_date": (await world.day_in(15)).isoformat(), "window": "ZF1"}
    answer = await world.call("POST", f"/portings/{porting.porting_id}/confirm-date", json=agreed)
    assert answer.json()["state"] == "confirmed"
    await world.hear("TaskSettled", task["task_id"])


@pytest.mark.rule("PORT-7")
async def test_a_refusal_that_nobody_can_clear_is_final(world: World) -> None:
    porting, numbers = uuid4(), (block(),)
    await choose(world, f"0221{numbers[0].stem}00", behaviour="refuses", code="8118", delay=0)
    porting = porting_of(await world.order(numbers=numbers)).porting_id
    assert (await world.hear("PortingRejected", porting))["fixable"] is False
    assert (await world.call("GET", f"/portings/{porting}")).json()["state"] == "rejected"


@pytest.mark.rule("PORT-5")
async def test_a_donor_that_never_answers_becomes_a_task_when_the_deadline_passes(world: World) -> None:
    placed = await world.order(carrier="DEU.STUMM", requested_on=await world.day_in(20))
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    due = due_in(await world.now(), Rules().answer_days, "NW")
    await world.move_to(due - timedelta(minutes=1))
    await world.settled()
    assert world.count("TaskRaised", porting.porting_id) == 0
    await world.move_to(due + timedelta(seconds=1))
    task = await world.hear("TaskRaised", porting.porting_id)
    assert task["kind"] == "deadline_passed"
    assert await world.metric('porting_deadlines_passed_total{deadline="answer"}') >= 1

    await world.say(answer(asked, placed), INBOUND)
    await world.hear("PortingConfirmed", porting.porting_id)
    await world.hear("TaskSettled", task["task_id"])


async def test_a_second_answer_changes_nothing_and_a_contradicting_one_is_looked_at(world: World) -> None:
    placed = await world.order()
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    await world.hear("PortingConfirmed", porting.porting_id)
    same = uuid4()
    for event_id in (uuid4(), same, same):
        await world.say(answer(asked, placed), INBOUND, event_id)
    await world.say(placed)
    await wait_for_messages(world, porting.porting_id, "RUEM-VA", 3)
    await world.settled()
    assert world.count("PortingConfirmed", porting.porting_id) == 1
    assert world.count("PortingStarted", porting.porting_id) == 1
    assert world.count("TaskRaised", porting.porting_id) == 0

    refused = Refused(
        sender=asked["receiver"],
        receiver=asked["sender"],
        pre_agreement_id=asked["pre_agreement_id"],
        sent_at=placed.placed_at,
        reasons=(Reason(code="8117"),),
    )
    await world.say(refused, INBOUND)
    assert (await world.hear("TaskRaised", porting.porting_id))["kind"] == "carrier_message"
    seen = await world.call("POST", f"/portings/{porting.porting_id}/message-seen", json={"note": "Rückruf"})
    assert seen.json()["state"] == "confirmed"
    await world.hear("TaskSettled", (await world.hear("TaskRaised", porting.porting_id))["task_id"])
    again = await world.call("POST", f"/portings/{porting.porting_id}/message-seen", json={})
    assert (again.status_code, again.json()["code"]) == (409, "not-now")


async def test_an_answer_to_an_unknown_pre_agreement_is_counted_and_a_person_is_asked_once(world: World) -> None:
    placed = await world.order(carrier="DEU.STUMM")
    asked = await world.hear("PreAgreementRequested", porting_of(placed).numbers[0].stem)
    unknown = f"DEU.TRUNK.V{uuid4().hex[:9].upper()}"
    for _ in range(2):
        await world.say(answer(asked, placed, pre_agreement_id=unknown), INBOUND)
    task = await world.hear("TaskRaised", unknown)
    assert task["kind"] == "carrier_message"
    forged = answer(asked, placed, sender="DEU.FREMD")
    await world.say(forged, INBOUND)
    await world.hear("TaskRaised", asked["pre_agreement_id"])
    await world.settled()
    assert world.count("TaskRaised", unknown) == 1
    assert world.count("PortingConfirmed", porting_of(placed).porting_id) == 0
    assert await world.metric("porting_stray_messages_total") >= 3
    path = f"/tasks/{task['task_id']}/settle"
    assert (await world.call("POST", path, json={"note": "Beim Anbieter geklärt"})).status_code == 200
    assert (await world.hear("TaskSettled", task["task_id"]))["outcome"]["de"] == "Beim Anbieter geklärt"
    again = await world.call("POST", path, json={})
    assert (again.status_code, again.json()["code"]) == (404, "task-unknown")


async def test_an_answer_with_other_numbers_is_refused_technically_and_the_right_one_still_counts(world: World) -> None:
    placed = await world.order(carrier="DEU.STUMM")
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    wrong = (PortedNumber(block=block(), donor_porting_carrier="D0B2"),)
    await world.say(answer(asked, placed, numbers=wrong), INBOUND)
    assert (await world.hear("TechnicallyRefused", asked["pre_agreement_id"]))["code"] == "0995"
    await world.hear("TaskRaised", porting.porting_id)
    await world.say(answer(asked, placed), INBOUND)
    await world.hear("PortingConfirmed", porting.porting_id)


async def test_a_donor_who_calls_off_without_a_reason_is_refused_technically_and_nothing_is_called_off(
    world: World,
) -> None:
    placed = await world.order(carrier="DEU.STUMM")
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    await world.say(answer(asked, placed), INBOUND)
    await world.hear("PortingConfirmed", porting.porting_id)
    envelope = {"sender": asked["receiver"], "receiver": asked["sender"], "sent_at": placed.placed_at}
    calls_off = CancellationRequested(
        **envelope, pre_agreement_id=asked["pre_agreement_id"], cancellation_id="DEU.STUMM.S000000001", final=True
    )
    await world.say(calls_off, INBOUND)
    assert (await world.hear("TechnicallyRefused", asked["pre_agreement_id"]))["refused_type"] == "STR-AUF"
    assert (await world.hear("TaskRaised", porting.porting_id))["kind"] == "carrier_message"
    view = (await world.call("GET", f"/portings/{porting.porting_id}")).json()
    assert (view["state"], view["parts"][0]["change"]) == ("confirmed", None)


async def test_a_message_of_ours_refused_technically_is_cleared_by_a_person(world: World) -> None:
    placed = await world.order(carrier="DEU.STUMM")
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    refused = TechnicallyRefused(
        sender=asked["receiver"],
        receiver=asked["sender"],
        pre_agreement_id=asked["pre_agreement_id"],
        sent_at=placed.placed_at,
        code="0993",
        refused_type="VA",
    )
    await world.say(refused, INBOUND)
    assert (await world.hear("TaskRaised", porting.porting_id))["kind"] == "clearing"
    assert "0993" in (await world.hear("PortingHeldUp", porting.porting_id))["reason"]["de"]


async def test_numbers_only_carry_no_address_and_need_no_take_over(world: World) -> None:
    porting = porting_of(await world.order(case=PortingCase.NUMBERS_ONLY))
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    assert (asked["address"], asked["recipient_porting_carrier"]) == (None, "D0A1")
    await world.hear("PortingConfirmed", porting.porting_id)
    await world.settled()
    assert world.count("ResourceTakeOver", asked["pre_agreement_id"]) == 0


async def test_a_corrected_address_is_agreement_all_the_same(world: World) -> None:
    porting = porting_of(await world.order(carrier="DEU.KORREK"))
    await world.hear("PortingConfirmed", porting.porting_id)
    view = (await world.call("GET", f"/portings/{porting.porting_id}")).json()
    assert any("8107" in one["summary"]["de"] for one in view["messages"])


async def test_what_cannot_be_asked_for_is_cleared_and_the_donor_hears_nothing(world: World) -> None:
    subscriber = Subscriber(name="Müller", further_owners=("x" * 31,), address=ADDRESS)
    too_long = porting_of(await world.order(subscriber=subscriber))
    too_near = porting_of(await world.order(requested_on=await world.day_in(2)))
    for porting in (too_long, too_near):
        assert (await world.hear("TaskRaised", porting.porting_id))["kind"] == "clearing"
        told = await world.hear("PortingHeldUp", porting.porting_id)
        assert [one["stem"] for one in told["numbers"]] == [one.stem for one in porting.numbers]
        assert told["reason"]["de"].startswith("Die Vorabstimmung kann nicht gesendet werden: ")
        assert world.count("PreAgreementRequested", porting.numbers[0].stem) == 0


@pytest.mark.rule("PORT-8")
async def test_numbers_that_are_not_assigned_in_the_window_become_a_task(world: World) -> None:
    placed = await world.order(window=Window.EARLY)
    porting = porting_of(placed)
    await world.hear("PortingConfirmed", porting.porting_id)
    await world.move_to(window_opens(porting.requested_on, DomainWindow.EARLY))
    await world.hear("PortingDue", porting.porting_id)
    await world.move_to(await world.now() + timedelta(minutes=31))
    assert (await world.hear("TaskRaised", porting.porting_id))["kind"] == "assignment_failed"
    await world.say(assigned(placed))
    await world.hear("PortingCompleted", porting.porting_id)
    await world.hear("TaskSettled", world.heard and (await world.hear("TaskRaised", porting.porting_id))["task_id"])


async def test_a_porting_for_a_site_that_could_not_be_made_is_not_asked_for(world: World) -> None:
    placed = await world.order(carrier=None)
    porting = porting_of(placed)
    await world.hear("SignedFormAwaited", porting.porting_id)
    assert porting.site_id is not None
    rejected = SiteRejected(
        site_id=porting.site_id,
        trunk_id=uuid4(),
        agreement_id=placed.lines[0].agreement_id,
        order_id=placed.order_id,
        customer_id=placed.customer.party_id,
        code="area-code-exhausted",
        reason=Localized(de="Keine Rufnummern mehr.", en="No numbers left."),
        rejected_at=placed.placed_at,
    )
    await world.say(rejected)
    await world.hear("PortingCancelled", porting.porting_id)


async def test_poison_on_the_exchange_harms_nobody_else(world: World) -> None:
    await world.producer.send_and_wait(
        INBOUND.name, b"{garbage", key=b"x", headers=[("ce_type", b"wbci.Refused.v1"), ("ce_id", b"\xff")]
    )
    porting = porting_of(await world.order())
    await world.hear("PortingConfirmed", porting.porting_id)


async def choose(world: World, key: str, **behaviour: Any) -> None:
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        (await donor.put(f"/behaviours/{key}", json=behaviour)).raise_for_status()


async def test_the_donors_control_refuses_what_it_does_not_know(world: World) -> None:
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        assert (await donor.put("/behaviours/DEU.ALTNET", json={"behaviour": "explodes"})).status_code == 422
        assert (await donor.put("/behaviours/DEU.ALTNET", json={"behaviour": "refuses"})).status_code == 422
        assert (await donor.put("/behaviours/nonsense", json={"behaviour": "agrees"})).status_code == 422
        assert "DEU.STUMM" in (await donor.get("/behaviours")).json()["carriers"]


async def wait_for_messages(world: World, porting_id: Any, kind: str, count: int) -> None:
    async def there() -> bool:
        view = (await world.call("GET", f"/portings/{porting_id}")).json()
        return sum(one["type"] == kind for one in view["messages"]) >= count

    await until(there, every=0.1)
