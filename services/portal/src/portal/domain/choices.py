"""What the configurator offers: which voice channels, price lists and options fit a trunk variant.

Only a guide for the eye; cart checks every line by the catalog's rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
TRUNK_CATEGORIES = ("trunk", "voice_channel", "voice_flatrate", "minute_package", "unified_messaging")
ADDED_IF_HELD = ("voice_channel", "minute_package")
ADDED_ANYWAY = {"trunk": ("unified_messaging",), "centraflex": ("licence", "service")}
CATEGORY_ORDER = (*TRUNK_CATEGORIES, "internet", "licence", "service", "device", "consulting")


@dataclass(frozen=True, slots=True)
class Range:
    """The part of the catalog an audience sees."""

    version: str
    audience: str
    invented: bool
    offerings: tuple[Json, ...]
    price_lists: tuple[Json, ...]
    rules: tuple[Json, ...]
    derivations: tuple[Json, ...]

    def of(self, category: str, *, orderable: bool = False) -> list[Json]:
        return [
            one
            for one in self.offerings
            if one["category"] == category and (not orderable or one["orderability"] == "digital")
        ]

    def get(self, code: str) -> Json | None:
        return next((one for one in self.offerings if one["code"] == code), None)

    def terms(self, *codes: str) -> list[int]:
        """The terms that these offerings have prices for; of trunk variants, where none is named or known."""
        named = [one for one in self.offerings if one["code"] in codes] or self.of("trunk")
        return sorted({price["term_months"] for one in named for price in one["prices"] if price["term_months"]})

    def price_list(self, code: str | None) -> Json | None:
        return next((one for one in self.price_lists if one["code"] == code), None)


def range_of(body: Json) -> Range:
    """Reads the catalog service's answer."""
    return Range(
        version=body["version"],
        audience=body["audience"],
        invented=body["prices_are_invented"],
        offerings=tuple(one for group in body["categories"] for one in group["offerings"]),
        price_lists=tuple(body["price_lists"]),
        rules=tuple(body["rules"]),
        derivations=tuple(body["derivations"]),
    )


def rates_of(price_lists: Iterable[Json]) -> list[Json]:
    """Connection prices a minute: a row for each destination, with the rate of each list, None where it has none."""
    lists = [{rate["destination"]["de"]: rate for rate in one["rates"]} for one in price_lists]
    destinations = {name: rate["destination"] for one in lists for name, rate in one.items()}
    return [
        {"destination": said, "per_minute": [one[name]["per_minute"] if name in one else None for one in lists]}
        for name, said in destinations.items()
    ]


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


def may_be_added(found: Range, agreement: Json) -> list[Json]:
    """What a reorder may bring (AMEND-1): the held channel, minute packages held (MIN-1), Unified Messaging (UM-1).

    To a Centraflex contract licences and services (CTX-4). Flatrates come along by themselves (FLAT-3, FLAT-5).
    """
    held = {line["offering"] for line in agreement["lines"]}
    wanted = ADDED_IF_HELD if agreement["family"] == "trunk" else ()
    anyway = ADDED_ANYWAY.get(agreement["family"], ())
    return [
        one
        for category in (*wanted, *anyway)
        for one in found.of(category, orderable=True)
        if (category in anyway and one["family"] == agreement["family"]) or one["code"] in held
    ]


def may_be_chosen(found: Range, agreement: Json) -> list[Json]:
    """What a renewal may bring: everything that fits but what the contract is made of (AMEND-2, TRUNK-4, KOMBI-1)."""
    trunk = next((line["offering"] for line in agreement["lines"] if line["category"] == "trunk"), "")
    combination = any(line.get("combination") for line in agreement["lines"])
    return [
        one
        for category in CATEGORY_ORDER
        for one in found.of(category, orderable=True)
        if category not in ("trunk", "internet")
        and one["family"] == agreement["family"]
        and (category != "voice_channel" or bool(one.get("combination")) == combination)
        and _fits(found, one["code"], trunk)
    ]


def lists_for(found: Range, channels: Iterable[Json], held: str | None) -> list[Json]:
    """Price lists that one of the channels takes: those sold, and the one held, which may be sold no more (PRICE-1)."""
    taken = {code for one in channels for code in one.get("price_lists") or ()}
    return [
        one
        for one in found.price_lists
        if one["code"] in taken and (one["code"] == held or one.get("orderability", "digital") == "digital")
    ]


def without_combination(found: Range, channel: Json, trunk: str) -> Json | None:
    """The plain counterpart of a Kombi channel (KOMBI-1)."""
    plain = channels_for(found, trunk, combination=False, srtp=bool(channel.get("srtp")))
    return plain[0] if plain else None


def _fits(found: Range, channel: str, trunk: str) -> bool:
    for rule in found.rules:
        subject, target = rule.get("subject") or {}, rule.get("object") or {}
        if rule["kind"] == "fits_only" and channel in subject["codes"] and trunk not in target.get("codes", (trunk,)):
            return False
    return True
