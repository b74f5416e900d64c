"""The words a catalog may use (CAT-2, CAT-3, CAT-4) and what each kind of rule needs."""

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
