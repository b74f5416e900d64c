"""Can every rule be asked, and can a customer meet it (CAT-5)?"""

from collections.abc import Iterator

from catalog.domain import vocabulary as words
from catalog.domain.draft import Draft, Entry, Fault
from catalog.domain.selections import named_beyond_offerings, part_is_spelt, selected


def rules_are_spelt(draft: Draft) -> Iterator[Fault]:
    for rule in draft.rules:
        kind = rule.values.get("kind")
        if not words.known(kind, words.RULE_KINDS):
            yield rule.fault("kind", f"kind {kind!r} is none of {', '.join(sorted(words.RULE_KINDS))}")
        elif words.RULE_KINDS[str(kind)] and "object" not in rule.values:
            yield rule.fault("kind", f"a rule of kind {kind} needs an object")
        if not isinstance(rule.values.get("quantity_one", False), bool):
            yield rule.fault("quantity_one", "quantity_one is neither true nor false")
        yield from part_is_spelt(rule)


def rules_name_offerings(draft: Draft) -> Iterator[Fault]:
    for rule in draft.rules:
        yield from named_beyond_offerings(draft, rule, "so the rule can't be met")


def rules_can_be_met(draft: Draft) -> Iterator[Fault]:
    """Who may order the one must be able to order the other, and no second rule may forbid it."""
    for rule in draft.rules:
        match rule.values.get("kind"):
            case "requires" | "quantity_equals" | "fits_only":
                yield from _unmeetable(draft, rule, wanting="subject", helping="object")
            case "at_least_one" if "object" in rule.values:
                yield from _unmeetable(draft, rule, wanting="object", helping="subject")
            case "excludes":
                subjects = selected(draft, rule, "subject")
                if all(one in subjects for one in selected(draft, rule, "object")):
                    yield rule.fault("object", "excludes nothing: the subject holds every object")


def _unmeetable(draft: Draft, rule: Entry, *, wanting: str, helping: str) -> Iterator[Fault]:
    demands = rule.values.get("kind") in ("requires", "at_least_one")
    helpers = selected(draft, rule, helping)
    for audience in sorted(words.AUDIENCES):
        wanted = [one for one in selected(draft, rule, wanting) if _may_order(one, audience)]
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
        subjects, objects = selected(draft, rule, "subject"), selected(draft, rule, "object")
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
            both = [one for one in selected(draft, rule, "subject") if one in selected(draft, before, "subject")]
            same_case = set(rule.texts("business_cases")) & set(before.texts("business_cases"))
            if both and same_case and selected(draft, rule, "object") != selected(draft, before, "object"):
                yield rule.fault("subject", f"the quantity of {both[0].name} is told otherwise in {before.place}")


def _asks_for_combination(rule: Entry) -> bool:
    """A trunk's combination is chosen in the cart, so the offering alone can't tell."""
    return any("combination" in side for side in (rule.values.get("subject"), rule.values.get("object")) if side)


def _may_order(entry: Entry, audience: str) -> bool:
    return audience in entry.texts("audiences") and entry.values.get("orderability") == "digital"
