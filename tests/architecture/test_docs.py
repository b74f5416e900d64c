"""What is made from the code says what the code says, and one thing has one word."""

from pathlib import Path

from telecom.texts import contradictions
from tests.lifecycles import pages

PACKAGES = ("portal", "cart", "porting", "provisioning", "notification", "catalog", "telecom")


def test_the_drawn_lifecycles_are_those_of_the_tables() -> None:
    drawn = {path.name: path.read_text(encoding="utf-8") for path in Path("docs/lifecycles").glob("*.md")}
    assert drawn == pages(), "run `make docs`"


def test_no_two_packages_translate_a_text_differently() -> None:
    assert contradictions(*PACKAGES) == []
