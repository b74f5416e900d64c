"""Many numbers, other dates, calling off and asking anew, with the simulated donors on a real Kafka."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from contracts.ordering.v1 import OrderReceived, PortingCase
from contracts.provisioning.v1 import NumbersAssigned
from contracts.shapes import NumberBlock
from porting.domain.deadlines import Rules, due_in, warn_at, window_opens
from porting.domain.particulars import Window
from tests.porting.integration.conftest import World
from tests.porting.sample import block, porting_of
from tests.waiting import until

pytestmark = pytest.mark.rule("PORT-5")
Json = dict[str, Any]


async def let_donor(world: World, number: NumberBlock, **ways: Any) -> None:
    """The donor of this number behaves so."""
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        key = f"0{number.area_code}{number.stem}{number.extension_from or ''}"
        (
            await donor.put(f"/behaviours/{key}", json={name: {"delay": 0, **way} for name, way in ways.items()})
        ).raise_for_status()


async def donor_says(world: World, pre_agreement_id: str, act: str, **body: Any) -> None:
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        (await donor.post(f"/cases/{pre_agreement_id}/{act}", json=body)).raise_for_status()


async def act(world: World, placed: OrderReceived, path: str, **body: Any) -> Json:
    answer = await world.call("POST", f"/portings/{porting_of(placed).porting_id}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def view_of(world: World, placed: OrderReceived) -> Json:
    found: Json = (await world.call("GET", f"/portings/{porting_of(placed).porting_id}")).json()
    return found


async def agreed(world: World, **wishes: Any) -> tuple[OrderReceived, str]:
    """A porting whose donor agreed, and the id of its pre-agreement."""
    placed = await world.order(**wishes)
    confirmed = await world.hear("PortingConfirmed", porting_of(placed).porting_id)
    return placed, confirmed["pre_agreement_id"]


def assigned(placed: OrderReceived, due: Json) -> NumbersAssigned:
    porting, line = porting_of(placed), placed.lines[0]
    assert porting.site_id is not None
    return NumbersAssigned(
        holder_id=porting.site_id,
        site_id=porting.site_id,
        agreement_id=line.agreement_id,
        order_id=placed.order_id,
        customer_id=placed.customer.party_id,
        blocks=tuple(NumberBlock(**one) for one in due["numbers"]),
        origin="ported",
        porting_id=porting.porting_id,
        assigned_at=placed.placed_at,
    )


@pytest.mark.rule("PORT-1", "PORT-8")
async def test_seven_blocks_and_a_number_move_in_three_parts_and_complete_one_porting(world: World) -> None:
    single = NumberBlock(area_code="221", stem=f"{block().stem}1")
    placed = await world.order(numbers=(*(block() for _ in range(7)), single), case=PortingCase.END_WITH_NUMBERS)
    porting = porting_of(placed)
    confirmed = [await world.hear("PortingConfirmed", porting.porting_id, count=nth) for nth in (1, 2, 3)]
    assert sorted(len(one["numbers"]) for one in confirmed) == [1, 2, 5]
    assert (len(confirmed[0]["awaiting"]) > 0, confirmed[-1]["awaiting"]) == (True, [])
    view = await view_of(world, placed)
    assert [part["case"] for part in view["parts"]] == ["VA-KUE-MRN", "VA-RRNP", "VA-RRNP"]
    assert (view["state"], view["waiting_for"]) == ("confirmed", "day")
    await world.move_to(window_opens(porting.requested_on, Window.MORNING))
    for nth in (1, 2, 3):
        await world.say(assigned(placed, await world.hear("PortingDue", porting.porting_id, count=nth)))
    completed = await world.hear("PortingCompleted", porting.porting_id)
    assert (len(completed["numbers"]), completed["not_ported"]) == (8, [])
    await world.settled()
    assert world.count("PortingCompleted", porting.porting_id) == 1
    assert world.count("PortingReduced", porting.porting_id) == 0


@pytest.mark.rule("PORT-7")
async def test_a_part_that_stays_behind_does_not_hold_up_the_others(world: World) -> None:
    numbers = tuple(block() for _ in range(6))
    await let_donor(world, numbers[5], to_va={"behaviour": "refuses", "code": "8117"})
    placed = await world.order(numbers=numbers)
    porting = porting_of(placed)
    await world.hear("PortingConfirmed", porting.porting_id)
    rejected = await world.hear("PortingRejected", porting.porting_id)
    assert [one["stem"] for one in rejected["numbers"]] == [numbers[5].stem]
    assert (await view_of(world, placed))["state"] == "clearing"
    await act(world, placed, "parts/2/cancellation", reason="Der Kunde verzichtet auf diese Rufnummern.")
    assert (await world.hear("PortingReduced", porting.porting_id))["outcome"] == "cancelled"
    await world.move_to(window_opens(porting.requested_on, Window.MORNING))
    await world.say(assigned(placed, await world.hear("PortingDue", porting.porting_id)))
    completed = await world.hear("PortingCompleted", porting.porting_id)
    assert (len(completed["numbers"]), len(completed["not_ported"])) == (5, 1)


@pytest.mark.rule("PORT-8")
async def test_a_date_moves_when_the_donor_agrees_and_the_old_day_brings_nothing(world: World) -> None:
    placed, _named = await agreed(world)
    porting, later = porting_of(placed), await world.day_in(17)
    asked = await act(world, placed, "parts/1/reschedule", new_date=later.isoformat())
    assert asked["parts"][0]["held"]["type"] == "TV"
    await world.hear("DateChangeRequested", _named)
    moved = await world.hear("PortingRescheduled", porting.porting_id)
    assert (moved["earlier_date"], moved["change_date"]) == (porting.requested_on.isoformat(), later.isoformat())
    assert (await world.hear("PortingChangeAsked", porting.porting_id))["by_donor"] is False
    await world.move_to(window_opens(porting.requested_on, Window.MORNING) + timedelta(hours=1))
    await world.settled()
    assert world.count("PortingDue", porting.porting_id) == 0
    await world.move_to(window_opens(later, Window.MORNING))
    assert (await world.hear("PortingDue", porting.porting_id))["change_date"] == later.isoformat()


async def test_a_refused_date_change_leaves_everything_as_it_was(world: World) -> None:
    number = block()
    await let_donor(world, number, to_change={"behaviour": "refuses", "words": "Techniker fehlt"})
    placed, _named = await agreed(world, numbers=(number,))
    porting = porting_of(placed)
    await act(world, placed, "parts/1/reschedule", new_date=(await world.day_in(17)).isoformat())
    refused = await world.hear("PortingChangeRefused", porting.porting_id)
    assert (refused["change"], refused["unchanged_date"]) == ("date", porting.requested_on.isoformat())
    view = await view_of(world, placed)
    assert (view["change_date"], view["parts"][0]["state"]) == (porting.requested_on.isoformat(), "confirmed")
    assert "reschedule" in view["parts"][0]["may"]


async def test_dates_that_can_not_be_are_refused_by_name(world: World) -> None:
    placed, _named = await agreed(world)
    path = f"/portings/{porting_of(placed).porting_id}/parts/1/reschedule"
    for day in (porting_of(placed).requested_on, date(2020, 1, 7), await world.day_in(12) + timedelta(days=400)):
        answer = await world.call("POST", path, json={"new_date": day.isoformat()})
        assert (answer.status_code, bool(answer.json()["remedy"])) == (422, True)
    unknown = await world.call("POST", path.replace("parts/1", "parts/9"), json={"new_date": "2030-01-02"})
    assert unknown.status_code == 404


async def test_a_porting_is_called_off_when_the_donor_agrees(world: World) -> None:
    placed, named = await agreed(world)
    await act(world, placed, "cancellation", reason="Der Kunde zieht nicht um.")
    assert (await world.hear("CancellationRequested", named))["final"] is True
    await world.hear("PortingCancelled", porting_of(placed).porting_id)
    view = await view_of(world, placed)
    assert (view["state"], view["may"], view["deadlines"]) == ("cancelled", [], [])
    await world.move_to(window_opens(porting_of(placed).requested_on, Window.MORNING))
    await world.settled()
    assert world.count("PortingDue", porting_of(placed).porting_id) == 0


async def test_called_off_for_a_new_request_which_then_goes_to_the_same_donor(world: World) -> None:
    placed, named = await agreed(world)
    porting = porting_of(placed)
    await act(world, placed, "parts/1/cancellation", reason="Früherer Termin gewünscht", follow_up=True)
    assert (await world.hear("CancellationRequested", named))["final"] is False
    task = await world.hear("TaskRaised", porting.porting_id)
    view = await view_of(world, placed)
    assert (view["parts"][0]["state"], view["parts"][0]["standing"]) == ("awaiting_new", "awaiting_new")
    sooner = await world.day_in(9)
    again = await act(world, placed, "parts/1/ask-again", requested_on=sooner.isoformat(), case="VA-RRNP")
    assert again["parts"][0]["earlier_pre_agreement_ids"] == [named]
    confirmed = await world.hear("PortingConfirmed", porting.porting_id, count=2)
    assert (confirmed["change_date"], confirmed["pre_agreement_id"] != named) == (sooner.isoformat(), True)
    await world.hear("TaskSettled", task["task_id"])


async def test_the_donor_wants_to_call_it_off_and_a_person_decides(world: World) -> None:
    placed, named = await agreed(world)
    porting = porting_of(placed)
    await donor_says(world, named, "cancellation", final=True, reason="Kunde bleibt bei uns")
    asked = await world.hear("PortingChangeAsked", porting.porting_id)
    assert (asked["by_donor"], asked["reason"]) == (True, "Kunde bleibt bei uns")
    task = await world.hear("TaskRaised", porting.porting_id)
    path = f"/portings/{porting.porting_id}/parts/1/answer"
    mute = await world.call("POST", path, json={"accept": False})
    assert (mute.status_code, mute.json()["field"]) == (422, "reason")
    await act(world, placed, "parts/1/answer", accept=False, reason="Der Kunde will wechseln.")
    await world.hear("TaskSettled", task["task_id"])
    assert (await world.hear("PortingChangeRefused", porting.porting_id))["by_donor"] is False
    await donor_says(world, named, "cancellation", final=True, reason="Doch nicht")
    await world.hear("PortingChangeAsked", porting.porting_id, count=2)
    await act(world, placed, "parts/1/answer", accept=True)
    assert (await world.hear("Settled", named))["answer"] == "8004"
    await world.hear("PortingCancelled", porting.porting_id)


@pytest.mark.rule("PORT-7")
async def test_a_clearing_case_has_its_mail_prepared_and_keeps_the_thread(world: World) -> None:
    placed = await world.order(carrier="DEU.STRENG")
    porting = porting_of(placed)
    await world.hear("PortingRejected", porting.porting_id)
    reason = (await view_of(world, placed))["parts"][0]["reasons"][0]
    assert (reason["code"], bool(reason["cause"]["de"]), bool(reason["remedy"]["en"])) == ("8103", True, True)
    path = f"/portings/{porting.porting_id}/clearing"
    prepared = (await world.call("GET", path)).json()["prepared"]
    assert porting.numbers[0].stem in prepared["text"]
    assert reason["remedy"]["de"] in prepared["text"]
    await act(world, placed, "clearing/mails", **prepared)
    mail = await world.hear("ClearingMailWritten", porting.porting_id)
    assert (mail["subject"], mail["text"]) == (prepared["subject"], prepared["text"])
    await act(world, placed, "clearing/replies", sender="Karla Kunde", text="Es muss 0221 479 heißen.")
    thread = (await world.call("GET", path)).json()["thread"]
    assert [one["direction"] for one in thread] == ["out", "in"]
    await act(world, placed, "parts/1/ask-again")
    assert (await world.hear("PortingAskedAgain", porting.porting_id))["case"] == "VA-KUE-MRN"


async def test_a_correction_of_the_address_is_accepted_with_one_press(world: World) -> None:
    placed, _named = await agreed(world, carrier="DEU.KORREK")
    (correction,) = (await view_of(world, placed))["parts"][0]["corrections"]
    assert (correction["field"], correction["ours"], correction["accepted"]) == ("house_number", "12", False)
    done = await act(world, placed, "parts/1/corrections/accept")
    assert done["parts"][0]["corrections"][0]["accepted"] is True
    assert "accept-corrections" not in done["parts"][0]["may"]


async def test_a_deadline_warns_is_overdue_and_is_back_on_track_with_the_answer(world: World) -> None:
    placed = await world.order(carrier="DEU.STUMM", requested_on=await world.day_in(20))
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    due = due_in(await world.now(), Rules().answer_days, "NW")
    await world.move_to(warn_at(due, Rules(), "NW") + timedelta(seconds=1))
    warned = await world.hear("PortingAtRisk", porting.porting_id)
    assert (warned["deadline"], warned["level"]) == ("answer", "warning")
    await world.move_to(due + timedelta(seconds=1))
    assert (await world.hear("PortingAtRisk", porting.porting_id, count=2))["level"] == "overdue"
    assert (await view_of(world, placed))["deadlines"][0]["level"] == "overdue"
    await act(world, placed, "parts/1/send-again")
    await world.hear("PreAgreementRequested", asked["pre_agreement_id"], count=2)
    await donor_says(world, asked["pre_agreement_id"], "answer", behaviour="agrees")
    await world.hear("PortingBackOnTrack", porting.porting_id)
    await world.hear("PortingConfirmed", porting.porting_id)


async def test_a_refused_take_over_is_announced_again_by_a_person(world: World) -> None:
    number = block()
    await let_donor(world, number, to_take_over={"behaviour": "refuses_once", "code": "8144"})
    placed, named = await agreed(world, numbers=(number,))
    await world.hear("ResourceTakeOver", named)
    await world.hear("TaskRaised", porting_of(placed).porting_id)
    part = (await view_of(world, placed))["parts"][0]
    assert (part["take_over"]["refused"]["code"], "take-over" in part["may"]) == ("8144", True)
    await act(world, placed, "parts/1/take-over", safe_haven=True)
    assert (await world.hear("ResourceTakeOver", named, count=2))["safe_haven"] is True


@pytest.mark.rule("PORT-7", "PORT-8")
async def test_of_several_parts_a_person_confirms_the_one_that_the_task_is_about(world: World) -> None:
    placed = await world.order(carrier="DEU.STRENG", numbers=tuple(block() for _ in range(6)))
    porting = porting_of(placed).porting_id
    raised = {(await world.hear("TaskRaised", porting, count=nth))["task_id"] for nth in (1, 2)}
    [first], [second] = (one["tasks"] for one in (await view_of(world, placed))["parts"])
    assert ({first["task_id"], second["task_id"]}, second["work"]) == (raised, "clearing")
    agreed = {"change_date": (await world.day_in(15)).isoformat()}
    for path, body in (("confirm-date", agreed), ("message-seen", {})):
        refused = await world.call("POST", f"/portings/{porting}/{path}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "part-not-named")
    confirmed = await act(world, placed, "parts/2/confirm-date", **agreed)
    assert [one["state"] for one in confirmed["parts"]] == ["clearing", "confirmed"]
    await world.hear("TaskSettled", second["task_id"])
    assert world.count("TaskSettled", first["task_id"]) == 0


@pytest.mark.rule("PORT-3")
async def test_a_request_ordered_anew_closes_the_one_in_clearing(world: World) -> None:
    refused = await world.order(carrier="DEU.STRENG")
    await world.hear("PortingRejected", porting_of(refused).porting_id)
    anew = {"replaces": porting_of(refused), "agreement_id": refused.lines[0].agreement_id}
    placed = await world.order(**anew)
    await world.hear("PortingCancelled", porting_of(refused).porting_id)
    await world.hear("PortingConfirmed", porting_of(placed).porting_id)
    stranger = await world.order(carrier="DEU.STRENG")
    await world.hear("PortingRejected", porting_of(stranger).porting_id)
    await world.order(replaces=porting_of(stranger))
    await world.settled()
    assert world.count("PortingCancelled", porting_of(stranger).porting_id) == 0


async def test_what_is_under_way_and_at_risk_can_be_watched(world: World) -> None:
    await world.hear("PortingRejected", porting_of(await world.order(carrier="DEU.STRENG")).porting_id)
    await until(lambda: world.metric('porting_deadlines{deadline="clearing",level="open"}'), 60, every=0.5)
    assert await world.metric('porting_requests_open{state="clearing"}') >= 1


@pytest.mark.rule("PORT-8")
async def test_a_porting_is_found_by_number_donor_pre_agreement_state_and_risk(world: World) -> None:
    placed, pre_agreement_id = await agreed(world)
    porting_id, [numbers, *_more] = str(porting_of(placed).porting_id), porting_of(placed).numbers
    donor = porting_of(placed).donor

    async def found(**sought: str) -> bool:
        ids: list[str] = []
        answer: Json = {"next": ""}
        while answer["next"] is not None:
            params = sought | ({"cursor": answer["next"]} if answer["next"] else {})
            response = await world.call("GET", "/portings", params=params)
            assert response.status_code == 200, response.text
            answer = response.json()
            ids += [one["porting_id"] for one in answer["items"]]
        return porting_id in ids

    for q in (
        f"0{numbers.area_code} {numbers.stem}",
        f"+49 {numbers.area_code} {numbers.stem}17",
        f"{numbers.area_code}/{numbers.stem[:4]}",
        donor.name[:5].upper(),
        pre_agreement_id.lower(),
    ):
        assert await found(q=q), q
    assert not await found(q="0999 1234567")
    assert not await found(q="nobody'); --")
    assert await found(q=donor.name, state="confirmed")
    assert not await found(state="asked")
    assert not await found(risk="overdue")


@pytest.mark.rule("PORT-8")
async def test_days_to_choose_from_are_those_that_porting_takes_and_messages_show_all_fields_inside(
    world: World,
) -> None:
    placed, pre_agreement_id = await agreed(world)
    porting_id = porting_of(placed).porting_id
    offered = (await world.call("GET", f"/portings/{porting_id}/parts/1/days")).json()
    view = await view_of(world, placed)
    assert min(offered["days"]) > view["change_date"]
    assert offered["rule"]["de"].startswith("Arbeitstage nach dem vereinbarten Tag")
    [asked] = [one for one in view["parts"][0]["messages"] if one["type"] == "VA"]
    assert asked["content"]["pre_agreement_id"] == pre_agreement_id
    changing = await act(world, placed, "parts/1/reschedule", new_date=offered["days"][-1])
    assert changing["parts"][0]["change"]["new_date"] == offered["days"][-1]
    unknown = await world.call("GET", f"/portings/{porting_id}/parts/9/days")
    assert unknown.status_code == 404
