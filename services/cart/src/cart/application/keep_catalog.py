"""A published catalog version becomes ours; carts priced with an older one keep it (CAT-5)."""

from cart.application.ports import Unit
from cart.domain.catalog import (
    Audience,
    BusinessCase,
    Catalog,
    Category,
    Derivation,
    DerivationKind,
    Family,
    Fulfilment,
    Offering,
    Orderability,
    Price,
    PriceList,
    Rule,
    RuleKind,
    Selector,
)
from cart.domain.wording import Wording
from contracts.catalog import v1 as published
from contracts.shapes import Localized


async def keep_catalog(event: published.CatalogPublished, unit: Unit) -> None:
    await unit.catalogs.save(catalog_of(event))


def catalog_of(event: published.CatalogPublished) -> Catalog:
    return Catalog(
        version=event.catalog_version,
        valid_from=event.valid_from,
        offerings=tuple(_offering(one) for one in event.catalog.offerings),
        price_lists=tuple(
            PriceList(one.code, _words(one.name), _audiences(one.audiences), Orderability(one.orderability))
            for one in event.catalog.price_lists
        ),
        rules=tuple(_rule(one) for one in event.catalog.rules),
        derivations=tuple(_derivation(one) for one in event.catalog.derivations),
    )


def _offering(one: published.Offering) -> Offering:
    return Offering(
        code=one.code,
        name=_words(one.name),
        category=Category(one.category),
        family=Family(one.family),
        audiences=_audiences(one.audiences),
        orderability=Orderability(one.orderability),
        fulfilment=Fulfilment(one.fulfilment),
        prices=tuple(Price(price.term_months, price.one_time, price.monthly) for price in one.prices),
        manual_process=_words(one.manual_process) if one.manual_process else None,
        price_lists=one.price_lists,
        srtp=one.srtp,
        combination=one.combination,
        voice_ready=one.voice_ready,
        block_size=one.block_size,
        notice_days=one.notice_days,
    )


def _rule(one: published.Rule) -> Rule:
    return Rule(
        id=one.id,
        kind=RuleKind(one.kind),
        business_cases=_business_cases(one.business_cases),
        subject=_selector(one.subject),
        object=_selector(one.object) if one.object else None,
        quantity_one=one.quantity_one,
        text=_words(one.text),
        remedy=_words(one.remedy),
    )


def _derivation(one: published.Derivation) -> Derivation:
    return Derivation(
        id=one.id,
        kind=DerivationKind(one.kind),
        business_cases=_business_cases(one.business_cases),
        subject=_selector(one.subject),
        object=_selector(one.object) if one.object else None,
        reason=_words(one.reason),
    )


def _business_cases(cases: tuple[published.BusinessCase, ...]) -> tuple[BusinessCase, ...]:
    return tuple(BusinessCase(case) for case in cases)


def _selector(one: published.Selector) -> Selector:
    return Selector(tuple(Category(category) for category in one.categories), one.codes, one.srtp, one.combination)


def _audiences(audiences: tuple[object, ...]) -> tuple[Audience, ...]:
    return tuple(Audience(str(audience)) for audience in audiences)


def _words(one: Localized) -> Wording:
    return Wording(one.de, one.en)
