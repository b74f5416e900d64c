"""Who has a task, when it is due, until when it waits; and the proposals that a second person decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.audit import BEGINNING, Entry, Row, bound, first_broken
from portal.domain.clerk import Clerk
from portal.domain.due_clock import standing
from portal.domain.handling import (
    ClaimedBySomebodyElse,
    DayNotAhead,
    DueInThePast,
    Handling,
    NotClaimed,
    ReasonMissing,
)
from portal.domain.lifecycle import ProposalState, ProposalTrigger
from portal.domain.proposal import SILENCE, AlreadyDecided, Deed, NotYours, Proposal, SamePerson
from portal.domain.sought import digits_in

OLGA, OTTO = Clerk("olga", "Olga Brandt", "olga@carrier.example"), Clerk("otto", "Otto Lindner", "otto@carrier.example")
FRIDAY = datetime(2026, 12, 4, 13, tzinfo=UTC)
"""14 o'clock in Berlin."""


def handling() -> Handling:
    return Handling(uuid4())


def proposal(**more: object) -> Proposal:
    deed = Deed("porting.release", "porting", "/portings/1/release", {"note": "geprüft"})
    return Proposal(uuid4(), deed, OLGA, FRIDAY, FRIDAY + timedelta(days=4), **more)  # type: ignore[arg-type] # a test's


def test_one_person_has_a_task_and_the_second_learns_who_and_since_when() -> None:
    task = handling()
    task.claim(OLGA, FRIDAY)
    task.claim(OLGA, FRIDAY + timedelta(hours=1))
    assert task.claimed_at == FRIDAY, "claiming twice changes nothing"
    with pytest.raises(ClaimedBySomebodyElse) as refused:
        task.claim(OTTO, FRIDAY)
    assert refused.value.params == {"name": "Olga Brandt", "since": FRIDAY}


def test_a_task_is_taken_over_only_with_a_reason() -> None:
    task = handling()
    task.claim(OLGA, FRIDAY)
    with pytest.raises(ReasonMissing):
        task.take_over(OTTO, "", FRIDAY)
    task.take_over(OTTO, "Olga ist krank", FRIDAY + timedelta(hours=1))
    assert task.claimed_by == OTTO


def test_only_who_has_a_task_gives_it_back_or_hands_it_on() -> None:
    task = handling()
    with pytest.raises(NotClaimed):
        task.give_back(OLGA)
    task.hand_to(OTTO, OLGA, FRIDAY)
    for act in (lambda: task.give_back(OLGA), lambda: task.hand_to(OLGA, OLGA, FRIDAY)):
        with pytest.raises(ClaimedBySomebodyElse):
            act()
    task.give_back(OTTO)
    assert task.claimed_by is None


def test_a_due_moment_is_moved_into_the_future_and_with_a_reason() -> None:
    task = handling()
    with pytest.raises(DueInThePast):
        task.move_due(FRIDAY, "weil", FRIDAY)
    with pytest.raises(ReasonMissing):
        task.move_due(FRIDAY + timedelta(days=1), "", FRIDAY)
    task.move_due(FRIDAY + timedelta(days=1), "Kunde im Urlaub", FRIDAY)
    assert task.due_at == FRIDAY + timedelta(days=1)


@pytest.mark.parametrize("day", [date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 25), date(2026, 12, 1)])
def test_a_task_is_put_aside_only_until_a_working_day_to_come(day: date) -> None:
    with pytest.raises(DayNotAhead):
        handling().wait_until(day, FRIDAY)


def test_a_task_put_aside_comes_back_on_demand() -> None:
    task = handling()
    task.wait_until(date(2026, 12, 7), FRIDAY)
    assert task.waits_until == date(2026, 12, 7)
    task.wait_until(None, FRIDAY)
    assert task.waits_until is None


@pytest.mark.parametrize(
    ("due", "text", "colour"),
    [
        (None, "no deadline", "off"),
        (datetime(2026, 12, 4, 9, tzinfo=UTC), "overdue since %(time)s", "bad"),
        (datetime(2026, 12, 3, 9, tzinfo=UTC), "overdue since yesterday", "bad"),
        (datetime(2026, 12, 2, 9, tzinfo=UTC), "overdue for %(count)s working days", "bad"),
        (datetime(2026, 12, 4, 15, tzinfo=UTC), "due today, %(time)s", "wait"),
        (datetime(2026, 12, 4, 23, 30, tzinfo=UTC), "due tomorrow", "wait"),
        (datetime(2026, 12, 4, 23, tzinfo=UTC), "due today", "wait"),
        (datetime(2026, 12, 8, 23, tzinfo=UTC), "due in %(count)s working days", "calm"),
        (datetime(2026, 12, 6, 9, tzinfo=UTC), "due on %(day)s", "wait"),
        (datetime(2026, 12, 7, 9, tzinfo=UTC), "due in one working day", "wait"),
        (datetime(2026, 12, 8, 9, tzinfo=UTC), "due in %(count)s working days", "calm"),
    ],
)
def test_the_clock_counts_working_days_in_berlin(due: datetime | None, text: str, colour: str) -> None:
    found = standing(due, FRIDAY)
    assert (found.text, found.colour) == (text, colour)


