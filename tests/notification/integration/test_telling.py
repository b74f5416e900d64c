"""Every event of the rules becomes a mail to those whom it concerns, once (NOTE-1, QUOTE-2, QUOTE-4)."""

import asyncio
from functools import partial
from typing import Any

import pytest

from contracts.catalog.v1 import BusinessCase
from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as porting
from contracts.provisioning import v1 as provisioning
from notification.domain.notice import INSTEAD, TOLD
from tests.notification.integration.conftest import Desk, example
from tests.notification.integration.test_sending import by_paper

ORDER, LINK = example(ordering.OrderReceived, business_case=BusinessCase.NEW_ORDER), example(ordering.QuoteLinkIssued)
ALL_OF_ORDER = sorted([ORDER.customer.email, ORDER.creator.email, ORDER.approver.email])
CREATOR, RECIPIENT = LINK.creator.email, LINK.recipient
CREATOR_OF_ORDER = ORDER.creator.email
HOLDERS_OF_AGREEMENT = sorted([ORDER.customer.email, ORDER.creator.email])
STRANGER = {"name": "Selma", "email": "selma@telepartner.example", "language": "de"}
CALLED_OFF = partial(example, change="cancellation")
departs = partial(example, agreement_id=ORDER.lines[0].agreement_id)
EVENTS: dict[str, tuple[Event, list[str]]] = {
    "quote-resent": (example(ordering.QuoteResent, resent_by=STRANGER), [CREATOR]),
    "quote-expired": (example(ordering.QuoteExpired), [RECIPIENT, CREATOR]),
    "quote-withdrawn": (example(ordering.QuoteWithdrawn, withdrawn_by=STRANGER), [RECIPIENT, CREATOR]),
    "quote-confirmation-refused": (example(ordering.QuoteConfirmationRefused), [CREATOR]),
    "order-completed": (example(ordering.OrderCompleted), ALL_OF_ORDER),
    "order-partly-completed": (example(ordering.OrderPartlyCompleted), ALL_OF_ORDER),
    "order-failed": (example(ordering.OrderFailed), ALL_OF_ORDER),
    "order-cancelled": (example(ordering.OrderCancelled), ALL_OF_ORDER),
    "trunk-activated": (example(provisioning.TrunkActivated), ALL_OF_ORDER),
    "site-ready": (example(provisioning.SiteProvisioned), ALL_OF_ORDER),
    "numbers-assigned": (example(provisioning.NumbersAssigned, origin="own", porting_id=None), ALL_OF_ORDER),
    "porting-started": (example(porting.PortingStarted, electronic=True), ALL_OF_ORDER),
    "signed-form-awaited": (example(porting.SignedFormAwaited), ALL_OF_ORDER),
    "signed-form-refused": (example(porting.SignedFormAwaited, refused_because="Unterschrift fehlt"), ALL_OF_ORDER),
    "signed-form-reminded": (example(porting.SignedFormReminded), ALL_OF_ORDER),
    "porting-confirmed": (example(porting.PortingConfirmed), ALL_OF_ORDER),
    "porting-date-asked": (example(porting.PortingChangeAsked, change="date", by_donor=False), ALL_OF_ORDER),
    "porting-date-refused": (example(porting.PortingChangeRefused, change="date"), ALL_OF_ORDER),
    "porting-rescheduled": (example(porting.PortingRescheduled), ALL_OF_ORDER),
    "porting-rejected": (example(porting.PortingRejected), ALL_OF_ORDER),
    "porting-asked-again": (example(porting.PortingAskedAgain), ALL_OF_ORDER),
    "porting-called-off-for-new": (example(porting.PortingCalledOffForNew), ALL_OF_ORDER),
    "porting-cancellation-asked": (CALLED_OFF(porting.PortingChangeAsked, by_donor=True), [CREATOR_OF_ORDER]),
    "porting-cancellation-averted": (CALLED_OFF(porting.PortingChangeRefused, by_donor=True), [CREATOR_OF_ORDER]),
    "porting-cancellation-refused": (CALLED_OFF(porting.PortingChangeRefused, by_donor=False), ALL_OF_ORDER),
    "porting-reduced": (example(porting.PortingReduced), ALL_OF_ORDER),
    "porting-cancelled": (example(porting.PortingCancelled), ALL_OF_ORDER),
    "porting-at-risk": (example(porting.PortingAtRisk, level="overdue"), [CREATOR_OF_ORDER]),
    "porting-due": (example(porting.PortingDue), ALL_OF_ORDER),
    "porting-part-completed": (example(porting.PortingPartCompleted), ALL_OF_ORDER),
    "porting-completed": (example(porting.PortingCompleted), ALL_OF_ORDER),
    "clearing-mail": (example(porting.ClearingMailWritten), [ORDER.customer.email]),
    "departure-asked": (departs(porting.DepartureAsked), HOLDERS_OF_AGREEMENT),
    "departure-agreed": (departs(porting.DepartureAgreed), HOLDERS_OF_AGREEMENT),
    "departure-rescheduled": (departs(porting.DepartureRescheduled), HOLDERS_OF_AGREEMENT),
    "departure-refused": (departs(porting.DepartureRefused), HOLDERS_OF_AGREEMENT),
    "departure-cancelled": (departs(porting.DepartureCancelled), HOLDERS_OF_AGREEMENT),
    "departure-completed": (departs(porting.DepartureCompleted), HOLDERS_OF_AGREEMENT),
}
AT_THE_START = ["order-acknowledgement", "quote-link", "quote-replaced"]
BY_OURSELVES = ["webhook-disabled"]
TO_STRANGERS = ["fiber-link"]


