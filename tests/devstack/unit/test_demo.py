"""The demo's own machinery: waiting with a name, forms read from pages, days that carriers accept."""

from datetime import date, timedelta

import pytest

from devstack.databases import newest_migration
from devstack.demo.client import hidden_fields
from devstack.demo.story import STATE, porting_day
from devstack.demo.waiting import DidNotHappen, expect, until
from devstack.layout import SERVICES
from telecom.workdays import is_holiday, is_working_day, working_days_between


async def test_waiting_in_vain_names_what_did_not_happen() -> None:
    async def never() -> None:
        return None

    with pytest.raises(DidNotHappen, match=r"the moon did not happen within 0\.05 s"):
        await until("the moon", never, 0.05)


async def test_waiting_ends_with_the_first_answer() -> None:
    answers = iter([None, None, "there"])

    async def ask() -> str | None:
        return next(answers)

    assert await until("it", ask, 5) == "there"


def test_what_is_expected_says_what_was_there_instead() -> None:
    with pytest.raises(DidNotHappen, match="the order is completed; seen last: failed"):
        expect(False, "the order is completed", "failed")


def test_hidden_fields_are_read_as_a_browser_would() -> None:
    page = """<form><input type="hidden" name="_key" value="a&amp;b"><input name="name" value="x">
        <input type="hidden" name="n"></form>"""
    assert hidden_fields(page) == {"_key": "a&b", "n": ""}


@pytest.mark.parametrize("start", [date(2021, 1, 1) + timedelta(days=11 * week) for week in range(60)])
def test_the_day_chosen_for_a_porting_is_one_that_carriers_accept(start: date) -> None:
    day = porting_day(start)
    assert is_working_day(day, STATE)
    assert not is_holiday(day + timedelta(days=1), STATE)
    assert 10 <= working_days_between(start, day, STATE) <= 20


@pytest.mark.parametrize("service", SERVICES)
def test_every_services_newest_migration_is_found_without_importing_it(service: str) -> None:
    assert newest_migration(service)[:4].isdigit()
