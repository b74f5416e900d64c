"""What is made from the code says what the code says, and one thing has one word."""

from pathlib import Path

from telecom.texts import contradictions, missing
from tests import porting_messages, questions, settings, topics
from tests.business_cases import page
from tests.lifecycles import pages

PACKAGES = ("portal", "cart", "porting", "provisioning", "notification", "catalog", "telecom", "chassis")


def test_the_drawn_lifecycles_are_those_of_the_tables() -> None:
    drawn = {path.name: path.read_text(encoding="utf-8") for path in Path("docs/lifecycles").glob("*.md")}
    assert drawn == pages(), "run `make docs`"


def test_the_page_of_business_cases_is_that_of_the_table() -> None:
    assert Path("docs/business-cases.md").read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_page_of_carriers_messages_is_that_of_the_tables() -> None:
    drawn = Path("docs/porting-messages.md").read_text(encoding="utf-8")
    assert drawn == porting_messages.page(), "run `make docs`"


def test_every_setting_is_explained_and_the_page_of_settings_is_that_of_the_classes() -> None:
    assert Path("docs/settings.md").read_text(encoding="utf-8") == settings.page(), "run `make docs`"


def test_the_page_of_topics_is_that_of_their_declarations() -> None:
    assert Path("docs/topics.md").read_text(encoding="utf-8") == topics.page(), "run `make docs`"


def test_each_of_the_sources_questions_has_a_journey_and_a_row() -> None:
    found = questions.answers()
    assert sorted(found) == sorted(questions.ORDER)
    assert len(found) == 23
    assert all(one.question.endswith("?") and one.rules for one in found.values())
    assert Path("docs/questions.md").read_text(encoding="utf-8") == questions.page(), "run `make docs`"


def test_no_two_packages_translate_a_text_differently() -> None:
    assert contradictions(*PACKAGES) == []


def test_what_the_chassis_says_is_said_in_german_as_well() -> None:
    assert missing("chassis") == []