def test_every_kind_is_told_of_by_some_event() -> None:
    of_amendments = {kind for kinds in INSTEAD.values() for kind in kinds.values()}
    assert sorted([*EVENTS, *AT_THE_START, *BY_OURSELVES, *TO_STRANGERS, *of_amendments]) == sorted(TOLD)


@pytest.mark.rule("AMEND-2", "ORD-2", "NOTE-1")
@pytest.mark.parametrize(
    ("case", "end", "kinds"),
    [
        ("renewal_with_tariff_change", ordering.OrderCompleted, ["renewal-acknowledgement", "renewal-begun"]),
        ("termination", ordering.OrderCompleted, ["termination-acknowledgement", "termination-carried-out"]),
        ("termination", ordering.OrderCancelled, ["termination-acknowledgement", "termination-taken-back"]),
    ],
)
async def test_renewals_and_terminations_are_told_in_words_of_their_own(
    desk: Desk, case: str, end: type[Event], kinds: list[str]
) -> None:
    [line, *_others] = ORDER.model_dump(mode="json")["lines"]
    made = example(provisioning.SiteProvisioned)
    ending = {"subject": "site", "site_id": str(made.site_id), "numbers": [], "effective_on": "2027-01-01"}
    line |= {"site": None, "termination": ending if case == "termination" else None}
    placed = {"business_case": case, "lines": [line], "effective_on": "2027-01-01"}
    await desk.hear(made)
    await desk.hear(example(ordering.OrderReceived, **placed), example(end))
    with desk.mail_server():
        while await desk.send():
            pass
    for kind in kinds:
        assert sorted(await desk.all(f"SELECT email FROM notice WHERE kind = '{kind}'")) == ALL_OF_ORDER, kind
    told = [one.text for one in desk.box.mails() if "ist eingegangen" in one.subject]
    assert len(told) == 3
    assert all("Freitag, 1. Januar 2027" in text for text in told)
    assert all((f"Nutzungsstandort {made.name}" in text) == (case == "termination") for text in told)


@pytest.mark.rule("QUOTE-2")
async def test_the_link_greets_whom_it_was_sent_to(desk: Desk) -> None:
    await desk.hear(example(ordering.QuoteLinkIssued, recipient_name="Vera Vertretung"))
    with desk.mail_server():
        await desk.send()
    [mail] = desk.box.mails()
    assert mail.text.startswith("Guten Tag Vera Vertretung,")


@pytest.mark.rule("NOTE-1")
@pytest.mark.parametrize("case", ["site_order", "more_numbers"])
async def test_the_end_of_an_order_is_no_news_where_its_site_or_numbers_have_told_it(desk: Desk, case: str) -> None:
    placed = ORDER.model_copy(update={"business_case": BusinessCase(case)})
    await desk.hear(placed, EVENTS["order-completed"][0], EVENTS["numbers-assigned"][0])
    kinds = set(await desk.all("SELECT kind FROM notice"))
    assert kinds == {"order-acknowledgement", "numbers-assigned"}


