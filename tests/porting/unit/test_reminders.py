"""A signed form that doesn't come is asked for again, so many times; then a person has to act (PORT-4)."""

from datetime import datetime

import pytest

from porting.domain import paper
from porting.domain.deadlines import Rules
from porting.domain.facts import Deadline, FormReminded, ReminderSet
from porting.domain.porting import Porting
from tests.porting.requests import NOW, RULES, SENT, request

pytestmark = pytest.mark.rule("PORT-4")


def set_for(porting: Porting) -> list[datetime]:
    """When reminders were set since the last look."""
    found = [fact.at for fact in porting.facts if isinstance(fact, ReminderSet)]
    porting.facts.clear()
    return found


def reminded(porting: Porting) -> list[int]:
    return [fact.reminder for fact in porting.facts if isinstance(fact, FormReminded)]


def test_reminders_go_out_in_the_morning_of_every_fifth_working_day_and_end() -> None:
    porting = request(electronic=False)
    [due] = set_for(porting)
    told = []
    while True:
        told.append(f"{due:%a %d %b %H:%M}")
        paper.remind(porting, RULES, due)
        assert reminded(porting) == [len(told)]
        if not (following := set_for(porting)):
            break
        [due] = following
    assert told == ["Mon 30 Nov 07:00", "Mon 07 Dec 07:00", "Mon 14 Dec 07:00"]
    waiting = porting.waited_for(porting.parts[0], Deadline.SIGNED_FORM)
    assert waiting is not None
    assert waiting.due_at > due


@pytest.mark.parametrize("reminders", [0, 1])
def test_an_operator_says_how_often(reminders: int) -> None:
    porting = request(electronic=False)
    porting.facts.clear()
    rules = Rules(reminders=reminders)
    paper.start(porting, rules, NOW)
    assert len(set_for(porting)) == reminders


def test_a_form_that_came_is_not_asked_for_and_one_that_went_back_is_from_the_beginning() -> None:
    porting = request(electronic=False)
    paper.remind(porting, RULES, NOW)
    paper.upload_form(porting, SENT, NOW)
    assert porting.waited_for(porting.parts[0], Deadline.SIGNED_FORM) is None
    porting.facts.clear()
    paper.remind(porting, RULES, NOW)
    assert porting.facts == []
    paper.refuse_form(porting, "not signed", RULES, NOW, "Olga")
    assert porting.waited_for(porting.parts[0], Deadline.SIGNED_FORM) is not None
    assert len(set_for(porting)) == 1
    paper.remind(porting, RULES, NOW)
    assert reminded(porting) == [1]
