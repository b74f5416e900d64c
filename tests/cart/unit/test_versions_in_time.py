"""What a customer holds on any day, whatever was agreed, ended and taken back in whatever order."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cart.domain.agreement import Agreement, AgreementLine, AgreementVersion, Cause, Upcoming, held_on
from cart.domain.catalog import FREE, Audience, BusinessCase, Category, Family
from cart.domain.history import chapters
from cart.domain.lifecycle import AgreementStatus
from cart.domain.wording import Wording

START = date(2027, 1, 1)
DAYS = st.integers(1, 400)
STEPS = st.lists(st.tuples(st.sampled_from(("reorder", "renew", "end", "reverse", "wait")), DAYS), max_size=12)


def cause(case: BusinessCase) -> Cause:
    return Cause(uuid4(), "AU-1", case, "Petra")


def line(quantity: int) -> AgreementLine:
    words = Wording("Sprachkanal", "Voice channel")
    return AgreementLine(uuid4(), "CHANNEL", words, Category.VOICE_CHANNEL, quantity, FREE.one_time, FREE.monthly)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Life:
    """An agreement played day by day, and a plain diary of how many channels it held on each."""

    def __init__(self) -> None:
        self.today, self.versions = START, list[AgreementVersion]()
        self.agreement = Agreement(
            UUID(int=1), "VT-1", UUID(int=2), Audience.BUSINESS, Family.TRUNK, uuid4(), [line(4)], 24, at(START)
        )
        self.agreement.begin(cause(BusinessCase.NEW_ORDER), START)
        self.agreement.activate(at(START), START)
        self.diary: dict[date, int] = {}
        self.save()

    def save(self) -> None:
        self.agreement.stored_version = self.agreement.version
        self.versions += self.agreement.recorded
        self.agreement.recorded.clear()

    def held_now(self) -> int:
        ended = self.agreement.status is AgreementStatus.ENDED
        return 0 if ended else sum(one.quantity for one in self.agreement.lines)

    def take(self, step: str, days: int) -> None:
        agreement, day = self.agreement, self.today + timedelta(days=days)
        if step == "wait":
            self.pass_days(days)
        elif step == "reorder" and agreement.may(BusinessCase.REORDER):
            agreement.add([line(1)], at(self.today), cause(BusinessCase.REORDER), self.today)
        elif step == "renew" and agreement.may(BusinessCase.RENEWAL):
            agreement.plan_renewal(Upcoming(day, (line(9),), 24, cause(BusinessCase.RENEWAL)), at(self.today))
        elif step == "end" and agreement.may(BusinessCase.TERMINATION):
            bound = agreement.bound_until or day
            agreement.plan_termination(max(day, bound), at(self.today), cause(BusinessCase.TERMINATION))
        elif step == "reverse" and agreement.status is AgreementStatus.TERMINATING:
            agreement.reverse_termination(at(self.today), cause(BusinessCase.TERMINATION))
        self.save()

    def pass_days(self, days: int) -> None:
        for _nth in range(days):
            self.diary[self.today] = self.held_now()
            self.today += timedelta(days=1)
            if self.agreement.upcoming is not None and self.agreement.upcoming.valid_from <= self.today:
                self.agreement.renew(at(self.today))
            if self.agreement.terminates_on is not None and self.agreement.terminates_on <= self.today:
                self.agreement.end(at(self.today))
            self.save()


@pytest.mark.rule("ORD-3", "AMEND-1", "AMEND-2", "ORD-2")
@settings(deadline=None)
@given(STEPS)
def test_the_history_tells_of_each_day_what_was_held_on_it(steps: list[tuple[str, int]]) -> None:
    life = Life()
    for step, days in steps:
        life.take(step, days)
    life.pass_days(900)
    told = {
        day: sum(one.quantity for one in found.lines)
        for day in life.diary
        if (found := held_on(day, life.versions)) is not None
    }
    assert told == life.diary
    assert held_on(START - timedelta(days=1), life.versions) is None


@settings(deadline=None)
@given(STEPS)
def test_each_chapter_says_what_it_changed_and_ends_where_a_later_one_begins(steps: list[tuple[str, int]]) -> None:
    life = Life()
    for step, days in steps:
        life.take(step, days)
    for chapter in chapters(life.versions):
        assert chapter.changes, chapter
        if chapter.valid_until is not None:
            after = held_on(chapter.valid_until, life.versions)
            assert after is not None
            assert after != chapter.version