@pytest.mark.rule("NOTE-1")
@pytest.mark.parametrize("early", [False, True], ids=["after its story", "before its story"])
async def test_each_event_is_told_once_to_whom_it_concerns_however_often_and_early_it_comes(
    desk: Desk, early: bool
) -> None:
    happened = [event for event, _ in EVENTS.values()]
    for batch in ([happened, [LINK, ORDER]] if early else [[LINK, ORDER], happened]) * 2:
        await desk.hear(*batch)
    with desk.mail_server():
        while await desk.send():
            pass
    for kind, (_event, expected) in EVENTS.items():
        assert sorted(await desk.all(f"SELECT email FROM notice WHERE kind = '{kind}'")) == sorted(expected), kind
    assert await desk.all("SELECT DISTINCT state FROM notice") == ["sent"]
    assert await desk.ask("SELECT count(*) FROM waiting_for_story") == 0
    assert len(desk.box.mails()) == await desk.ask("SELECT count(*) FROM notice")


@pytest.mark.rule("NOTE-1", "PORT-8")
async def test_numbers_that_are_live_are_told_at_once_and_never_again(desk: Desk) -> None:
    part = example(porting.PortingPartCompleted)
    told = part.model_dump(mode="json")
    everything = {"numbers": told["numbers"] + told["awaiting"], "earlier": told["numbers"]}
    await desk.hear(ORDER, part, part, example(porting.PortingCompleted, **everything))
    live = "SELECT facts->'numbers'->0->>'stem' FROM notice WHERE kind = '{}' AND email = '{}'"
    for kind, blocks in (("porting-part-completed", part.numbers), ("porting-completed", part.awaiting)):
        assert await desk.all(live.format(kind, ORDER.customer.email)) == [one.stem for one in blocks]


@pytest.mark.rule("QUOTE-4")
async def test_an_order_is_acknowledged_to_approver_customer_and_creator_and_equal_addresses_once(desk: Desk) -> None:
    same = {"name": "Karla", "email": ORDER.customer.email.upper(), "language": "en"}
    await desk.hear(ORDER, example(ordering.OrderReceived, order_id=LINK.link_id, approver=same))
    rows = await desk.all("SELECT about || ' ' || email FROM notice WHERE kind = 'order-acknowledgement'")
    assert sorted(rows) == sorted(
        [f"{ORDER.order_id} {email}" for email in ALL_OF_ORDER]
        + [f"{LINK.link_id} {email}" for email in (ORDER.customer.email, ORDER.creator.email)]
    )


@pytest.mark.rule("QUOTE-5", "QUOTE-4")
async def test_a_direct_order_is_acknowledged_to_the_customer_and_whoever_placed_it(desk: Desk) -> None:
    await desk.hear(example(ordering.OrderReceived, approver=None, quote_id=None, quote_number=None))
    assert sorted(await desk.all("SELECT email FROM notice")) == sorted([ORDER.customer.email, ORDER.creator.email])


@pytest.mark.rule("QUOTE-2")
async def test_whoever_held_the_link_before_is_told_that_it_is_dead(desk: Desk) -> None:
    first = example(ordering.QuoteLinkIssued, replaces_earlier=False, link_id=ORDER.order_id)
    await desk.hear(first)
    await desk.hear(example(ordering.QuoteLinkIssued, recipient="other@muellerundsoehne.example"))
    kinds = await desk.all("SELECT kind || ' ' || email FROM notice")
    assert sorted(kinds) == [
        f"quote-link {first.recipient}",
        "quote-link other@muellerundsoehne.example",
        f"quote-replaced {first.recipient}",
    ]


@pytest.mark.rule("QUOTE-2")
async def test_who_sends_a_quote_again_to_the_same_address_hears_nothing_but_the_new_link(desk: Desk) -> None:
    creator = LINK.creator.model_dump()
    await desk.hear(example(ordering.QuoteLinkIssued, link_id=ORDER.order_id))
    await desk.hear(LINK, example(ordering.QuoteResent, resent_by=creator))
    assert await desk.all("SELECT kind FROM notice") == ["quote-link", "quote-link"]


@pytest.mark.rule("PORT-4")
async def test_a_paper_carriers_porting_is_told_of_as_a_signature_that_is_awaited(desk: Desk) -> None:
    paused = example(porting.PortingStarted, electronic=False)
    await desk.hear(ORDER, paused, example(porting.SignedFormAwaited))
    kinds = set(await desk.all("SELECT kind FROM notice"))
    assert kinds == {"order-acknowledgement", "signed-form-awaited"}


