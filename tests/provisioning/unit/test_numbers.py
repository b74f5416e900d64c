"""A number's life has no gap, a cut block loses no number, and a pool file hides no fault (SITE-3, SITE-5, PORT-9)."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.domain.balance import Balance, Span
from provisioning.domain.inventory import read_pool
from provisioning.domain.numbers import NumberState, Stay, life, on_day
from telecom.numbers import NumberBlock, none_overlap

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
FOREIGN = [NumberBlock("221", "98", "0", "9"), NumberBlock("30", "479000")]
PLACES = [NumberState.HELD, NumberState.RESTING, NumberState.RESERVED, NumberState.PORTED_OUT]


@st.composite
def known(draw: st.DrawFn) -> tuple[list[Stay], datetime | None]:
    """Stays one after the other, with gaps, and the moment from which the number is of our pool."""
    hours = sorted(draw(st.lists(st.integers(0, 5000), unique=True, max_size=9)))
    moments = [BEGIN + timedelta(hours=hour) for hour in hours]
    stays = [
        Stay(draw(st.sampled_from(PLACES)), since, until, ended="released")
        for since, until in itertools.pairwise(moments)
        if draw(st.booleans())
    ]
    if moments and draw(st.booleans()):
        stays.append(Stay(draw(st.sampled_from(PLACES)), moments[-1]))
    loaded = draw(st.none() | st.integers(-50, 5000).map(lambda hour: BEGIN + timedelta(hours=hour)))
    return draw(st.permutations(stays)), loaded


@pytest.mark.rule("SITE-5", "PORT-9")
@settings(deadline=None)
@given(known(), st.integers(-30, 300))
def test_a_number_is_at_one_place_at_any_time(found: tuple[list[Stay], datetime | None], days: int) -> None:
    stays, loaded = found
    told = life(stays, loaded)
    assert [stay for stay in told if stay.state in PLACES] == sorted(stays, key=lambda one: one.since or BEGIN)
    assert (told[0].since, told[-1].until) == (None, None)
    assert all(one.until == other.since for one, other in itertools.pairwise(told))
    for stay in told:
        if stay.state is NumberState.FREE:
            assert loaded is not None
            assert stay.since is not None
            assert stay.since >= loaded
        if stay.state is NumberState.ELSEWHERE and loaded is not None:
            assert stay.until is not None
    day = (BEGIN + timedelta(days=days)).date()
    then = on_day(told, day)
    assert then
    assert all(one.until == other.since for one, other in itertools.pairwise(then))


@pytest.mark.rule("SITE-5")
def test_on_a_day_on_which_a_number_moved_it_was_at_both_places() -> None:
    noon = datetime(2026, 6, 1, 10, tzinfo=UTC)
    told = life([Stay(NumberState.HELD, BEGIN, noon, went_to="Altnetz")], None)
    assert [stay.state for stay in on_day(told, date(2026, 6, 1))] == [NumberState.HELD, NumberState.ELSEWHERE]
    assert [stay.carrier for stay in on_day(told, date(2026, 6, 2))] == ["Altnetz"]
    assert on_day(told, date(2026, 5, 31)) == told[1:2]


@pytest.mark.rule("PORT-9", "SITE-3")
@given(st.integers(1, 3), st.data())
def test_a_block_without_a_part_and_the_part_are_the_block(width: int, data: st.DataObject) -> None:
    whole = NumberBlock("221", "479000"[: 8 - width], "0" * width, "9" * width)
    depth = data.draw(st.integers(0, width))
    digits = "".join(str(data.draw(st.integers(0, 9))) for _ in range(depth))
    left = width - depth
    part = NumberBlock("221", whole.stem + digits, "0" * left if left else None, "9" * left if left else None)
    rest = whole.without([part])
    none_overlap([part, *rest])
    assert part.size + sum(one.size for one in rest) == whole.size
    assert len(rest) == 9 * depth
    assert part.without([whole]) == ()
    assert whole.without(FOREIGN) == (whole,)


@pytest.mark.rule("SITE-3")
def test_every_fault_of_a_pool_file_is_named_by_its_line() -> None:
    lines = [
        "area_code,first,last",
        "221,47900000,47900999",
        "221,4790",
        "# a note",
        "220,47900000,47900009",
        "221,47900005,47900019",
        "221,4790000,4790009",
        "221,47900990,47901009",
        "221,47910009,47910000",
        "",
        "3643,4711000,4711009",
    ]
    ranges, faults = read_pool("\n".join(lines))
    assert [line for line, _range in ranges] == [2, 11]
    assert [fault.line for fault in faults] == [3, 5, 6, 7, 8, 9]
    assert "earlier line" in faults[4].why


@pytest.mark.rule("SITE-3")
def test_a_balance_counts_what_is_wrong_although_it_adds_up() -> None:
    wrong = Balance("221", 100, 100, 0, 0, 0, 0, 30, missing=(Span(1, 10),), surplus=(Span(21, 30),))
    assert wrong.difference == 20
    assert (wrong.days_left, Balance.from_json(wrong.as_json())) == (100, wrong)
    assert Balance("221", 100, 100, 0, 0, 0, 0, 0).days_left is None
