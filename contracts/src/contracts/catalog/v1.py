"""What the catalog service publishes: every version of the whole catalog, never changed afterwards (CAT-5)."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.envelope import Event, Shape, Topic
from contracts.shapes import Amount, Audience, Localized, Utc

VERSIONS = Topic("catalog.version.v1", partitions=1, compacted=True)

Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,59}$")]


class Category(StrEnum):
    """CAT-3, and the three that are ordered from a trunk contract (TRUNK-1)."""

    TRUNK = "trunk"
    VOICE_CHANNEL = "voice_channel"
    VOICE_FLATRATE = "voice_flatrate"
    MINUTE_PACKAGE = "minute_package"
    UNIFIED_MESSAGING = "unified_messaging"
    INTERNET = "internet"
    LICENCE = "licence"
    SERVICE = "service"
    DEVICE = "device"
    CONSULTING = "consulting"
    USAGE_SITE = "usage_site"
    NUMBER_BLOCK = "number_block"
    PORTING = "porting"


class Family(StrEnum):
    """Which kind of agreement a line belongs to."""

    TRUNK = "trunk"
    CENTRAFLEX = "centraflex"
    INTERNET = "internet"
    DEVICE = "device"
    CONSULTING = "consulting"


class Orderability(StrEnum):
    """CAT-4."""

    DIGITAL = "digital"
    MANUAL = "manual"
    DISCONTINUED = "discontinued"


class Fulfilment(StrEnum):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class BusinessCase(StrEnum):
    NEW_ORDER = "new_order"
    REORDER = "reorder"
    RENEWAL = "renewal_with_tariff_change"
    SITE_ORDER = "site_order"
    MORE_NUMBERS = "more_numbers"
    PORTING = "porting"
    TERMINATION = "termination"


class Price(Shape):
    """Per unit, EUR, net (CAT-6). `term_months` is None where the price doesn't depend on a term."""

    term_months: int | None
    one_time: Amount
    monthly: Amount


class Offering(Shape):
    """One product offering. Traits say what rules look at; each is false or empty where it has no meaning.

    `notice_days`: how many days before its end it must be cancelled; None where it can't be by itself (ORD-2).
    """

    code: Code
    name: Localized
    description: Localized
    category: Category
    family: Family
    audiences: tuple[Audience, ...]
    orderability: Orderability
    manual_process: Localized | None = None
    fulfilment: Fulfilment
    prices: tuple[Price, ...]
    price_lists: tuple[Code, ...] = ()
    srtp: bool = False
    combination: bool = False
    voice_ready: bool = False
    block_size: int | None = None
    notice_days: int | None = None


class Rate(Shape):
    destination: Localized
    per_minute: Amount


class PriceList(Shape):
    """A connection price list: the tariff by which calls are billed (TRUNK-2)."""

    code: Code
    name: Localized
    audiences: tuple[Audience, ...]
    orderability: Orderability
    rates: tuple[Rate, ...]


class RuleKind(StrEnum):
    """The closed set of questions a rule can ask; each is one small pure function in cart's domain."""

    REQUIRES = "requires"
    """Who has a `subject` line needs an `object` line too (in the cart, or on a reorder in the agreement)."""
    FITS_ONLY = "fits_only"
    """`subject` lines go only with `object` lines of the category named there, and with no other of that category."""
    AT_MOST_ONE = "at_most_one"
    """Of all offerings that `subject` selects at most one is chosen; with `quantity_one`, once."""
    AT_LEAST_ONE = "at_least_one"
    """A cart in which any `object` line stands needs at least one `subject` line."""
    QUANTITY_EQUALS = "quantity_equals"
    """Each `subject` line's quantity is the sum of the `object` lines' quantities; computed, locked."""
    EXCLUDES = "excludes"
    """`subject` and `object` lines can't be in one cart."""
    ONLY_IN = "only_in"
    """`subject` lines can be added, dropped or exchanged only in the `business_cases` named."""
    SAME_AS_AGREEMENT = "same_as_agreement"
    """On an existing agreement a `subject` may only be ordered again if the agreement already holds it."""


class Selector(Shape):
    """Lines whose offering has one of the categories or codes, and the traits given; empty tuples select nothing."""

    categories: tuple[Category, ...] = ()
    codes: tuple[Code, ...] = ()
    srtp: bool | None = None
    combination: bool | None = None


class Rule(Shape):
    """`id` is the number in docs/rules.md; `text` says what is wrong and `remedy` what to do, in the user's words."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+-\d+$")]
    kind: RuleKind
    business_cases: tuple[BusinessCase, ...]
    subject: Selector
    object: Selector | None = None
    quantity_one: bool = False
    text: Localized
    remedy: Localized


class DerivationKind(StrEnum):
    """How lines follow from other lines: not asked, but computed (CART-3)."""

    AUTO_ADDED = "auto_added"
    """`subject` offerings that the agreement holds come along with `object` lines, as many as there are (FLAT-3)."""
    INHERITS_TERM = "inherits_term"
    """`subject` lines added to an agreement end with it: their term is what is left of its term (UM-1, AMEND-1)."""
    INHERITS_CHOICE = "inherits_choice"
    """`subject` lines added to an agreement take its price list, encryption and Kombi variant (AMEND-1)."""
    REPLACES = "replaces"
    """In a renewal a chosen `subject` line takes the place of the `object` lines in the cart, as many (PRICE-2)."""


class Derivation(Shape):
    """`id` is the number in docs/rules.md; `reason` is what people read at the line."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+-\d+$")]
    kind: DerivationKind
    business_cases: tuple[BusinessCase, ...]
    subject: Selector
    object: Selector | None = None
    reason: Localized


class Catalog(Shape):
    offerings: tuple[Offering, ...]
    price_lists: tuple[PriceList, ...]
    rules: tuple[Rule, ...]
    derivations: tuple[Derivation, ...] = ()


class CatalogPublished(Event, topic=VERSIONS, key="catalog_version"):
    """Version numbers grow as text: `2021-03.1`. `prices_are_invented` marks sample data (CAT-6)."""

    catalog_version: Annotated[str, Field(pattern=r"^\d{4}-\d{2}\.\d+$")]
    valid_from: date
    published_at: Utc
    prices_are_invented: bool
    currency: str = "EUR"
    catalog: Catalog