@pytest.mark.rule("PORT-4", "NOTE-1")
async def test_a_form_that_was_sent_back_or_is_missing_is_asked_for_again_and_the_customer_gets_it_once_more(
    desk: Desk,
) -> None:
    back = {"awaited_since": "2026-12-01T09:00:00Z", "refused_because": "Unterschrift fehlt"}
    placed = by_paper()
    which = {"porting_id": next(line.porting.porting_id for line in placed.lines if line.porting is not None)}
    told = [
        example(porting.SignedFormAwaited, **which, **back),
        example(porting.SignedFormReminded, **which, reminder=1),
        example(porting.SignedFormReminded, **which, reminder=2),
    ]
    await desk.hear(placed, *told)
    await desk.hear(*told)
    rows = await desk.all(
        "SELECT kind || ' ' || role || ' ' || (documents)::text FROM notice WHERE kind LIKE 'signed%'"
    )
    with_form = [one for one in rows if "porting-form" in one]
    assert len(rows) == 9
    assert len(with_form) == 3
    assert all(" customer " in one for one in with_form)


async def test_a_date_that_moves_twice_is_told_twice(desk: Desk) -> None:
    moved = {"rescheduled_at": "2026-12-02T09:00:00Z"}
    await desk.hear(ORDER, example(porting.PortingRescheduled), example(porting.PortingRescheduled, **moved))
    assert await desk.ask("SELECT count(*) FROM notice WHERE kind = 'porting-rescheduled'") == 6


async def test_what_happens_while_its_order_is_being_heard_is_not_lost_between_them(desk: Desk) -> None:
    async with desk.running.units.writing() as unit:
        await desk.react(unit, example(provisioning.SiteProvisioned))
        await unit.flush()
        order = asyncio.create_task(desk.hear(ORDER))
        await desk.until("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", 1)
    await order
    assert await desk.ask("SELECT count(*) FROM notice WHERE kind = 'site-ready'") == 3
    assert await desk.ask("SELECT count(*) FROM waiting_for_story") == 0


@pytest.mark.rule("PORT-8", "NOTE-1")
async def test_each_part_of_a_porting_is_told_of_though_two_have_the_same_day(desk: Desk) -> None:
    one, other = ({"area_code": "221", "stem": stem} for stem in ("4711001", "4711002"))
    parts = [example(porting.PortingConfirmed, numbers=[numbers]) for numbers in (one, other)]
    await desk.hear(ORDER, *parts, *parts)
    assert await desk.ask("SELECT count(*) FROM notice WHERE kind = 'porting-confirmed'") == 2 * len(ALL_OF_ORDER)


@pytest.mark.rule("NOTE-1")
async def test_a_deadline_that_is_only_near_is_nobodys_mail(desk: Desk) -> None:
    await desk.hear(ORDER, example(porting.PortingAtRisk, level="warning"))
    assert await desk.ask("SELECT count(*) FROM notice WHERE kind = 'porting-at-risk'") == 0


@pytest.mark.rule("PORT-7", "NOTE-1")
async def test_a_clearing_mail_is_sent_once_in_the_language_it_was_written_in(desk: Desk) -> None:
    written = example(porting.ClearingMailWritten, language="en", text="Good day,\n\nplease look.", subject="Owner?")
    await desk.hear(ORDER, written)
    await desk.hear(written)
    with desk.mail_server():
        while await desk.send():
            pass
    [mail] = [one for one in desk.box.mails() if one.subject == "Owner?"]
    assert mail.text.startswith("Good day,")
    assert "Just answer this mail" in mail.text


@pytest.mark.rule("PORT-9")
async def test_of_numbers_that_leave_those_hear_who_ordered_for_the_contract_last(desk: Desk) -> None:
    later = ORDER.model_dump(mode="json") | {"order_id": LINK.link_id, "creator": STRANGER}
    await desk.hear(ORDER, example(ordering.OrderReceived, **later))
    await desk.hear(departs(porting.DepartureAsked))
    told = await desk.all("SELECT email FROM notice WHERE kind = 'departure-asked'")
    assert sorted(told) == sorted([ORDER.customer.email, STRANGER["email"]])


@pytest.mark.rule("NOTE-1")
async def test_each_is_written_to_in_his_own_language(desk: Desk) -> None:
    english: dict[str, Any] = ORDER.customer.model_dump(mode="json") | {"language": "en"}
    await desk.hear(example(ordering.OrderReceived, customer=english))
    with desk.mail_server():
        await desk.send()
    assert desk.addresses("has arrived") == [ORDER.customer.email]
    assert desk.addresses("ist eingegangen") == sorted([ORDER.creator.email, ORDER.approver.email])
