"""What the configurator offers: which voice channels, price lists and options fit a trunk variant.

Only a guide for the eye; cart checks every line by the catalog's rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
TRUNK_CATEGORIES = ("trunk", "voice_channel", "voice_flatrate", "minute_package", "unified_messaging")
CATEGORY_ORDER = (*TRUNK_CATEGORIES, "internet", "licence", "service", "device", "consulting")


@dataclass(frozen=True, slots=True)
class Range:
    """The part of the catalog an audience sees."""

    version: str
    invented: bool
    offerings: tuple[Json, ...]
    price_lists: tuple[Json, ...]
    rules: tuple[Json, ...]

    def of(self, category: str, *, orderable: bool = False) -> list[Json]:
        return [
            one
            for one in self.offerings
            if one["category"] == category and (not orderable or one["orderability"] == "digital")
        ]

    def get(self, code: str) -> Json | None:
        return next((one for one in self.offerings if one["code"] == code), None)

    def terms(self) -> list[int]:
        """The terms that trunk variants have prices for."""
        found = {price["term_months"] for one in self.of("trunk") for price in one["prices"] if price["term_months"]}
        return sorted(found)


def range_of(body: Json) -> Range:
    """Reads the catalog service's answer, grouped by category or flat."""
    groups = body.get("categories") or []
    offerings: Iterable[Json] = body.get("offerings") or [
        one | {"category": one.get("category", group["category"])} for group in groups for one in group["offerings"]
    ]
    return Range(
        version=body.get("catalog_version") or body.get("version") or "",
        invented=bool(body.get("prices_are_invented")),
        offerings=tuple(offerings),
        price_lists=tuple(body.get("price_lists") or ()),
        rules=tuple(body.get("rules") or ()),
    )


def price_of(offering: Json, term: int | None) -> tuple[Decimal, Decimal]:
    """One-time and monthly price for a term; the price without a term where there is one only."""
    prices = offering["prices"]
    fitting = [one for one in prices if one["term_months"] == term] or [
        one for one in prices if one["term_months"] is None
    ]
    found = (fitting or prices or [{"one_time": "0", "monthly": "0"}])[0]
    return Decimal(str(found["one_time"])), Decimal(str(found["monthly"]))


def channels_for(found: Range, trunk: str, *, combination: bool, srtp: bool) -> list[Json]:
    """Voice channels that fit the variant (TRUNK-3, TRUNK-4) in their Kombi or plain form (KOMBI-1)."""
    return [
        one
        for one in found.of("voice_channel", orderable=True)
        if bool(one.get("combination")) == combination
        and bool(one.get("srtp")) == srtp
        and _fits(found, one["code"], trunk)
    ]


def _fits(found: Range, channel: str, trunk: str) -> bool:
    for rule in found.rules:
        subject, target = rule.get("subject") or {}, rule.get("object") or {}
        if rule.get("kind") != "fits_only":
            continue
        for one, other in ((subject, target), (target, subject)):
            ours = channel in one.get("codes", ()) and other.get("codes")
            if ours and trunk not in other["codes"] and any(_is_trunk(found, code) for code in other["codes"]):
                return False
            theirs = trunk in one.get("codes", ()) and other.get("codes")
            if theirs and channel not in other["codes"] and any(_is_channel(found, code) for code in other["codes"]):
                return False
    if not found.rules:
        return ("TEAM" in channel) == ("TEAM" in trunk)
    return True


def _is_trunk(found: Range, code: str) -> bool:
    offering = found.get(code)
    return offering is not None and offering["category"] == "trunk"


def _is_channel(found: Range, code: str) -> bool:
    offering = found.get(code)
    return offering is not None and offering["category"] == "voice_channel"
