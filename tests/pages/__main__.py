"""Writes the pages that say what the code says: `python -m tests.pages docs`."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from devstack.layout import SECRETS
from tests.pages import business_cases, lifecycles, porting_messages, questions, roles, settings, topics

PAGES: dict[str, Callable[[], str]] = {
    "business-cases.md": business_cases.page,
    "porting-messages.md": porting_messages.page,
    "questions.md": questions.page,
    "roles.md": roles.page,
    "settings.md": settings.page,
    "topics.md": topics.page,
}
"""Each by its file's name; the lifecycles have a folder of their own."""


def main(docs: Path) -> None:
    for name, page in PAGES.items():
        (docs / name).write_text(page(), encoding="utf-8")
    for old in (docs / "lifecycles").glob("*.md"):
        old.unlink()
    for name, drawn in lifecycles.pages().items():
        (docs / "lifecycles" / name).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    os.environ.update(SECRETS)
    main(Path(sys.argv[1]))
