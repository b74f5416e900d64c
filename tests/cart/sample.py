"""A small catalog, a few parties and the people who act for them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

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
from contracts.crm import v1 as crm
from contracts.shapes import Audience as SharedAudience
from contracts.shapes import Localized
from telecom.addresses import Address

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NASTY_NAME = 'Müller & Söhne "O\'Reilly" GmbH 🚀 <b>'

PARTNER = UUID("01930000-0000-7000-8000-0000000000a1")
SUB_PARTNER = UUID("01930000-0000-7000-8000-0000000000a2")
OTHER_PARTNER = UUID("01930000-0000-7000-8000-0000000000a3")
CUSTOMER = UUID("01930000-0000-7000-8000-0000000000c1")
CLOSED_CUSTOMER = UUID("01930000-0000-7000-8000-0000000000c2")
FOREIGN_CUSTOMER = UUID("01930000-0000-7000-8000-0000000000c3")
PROSPECT = UUID("01930000-0000-7000-8000-0000000000c4")

ADDRESS = Address("Rosenstraße", "12", "50678", "Köln")
BOTH = (Audience.BUSINESS, Audience.RESELLER)
NEW, REORDER, RENEWAL = BusinessCase.NEW_ORDER, BusinessCase.REORDER, BusinessCase.RENEWAL


def words(text: str) -> Wording:
    return Wording(f"{text} (de)", text)


def offering(
    code: str,
    category: Category,
    family: Family,
    *,
    monthly: str = "10.00",
    one_time: str = "5.00",
    terms: tuple[int | None, ...] = (12, 24, 36),
    **more: Any,
) -> Offering:
    return Offering(
        code=code,
        name=words(code),
        category=category,
        family=family,
        audiences=more.pop("audiences", BOTH),
        orderability=more.pop("orderability", Orderability.DIGITAL),
        fulfilment=more.pop("fulfilment", Fulfilment.AUTOMATIC),
        prices=tuple(Price(term, Decimal(one_time), Decimal(monthly)) for term in terms),
        **more,
    )


def rule(id_: str, kind: RuleKind, cases: tuple[BusinessCase, ...], subject: Selector, **more: Any) -> Rule:
    return Rule(id_, kind, cases, subject, words(f"{id_} is broken"), words(f"mend {id_}"), **more)


def derivation(id_: str, kind: DerivationKind, case: BusinessCase, subject: Selector, **more: Any) -> Derivation:
    return Derivation(id_, kind, (case,), subject, words(f"by {id_}"), **more)


def of(*categories: Category, **more: Any) -> Selector:
    return Selector(categories=categories, **more)


def named(*codes: str) -> Selector:
    return Selector(codes=codes)


TRUNK, CHANNEL, FLAT = Category.TRUNK, Category.VOICE_CHANNEL, Category.VOICE_FLATRATE
LISTS = ("PL-NATIONAL", "PL-WORLD")
OFFERINGS = (
    offering("CONNECT", TRUNK, Family.TRUNK, monthly="19.90", one_time="49.00", notice_days=90),
    offering("TEAM", TRUNK, Family.TRUNK, audiences=(Audience.BUSINESS,)),
    offering("CHANNEL", CHANNEL, Family.TRUNK, monthly="3.10", one_time="1.00", price_lists=LISTS),
    offering("CHANNEL-SRTP", CHANNEL, Family.TRUNK, monthly="3.60", price_lists=LISTS, srtp=True),
    offering(
        "CHANNEL-KOMBI", CHANNEL, Family.TRUNK, monthly="2.05", one_time="0.50", price_lists=LISTS, combination=True
    ),
    offering("CHANNEL-TEAM", CHANNEL, Family.TRUNK, price_lists=LISTS, audiences=(Audience.BUSINESS,)),
    offering("FLAT-NATIONAL", FLAT, Family.TRUNK, monthly="4.99", one_time="0.00"),
    offering("FLAT-MOBILE", FLAT, Family.TRUNK, monthly="9.99", one_time="0.00"),
    offering("MINUTES-100", Category.MINUTE_PACKAGE, Family.TRUNK),
    offering("MINUTES-500", Category.MINUTE_PACKAGE, Family.TRUNK),
    offering("UNIFIED", Category.UNIFIED_MESSAGING, Family.TRUNK),
    offering(
        "QDSL", Category.INTERNET, Family.INTERNET, voice_ready=True, fulfilment=Fulfilment.MANUAL, notice_days=90
    ),
    offering("ADSL", Category.INTERNET, Family.INTERNET, fulfilment=Fulfilment.MANUAL, terms=(24,)),
    offering("STANDARD", Category.LICENCE, Family.CENTRAFLEX),
    offering("BASIC", Category.LICENCE, Family.CENTRAFLEX),
    offering("CTX-FLAT-1", FLAT, Family.CENTRAFLEX),
    offering("CTX-FLAT-2", FLAT, Family.CENTRAFLEX),
    offering("FAX-SERVICE", Category.SERVICE, Family.CENTRAFLEX),
    offering("PHONE", Category.DEVICE, Family.DEVICE, fulfilment=Fulfilment.MANUAL, terms=(None,)),
    offering("TRAINING", Category.CONSULTING, Family.CONSULTING, fulfilment=Fulfilment.MANUAL, terms=(None,)),
    offering(
        "BY-FORM",
        Category.SERVICE,
        Family.CENTRAFLEX,
        orderability=Orderability.MANUAL,
        manual_process=words("use the form"),
    ),
    offering("BYGONE", Category.SERVICE, Family.CENTRAFLEX, orderability=Orderability.DISCONTINUED),
    offering("SITE", Category.USAGE_SITE, Family.TRUNK, monthly="0.00", one_time="0.00", terms=(None,), notice_days=30),
    offering(
        "NUMBERS", Category.NUMBER_BLOCK, Family.TRUNK, monthly="0.00", one_time="0.00", terms=(None,), notice_days=30
    ),
    offering("PORTING", Category.PORTING, Family.TRUNK, monthly="0.00", one_time="0.00", terms=(None,)),
)
TRUNK_FLATS = named("FLAT-NATIONAL", "FLAT-MOBILE")
CTX_FLATS = named("CTX-FLAT-1", "CTX-FLAT-2")
RULES = (
    rule("FLAT-1", RuleKind.QUANTITY_EQUALS, (NEW, REORDER, RENEWAL), TRUNK_FLATS, object=of(CHANNEL)),
    rule("FLAT-1", RuleKind.REQUIRES, (NEW,), TRUNK_FLATS, object=of(CHANNEL)),
    rule("FLAT-2", RuleKind.REQUIRES, (NEW, RENEWAL), TRUNK_FLATS, object=named("FLAT-NATIONAL")),
    rule("FLAT-4", RuleKind.ONLY_IN, (NEW, RENEWAL), TRUNK_FLATS),
    rule("FLAT-5", RuleKind.QUANTITY_EQUALS, (NEW, REORDER, RENEWAL), CTX_FLATS, object=of(Category.LICENCE)),
    rule("FLAT-5", RuleKind.AT_MOST_ONE, (NEW, RENEWAL), CTX_FLATS),
    rule("FLAT-5", RuleKind.REQUIRES, (NEW,), CTX_FLATS, object=of(Category.LICENCE)),
    rule("FLAT-4", RuleKind.ONLY_IN, (NEW, RENEWAL), CTX_FLATS),
    rule("MIN-1", RuleKind.SAME_AS_AGREEMENT, (REORDER,), of(Category.MINUTE_PACKAGE)),
    rule("TRUNK-2", RuleKind.REQUIRES, (NEW, RENEWAL), of(TRUNK), object=of(CHANNEL)),
    rule("TRUNK-2", RuleKind.REQUIRES, (NEW, RENEWAL), of(CHANNEL, FLAT), object=of(TRUNK, Category.LICENCE)),
    rule("TRUNK-3", RuleKind.AT_MOST_ONE, (NEW, RENEWAL), of(CHANNEL)),
    rule("PRICE-2", RuleKind.SAME_AS_AGREEMENT, (REORDER,), of(CHANNEL)),
    rule("TRUNK-4", RuleKind.FITS_ONLY, (), named("CHANNEL-TEAM"), object=named("TEAM")),
    rule("TRUNK-4", RuleKind.FITS_ONLY, (), named("TEAM"), object=named("CHANNEL-TEAM")),
    rule("KOMBI-1", RuleKind.FITS_ONLY, (), of(TRUNK, combination=True), object=of(CHANNEL, combination=True)),
    rule("KOMBI-1", RuleKind.FITS_ONLY, (), of(CHANNEL, combination=True), object=of(TRUNK, combination=True)),
    rule("CTX-3", RuleKind.ONLY_IN, (NEW,), of(Category.DEVICE, Category.CONSULTING)),
    rule("CTX-1", RuleKind.AT_LEAST_ONE, (NEW,), of(Category.LICENCE), object=of(Category.SERVICE)),
)
DERIVATIONS = (
    derivation("FLAT-3", DerivationKind.AUTO_ADDED, REORDER, TRUNK_FLATS, object=of(CHANNEL)),
    derivation("FLAT-5", DerivationKind.AUTO_ADDED, REORDER, CTX_FLATS, object=of(Category.LICENCE)),
    derivation("UM-1", DerivationKind.INHERITS_TERM, REORDER, of(Category.UNIFIED_MESSAGING)),
    derivation("AMEND-1", DerivationKind.INHERITS_CHOICE, REORDER, of(CHANNEL)),
    derivation("PRICE-2", DerivationKind.REPLACES, RENEWAL, of(CHANNEL), object=of(CHANNEL)),
)
CATALOG = Catalog(
    version="2021-03.1",
    valid_from=date(2021, 3, 1),
    offerings=OFFERINGS,
    price_lists=tuple(PriceList(code, words(code), BOTH, Orderability.DIGITAL) for code in LISTS),
    rules=RULES,
    derivations=DERIVATIONS,
)


@dataclass(frozen=True)
class Someone:
    """Who asks, as a checked token says."""

    role: str
    party_id: UUID | None = None
    name: str = "Petra Partner"
    email: str = "petra@telepartner.example"
    language: str = "de"
    more: dict[str, Any] = field(default_factory=dict)


PETRA = Someone("partner", PARTNER)
SVEN = Someone("sub_partner", SUB_PARTNER, "Sven Sub", "sven@sub.example")
OTTO = Someone("partner", OTHER_PARTNER, "Otto Other", "otto@other.example")
KARLA = Someone("customer", CUSTOMER, "Karla Kundin", "karla@mueller.example")
CLERK = Someone("order_management", None, "Clara Clerk", "clara@carrier.example")


def party(
    party_id: UUID, kind: crm.PartyKind, *, version: int = 1, parent: UUID | None = None, **more: Any
) -> crm.PartyChanged:
    return crm.PartyChanged(
        **{
            "party_id": party_id,
            "version": version,
            "kind": kind,
            "name": NASTY_NAME,
            "audience": SharedAudience.BUSINESS,
            "language": "de",
            "email": "einkauf@mueller.example",
            "parent_id": parent,
            "changed_at": NOW,
            **more,
        }
    )


def all_parties() -> list[crm.PartyChanged]:
    customer, prospect = crm.PartyKind.CUSTOMER, crm.PartyKind.PROSPECT
    return [
        party(PARTNER, crm.PartyKind.PARTNER, name="Telepartner"),
        party(OTHER_PARTNER, crm.PartyKind.PARTNER, name="Other partner"),
        party(SUB_PARTNER, crm.PartyKind.SUB_PARTNER, name="Sub partner", parent=PARTNER),
        party(CUSTOMER, customer, parent=PARTNER, customer_number="K-100001", customer_administration=True),
        party(CLOSED_CUSTOMER, customer, parent=PARTNER, customer_number="K-100002", name="Closed"),
        party(
            FOREIGN_CUSTOMER,
            customer,
            parent=OTHER_PARTNER,
            customer_number="K-100003",
            name="Foreign",
            customer_administration=True,
        ),
        party(PROSPECT, prospect, parent=SUB_PARTNER, name="Prospect"),
    ]


def localized(said: Wording) -> Localized:
    return Localized(de=said.de, en=said.en)


def selector(one: Selector) -> published.Selector:
    return published.Selector(
        categories=tuple(published.Category(category) for category in one.categories),
        codes=one.codes,
        srtp=one.srtp,
        combination=one.combination,
    )


def catalog_published(version: str = "2021-03.1", valid_from: date = CATALOG.valid_from) -> published.CatalogPublished:
    """The small catalog as its service would publish it."""
    return published.CatalogPublished(
        catalog_version=version,
        valid_from=valid_from,
        published_at=NOW,
        prices_are_invented=True,
        catalog=published.Catalog(
            offerings=tuple(
                published.Offering(
                    code=one.code,
                    name=localized(one.name),
                    description=localized(one.name),
                    category=published.Category(one.category),
                    family=published.Family(one.family),
                    audiences=tuple(SharedAudience(audience) for audience in one.audiences),
                    orderability=published.Orderability(one.orderability),
                    manual_process=localized(one.manual_process) if one.manual_process else None,
                    fulfilment=published.Fulfilment(one.fulfilment),
                    prices=tuple(
                        published.Price(term_months=price.term_months, one_time=price.one_time, monthly=price.monthly)
                        for price in one.prices
                    ),
                    price_lists=one.price_lists,
                    srtp=one.srtp,
                    combination=one.combination,
                    voice_ready=one.voice_ready,
                    block_size=one.block_size,
                    notice_days=one.notice_days,
                )
                for one in OFFERINGS
            ),
            price_lists=tuple(
                published.PriceList(
                    code=one.code,
                    name=localized(one.name),
                    audiences=tuple(SharedAudience(audience) for audience in one.audiences),
                    orderability=published.Orderability(one.orderability),
                    rates=(),
                )
                for one in CATALOG.price_lists
            ),
            rules=tuple(
                published.Rule(
                    id=one.id,
                    kind=published.RuleKind(one.kind),
                    business_cases=tuple(published.BusinessCase(case) for case in one.business_cases),
                    subject=selector(one.subject),
                    object=selector(one.object) if one.object else None,
                    quantity_one=one.quantity_one,
                    text=localized(one.text),
                    remedy=localized(one.remedy),
                )
                for one in RULES
            ),
            derivations=tuple(
                published.Derivation(
                    id=one.id,
                    kind=published.DerivationKind(one.kind),
                    business_cases=tuple(published.BusinessCase(case) for case in one.business_cases),
                    subject=selector(one.subject),
                    object=selector(one.object) if one.object else None,
                    reason=localized(one.reason),
                )
                for one in DERIVATIONS
            ),
        ),
    )
