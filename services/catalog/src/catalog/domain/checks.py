"""What makes a catalog fit to be published (CAT-5): small questions, each finding every fault of its kind."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.domain import vocabulary as words
from catalog.domain.draft import Draft, Entry, Fault

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,59}")
VERSION = re.compile(r"\d{4}-\d{2}\.\d+")
DECIMALS = {"one_time": 2, "monthly": 2, "per_minute": 4}


def faults(draft: Draft) -> list[Fault]:
    """Every fault, in the order of files and lines; empty if the draft may be published."""
    return sorted({fault for check in CHECKS for fault in check(draft)})


def version_is_named(draft: Draft) -> Iterator[Fault]:
    if not VERSION.fullmatch(draft.number):
        yield draft.version.fault("version", f"the version {draft.number!r} is not of the form 2021-03.1")
    if "valid_from" not in draft.version.values:
        yield draft.version.fault("valid_from", "valid_from is missing")


def codes_are_unique(draft: Draft) -> Iterator[Fault]:
    seen: dict[str, Entry] = {}
    for entry in (*draft.offerings, *draft.price_lists):
        code = str(entry.values.get("code", ""))
        if not CODE.fullmatch(code):
            yield entry.fault("code", "the code is missing or has other signs than A-Z, 0-9 and -")
        elif code in seen:
            yield entry.fault("code", f"the code is used already in {seen[code].place}")
        else:
            seen[code] = entry


def words_are_known(draft: Draft) -> Iterator[Fault]:
    expected = {
        "category": words.CATEGORIES,
        "family": words.FAMILIES,
        "orderability": words.ORDERABILITIES,
        "fulfilment": words.FULFILMENTS,
    }
    for entry in draft.offerings:
        for name, known in expected.items():
            if entry.values.get(name) not in known:
                yield entry.fault(name, f"{name} {entry.values.get(name)!r} is none of {', '.join(sorted(known))}")
    for entry in (*draft.offerings, *draft.price_lists):
        audiences = entry.texts("audiences")
        if not audiences:
            yield entry.fault("audiences", "audiences names nobody")
        for audience in audiences:
            if audience not in words.AUDIENCES:
                yield entry.fault("audiences", f"audience {audience!r} is neither business nor reseller")


def texts_are_translated(draft: Draft) -> Iterator[Fault]:
    wanted: list[tuple[tuple[Entry, ...], tuple[str, ...]]] = [
        (draft.offerings, ("name", "description")),
        (draft.price_lists, ("name",)),
        (draft.rules, ("text", "remedy")),
    ]
    for entries, names in wanted:
        for entry in entries:
            for name in names:
                yield from _untranslated(entry, name)
    for entry in draft.offerings:
        if "manual_process" in entry.values:
            yield from _untranslated(entry, "manual_process")


def _untranslated(entry: Entry, name: str) -> Iterator[Fault]:
    text = entry.values.get(name)
    for language, called in (("de", "German"), ("en", "English")):
        if not isinstance(text, dict) or not str(text.get(language) or "").strip():
            yield entry.fault(name, f"{name} has no {called} text")


def the_manual_process_is_told(draft: Draft) -> Iterator[Fault]:
    for entry in draft.offerings:
        if entry.values.get("orderability") == "manual" and "manual_process" not in entry.values:
            yield entry.fault("orderability", "is ordered manually, but manual_process does not say how (CAT-4)")


def prices_are_exact(draft: Draft) -> Iterator[Fault]:
    for entry in draft.offerings:
        prices = entry.values.get("prices")
        if not isinstance(prices, dict) or not prices:
            yield entry.fault("prices", "has no prices")
            continue
        for term, pair in prices.items():
            if not isinstance(pair, list) or len(pair) != 2:
                yield entry.fault("prices", f"the price for {term} is not a pair [one_time, monthly]")
                continue
            for name, value in zip(("one_time", "monthly"), pair, strict=True):
                yield from _inexact(entry, "prices", f"{name} for {term}", value, DECIMALS[name])
    for entry in draft.price_lists:
        for rate in entry.values.get("rates") or ():
            value = rate.get("per_minute") if isinstance(rate, dict) else None
            yield from _inexact(entry, "rates", "per_minute", value, DECIMALS["per_minute"])


def _inexact(entry: Entry, name: str, what: str, value: Any, decimals: int) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield entry.fault(name, f"{what} is not text; write an exact decimal in quotes")
        return
    try:
        amount = Decimal(value)
    except InvalidOperation:
        yield entry.fault(name, f"{what} {value!r} is not a number")
        return
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or amount < 0:
        yield entry.fault(name, f"{what} {value!r} is not a price")
    elif -exponent > decimals:
        yield entry.fault(name, f"{what} {value!r} has more than {decimals} decimals")


def no_term_is_without_a_price(draft: Draft) -> Iterator[Fault]:
    for entry in draft.offerings:
        prices = entry.values.get("prices")
        if not isinstance(prices, dict):
            continue
        terms = set(prices)
        if terms != {None} and terms != set(words.TERMS):
            missing = [str(term) for term in words.TERMS if term not in terms]
            unknown = [str(term) for term in terms if term not in words.TERMS]
            gap = f"no price for {', '.join(missing)} months" if missing else f"unknown term {', '.join(unknown)}"
            yield entry.fault("prices", f"{gap}; either all of 12, 24, 36 or one price under none (CAT-6)")


def references_lead_somewhere(draft: Draft) -> Iterator[Fault]:
    lists = {str(entry.values.get("code")): entry for entry in draft.price_lists}
    for entry in draft.offerings:
        for code in entry.texts("price_lists"):
            if code not in lists:
                yield entry.fault("price_lists", f"there is no price list {code!r}")
            elif missing := set(entry.texts("audiences")) - set(lists[code].texts("audiences")):
                yield entry.fault("price_lists", f"price list {code!r} is not for {', '.join(sorted(missing))}")
        if entry.values.get("category") == "voice_channel" and not entry.texts("price_lists"):
            yield entry.fault("price_lists", "a voice channel needs a connection price list (TRUNK-2)")
    codes = {str(entry.values.get("code")) for entry in draft.offerings}
    for rule in draft.rules:
        for side in ("subject", "object"):
            for code in _selector(rule, side).get("codes") or ():
                if code not in codes:
                    yield rule.fault(side, f"{side} names {code!r}, which is no offering")
            for category in _selector(rule, side).get("categories") or ():
                if category not in words.CATEGORIES:
                    yield rule.fault(side, f"{side} names {category!r}, which is no category")


def rules_can_be_met(draft: Draft) -> Iterator[Fault]:
    for rule in draft.rules:
        kind = str(rule.values.get("kind"))
        if not re.fullmatch(r"[A-Z]+-\d+", str(rule.values.get("id", ""))):
            yield rule.fault("id", "the id is not a rule's number such as FLAT-2")
        if kind not in words.RULE_KINDS:
            yield rule.fault("kind", f"kind {kind!r} is none of {', '.join(sorted(words.RULE_KINDS))}")
            continue
        for case in rule.texts("business_cases"):
            if case not in words.BUSINESS_CASES:
                yield rule.fault("business_cases", f"{case!r} is no business case")
        if words.RULE_KINDS[kind] and not _selector(rule, "object"):
            yield rule.fault("kind", f"a rule of kind {kind} needs an object")
        subjects, objects = _selected(draft, rule, "subject"), _selected(draft, rule, "object")
        if not subjects:
            yield rule.fault("subject", "subject selects no offering")
        if _selector(rule, "object") and not objects:
            yield rule.fault("object", "object selects no offering, so the rule can't be met")
        if kind == "requires":
            yield from _unmeetable(rule, subjects, objects)


def _unmeetable(rule: Entry, subjects: list[Entry], objects: list[Entry]) -> Iterator[Fault]:
    """Who may order the subject must be able to order an object."""
    for audience in sorted(words.AUDIENCES):
        wanting = [one for one in subjects if audience in one.texts("audiences") and _orderable(one)]
        helping = [one for one in objects if audience in one.texts("audiences") and _orderable(one)]
        if wanting and objects and not helping:
            yield rule.fault("object", f"{wanting[0].name} needs what no {audience} customer can order")


def _orderable(entry: Entry) -> bool:
    return entry.values.get("orderability") == "digital"


def _selector(rule: Entry, side: str) -> dict[str, Any]:
    found = rule.values.get(side)
    return found if isinstance(found, dict) else {}


def _selected(draft: Draft, rule: Entry, side: str) -> list[Entry]:
    selector = _selector(rule, side)
    categories, codes = selector.get("categories") or (), selector.get("codes") or ()
    return [
        entry
        for entry in draft.offerings
        if (entry.values.get("category") in categories or entry.values.get("code") in codes)
        and _has_trait(entry, selector, "srtp")
        and (_has_trait(entry, selector, "combination") or entry.values.get("category") == "trunk")
    ]


def _has_trait(entry: Entry, selector: dict[str, Any], trait: str) -> bool:
    return trait not in selector or bool(entry.values.get(trait, False)) == selector[trait]


CHECKS: tuple[Callable[[Draft], Iterator[Fault]], ...] = (
    version_is_named,
    codes_are_unique,
    words_are_known,
    texts_are_translated,
    the_manual_process_is_told,
    prices_are_exact,
    no_term_is_without_a_price,
    references_lead_somewhere,
    rules_can_be_met,
)
