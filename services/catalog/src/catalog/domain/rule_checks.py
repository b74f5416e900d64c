"""Can every rule be asked, and can a customer meet it (CAT-5)?"""

import re
from collections.abc import Iterator
from typing import Any

from catalog.domain import vocabulary as words
from catalog.domain.draft import Draft, Entry, Fault

ID = re.compile(r"[A-Z]+-\d+")


def rules_are_spelt(draft: Draft) -> Iterator[Fault]:
    for rule in draft.rules:
        kind = rule.values.get("kind")
        if not ID.fullmatch(str(rule.values.get("id", ""))):
            yield rule.fault("id", "the id is not a rule's number such as FLAT-2")
        if not words.known(kind, words.RULE_KINDS):
            yield rule.fault("kind", f"kind {kind!r} is none of {', '.join(sorted(words.RULE_KINDS))}")
        elif words.RULE_KINDS[str(kind)] and "object" not in rule.values:
            yield rule.fault("kind", f"a rule of kind {kind} needs an object")
        if not rule.texts("business_cases"):
            yield rule.fault("business_cases", "business_cases names no business case")
        for case in rule.texts("business_cases"):
            if case not in words.BUSINESS_CASES:
                yield rule.fault("business_cases", f"{case!r} is no business case")
        if not isinstance(rule.values.get("quantity_one", False), bool):
            yield rule.fault("quantity_one", "quantity_one is neither true nor false")
        for side in ("subject", "object"):
            if side == "subject" or side in rule.values:
                yield from _selector_is_spelt(rule, side)


def _selector_is_spelt(rule: Entry, side: str) -> Iterator[Fault]:
    selector = rule.values.get(side)
    if not isinstance(selector, dict):
        yield rule.fault(side, f"{side} is missing, or does not say categories or codes")
        return
    for name in selector.keys() - words.SELECTOR_FIELDS:
        yield rule.fault(side, f"{side} has no field {name!r}")
    for name in ("categories", "codes"):
        if not _is_words(selector.get(name, [])):
            yield rule.fault(side, f"{name} of {side} is not a list of words")
    for trait in ("srtp", "combination"):
        if not isinstance(selector.get(trait, False), bool):
            yield rule.fault(side, f"{trait} of {side} is neither true nor false")
    for category in _named(selector, "categories"):
        if category not in words.CATEGORIES:
            yield rule.fault(side, f"{side} names {category!r}, which is no category")


def rules_name_offerings(draft: Draft) -> Iterator[Fault]:
    codes = {str(entry.values.get("code")) for entry in draft.offerings}
    for rule in draft.rules:
        for side in ("subject", "object"):
            selector = rule.values.get(side)
            if not isinstance(selector, dict):
                continue
            for code in _named(selector, "codes"):
                if code not in codes:
                    yield rule.fault(side, f"{side} names {code!r}, which is no offering")
            if not _selected(draft, rule, side):
                yield rule.fault(side, f"{side} selects no offering, so the rule can't be met")


def rules_can_be_met(draft: Draft) -> Iterator[Fault]:
    """Who may order the one must be able to order the other, and no second rule may forbid it."""
    for rule in draft.rules:
        match rule.values.get("kind"):
            case "requires" | "quantity_equals" | "fits_only":
                yield from _unmeetable(draft, rule, wanting="subject", helping="object")
            case "at_least_one" if "object" in rule.values:
                yield from _unmeetable(draft, rule, wanting="object", helping="subject")
            case "excludes":
                subjects = _selected(draft, rule, "subject")
                if all(one in subjects for one in _selected(draft, rule, "object")):
                    yield rule.fault("object", "excludes nothing: the subject holds every object")


def _unmeetable(draft: Draft, rule: Entry, *, wanting: str, helping: str) -> Iterator[Fault]:
    demands = rule.values.get("kind") in ("requires", "at_least_one")
    helpers = _selected(draft, rule, helping)
    for audience in sorted(words.AUDIENCES):
        wanted = [one for one in _selected(draft, rule, wanting) if _may_order(one, audience)]
        offered = [one for one in helpers if _may_order(one, audience)]
        if wanted and helpers and not offered:
            yield rule.fault(helping, f"{wanted[0].name} needs what no {audience} customer can order")
            continue
        for one in wanted if demands else ():
            if hindrance := _hindrance(draft, rule, one, offered):
                told = f"{one.name} needs what rule {hindrance.name} ({hindrance.place}) forbids beside it"
                yield rule.fault(helping, told)


def _hindrance(draft: Draft, asking: Entry, one: Entry, offered: list[Entry]) -> Entry | None:
    """The rule that is in the way, where every one of those offered is forbidden beside it."""
    hindrance = None
    for other in offered:
        hindrance = _forbidding(draft, asking, one, other)
        if hindrance is None:
            return None
    return hindrance


def _forbidding(draft: Draft, asking: Entry, one: Entry, other: Entry) -> Entry | None:
    """A rule by which the two can't stand in one cart."""
    if one is other:
        return None
    cases = set(asking.texts("business_cases"))
    for rule in draft.rules:
        if rule is asking or not cases & set(rule.texts("business_cases")) or _asks_for_combination(rule):
            continue
        subjects, objects = _selected(draft, rule, "subject"), _selected(draft, rule, "object")
        match rule.values.get("kind"):
            case "excludes":
                pairs = ((one, other), (other, one))
                forbids = any(a in subjects and b in objects and b not in subjects for a, b in pairs)
            case "at_most_one":
                forbids = one in subjects and other in subjects
            case "fits_only":
                kinds = {entry.values.get("category") for entry in objects}
                pairs = ((one, other), (other, one))
                forbids = any(
                    a in subjects and b not in subjects and b.values.get("category") in kinds and b not in objects
                    for a, b in pairs
                )
            case _:
                forbids = False
        if forbids:
            return rule
    return None


def quantities_are_told_once(draft: Draft) -> Iterator[Fault]:
    counting = [rule for rule in draft.rules if rule.values.get("kind") == "quantity_equals"]
    for position, rule in enumerate(counting):
        for before in counting[:position]:
            both = [one for one in _selected(draft, rule, "subject") if one in _selected(draft, before, "subject")]
            same_case = set(rule.texts("business_cases")) & set(before.texts("business_cases"))
            if both and same_case and _selected(draft, rule, "object") != _selected(draft, before, "object"):
                yield rule.fault("subject", f"the quantity of {both[0].name} is told otherwise in {before.place}")


def _asks_for_combination(rule: Entry) -> bool:
    """A trunk's combination is chosen in the cart, so the offering alone can't tell."""
    return any("combination" in side for side in (rule.values.get("subject"), rule.values.get("object")) if side)


def _may_order(entry: Entry, audience: str) -> bool:
    return audience in entry.texts("audiences") and entry.values.get("orderability") == "digital"


def _selected(draft: Draft, rule: Entry, side: str) -> list[Entry]:
    selector = rule.values.get(side)
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


def _named(selector: dict[str, Any], name: str) -> list[str]:
    found = selector.get(name, [])
    return found if _is_words(found) else []


def _is_words(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _has_trait(entry: Entry, selector: dict[str, Any], trait: str) -> bool:
    return trait not in selector or bool(entry.values.get(trait, False)) == selector[trait]