def test_what_is_due_when_a_day_ends_counts_that_day_as_its_last() -> None:
    assert standing(datetime(2026, 12, 8, 23, tzinfo=UTC), FRIDAY).places == {"count": 2}
    assert standing(datetime(2026, 12, 8, 22, 59, tzinfo=UTC), FRIDAY).places == {"count": 2}


def test_the_clock_leaves_weekends_and_holidays_out() -> None:
    christmas_eve = datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert standing(datetime(2026, 12, 29, 9, tzinfo=UTC), christmas_eve).places == {"count": 2}
    assert standing(datetime(2026, 12, 23, 9, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC)).text == (
        "overdue for one working day"
    )
    saturday, sunday = datetime(2026, 12, 5, 9, tzinfo=UTC), datetime(2026, 12, 7, 1, tzinfo=UTC)
    assert standing(saturday, sunday).text == "overdue for one working day"
    assert standing(datetime(2026, 12, 25, 9, tzinfo=UTC), datetime(2026, 12, 27, 9, tzinfo=UTC)).text == (
        "overdue since %(day)s"
    )


@pytest.mark.parametrize(
    "decide", [lambda one, who: one.approve(who, FRIDAY), lambda one, who: one.send_back(who, "nein", FRIDAY)]
)
def test_nobody_decides_what_he_proposed_himself_nor_under_a_second_login(
    decide: Callable[[Proposal, Clerk], None],
) -> None:
    second_login = Clerk("o.brandt", "O. Brandt", "Olga@Carrier.example")
    for who in (OLGA, second_login):
        one = proposal()
        with pytest.raises(SamePerson):
            decide(one, who)
        assert one.state is ProposalState.OPEN


def test_a_proposal_is_withdrawn_by_whoever_made_it() -> None:
    with pytest.raises(NotYours):
        proposal().withdraw(OTTO, FRIDAY)
    one = proposal()
    one.withdraw(OLGA, FRIDAY)
    with pytest.raises(AlreadyDecided):
        one.approve(OTTO, FRIDAY)


def test_a_proposal_expires() -> None:
    one = proposal()
    late = one.expires_at
    assert one.state_at(late) is ProposalState.EXPIRED
    with pytest.raises(AlreadyDecided):
        one.approve(OTTO, late)


def test_an_owner_who_was_silent_can_be_asked_again() -> None:
    one = proposal()
    one.approve(OTTO, FRIDAY)
    with pytest.raises(AlreadyDecided):
        one.approve(OTTO, FRIDAY + SILENCE)
    one.approve(OTTO, FRIDAY + SILENCE + timedelta(seconds=1))
    one.end(ProposalTrigger.OWNER_IS_SILENT, "timeout")
    assert (one.state, one.decided_by) == (ProposalState.OPEN, None)


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)


@given(said=st.lists(st.dictionaries(TEXT, TEXT, max_size=3), min_size=2, max_size=6), place=st.integers(0, 5))
def test_whoever_changes_or_takes_out_a_row_of_the_audit_is_found_out(said: list[dict[str, str]], place: int) -> None:
    rows: list[Row] = []
    for one in said:
        earlier = rows[-1].mark if rows else BEGINNING
        rows.append(bound(Entry(FRIDAY, OLGA, "note", said=one), len(rows) + 1, earlier, b"salt"))
    assert first_broken(rows) is None
    place %= len(rows) - 1
    assert first_broken(rows[:place] + rows[place + 1 :]) == rows[place + 1].number
    forged = bound(Entry(FRIDAY, OTTO, "note", said=said[place]), place + 1, rows[place].earlier, b"salt")
    assert first_broken([*rows[:place], forged, *rows[place + 1 :]]) == place + 2


def test_what_a_row_says_can_be_forgotten_and_not_be_replaced() -> None:
    row = bound(Entry(FRIDAY, OLGA, "note", said={"text": "Herr Müller"}), 1, BEGINNING, b"salt")
    gone = replace(row, entry=replace(row.entry, said={}), salt=None)
    assert first_broken([gone]) is None
    assert first_broken([replace(row, entry=replace(row.entry, said={"text": "Frau Müller"}))]) == 1


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0221 4711-12", "221471112"),
        ("+49 (0)221 4711", "2214711"),
        ("0049 221/4711", "2214711"),
        ("(0221) 47", "22147"),
        ("B-2026-0101", ""),
        ("02", ""),
        ("Jäger", ""),
    ],
)
def test_a_phone_number_is_understood_as_people_type_it(typed: str, digits: str) -> None:
    assert digits_in(typed) == digits
