"""`make rules`: which tests show which rule of docs/rules.md, and which rules no test shows yet."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

RULE = re.compile(r"^- ([A-Z]+-\d+) ", re.MULTILINE)


def numbers() -> list[str]:
    """All rules, in the order of the document."""
    return RULE.findall(Path("docs/rules.md").read_text(encoding="utf-8"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rules", action="store_true", help="print rule -> tests instead of running them")


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.getoption("--rules"):
        return
    shown: dict[str, set[str]] = defaultdict(set)
    for item in session.items:
        for mark in item.iter_markers("rule"):
            for number in mark.args:
                shown[number].add(item.nodeid.split("[")[0])
    known = numbers()
    print()
    for number in known:
        print(f"{number:<10}{len(shown[number]) or '-'}")
        for test in sorted(shown[number]):
            print(f"          {test}")
    print(f"\nwithout a test: {', '.join(one for one in known if not shown[one]) or 'none'}")
    if unknown := sorted(set(shown) - set(known)):
        raise pytest.UsageError(f"tests name rules that docs/rules.md doesn't know: {', '.join(unknown)}")
