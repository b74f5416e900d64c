"""Another carrier asks for our customer's numbers, on a real Kafka and PostgreSQL (PORT-9)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import randrange
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.catalog.v1 import Family
from contracts.crm.v1 import PartyChanged
from contracts.ordering.v1 import AgreementChanged, AgreementStatus, PortingCase, Window
from contracts.provisioning.v1 import NumbersReleased, SiteProvisioned
from contracts.shapes import Address, Audience, NumberBlock
from contracts.wbci.v1 import (
    INBOUND,
    CancellationRequested,
    DateChangeRequested,
    EndCustomer,
    PreAgreementRequested,
    ResourceTakeOver,
    Settled,
    WbciMessage,
)
from porting.domain.deadlines import Rules, due_in, window_opens
from porting.domain.particulars import Window as DomainWindow
from tests.porting.integration.conftest import World, party_changed
from tests.porting.sample import ADDRESS, block
from tests.waiting import until

pytestmark = pytest.mark.rule("PORT-9")
THEM, US = "DEU.FREMD", "DEU.TRUNK"


@dataclass
class Customer:
    """Of ours, with a site on which two blocks hang."""

    world: World
    party_id: UUID = field(default_factory=uuid4)
    agreement_id: UUID = field(default_factory=uuid4)
    site_id: UUID = field(default_factory=uuid4)
    numbers: tuple[NumberBlock, ...] = field(default_factory=lambda: (block(), block()))

    async def move_in(self, ends_on: date | None = None) -> None:
        known: PartyChanged = party_changed(self.party_id, "customer", self.world.partner)
        await self.world.say(known)
        await self.world.say(self.agreement(AgreementStatus.ACTIVE, 1, ends_on))
        site = SiteProvisioned(
            site_id=self.site_id,
            trunk_id=uuid4(),
            agreement_id=self.agreement_id,
            order_id=uuid4(),
            customer_id=self.party_id,
            name="Zentrale",
            address=Address(**ADDRESS.model_dump()),
            area_code="221",
            blocks=self.numbers,
            provisioned_at=datetime.now(UTC),
        )
        await self.world.say(site)
        await self.world.known("SELECT count(*) = 2 FROM held_number WHERE customer_id = $1", self.party_id)
        await self.world.known("SELECT count(*) FROM known_agreement WHERE customer_id = $1", self.party_id)
        await self.world.known("SELECT count(*) FROM known_customer WHERE customer_id = $1", self.party_id)

    def agreement(self, status: AgreementStatus, version: int, ends_on: date | None = None) -> AgreementChanged:
        return AgreementChanged(
            agreement_id=self.agreement_id,
            version=version,
            number="VT-204711",
            customer_id=self.party_id,
            audience=Audience.BUSINESS,
            family=Family.TRUNK,
            status=status,
            lines=(),
            term_months=12,
            ends_on=ends_on,
            order_id=uuid4(),
            changed_at=datetime.now(UTC),
        )

    def released(self, departure_id: str | None) -> NumbersReleased:
        return NumbersReleased(
            holder_id=self.site_id,
            site_id=self.site_id,
            agreement_id=self.agreement_id,
            order_id=None,
            customer_id=self.party_id,
            blocks=self.numbers,
            rests_until=None,
            released_at=datetime.now(UTC),
            departure_id=UUID(departure_id) if departure_id else None,
        )


def asks(numbers: tuple[NumberBlock, ...], requested_on: date, **changes: Any) -> PreAgreementRequested:
    """VA-KUE-MRN."""
    said: dict[str, Any] = {
        **envelope(f"{THEM}.V{randrange(10**9):09}"),
        "case": PortingCase.END_WITH_NUMBERS,
        "requested_on": requested_on,
        "customer": EndCustomer(name="Mueller und Soehne"),
        "address": ADDRESS,
        "numbers": numbers,
        "window": Window.MORNING,
    }
    return PreAgreementRequested(**{**said, **changes})


def envelope(pre_agreement_id: str) -> dict[str, Any]:
    return {"sender": THEM, "receiver": US, "pre_agreement_id": pre_agreement_id, "sent_at": datetime.now(UTC)}


async def said(world: World, message: WbciMessage) -> None:
    await world.say(message, INBOUND)


async def departure_of(world: World, asked: PreAgreementRequested) -> dict[str, Any]:
    told = await world.hear("DepartureAsked", asked.pre_agreement_id)
    return await view(world, told["departure_id"])


async def view(world: World, departure_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await world.call("GET", f"/departures/{departure_id}")).json()
    return found


async def act(world: World, departure_id: str, name: str, **body: Any) -> dict[str, Any]:
    answer = await world.call("POST", f"/departures/{departure_id}/{name}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.rule("PORT-8")
async def test_a_clear_request_is_agreed_to_by_itself_and_the_numbers_leave_on_the_day(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12))
    await said(world, asked)
    agreed = await world.hear("DepartureAgreed", asked.pre_agreement_id)
    answer = await world.hear("PreAgreementAnswered", asked.pre_agreement_id)
    assert (answer["answer"], answer["change_date"], answer["receiver"]) == ("8001", str(asked.requested_on), THEM)
    assert answer["technology"]
    assert {one["donor_porting_carrier"] for one in answer["numbers"]} == {"D0A1"}
    ending = await world.hear("TaskRaised", agreed["departure_id"])
    assert (ending["kind"], ending["agreement_id"]) == ("manual_work", str(customer.agreement_id))
    await said(
        world,
        ResourceTakeOver(
            **envelope(asked.pre_agreement_id), take_over=True, safe_haven=False, recipient_porting_carrier="D0B2"
        ),
    )
    assert (await world.hear("ResourceTakeOverRefused", asked.pre_agreement_id))["code"] == "8147"
    await world.say(customer.agreement(AgreementStatus.TERMINATING, 2))
    await world.hear("TaskSettled", ending["task_id"])

    opens = window_opens(asked.requested_on, DomainWindow.MORNING)
    await world.move_to(opens - timedelta(minutes=1))
    await world.settled()
    assert world.count("DepartureDue", asked.pre_agreement_id) == 0
    await world.move_to(opens)
    due = await world.hear("DepartureDue", asked.pre_agreement_id)
    assert [one["stem"] for one in due["numbers"]] == [one.stem for one in customer.numbers]
    await world.say(customer.released(due["departure_id"]))
    await world.hear("DepartureCompleted", asked.pre_agreement_id)
    assert (await view(world, due["departure_id"]))["state"] == "completed"


async def test_who_asks_twice_gets_the_same_answer_and_another_request_under_the_id_none(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12))
    await said(world, asked)
    first = await world.hear("PreAgreementAnswered", asked.pre_agreement_id)
    await said(world, asked)
    again = await world.hear("PreAgreementAnswered", asked.pre_agreement_id, 2)
    assert {**again, "sent_at": None} == {**first, "sent_at": None}
    await said(world, asked.model_copy(update={"customer": EndCustomer(name="Andere")}))
    assert (await world.hear("Refused", asked.pre_agreement_id))["reasons"][0]["code"] == "8115"
    assert world.count("DepartureAsked", asked.pre_agreement_id) == 1


async def test_numbers_that_are_not_ours_are_refused_and_another_carriers_too(world: World) -> None:
    strange = asks((block(),), await world.day_in(12))
    await said(world, strange)
    assert [one["code"] for one in (await world.hear("Refused", strange.pre_agreement_id))["reasons"]] == ["8103"]
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12))
    await said(world, asked)
    await world.hear("PreAgreementAnswered", asked.pre_agreement_id)
    late = asks(
        customer.numbers,
        await world.day_in(12),
        sender="DEU.SPAET",
        pre_agreement_id=f"DEU.SPAET.V{randrange(10**9):09}",
    )
    await said(world, late)
    assert [one["code"] for one in (await world.hear("Refused", late.pre_agreement_id))["reasons"]] == ["8118"]


async def test_what_is_not_complete_or_names_nothing_known_is_told_to_its_sender(world: World) -> None:
    garbage = asks((block(),), await world.day_in(12), address=None)
    await said(world, garbage)
    assert (await world.hear("TechnicallyRefused", garbage.pre_agreement_id))["code"] == "0995"
    named = f"{THEM}.V{randrange(10**9):09}"
    await said(
        world, DateChangeRequested(**envelope(named), change_id=f"{THEM}.T000000001", new_date=await world.day_in(14))
    )
    refused = await world.hear("Refused", named)
    assert (refused["reasons"][0]["code"], refused["change_id"]) == ("8140", f"{THEM}.T000000001")
    await world.hear("TaskRaised", named)


async def test_a_doubtful_request_is_a_persons_to_decide_in_time(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12), customer=EndCustomer(name="Mueller Metallbau"))
    await said(world, asked)
    departure = await departure_of(world, asked)
    task = await world.hear("TaskRaised", departure["departure_id"])
    due = due_in(await world.now(), Rules().answer_days, "NW")
    assert (task["kind"], task["due_at"]) == ("carrier_message", due.isoformat().replace("+00:00", "Z"))
    assert {"agree", "refuse"} <= set(departure["may"])
    assert [one["what"] for one in departure["checks"] if one["ok"] is None] == ["name"]

    running = 'porting_deadlines{deadline="departure_our_answer",level="open"}'
    await until(lambda: world.metric(running), 60, every=0.5)
    await world.move_to(due)
    overdue = await world.hear("TaskRaised", departure["departure_id"], 2)
    assert overdue["kind"] == "deadline_passed"
    assert await world.metric('porting_deadlines_passed_total{deadline="departure_our_answer"}') >= 1
    day = await world.day_in(15)
    done = await act(world, departure["departure_id"], "agree", change_date=str(day))
    assert done["held"]["type"] == "RUEM-VA"
    answer = await world.hear("PreAgreementAnswered", asked.pre_agreement_id)
    assert (answer["answer"], answer["change_date"]) == ("8002", str(day))
    for one in (task, overdue):
        await world.hear("TaskSettled", one["task_id"])


async def test_a_person_refuses_with_reasons_but_never_for_the_address_alone(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12), customer=EndCustomer(name="Mueller Metallbau"))
    await said(world, asked)
    departure = (await departure_of(world, asked))["departure_id"]
    only_address = {"reasons": [{"code": "8109"}]}
    refused = await world.call("POST", f"/departures/{departure}/refuse", json=only_address)
    assert (refused.status_code, refused.json()["field"]) == (422, "reasons")
    await act(world, departure, "refuse", reasons=[{"code": "8116", "words": "Vertrag unbekannt"}])
    sent = await world.hear("Refused", asked.pre_agreement_id)
    assert sent["reasons"][0]["words"] == "Vertrag unbekannt"
    assert (await world.hear("DepartureRefused", asked.pre_agreement_id))["reasons"][0]["code"] == "8116"
    again = await world.call("POST", f"/departures/{departure}/refuse", json=only_address)
    assert again.status_code == 409


async def test_a_wrong_house_number_is_corrected_and_a_contract_that_runs_longer_keeps_the_numbers(
    world: World,
) -> None:
    customer, ends_on = Customer(world), (await world.day_in(30))
    await customer.move_in(ends_on)
    wrong = ADDRESS.model_copy(update={"house_number": "14"})
    asked = asks(customer.numbers, await world.day_in(12), address=wrong)
    await said(world, asked)
    answer = await world.hear("PreAgreementAnswered", asked.pre_agreement_id)
    assert answer["corrections"] == [{"code": "8107", "value": "12"}]
    assert (answer["answer"], answer["change_date"]) == ("8002", str(ends_on))


async def test_another_date_is_agreed_to_by_rule_and_one_before_refused(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12))
    await said(world, asked)
    await world.hear("PreAgreementAnswered", asked.pre_agreement_id)
    earlier, later = await world.day_in(8), await world.day_in(16)
    for nth, day in enumerate((earlier, later)):
        change = DateChangeRequested(
            **envelope(asked.pre_agreement_id),
            change_id=f"{THEM}.T{randrange(10**8)}{nth}".ljust(len(THEM) + 11, "0"),
            new_date=day,
        )
        await said(world, change)
        if nth == 0:
            refused = await world.hear("Refused", change.change_id)
            assert (refused["reasons"][0]["code"], refused["unchanged_date"]) == ("8141", str(asked.requested_on))
        else:
            settled = await world.hear("Settled", change.change_id)
            assert (settled["answer"], settled["new_date"]) == ("8003", str(later))
    moved = await world.hear("DepartureRescheduled", asked.pre_agreement_id)
    assert (moved["earlier_date"], moved["change_date"]) == (str(asked.requested_on), str(later))


async def test_after_a_cancellation_a_new_request_takes_its_place(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(14))
    await said(world, asked)
    agreed = await world.hear("DepartureAgreed", asked.pre_agreement_id)
    named = f"{THEM}.S{randrange(10**9):09}"
    await said(world, CancellationRequested(**envelope(asked.pre_agreement_id), cancellation_id=named, final=False))
    assert (await world.hear("Settled", named))["answer"] == "8004"
    await world.hear("DepartureCancelled", asked.pre_agreement_id)
    assert (await view(world, agreed["departure_id"]))["state"] == "awaiting_new"
    anew = asks(customer.numbers, await world.day_in(15))
    await said(world, anew)
    await world.hear("DepartureAgreed", anew.pre_agreement_id)
    assert (await view(world, agreed["departure_id"]))["state"] == "replaced"


async def test_too_late_a_cancellation_is_a_persons_to_decide(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(
        customer.numbers,
        await world.day_in(2),
        case=PortingCase.NUMBERS_ONLY,
        address=None,
        recipient_porting_carrier="D0B2",
    )
    await said(world, asked)
    agreed = await world.hear("DepartureAgreed", asked.pre_agreement_id)
    named = f"{THEM}.S{randrange(10**9):09}"
    await said(world, CancellationRequested(**envelope(asked.pre_agreement_id), cancellation_id=named, final=True))
    task = await world.hear("TaskRaised", agreed["departure_id"])
    assert task["kind"] == "carrier_message"
    silent = await world.call("POST", f"/departures/{agreed['departure_id']}/answer", json={"accept": False})
    assert (silent.status_code, silent.json()["field"]) == (422, "reason")
    await act(world, agreed["departure_id"], "answer", accept=False, reason="Die Umschaltung läuft")
    refused = await world.hear("Refused", named)
    assert (refused["reasons"][0]["code"], refused["reasons"][0]["words"]) == ("8142", "Die Umschaltung läuft")
    await world.hear("TaskSettled", task["task_id"])


async def test_we_may_call_it_off_with_words_and_they_have_to_agree(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(14))
    await said(world, asked)
    agreed = await world.hear("DepartureAgreed", asked.pre_agreement_id)
    await act(world, agreed["departure_id"], "cancellation", reason="Kunde bleibt")
    sent = await world.hear("CancellationRequested", asked.pre_agreement_id)
    assert (sent["final"], sent["reason"]) == (True, "Kunde bleibt")
    settled = Settled(**envelope(asked.pre_agreement_id), answer="8004", cancellation_id=sent["cancellation_id"])
    await said(world, settled)
    await world.hear("DepartureCancelled", asked.pre_agreement_id)
    assert (await view(world, agreed["departure_id"]))["state"] == "cancelled"


async def test_numbers_that_are_not_handed_over_raise_a_task_and_can_be_handed_over_again(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(
        customer.numbers,
        await world.day_in(1),
        case=PortingCase.NUMBERS_ONLY,
        address=None,
        recipient_porting_carrier="D0B2",
    )
    await said(world, asked)
    agreed = await world.hear("DepartureAgreed", asked.pre_agreement_id)
    await world.move_to(window_opens(asked.requested_on, DomainWindow.MORNING))
    await world.hear("DepartureDue", asked.pre_agreement_id)
    await world.move_to(await world.now() + timedelta(minutes=31))
    task = await world.hear("TaskRaised", agreed["departure_id"])
    assert task["kind"] == "assignment_failed"
    await act(world, agreed["departure_id"], "hand-over")
    await world.hear("DepartureDue", asked.pre_agreement_id, 2)
    await world.say(customer.released(agreed["departure_id"]))
    await world.hear("DepartureCompleted", asked.pre_agreement_id)
    await world.hear("TaskSettled", task["task_id"])


@pytest.mark.rule("TEN-2")
async def test_customer_and_partner_see_their_own_departures_and_nobody_elses(world: World) -> None:
    customer = Customer(world)
    await customer.move_in()
    asked = asks(customer.numbers, await world.day_in(12))
    await said(world, asked)
    departure = (await world.hear("DepartureAgreed", asked.pre_agreement_id))["departure_id"]
    own = world.token("customer", party_id=str(customer.party_id))
    partner, stranger = (
        world.token("partner", party_id=str(world.partner)),
        world.token("partner", party_id=str(uuid4())),
    )
    for token in (own, partner):
        seen = (await world.call("GET", f"/departures/{departure}", token)).json()
        assert (seen["state"], seen["checks"], seen["may"]) == ("agreed", [], [])
        listed = (await world.call("GET", f"/departures?agreement_id={customer.agreement_id}", token)).json()
        assert [one["departure_id"] for one in listed["items"]] == [departure]
    assert (await world.call("GET", f"/departures/{departure}", stranger)).status_code == 404
    assert (await world.call("GET", "/departures", stranger)).json()["items"] == []
    assert (await world.call("POST", f"/departures/{departure}/hand-over", own)).status_code == 403
