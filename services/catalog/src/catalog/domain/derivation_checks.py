"""Can every derivation be computed, and does it say the same as the rules (CAT-5, CART-3)?"""

from collections.abc import Iterator

from catalog.domain import vocabulary as words
from catalog.domain.draft import Draft, Entry, Fault
from catalog.domain.selections import named_beyond_offerings, part_is_spelt, selected


def derivations_are_spelt(draft: Draft) -> Iterator[Fault]:
    for one in draft.derivations:
        kind = one.values.get("kind")
        if not words.known(kind, words.DERIVATION_KINDS):
            yield one.fault("kind", f"kind {kind!r} is none of {', '.join(sorted(words.DERIVATION_KINDS))}")
            needs_object, meaningful = False, words.BUSINESS_CASES
        else:
            needs_object, meaningful = words.DERIVATION_KINDS[str(kind)]
        if needs_object and "object" not in one.values:
            yield one.fault("kind", f"a derivation of kind {kind} needs an object")
        for case in one.texts("business_cases"):
            if case in words.BUSINESS_CASES and case not in meaningful:
                yield one.fault("business_cases", f"{kind} has no meaning in {case}, only in {', '.join(meaningful)}")
        yield from part_is_spelt(one)


def derivations_name_offerings(draft: Draft) -> Iterator[Fault]:
    for one in draft.derivations:
        yield from named_beyond_offerings(draft, one, "so nothing follows from it")


def derivations_lead_somewhere(draft: Draft) -> Iterator[Fault]:
    """What comes along must not make itself come along, and as many as the rules count; what replaces must replace."""
    for one in draft.derivations:
        subjects, objects = selected(draft, one, "subject"), selected(draft, one, "object")
        match one.values.get("kind"):
            case "auto_added":
                if both := [entry for entry in subjects if entry in objects]:
                    yield one.fault("subject", f"{both[0].name} would come along with itself")
                yield from _counted_otherwise(draft, one, subjects, objects)
            case "replaces" if len(objects) == 1 and subjects == objects:
                yield one.fault("object", "replaces nothing: the subject is the only object")


def _counted_otherwise(draft: Draft, one: Entry, subjects: list[Entry], objects: list[Entry]) -> Iterator[Fault]:
    for rule in draft.rules:
        same_case = set(rule.texts("business_cases")) & set(one.texts("business_cases"))
        if rule.values.get("kind") != "quantity_equals" or not same_case:
            continue
        both = [entry for entry in subjects if entry in selected(draft, rule, "subject")]
        if both and selected(draft, rule, "object") != objects:
            yield one.fault("object", f"rule {rule.name} ({rule.place}) counts {both[0].name} by other lines")
