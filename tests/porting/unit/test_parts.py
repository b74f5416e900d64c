"""What a part of a porting request asks for, and what it makes of the donor's answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from porting.domain import asking, changing
from porting.domain.facts import CalledOffForNew, Deadline, Level, Work
from porting.domain.particulars import PortingCase, Window
from porting.domain.porting import task_key
from porting.domain.sequence import Reaction
from tests.porting.requests import BLOCKS, DAY, NOW, RULES, US, agreement, asked, cancellation, request

pytestmark = pytest.mark.rule("PORT-5")


def test_all_numbers_are_asked_for_by_one_part_alone() -> None:
    wish = {"all_numbers": True, "requested_on": DAY, "window": Window.MORNING}
    [alone] = asking.parts_of(BLOCKS[:2], PortingCase.END_WITH_NUMBERS, **wish)
    several = asking.parts_of(BLOCKS[:7], PortingCase.END_WITH_NUMBERS, **wish)
    assert alone.all_numbers
    assert [one.all_numbers for one in several] == [False, False]


@pytest.mark.rule("PORT-8")
def test_of_all_numbers_those_move_that_the_donor_names() -> None:
    porting = request(numbers=(replace(BLOCKS[0], answering_extension="0"), BLOCKS[1]))
    [part] = porting.parts
    part.all_numbers = True
    asking.send(porting, part, RULES, NOW)
    said = replace(agreement(part), numbers=(BLOCKS[0], BLOCKS[2]))
    asking.agree(porting, part, said, US, RULES, NOW)
    assert part.numbers == (replace(BLOCKS[0], answering_extension="0"), BLOCKS[2])


def test_what_is_overdue_stays_a_task_until_the_last_of_it_has_come() -> None:
    porting = request()
    [part] = porting.parts
    asking.send(porting, part, RULES, NOW)
    wanted = cancellation(part)
    changing.call_off(porting, part, wanted)
    changing.send_change(porting, part, RULES, NOW)
    porting.at_risk(part, Deadline.ANSWER, Level.OVERDUE, NOW + timedelta(days=5))
    task = task_key(1, Work.OVERDUE)
    porting.tasks[task] = porting.porting_id
    porting.facts.clear()
    asked(part).answer_by_hand(agreed=False)
    changing.change_refused(porting, part, asked(part).ours[0], "zu spät", NOW, "Altnetz")
    assert not [one for one in porting.facts if getattr(one, "work", None) is Work.OVERDUE]
    asking.agree(porting, part, agreement(part), US, RULES, NOW)
    assert [one for one in porting.facts if getattr(one, "work", None) is Work.OVERDUE]


@pytest.mark.rule("PORT-8", "ORD-1")
@pytest.mark.parametrize("by_donor", [True, False])
def test_what_both_call_off_to_ask_anew_is_told_with_the_date_that_holds_no_more(by_donor: bool) -> None:
    porting = request()
    [part] = porting.parts
    asking.send(porting, part, RULES, NOW)
    asking.agree(porting, part, agreement(part), US, RULES, NOW)
    wish = cancellation(part, final=False)
    if by_donor:
        asked(part).hear_change(wish, NOW)
        asked(part).settle_theirs()
    else:
        changing.call_off(porting, part, wish)
        changing.send_change(porting, part, RULES, NOW)
        asked(part).answer_by_hand(agreed=True)
    changing.change_agreed(porting, part, RULES, NOW, "Altnetz")
    assert CalledOffForNew(BLOCKS[:1], DAY) in porting.facts


@pytest.mark.rule("PORT-8")
def test_an_answer_that_was_long_under_way_stands_although_its_day_has_passed() -> None:
    porting = request()
    [part] = porting.parts
    asking.send(porting, part, RULES, NOW)
    late = asked(part).request.requested_on + timedelta(days=3)
    assert asked(part).hear_answer(agreement(part), late).reaction is Reaction.TAKE
    before = replace(agreement(part, NOW.date() - timedelta(days=1)), code="8002")
    assert asked(part).hear_answer(before, late).faults != ()
