"""What rules and derivations have in common: a number, business cases, and the offerings they select."""

import re
from collections.abc import Iterator
from typing import Any

from catalog.domain import vocabulary as words
from catalog.domain.draft import Draft, Entry, Fault

ID = re.compile(r"[A-Z]+-\d+")


def part_is_spelt(part: Entry) -> Iterator[Fault]:
    """Number, business cases and both selectors of a rule or derivation."""
    if not ID.fullmatch(str(part.values.get("id", ""))):
        yield part.fault("id", "the id is not a rule's number such as FLAT-2")
    if not part.texts("business_cases"):
        yield part.fault("business_cases", "business_cases names no business case")
    for case in part.texts("business_cases"):
        if case not in words.BUSINESS_CASES:
            yield part.fault("business_cases", f"{case!r} is no business case")
    for side in ("subject", "object"):
        if side == "subject" or side in part.values:
            yield from _selector_is_spelt(part, side)


def named_beyond_offerings(draft: Draft, part: Entry, consequence: str) -> Iterator[Fault]:
    """Codes that no offering has, and selectors that select none."""
    codes = {str(entry.values.get("code")) for entry in draft.offerings}
    for side in ("subject", "object"):
        selector = part.values.get(side)
        if not isinstance(selector, dict):
            continue
        for code in _named(selector, "codes"):
            if code not in codes:
                yield part.fault(side, f"{side} names {code!r}, which is no offering")
        if not selected(draft, part, side):
            yield part.fault(side, f"{side} selects no offering, {consequence}")


def selected(draft: Draft, part: Entry, side: str) -> list[Entry]:
    selector = part.values.get(side)
    if not isinstance(selector, dict):
        return []
    categories, codes = _named(selector, "categories"), _named(selector, "codes")
    return [
        entry
        for entry in draft.offerings
        if (entry.values.get("category") in categories or entry.values.get("code") in codes)
        and _has_trait(entry, selector, "srtp")
        and (_has_trait(entry, selector, "combination") or entry.values.get("category") == "trunk")
    ]


def _selector_is_spelt(part: Entry, side: str) -> Iterator[Fault]:
    selector = part.values.get(side)
    if not isinstance(selector, dict):
        yield part.fault(side, f"{side} is missing, or does not say categories or codes")
        return
    for name in selector.keys() - words.SELECTOR_FIELDS:
        yield part.fault(side, f"{side} has no field {name!r}")
    for name in ("categories", "codes"):
        if not _is_words(selector.get(name, [])):
            yield part.fault(side, f"{name} of {side} is not a list of words")
    for trait in ("srtp", "combination"):
        if not isinstance(selector.get(trait, False), bool):
            yield part.fault(side, f"{trait} of {side} is neither true nor false")
    for category in _named(selector, "categories"):
        if category not in words.CATEGORIES:
            yield part.fault(side, f"{side} names {category!r}, which is no category")


def _named(selector: dict[str, Any], name: str) -> list[str]:
    found = selector.get(name, [])
    return found if _is_words(found) else []


def _is_words(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _has_trait(entry: Entry, selector: dict[str, Any], trait: str) -> bool:
    return trait not in selector or bool(entry.values.get(trait, False)) == selector[trait]
