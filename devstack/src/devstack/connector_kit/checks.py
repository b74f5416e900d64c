"""What the kit found: one line a check."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """`rule` numbers are those of docs/carrier-connector.md; `why` tells of a failure, or why it was not tried."""

    rule: str
    what: str
    verdict: Verdict
    why: str = ""


def check(rule: str, what: str, passed: bool, why: str = "") -> Check:
    return Check(rule, what, Verdict.PASSED if passed else Verdict.FAILED, "" if passed else why)


def skipped(rule: str, what: str, why: str) -> Check:
    return Check(rule, what, Verdict.SKIPPED, why)
