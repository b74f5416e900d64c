"""What is made from the code says what the code says, and one thing has one word."""

from pathlib import Path

import pytest

from telecom.texts import contradictions, missing, unused
from tests.pages import lifecycles, questions
from tests.pages.__main__ import PAGES

PACKAGES = ("portal", "cart", "porting", "provisioning", "notification", "catalog", "telecom", "chassis")


def test_the_drawn_lifecycles_are_those_of_the_tables() -> None:
    drawn = {path.name: path.read_text(encoding="utf-8") for path in Path("docs/lifecycles").glob("*.md")}
    assert drawn == lifecycles.pages(), "run `make docs`"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_from_the_code_says_what_the_code_says(name: str) -> None:
    assert Path("docs", name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_each_of_the_sources_questions_has_a_journey_and_a_row() -> None:
    found = questions.answers()
    assert sorted(found) == sorted(questions.ORDER)
    assert len(found) == 23
    assert all(one.question.endswith("?") and one.rules for one in found.values())


def test_no_two_packages_translate_a_text_differently() -> None:
    assert contradictions(*PACKAGES) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_package_says_is_said_in_german_as_well_and_nothing_else(package: str) -> None:
    assert missing(package) == []
    assert unused(package) == []
