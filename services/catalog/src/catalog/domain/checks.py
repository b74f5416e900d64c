"""What makes a catalog fit to be published (CAT-5): small questions, each finding every fault of its kind."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.domain import vocabulary as words
from catalog.domain.derivation_checks import (
    derivations_are_spelt,
    derivations_lead_somewhere,
    derivations_name_offerings,
)
from catalog.domain.draft import Draft, Entry, Fault
from catalog.domain.rule_checks import (
    quantities_are_told_once,
    rules_are_spelt,
    rules_can_be_met,
    rules_name_offerings,
)

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,59}")
VERSION = re.compile(r"\d{4}-\d{2}\.\d+")
DECIMALS = {"one_time": 2, "monthly": 2, "per_minute": 4}
CURRENCY = "EUR"
HIGHEST = Decimal(10) ** 9


def faults(draft: Draft) -> list[Fault]:
    """Every fault, in the order of files and lines; empty if the draft may be published.

    Where a part is lost, what refers to it is not asked: each answer would only repeat that it is missing.
    """
    asked = ALONE if draft.lost else ALONE + TOGETHER
    return sorted({*draft.lost, *draft.slips, *(fault for check in asked for fault in check(draft))})


def version_is_named(draft: Draft) -> Iterator[Fault]:
    head = draft.version
    if not isinstance(head.values.get("version"), str) or not VERSION.fullmatch(draft.number):
        yield _of_head(draft, "version", f"the version {draft.number!r} is not of the form 2021-03.1, in quotes")
    valid_from = head.values.get("valid_from")
    if not isinstance(valid_from, date) or isinstance(valid_from, datetime):
        yield _of_head(draft, "valid_from", "valid_from is missing or no day such as 2021-03-01")
    if head.values.get("currency", CURRENCY) != CURRENCY:
        yield _of_head(draft, "currency", f"prices are in {CURRENCY} (CAT-6)")
    if not isinstance(head.values.get("prices_are_invented"), bool):
        yield _of_head(draft, "prices_are_invented", "say prices_are_invented: true or false (CAT-6)")


def something_is_sold(draft: Draft) -> Iterator[Fault]:
    if not draft.offerings:
        yield _of_head(draft, "version", "there is no offering")


def _of_head(draft: Draft, name: str, text: str) -> Fault:
    return Fault(draft.version.at(name), text)


def codes_are_unique(draft: Draft) -> Iterator[Fault]:
    seen: dict[str, Entry] = {}
    for entry in (*draft.offerings, *draft.price_lists):
        code = entry.values.get("code")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            yield entry.fault("code", "the code is missing or has other signs than A-Z, 0-9 and -")
        elif code in seen:
            yield entry.fault("code", f"the code is used already in {seen[code].place}")
        else:
            seen[code] = entry


def fields_are_known(draft: Draft) -> Iterator[Fault]:
    for entries, fields in (
        (draft.offerings, words.OFFERING_FIELDS),
        (draft.price_lists, words.PRICE_LIST_FIELDS),
        (draft.rules, words.RULE_FIELDS),
        (draft.derivations, words.DERIVATION_FIELDS),
    ):
        for entry in entries:
            for name in entry.lines.keys() - fields:
                yield entry.fault(name, f"there is no field {name!r}")


def words_are_known(draft: Draft) -> Iterator[Fault]:
    expected = {
        "category": words.CATEGORIES,
        "family": words.FAMILIES,
        "orderability": words.ORDERABILITIES,
        "fulfilment": words.FULFILMENTS,
    }
    for entry in draft.offerings:
        for name, known in expected.items():
            yield from _unknown(entry, name, known)
    for entry in draft.price_lists:
        if "orderability" in entry.values:
            yield from _unknown(entry, "orderability", words.ORDERABILITIES)
    for entry in (*draft.offerings, *draft.price_lists):
        audiences = entry.texts("audiences")
        if not audiences:
            yield entry.fault("audiences", "audiences names nobody")
        for audience in audiences:
            if audience not in words.AUDIENCES:
                yield entry.fault("audiences", f"audience {audience!r} is neither business nor reseller")


def _unknown(entry: Entry, name: str, known: frozenset[str]) -> Iterator[Fault]:
    if not words.known(entry.values.get(name), known):
        yield entry.fault(name, f"{name} {entry.values.get(name)!r} is none of {', '.join(sorted(known))}")


def traits_fit(draft: Draft) -> Iterator[Fault]:
    for entry in draft.offerings:
        for trait in words.TRAITS:
            if not isinstance(entry.values.get(trait, False), bool):
                yield entry.fault(trait, f"{trait} is neither true nor false")
        size = entry.values.get("block_size")
        is_block = entry.values.get("category") == "number_block"
        if is_block and (isinstance(size, bool) or size not in words.BLOCK_SIZES):
            yield entry.fault("block_size", "a number block has a block_size of 10, 100 or 1000")
        if not is_block and size is not None:
            yield entry.fault("block_size", "only a number block has a block_size")
        notice = entry.values.get("notice_days")
        if notice is not None and (type(notice) is not int or not 0 <= notice <= words.LONGEST_NOTICE):
            yield entry.fault("notice_days", f"notice_days is no whole number from 0 to {words.LONGEST_NOTICE} (ORD-2)")


def texts_are_translated(draft: Draft) -> Iterator[Fault]:
    wanted: list[tuple[tuple[Entry, ...], tuple[str, ...]]] = [
        (draft.offerings, ("name", "description")),
        (draft.price_lists, ("name",)),
        (draft.rules, ("text", "remedy")),
        (draft.derivations, ("reason",)),
    ]
    for entries, names in wanted:
        for entry in entries:
            for name in names:
                yield from _untranslated(entry, name, entry.values.get(name))
    for entry in draft.offerings:
        if "manual_process" in entry.values:
            yield from _untranslated(entry, "manual_process", entry.values["manual_process"])


def _untranslated(entry: Entry, name: str, text: Any) -> Iterator[Fault]:
    for language, called in (("de", "German"), ("en", "English")):
        found = text.get(language) if isinstance(text, dict) else None
        if not isinstance(found, str) or not found.strip():
            yield entry.fault(name, f"{name} has no {called} text")
        elif len(found) > words.LONGEST_TEXT:
            yield entry.fault(name, f"{name} has more than {words.LONGEST_TEXT} signs in {called}")


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


def rates_are_exact(draft: Draft) -> Iterator[Fault]:
    for entry in draft.price_lists:
        rates = entry.values.get("rates")
        if not isinstance(rates, list) or not rates:
            yield entry.fault("rates", "has no rates")
            continue
        for rate in rates:
            if not isinstance(rate, dict) or rate.keys() != {"destination", "per_minute"}:
                yield entry.fault("rates", "a rate is not {destination: ..., per_minute: ...}")
                continue
            yield from _untranslated(entry, "rates", rate["destination"])
            yield from _inexact(entry, "rates", "per_minute", rate["per_minute"], DECIMALS["per_minute"])


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
    if not isinstance(exponent, int) or amount < 0 or amount >= HIGHEST or "e" in value.lower():
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
        is_channel = entry.values.get("category") == "voice_channel"
        for code in entry.texts("price_lists"):
            if code not in lists:
                yield entry.fault("price_lists", f"there is no price list {code!r}")
            elif missing := set(entry.texts("audiences")) - set(lists[code].texts("audiences")):
                yield entry.fault("price_lists", f"price list {code!r} is not for {', '.join(sorted(missing))}")
        if is_channel and not entry.texts("price_lists"):
            yield entry.fault("price_lists", "a voice channel needs a connection price list (TRUNK-2)")
        if not is_channel and "price_lists" in entry.values:
            yield entry.fault("price_lists", "connection price lists belong to voice channels only (TRUNK-2)")


Check = Callable[[Draft], Iterator[Fault]]
ALONE: tuple[Check, ...] = (
    version_is_named,
    codes_are_unique,
    fields_are_known,
    words_are_known,
    traits_fit,
    texts_are_translated,
    the_manual_process_is_told,
    prices_are_exact,
    rates_are_exact,
    no_term_is_without_a_price,
    rules_are_spelt,
    derivations_are_spelt,
)
"""Asked of each entry by itself."""
TOGETHER: tuple[Check, ...] = (
    something_is_sold,
    references_lead_somewhere,
    rules_name_offerings,
    rules_can_be_met,
    quantities_are_told_once,
    derivations_name_offerings,
    derivations_lead_somewhere,
)
"""Asked of entries that refer to each other."""
