"""The words a catalog may use (CAT-2, CAT-3, CAT-4) and what each kind of rule needs."""

from collections.abc import Collection

AUDIENCES = frozenset({"business", "reseller"})
CATEGORIES = frozenset(
    {
        "trunk", "voice_channel", "voice_flatrate", "minute_package", "unified_messaging", "internet", "licence",
        "service", "device", "consulting", "usage_site", "number_block", "porting",
    }
)  # fmt: skip
FAMILIES = frozenset({"trunk", "centraflex", "internet", "device", "consulting"})
ORDERABILITIES = frozenset({"digital", "manual", "discontinued"})
FULFILMENTS = frozenset({"automatic", "manual"})
BUSINESS_CASES = frozenset(
    {"new_order", "reorder", "renewal_with_tariff_change", "site_order", "more_numbers", "porting", "termination"}
)
TERMS = (12, 24, 36)
"""Months; an offering has a price for each of them, or one price without a term (CAT-6)."""
BLOCK_SIZES = (10, 100, 1000)
LONGEST_NOTICE = 730
LONGEST_TEXT = 400
RULE_KINDS = {
    "requires": True,
    "fits_only": True,
    "at_most_one": False,
    "at_least_one": False,
    "quantity_equals": True,
    "excludes": True,
    "only_in": False,
    "same_as_agreement": False,
}
"""Kind → must it name an object?"""
DERIVATION_KINDS = {
    "auto_added": (True, frozenset({"reorder"})),
    "inherits_term": (False, frozenset({"reorder"})),
    "inherits_choice": (False, frozenset({"reorder"})),
    "replaces": (True, frozenset({"renewal_with_tariff_change"})),
}
"""Kind → must it name an object, and in which business cases has it a meaning?"""
OFFERING_FIELDS = frozenset(
    {
        "code", "name", "description", "category", "family", "audiences", "orderability", "manual_process",
        "fulfilment", "prices", "price_lists", "srtp", "combination", "voice_ready", "block_size",
        "notice_days",
    }
)  # fmt: skip
PRICE_LIST_FIELDS = frozenset({"code", "name", "audiences", "orderability", "rates"})
RULE_FIELDS = frozenset({"id", "kind", "business_cases", "subject", "object", "quantity_one", "text", "remedy"})
DERIVATION_FIELDS = frozenset({"id", "kind", "business_cases", "subject", "object", "reason"})
SELECTOR_FIELDS = frozenset({"categories", "codes", "srtp", "combination"})
TRAITS = ("srtp", "combination", "voice_ready")


def known(value: object, words: Collection[str]) -> bool:
    """Is it one of the words? Anything that is no text is not."""
    return isinstance(value, str) and value in words
