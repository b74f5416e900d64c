"""Publish a catalog version: checked whole, written once, told to everybody."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.application.differences import differences
from catalog.application.ports import Unit
from catalog.domain.checks import faults
from catalog.domain.draft import Draft, Entry
from catalog.domain.refusals import CatalogFaulty, VersionFrozen
from contracts.catalog.v1 import (
    BusinessCase,
    Catalog,
    CatalogPublished,
    Category,
    Derivation,
    DerivationKind,
    Family,
    Fulfilment,
    Offering,
    Orderability,
    Price,
    PriceList,
    Rate,
    Rule,
    RuleKind,
    Selector,
)
from contracts.shapes import Audience, Localized


async def publish(draft: Draft, unit: Unit) -> CatalogPublished:
    """The published version; publishing the same content again changes nothing.

    Raises CatalogFaulty with every fault, or VersionFrozen with every difference to what is published.
    """
    await unit.versions.hold()
    wanted, known = await checked(draft, unit)
    if known:
        return wanted
    await unit.versions.add(wanted)
    unit.outbox.record(wanted)
    return wanted


async def checked(draft: Draft, unit: Unit) -> tuple[CatalogPublished, bool]:
    """What would be published, and whether it is already. Raises like `publish`."""
    if found := faults(draft):
        raise CatalogFaulty(found)
    wanted = published(draft, await unit.now())
    known = await unit.versions.find(wanted.catalog_version)
    if known is None:
        return wanted, False
    if changes := differences(known, wanted):
        raise VersionFrozen(wanted.catalog_version, [str(one) for one in changes])
    return known, True


def published(draft: Draft, at: datetime) -> CatalogPublished:
    """The event that carries the whole catalog of a draft without faults."""
    head = draft.version.values
    return CatalogPublished(
        catalog_version=draft.number,
        valid_from=head["valid_from"],
        published_at=at,
        prices_are_invented=bool(head.get("prices_are_invented", False)),
        currency=str(head.get("currency", "EUR")),
        catalog=Catalog(
            offerings=tuple(_offering(one) for one in draft.offerings),
            price_lists=tuple(_price_list(one) for one in draft.price_lists),
            rules=tuple(_rule(one) for one in draft.rules),
            derivations=tuple(_derivation(one) for one in draft.derivations),
        ),
    )


def _offering(entry: Entry) -> Offering:
    values = entry.values
    return Offering(
        code=values["code"],
        name=_text(values["name"]),
        description=_text(values["description"]),
        category=Category(values["category"]),
        family=Family(values["family"]),
        audiences=_audiences(entry),
        orderability=Orderability(values["orderability"]),
        manual_process=_text(values["manual_process"]) if "manual_process" in values else None,
        fulfilment=Fulfilment(values["fulfilment"]),
        prices=tuple(
            Price(term_months=term, one_time=Decimal(one_time), monthly=Decimal(monthly))
            for term, (one_time, monthly) in values["prices"].items()
        ),
        price_lists=tuple(entry.texts("price_lists")),
        srtp=values.get("srtp", False),
        combination=values.get("combination", False),
        voice_ready=values.get("voice_ready", False),
        block_size=values.get("block_size"),
        notice_days=values.get("notice_days"),
    )


def _price_list(entry: Entry) -> PriceList:
    return PriceList(
        code=entry.values["code"],
        name=_text(entry.values["name"]),
        audiences=_audiences(entry),
        orderability=Orderability(entry.values.get("orderability", "digital")),
        rates=tuple(
            Rate(destination=_text(rate["destination"]), per_minute=Decimal(rate["per_minute"]))
            for rate in entry.values["rates"]
        ),
    )


def _rule(entry: Entry) -> Rule:
    values = entry.values
    return Rule(
        id=values["id"],
        kind=RuleKind(values["kind"]),
        business_cases=_business_cases(entry),
        subject=_selector(values["subject"]),
        object=_selector(values["object"]) if values.get("object") else None,
        quantity_one=values.get("quantity_one", False),
        text=_text(values["text"]),
        remedy=_text(values["remedy"]),
    )


def _derivation(entry: Entry) -> Derivation:
    values = entry.values
    return Derivation(
        id=values["id"],
        kind=DerivationKind(values["kind"]),
        business_cases=_business_cases(entry),
        subject=_selector(values["subject"]),
        object=_selector(values["object"]) if values.get("object") else None,
        reason=_text(values["reason"]),
    )


def _business_cases(entry: Entry) -> tuple[BusinessCase, ...]:
    return tuple(BusinessCase(case) for case in entry.texts("business_cases"))


def _selector(values: dict[str, Any]) -> Selector:
    return Selector(
        categories=tuple(Category(one) for one in values.get("categories") or ()),
        codes=tuple(values.get("codes") or ()),
        srtp=values.get("srtp"),
        combination=values.get("combination"),
    )


def _audiences(entry: Entry) -> tuple[Audience, ...]:
    return tuple(Audience(one) for one in entry.texts("audiences"))


def _text(values: dict[str, str]) -> Localized:
    return Localized(de=values["de"], en=values["en"])
