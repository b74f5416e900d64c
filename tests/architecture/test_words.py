"""One thing has one word, and what the pages name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

NOT_OURS = {".venv", ".git", "build", ".run", "vendor", "node_modules"}
PATH = re.compile(r"(?<![\w/.<{*-])(?:\.\./)*([\w.-]+(?:/[\w.-]+)*\.(?:py|md|toml|html|lp|tpl))\b(?![*\w/])")
CODE = ("contracts/src", "telecom/src", *map(str, Path("services").glob("*/src")))


def ours(pattern: str) -> Iterator[Path]:
    return (path for path in Path().rglob(pattern) if not NOT_OURS & set(path.parts) and path.is_file())


def glossary() -> list[list[str]]:
    """Code, German, meaning and what is never said, a row each."""
    lines = Path("docs/glossary.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][1:]


def pattern_of(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word.removesuffix('-'))}" + ("" if word.endswith("-") else r"\b"), re.IGNORECASE)


def test_what_the_glossary_calls_code_is_in_the_code() -> None:
    named = {word for row in glossary() for word in re.findall("`(.+?)`", row[0])}
    written = "\n".join(path.read_text(encoding="utf-8") for room in CODE for path in Path(room).rglob("*.py"))
    assert named
    assert {word for word in named if not re.search(rf"\b{re.escape(word)}\b", written)} == set()


@pytest.mark.parametrize("word", [word for row in glossary() for word in row[3].split(", ") if word])
def test_a_word_that_the_glossary_gave_up_is_in_no_german_text(word: str) -> None:
    wrong = pattern_of(word)
    said = [
        f"{path}:{number}: {line}"
        for path in ours("de.po")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.startswith("msgstr") and wrong.search(line)
    ]
    assert said == []


def test_every_file_that_a_page_names_is_there() -> None:
    """By its path, or the end of it: `domain/rules.py`."""
    there = {"/".join(path.parts[start:]) for path in ours("*") for start in range(len(path.parts))}
    missing = [
        f"{page}:{number}: {name}"
        for page in ours("*.md")
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        for name in PATH.findall(line)
        if name not in there
    ]
    assert missing == []
