"""The service among carriers with bad habits: what each does on the wire, and that somebody always knows what to do."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from devstack.clock import morning_after
from porting.domain.deadlines import due_in
from tests.porting.integration.conftest import World
from tests.porting.integration.test_changes import act, donor_says, let_donor, view_of
from tests.porting.integration.test_departures import Customer, view
from tests.porting.sample import ADDRESS, block, porting_of

pytestmark = pytest.mark.rule("PORT-5")
Json = dict[str, Any]


async def case_of(world: World, pre_agreement_id: str) -> Json:
    """What the carrier knows of it."""
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        answer = await donor.get(f"/cases/{pre_agreement_id}")
    answer.raise_for_status()
    found: Json = answer.json()
    return found


async def test_who_answers_twice_changes_nothing_twice(world: World) -> None:
    porting = porting_of(await world.order(carrier="DEU.DOPPEL")).porting_id
    named = (await world.hear("PortingConfirmed", porting))["pre_agreement_id"]
    await world.hear("ResourceTakeOver", named)
    await world.settled()
    assert [one["kind"] for one in (await case_of(world, named))["messages"]].count("RUEM-VA") == 2
    assert world.count("PortingConfirmed", porting) == 1
    assert world.count("TaskRaised", porting) == 0


@pytest.mark.parametrize("carrier", ["DEU.WIDER", "DEU.WIRR"])
async def test_who_contradicts_itself_or_confuses_the_order_is_looked_at_by_a_person(
    world: World, carrier: str
) -> None:
    porting = porting_of(await world.order(carrier=carrier)).porting_id
    await world.hear("PortingConfirmed", porting)
    assert (await world.hear("TaskRaised", porting))["kind"] == "carrier_message"
    await world.settled()
    assert world.count("PortingRejected", porting) == 0


async def test_garbage_is_refused_technically_and_what_comes_then_counts(world: World) -> None:
    placed = await world.order(carrier="DEU.KAUDER")
    porting = porting_of(placed)
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    assert (await world.hear("TechnicallyRefused", asked["pre_agreement_id"]))["code"] == "0995"
    await world.hear("PortingConfirmed", porting.porting_id)
    said = (await case_of(world, asked["pre_agreement_id"]))["messages"]
    assert [one["kind"] for one in said][:4] == ["VA-KUE-MRN", "garbage", "technical refusal", "RUEM-VA"]


@pytest.mark.parametrize("kind", ["bad_json", "unknown_version", "wrong_structure"])
async def test_what_is_no_message_at_all_is_set_aside_and_the_deadline_still_runs(world: World, kind: str) -> None:
    numbers = (block(),)
    await let_donor(world, numbers[0], to_va={"behaviour": "sends_garbage", "garbage": kind})
    porting = porting_of(await world.order(numbers=numbers, requested_on=await world.day_in(25))).porting_id
    named = (await world.hear("PreAgreementRequested", numbers[0].stem))["pre_agreement_id"]
    await world.known("SELECT count(*) = 1 FROM parked_key WHERE key = $1", named)
    await world.move_to(due_in(await world.now(), 3, "NW") + timedelta(seconds=1))
    assert (await world.hear("TaskRaised", porting))["kind"] == "deadline_passed"


@pytest.mark.parametrize(("carrier", "kind"), [("DEU.RUECK", "STR-AUF"), ("DEU.ANDERS", "STR-AEN")])
async def test_who_agreed_and_calls_off_the_next_day_makes_it_a_persons_decision(
    world: World, carrier: str, kind: str
) -> None:
    placed = await world.order(carrier=carrier)
    porting = porting_of(placed).porting_id
    named = (await world.hear("PortingConfirmed", porting))["pre_agreement_id"]
    await world.settled()
    assert world.count("PortingChangeAsked", porting) == 0
    await world.move_to(morning_after(await world.now(), 1))
    asked = await world.hear("PortingChangeAsked", porting)
    assert (asked["by_donor"], bool(asked["reason"])) == (True, True)
    await act(world, placed, "parts/1/answer", accept=True)
    await world.hear("Settled", named)
    await world.settled()
    case = await case_of(world, named)
    assert [one["kind"] for one in case["messages"]].count(kind) == 1
    assert case["state"] == ("cancelled" if kind == "STR-AUF" else "awaiting_new")
    state = (await view_of(world, placed))["parts"][0]["state"]
    assert state == ("cancelled" if kind == "STR-AUF" else "awaiting_new")


async def test_who_refuses_every_change_leaves_it_as_it_was(world: World) -> None:
    placed = await world.order(carrier="DEU.BLEIB")
    porting = porting_of(placed).porting_id
    await world.hear("PortingConfirmed", porting)
    await act(world, placed, "parts/1/reschedule", new_date=(await world.day_in(17)).isoformat())
    assert (await world.hear("PortingChangeRefused", porting))["change"] == "date"
    await act(world, placed, "parts/1/cancellation", reason="Der Kunde bleibt.")
    assert (await world.hear("PortingChangeRefused", porting, count=2))["change"] == "cancellation"
    assert (await view_of(world, placed))["parts"][0]["state"] == "confirmed"


async def test_who_is_late_is_overdue_first_and_back_on_track_then(world: World) -> None:
    porting = porting_of(await world.order(carrier="DEU.TROEDL", requested_on=await world.day_in(25)))
    asked = await world.hear("PreAgreementRequested", porting.numbers[0].stem)
    began = await world.now()
    await world.move_to(morning_after(began, 4) - timedelta(minutes=5))
    task = await world.hear("TaskRaised", porting.porting_id)
    assert task["kind"] == "deadline_passed"
    assert (await case_of(world, asked["pre_agreement_id"]))["state"] == "asked"
    await world.move_to(morning_after(began, 4))
    await world.hear("PortingConfirmed", porting.porting_id)
    await world.hear("TaskSettled", task["task_id"])


@pytest.mark.rule("PORT-9")
async def test_a_simulated_carrier_takes_our_customers_numbers(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    day, later = await world.day_in(12), await world.day_in(15)
    named = await asks(world, customer, day)
    departure = (await world.hear("DepartureAsked", named))["departure_id"]
    await world.hear("PreAgreementAnswered", named)
    await heard(world, named, "AKM-TR")
    assert (await case_of(world, named))["change_date"] == day.isoformat()
    await donor_says(world, named, "change", new_date=later.isoformat())
    assert (await world.hear("Settled", named))["new_date"] == later.isoformat()
    await donor_says(world, named, "cancellation", final=False)
    assert (await world.hear("Settled", named, count=2))["answer"] == "8004"
    await heard(world, named, "ERLM", 2)
    assert (await case_of(world, named))["state"] == "awaiting_new"
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        again = (await donor.post(f"/cases/{named}/again", json={"requested_on": later.isoformat()})).json()
    await world.hear("PreAgreementAnswered", again["pre_agreement_id"])
    assert (await view(world, departure))["departure_id"] == departure


async def asks(world: World, customer: Customer, day: date) -> str:
    """The carrier asks for all that hangs on the customer's site: the pre-agreement id."""
    wish = {
        "carrier": "DEU.FREMD",
        "requested_on": day.isoformat(),
        "numbers": [one.model_dump() for one in customer.numbers],
        "name": "Mueller und Soehne",
        "address": ADDRESS.model_dump(),
    }
    async with httpx.AsyncClient(base_url=world.town.donor_url) as donor:
        asked = await donor.post("/cases", json=wish)
    assert asked.status_code == 201, asked.text
    return str(asked.json()["pre_agreement_id"])


async def heard(world: World, named: str, kind: str, count: int = 1) -> None:
    """The carrier knows of so many messages of this kind."""
    for _ in range(40):
        if [one["kind"] for one in (await case_of(world, named))["messages"]].count(kind) >= count:
            return
        await world.settled()
    raise AssertionError(f"no {kind} in {await case_of(world, named)}")
