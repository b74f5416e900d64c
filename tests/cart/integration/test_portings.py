"""Portings: what one request may carry, what is checked before the quote, and how its order follows its parts."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from cart.adapters.feasibility import HttpFeasibility
from cart.adapters.memory import ChosenFeasibility
from cart.adapters.signed_tokens import Signature
from cart.application.ports import Question, Verdict
from cart.domain import refusals
from cart.domain.particulars import PortingCase
from cart.domain.porting_days import PortingRules, comfortable_day, first_day
from cart.entrypoints import consumers
from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as contract
from contracts.shapes import Localized, NumberBlock
from devstack.programs import free_ports
from telecom.workdays import add_working_days
from tests.cart.conftest import Keys, Office, Shopper, agreed
from tests.cart.integration.test_from_trunk import (
    BLOCK,
    GOOD_DAY,
    TODAY,
    porting,
    ready_site,
    trunk_agreement,
)
from tests.cart.sample import ADDRESS, CUSTOMER, FOREIGN_CUSTOMER, KARLA, NOW, OTTO, PETRA, Someone

FRITZ = Someone("customer", FOREIGN_CUSTOMER, "Fritz Fremd", "fritz@foreign.example")
SINGLE = {"area_code": "221", "stem": "555123"}
BECAUSE = Localized(de="Rufnummer nicht geschaltet", en="number not in service")


def many(blocks: int, singles: int) -> list[dict[str, str]]:
    some = [{**BLOCK, "stem": f"47{nth:02d}"} for nth in range(10, 10 + blocks)]
    return [*some, *({"area_code": "221", "stem": f"8800{nth:02d}"} for nth in range(singles))]


async def quoted(office: Office, agreement: str, who: Someone = PETRA, **more: Any) -> dict[str, Any]:
    answer = await office.as_(who).post(f"/agreements/{agreement}/portings", porting(**more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def confirm(office: Office, view: dict[str, Any], token: str | None = None) -> httpx.Response:
    _opened, approver = await office.open_link(token)
    return await approver.post(f"/quotes/{view['quote']['quote_id']}/confirm", agreed("Karla"))


async def ordered(office: Office, agreement: str, who: Someone = PETRA, **more: Any) -> dict[str, Any]:
    answer = await confirm(office, await quoted(office, agreement, who, **more))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def foreign_agreement(office: Office) -> str:
    shopper = await Shopper(office.as_(FRITZ), FOREIGN_CUSTOMER).trunk()
    order = await shopper.order()
    return str(order.json()["lines"][0]["agreement_id"])


@pytest.mark.rule("PORT-1")
async def test_25_blocks_and_50_single_numbers_go_into_one_request_and_all_are_shown(office: Office) -> None:
    agreement, numbers = await trunk_agreement(office), many(25, 50)
    path = f"/agreements/{agreement}/portings"
    checked = await office.as_(PETRA).send("POST", f"{path}/check", porting(numbers=numbers))
    assert checked.json() == {"blocks": 25, "singles": 50, "pre_agreements": 10, "warnings": []}
    view = await quoted(office, agreement, numbers=numbers)
    assert len(view["lines"][1]["porting"]["numbers"]) == 75
    mailed = (await office.events(ordering.QuoteLinkIssued))[-1].lines[1].details
    for shown in (view["lines"][1]["details"], [one.en for one in mailed]):
        rows = dict(one.split(": ", 1) for one in shown if ": " in one)
        assert [name for name in rows if "blocks" in name][-1] == "Number blocks 21–25"
        assert rows["Number blocks 21–25"].endswith("0221 4734 00-99")
        assert sum(len(row.split(", ")) for name, row in rows.items() if name.startswith("Single")) == 50
        assert "Asked for in 10 pre-agreements" in shown
    on_paper = porting(numbers=numbers, donor={"carrier_code": None, "name": "Dorfnetz"})
    assert (await office.as_(PETRA).post(f"{path}/check", on_paper)).json()["pre_agreements"] == 0


@pytest.mark.rule("PORT-1")
async def test_all_faults_of_the_form_are_told_at_once_each_by_its_row_with_a_remedy(office: Office) -> None:
    agreement = await trunk_agreement(office)
    numbers = [BLOCK, {**BLOCK, "stem": "4791"}, {**BLOCK, "area_code": "30"}]
    body = porting(numbers=numbers, requested_on="2020-01-01", donor={"carrier_code": None, "name": ""})
    answer = await office.as_(PETRA, "de").post(f"/agreements/{agreement}/portings/check", body)
    errors = answer.json()["errors"]
    assert answer.status_code == 422
    assert [one["field"] for one in errors] == ["donor.name", "numbers.1.stem", "numbers.2.area_code", "requested_on"]
    assert all(one["message"] and one["remedy"] for one in errors)
    assert errors[2]["remedy"] == "Bestellen Sie einen Standort im Vorwahlbereich der Rufnummern."
    rows = [{**BLOCK, "stem": "0"}, BLOCK, {**BLOCK, "extension_to": "9"}]
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting(numbers=rows))
    assert [one["field"] for one in answer.json()["errors"]] == ["numbers.0.stem", "numbers.2.extension_from"]
    assert (await office.as_(PETRA).get("/carts", agreement_id=agreement)).json()["items"] == []


@pytest.mark.rule("PORT-1", "PORT-8")
async def test_numbers_that_are_with_us_already_are_refused_by_their_row(
    office: Office, feasibility: ChosenFeasibility
) -> None:
    agreement = await trunk_agreement(office)
    feasibility.verdict = Verdict(numbers_available=True, ours=(1,))
    body = porting(numbers=[BLOCK, SINGLE])
    answer = (await office.as_(PETRA, "de").post(f"/agreements/{agreement}/portings", body)).json()
    assert (answer["status"], answer["field"]) == (422, "numbers.1.stem")
    assert answer["detail"] == "0221 555123 ist schon bei uns."
    assert answer["remedy"]
    assert feasibility.asked[0].numbers[1].stem == "555123"


@pytest.mark.rule("PORT-1", "TEN-2")
async def test_an_open_request_is_named_to_its_own_customer_and_to_nobody_else(office: Office) -> None:
    agreement, foreign = await trunk_agreement(office), await foreign_agreement(office)
    order = await ordered(office, agreement, numbers=[BLOCK, SINGLE])
    for body, row in ((porting(numbers=[SINGLE]), 0), (porting(numbers=[{**SINGLE, "stem": "999"}, BLOCK]), 1)):
        answer = (await office.as_(PETRA).post(f"/agreements/{agreement}/portings", body)).json()
        assert (answer["status"], answer["field"]) == (422, f"numbers.{row}.stem")
        assert f"order {order['number']}" in answer["detail"]
    inside = porting(numbers=[{"area_code": "221", "stem": "47912"}])
    stranger = (await office.as_(OTTO).post(f"/agreements/{foreign}/portings", inside)).json()
    assert (stranger["status"], stranger["field"]) == (422, "numbers.0.stem")
    assert stranger["detail"] == "0221 47912 can't be asked for at the moment."
    assert order["number"] not in str(stranger)

    line = order["lines"][1]
    await hear(office, contract.PortingCancelled(**facts(order), reason=BECAUSE, cancelled_at=NOW))
    assert line["porting"]["numbers"]
    assert (await office.as_(OTTO).post(f"/agreements/{foreign}/portings", inside)).status_code == 201


@pytest.mark.rule("PORT-1", "QUOTE-3")
async def test_of_two_quotes_for_the_same_number_confirmed_at_once_one_becomes_an_order(office: Office) -> None:
    agreement, foreign = await trunk_agreement(office), await foreign_agreement(office)
    first = await quoted(office, agreement)
    one = await office.link()
    second = await quoted(office, foreign, OTTO, numbers=[{"area_code": "221", "stem": "47912"}])
    other = await office.link()
    answers = await asyncio.gather(confirm(office, first, one), confirm(office, second, other))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer.json() for answer in answers if answer.status_code == 409)
    assert "can't be asked for" in lost["errors"][0]["message"]
    refused = (await office.events(ordering.QuoteConfirmationRefused))[-1]
    assert "derzeit nicht angefragt" in refused.reasons[0].de
    staying = first if str(refused.quote_id) == first["quote"]["quote_id"] else second
    owner = PETRA if staying is first else OTTO
    view = (await office.as_(owner).get(f"/quotes/{staying['quote']['quote_id']}")).json()
    assert (view["state"], [one["rule"] for one in view["broken_rules"]]) == ("quoted", ["PORT-1"])


@pytest.mark.rule("PORT-1", "TEN-2")
async def test_an_open_quote_for_the_same_number_is_a_warning_to_its_own_customer(office: Office) -> None:
    agreement, foreign = await trunk_agreement(office), await foreign_agreement(office)
    first = await quoted(office, agreement)
    path = f"/agreements/{agreement}/portings/check"
    again = (await office.as_(PETRA).post(path, porting(numbers=[SINGLE, BLOCK]))).json()
    assert [one["field"] for one in again["warnings"]] == ["numbers.1.stem"]
    assert first["quote"]["number"] in again["warnings"][0]["text"]
    second = await quoted(office, agreement)
    assert first["quote"]["number"] in second["warnings"][0]["text"]
    path = f"/agreements/{foreign}/portings/check"
    assert (await office.as_(OTTO).post(path, porting())).json()["warnings"] == []


@pytest.mark.rule("PORT-1")
async def test_a_date_that_leaves_the_donor_little_time_is_a_warning(office: Office) -> None:
    agreement = await trunk_agreement(office)
    options = (await office.as_(PETRA).get(f"/agreements/{agreement}/porting-options", postcode="50678")).json()
    assert (options["most_blocks"], options["most_singles"]) == (25, 50)
    days = {one["case"]: one for one in options["days"]}["VA-KUE-MRN"]
    path = f"/agreements/{agreement}/portings/check"
    tight = (await office.as_(PETRA).post(path, porting(requested_on=days["earliest_on"]))).json()
    assert [one["field"] for one in tight["warnings"]] == ["requested_on"]
    assert (await office.as_(PETRA).post(path, porting(requested_on=days["comfortable_on"]))).json()["warnings"] == []
    only = porting(requested_on=days["earliest_on"], case="VA-RRNP")
    assert (await office.as_(PETRA).post(path, only)).json()["warnings"] == []


@pytest.mark.rule("PORT-1")
async def test_holidays_are_those_of_the_sites_state(office: Office) -> None:
    """Heilige Drei Könige is a holiday in Bavaria and not in North Rhine-Westphalia."""
    epiphany = next(
        TODAY.replace(year=year, month=1, day=6)
        for year in range(TODAY.year, TODAY.year + 12)
        if TODAY.replace(year=year, month=1, day=6).weekday() < 5 and TODAY.replace(year=year, month=1, day=6) > TODAY
    )
    before, rules = add_working_days(epiphany, -12, "NW"), PortingRules()
    assert first_day(PortingCase.NUMBERS_ONLY, epiphany - timedelta(days=1), "NW", rules) == epiphany
    assert first_day(PortingCase.NUMBERS_ONLY, epiphany - timedelta(days=1), "BY", rules) > epiphany
    ends = PortingCase.END_WITH_NUMBERS, before, "NW", rules
    assert first_day(*ends) < comfortable_day(*ends)


async def refused_order(office: Office, agreement: str, **more: Any) -> dict[str, Any]:
    """A porting in clearing."""
    order = await ordered(office, agreement, **more)
    await hear(office, started(order), rejected(order, fixable=True))
    return order


@pytest.mark.rule("PORT-3", "PORT-7")
async def test_a_corrected_request_replaces_the_refused_one_when_it_is_confirmed(office: Office) -> None:
    agreement = await trunk_agreement(office)
    order = await refused_order(office, agreement)
    earlier = order["lines"][1]["porting"]["porting_id"]
    blocked = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting())
    assert blocked.status_code == 422, "without saying so it would be asked for twice"
    view = await quoted(office, agreement, replaces=earlier)
    assert (await confirm(office, view)).status_code == 200
    received = (await office.events(ordering.OrderReceived))[-1]
    assert str(received.lines[1].porting.replaces) == earlier
    again = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting(replaces=earlier))
    assert (again.status_code, again.json()["field"]) == (422, "numbers.0.stem"), "now the new request is open"
    await hear(office, contract.PortingCancelled(**facts(order), reason=BECAUSE, cancelled_at=NOW))
    assert (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()["lines"][1]["state"] == "cancelled"


@pytest.mark.rule("ORD-3", "PORT-3", "PORT-7")
async def test_what_could_not_be_asked_for_is_order_managements_until_it_is_asked_again(office: Office) -> None:
    agreement = await trunk_agreement(office)
    order = await ordered(office, agreement)

    async def line() -> dict[str, Any]:
        seen: dict[str, Any] = (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()["lines"][1]
        return seen

    await hear(office, started(order), held_up(order))
    assert ((await line())["awaiting"], (await line())["reason"]) == ("order_management", BECAUSE.en)
    again = porting(replaces=order["lines"][1]["porting"]["porting_id"])
    offered = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", again)
    assert offered.status_code == 201, offered.json()
    await hear(office, asked_again(order))
    assert (await line())["awaiting"] == "donor"


@pytest.mark.rule("PORT-3", "TEN-2")
async def test_only_a_refused_porting_of_the_contract_is_replaced(office: Office) -> None:
    agreement, other = await trunk_agreement(office), await foreign_agreement(office)
    order = await ordered(office, agreement)
    earlier = order["lines"][1]["porting"]["porting_id"]
    await hear(office, started(order))
    path = f"/agreements/{agreement}/portings"
    running = (await office.as_(PETRA).post(path, porting(replaces=earlier))).json()
    assert (running["status"], running["field"], running["rule"]) == (409, "replaces", "PORT-3")
    foreign = (await office.as_(OTTO).post(f"/agreements/{other}/portings", porting(replaces=earlier))).json()
    assert (foreign["status"], foreign["field"]) == (422, "replaces")
    assert order["number"] not in str(foreign)


@pytest.mark.rule("ORD-3", "PORT-3")
async def test_what_was_called_off_to_be_asked_anew_is_order_managements_and_may_be_ordered_anew(
    office: Office,
) -> None:
    agreement = await trunk_agreement(office)
    order = await ordered(office, agreement)
    wish = {"change": contract.Change.CANCELLATION, "by_donor": False, "asked_at": NOW}
    asked = contract.PortingChangeAsked(**facts(order), **wish, numbers=numbers_of(order))
    ended = {"numbers": numbers_of(order), "earlier_date": GOOD_DAY, "called_off_at": NOW}
    await hear(office, started(order), confirmed(order), asked)
    again = porting(replaces=order["lines"][1]["porting"]["porting_id"])
    early = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", again)
    assert (early.status_code, early.json()["field"]) == (409, "replaces")
    await hear(office, contract.PortingCalledOffForNew(**facts(order), **ended))
    shown = (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()
    assert shown["awaiting"] == ["order_management"]
    assert (await office.as_(PETRA).post(f"/agreements/{agreement}/portings", again)).status_code == 201


@pytest.mark.rule("ORD-1", "ORD-3", "PORT-3")
async def test_a_form_that_has_come_is_order_managements_to_check_and_the_request_stands(office: Office) -> None:
    agreement = await trunk_agreement(office)
    order = await ordered(office, agreement)
    awaited = {"donor_name": "Altnetz", "return_to": "portierung@carrier.example", "awaited_since": NOW}
    received = contract.SignedFormReceived(**facts(order), donor_name="Altnetz", received_at=NOW)
    await hear(office, contract.SignedFormAwaited(**facts(order), **awaited), received)
    shown = (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()
    assert (shown["lines"][1]["awaiting"], shown["awaiting"]) == ("order_management", ["order_management"])
    again = porting(replaces=order["lines"][1]["porting"]["porting_id"])
    refused = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", again)
    assert (refused.status_code, refused.json()["field"]) == (409, "replaces")


@pytest.mark.rule("PORT-3", "PORT-7")
async def test_while_the_donor_wants_to_call_it_off_nothing_is_asked_anew(office: Office) -> None:
    agreement = await trunk_agreement(office)
    order = await ordered(office, agreement)
    wish = {"change": contract.Change.CANCELLATION, "by_donor": True, "numbers": numbers_of(order), "asked_at": NOW}
    await hear(office, started(order), confirmed(order), contract.PortingChangeAsked(**facts(order), **wish))
    again = porting(replaces=order["lines"][1]["porting"]["porting_id"])
    refused = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", again)
    assert (refused.status_code, refused.json()["field"]) == (409, "replaces")
    await hear(office, rejected(order, 0, fixable=True))
    assert (await office.as_(PETRA).post(f"/agreements/{agreement}/portings", again)).status_code == 201


@pytest.mark.rule("PORT-3", "QUOTE-3")
async def test_a_refused_porting_that_goes_on_meanwhile_is_not_replaced_by_a_late_confirmation(office: Office) -> None:
    agreement = await trunk_agreement(office)
    order = await refused_order(office, agreement)
    view = await quoted(office, agreement, replaces=order["lines"][1]["porting"]["porting_id"])
    await hear(office, asked_again(order), confirmed(order))
    late = await confirm(office, view)
    assert (late.status_code, late.json()["errors"][0]["rule"]) == (409, "PORT-3")


@pytest.mark.rule("PORT-1", "CTX-4")
async def test_centraflex_numbers_hang_on_the_contract_and_fit_the_subscribers_address(
    office: Office, feasibility: ChosenFeasibility
) -> None:
    shopper = await Shopper(office.as_(KARLA), CUSTOMER).start()
    await shopper.add("STANDARD", 5)
    placed = (await shopper.order()).json()
    agreement = placed["lines"][0]["agreement_id"]
    numbers = [BLOCK, {"area_code": "2236", "stem": "43210"}]
    feasibility.refusal = refusals.FeasibilityRefused("Too far.", "Other.", "numbers.1.area_code")
    far = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting(site=None, numbers=numbers))
    assert (far.status_code, far.json()["field"]) == (422, "numbers.1.area_code")
    feasibility.refusal = None
    view = await quoted(office, agreement, site=None, numbers=numbers)
    asked = feasibility.asked[-1]
    assert (asked.area_code, asked.named, asked.address.town) == (None, "subscriber", "Köln")
    assert [line["category"] for line in view["lines"]] == ["porting"]
    assert (await confirm(office, view)).status_code == 200
    (line,) = (await office.events(ordering.OrderReceived))[-1].lines
    assert (line.porting.site_id, line.agreement_id) == (None, UUID(agreement))


@pytest.mark.parametrize(
    ("named", "said", "field"),
    [
        ("subscriber", "address.postcode", "subscriber.address.postcode"),
        ("site", "area_code", "site.area_code"),
        ("subscriber", "numbers.3.area_code", "numbers.3.area_code"),
    ],
)
async def test_provisionings_fields_are_those_of_the_form(
    keys: Keys, named: str, said: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    provisioning = HttpFeasibility(f"http://127.0.0.1:{free_ports(1)[0]}", 0.3, Signature(keys.people, "p", "t"))

    async def answer(*_asked: Any) -> tuple[int, dict[str, Any]]:
        return 422, {"detail": "No.", "field": said}

    monkeypatch.setattr(provisioning, "_answer", answer)
    with pytest.raises(refusals.FeasibilityRefused) as refused:
        await provisioning.ask(Question(ADDRESS, None, named=named), "de")
    assert refused.value.field == field


@pytest.mark.rule("PORT-3")
async def test_a_part_that_goes_on_is_not_asked_for_again_with_the_refused_one(office: Office) -> None:
    order, _stands = await parted(office)
    agreement, porting_id = order["lines"][0]["agreement_id"], order["lines"][0]["porting"]["porting_id"]
    await hear(office, confirmed(order, 0), rejected(order, 1, fixable=True))
    site = {"site": None, "site_id": order["lines"][0]["porting"]["site_id"], "replaces": porting_id}
    both = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting(numbers=[SINGLE, BLOCK], **site))
    assert (both.status_code, [one["field"] for one in both.json()["errors"]]) == (422, ["numbers.1.stem"])
    await ordered(office, agreement, numbers=[SINGLE], **site)
    later = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting(numbers=[BLOCK]))
    assert later.json()["errors"][0]["field"] == "numbers.0.stem", "the part with a date still brings its numbers"


# How the order follows -------------------------------------------------------------------------------------------


async def hear(office: Office, *events: Event) -> None:
    """One after the other, as they come in."""
    for event in events:
        await office.in_unit(lambda unit, event=event: handler_of(event)(event, unit))


def handler_of(event: Event) -> Any:
    name = "".join(f"_{char.lower()}" if char.isupper() else char for char in type(event).__name__)
    return getattr(consumers, f"on{name}")


def facts(order: dict[str, Any]) -> dict[str, Any]:
    line = order["lines"][-1]
    site_id = line["porting"]["site_id"]
    return {
        "porting_id": UUID(line["porting"]["porting_id"]),
        "order_id": UUID(order["order_id"]),
        "line_id": UUID(line["line_id"]),
        "agreement_id": UUID(line["agreement_id"]),
        "site_id": UUID(site_id) if site_id else None,
        "customer_id": CUSTOMER,
    }


def numbers_of(order: dict[str, Any]) -> tuple[NumberBlock, ...]:
    return tuple(NumberBlock(**one) for one in order["lines"][-1]["porting"]["numbers"])


def donor(order: dict[str, Any]) -> dict[str, Any]:
    return {"donor": ordering.DonorParticulars(**order["lines"][-1]["porting"]["donor"])}


def started(order: dict[str, Any]) -> contract.PortingStarted:
    case = ordering.PortingCase.END_WITH_NUMBERS
    more = {"case": case, "requested_on": GOOD_DAY, "electronic": True, "started_at": NOW}
    return contract.PortingStarted(**facts(order), **donor(order), numbers=numbers_of(order), **more)


def confirmed(order: dict[str, Any], *places: int) -> contract.PortingConfirmed:
    numbers = numbers_of(order)
    part = tuple(numbers[place] for place in places) or numbers
    return contract.PortingConfirmed(
        **facts(order),
        **donor(order),
        numbers=part,
        change_date=GOOD_DAY,
        window=ordering.Window.MORNING,
        as_requested=True,
        confirmed_at=NOW,
        awaiting=tuple(one for one in numbers if one not in part),
    )


def rejected(order: dict[str, Any], *places: int, fixable: bool) -> contract.PortingRejected:
    reason = contract.ReasonCode(code="8103", text=BECAUSE)
    part = tuple(numbers_of(order)[place] for place in places)
    more = {"reasons": (reason,), "fixable": fixable, "rejected_at": NOW, "numbers": part}
    return contract.PortingRejected(**facts(order), **donor(order), **more)


def held_up(order: dict[str, Any], *places: int) -> contract.PortingHeldUp:
    part = tuple(numbers_of(order)[place] for place in places) or numbers_of(order)
    return contract.PortingHeldUp(**facts(order), numbers=part, reason=BECAUSE, held_up_at=NOW)


def asked_again(order: dict[str, Any], *places: int) -> contract.PortingAskedAgain:
    part = tuple(numbers_of(order)[place] for place in places) or numbers_of(order)
    more = {"numbers": part, "case": ordering.PortingCase.NUMBERS_ONLY, "requested_on": GOOD_DAY, "asked_at": NOW}
    return contract.PortingAskedAgain(**facts(order), **donor(order), **more)


async def parted(office: Office) -> tuple[dict[str, Any], Any]:
    """An order for an existing site whose porting has two parts, and how its line stands."""
    agreement = await trunk_agreement(office)
    site = {"site": None, "site_id": await ready_site(office, agreement)}
    order = await ordered(office, agreement, numbers=[BLOCK, SINGLE], **site)
    await hear(office, started(order))

    async def stands() -> tuple[str, str | None]:
        line = (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()["lines"][0]
        return line["state"], line["awaiting"]

    return order, stands


@pytest.mark.rule("ORD-1", "ORD-3", "PORT-7")
async def test_the_order_waits_for_whoever_is_most_urgent_among_the_parts(office: Office) -> None:
    order, stands = await parted(office)
    assert await stands() == ("awaiting", "donor")
    await hear(office, confirmed(order, 0))
    assert await stands() == ("awaiting", "donor"), "the other part has no date yet"
    await hear(office, rejected(order, 1, fixable=True))
    assert await stands() == ("awaiting", "order_management")
    await hear(office, confirmed(order, 0))
    assert await stands() == ("awaiting", "order_management"), "the other part is still in clearing"
    due = contract.PortingDue(**facts(order), numbers=numbers_of(order)[:1], change_date=GOOD_DAY, due_at=NOW)
    await hear(office, due)
    assert await stands() == ("awaiting", "order_management")
    await hear(office, asked_again(order, 1))
    assert await stands() == ("awaiting", "donor")
    await hear(office, confirmed(order, 1))
    assert await stands() == ("awaiting", "porting_date")
    await hear(office, due.model_copy(update={"numbers": numbers_of(order)[1:]}))
    assert await stands() == ("in_progress", None)


@pytest.mark.rule("ORD-1")
async def test_a_change_that_is_asked_for_waits_for_whoever_has_to_answer(office: Office) -> None:
    order, stands = await parted(office)
    await hear(office, confirmed(order))
    asked = {"change": contract.Change.DATE, "numbers": numbers_of(order), "asked_at": NOW}
    await hear(office, contract.PortingChangeAsked(**facts(order), by_donor=False, new_date=GOOD_DAY, **asked))
    assert await stands() == ("awaiting", "donor")
    refused = {"change": contract.Change.DATE, "numbers": numbers_of(order), "reason": BECAUSE, "refused_at": NOW}
    unchanged = {"by_donor": False, "unchanged_date": GOOD_DAY}
    await hear(office, contract.PortingChangeRefused(**facts(order), **unchanged, **refused))
    assert await stands() == ("awaiting", "porting_date")
    await hear(office, contract.PortingChangeAsked(**facts(order), by_donor=True, **asked))
    assert await stands() == ("awaiting", "order_management")


@pytest.mark.rule("ORD-3", "PORT-7")
async def test_numbers_that_stay_with_the_donor_end_the_order_partly_completed_and_are_its_reason(
    office: Office,
) -> None:
    order, stands = await parted(office)
    numbers = numbers_of(order)
    await hear(office, confirmed(order, 0), rejected(order, 1, fixable=True))
    reduced = {"numbers": numbers[1:], "outcome": "rejected", "reason": BECAUSE, "reduced_at": NOW}
    await hear(office, contract.PortingReduced(**facts(order), **reduced))
    assert await stands() == ("awaiting", "porting_date"), "nobody is waited for because of numbers that stay"
    moved = {"numbers": numbers[:1], "not_ported": numbers[1:], "completed_at": NOW}
    await hear(office, contract.PortingCompleted(**facts(order), **moved))
    shown = (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()
    assert (shown["status"], shown["lines"][0]["state"]) == ("partly_completed", "done")
    assert [one["stem"] for one in shown["lines"][0]["not_ported"]] == ["555123"]
    told = (await office.events(ordering.OrderPartlyCompleted))[-1]
    assert told.reason.de == "Diese Rufnummern bleiben beim bisherigen Anbieter: 0221 555123"
    assert shown["lines"][0]["reason"] == "These numbers stay with the present carrier: 0221 555123"


@pytest.mark.rule("ORD-3")
async def test_a_porting_that_was_cleared_completes_without_a_trace_of_what_was_wrong(office: Office) -> None:
    order, _stands = await parted(office)
    done = contract.PortingCompleted(**facts(order), numbers=numbers_of(order), completed_at=NOW)
    await hear(office, rejected(order, fixable=True), asked_again(order), confirmed(order), done)
    shown = (await office.as_(PETRA).get(f"/orders/{order['order_id']}")).json()
    assert (shown["status"], shown["lines"][0]["reason"]) == ("completed", None)
