"""The catalog as carts see it: offerings, prices, price lists, rules, derivations of a published version (CAT-5)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from cart.domain.wording import Wording


class Category(StrEnum):
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
    TRUNK = "trunk"
    CENTRAFLEX = "centraflex"
    INTERNET = "internet"
    DEVICE = "device"
    CONSULTING = "consulting"


class Audience(StrEnum):
    BUSINESS = "business"
    RESELLER = "reseller"


class Orderability(StrEnum):
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


class RuleKind(StrEnum):
    REQUIRES = "requires"
    FITS_ONLY = "fits_only"
    AT_MOST_ONE = "at_most_one"
    AT_LEAST_ONE = "at_least_one"
    QUANTITY_EQUALS = "quantity_equals"
    EXCLUDES = "excludes"
    ONLY_IN = "only_in"
    SAME_AS_AGREEMENT = "same_as_agreement"


class DerivationKind(StrEnum):
    AUTO_ADDED = "auto_added"
    INHERITS_TERM = "inherits_term"
    INHERITS_CHOICE = "inherits_choice"
    REPLACES = "replaces"


@dataclass(frozen=True, slots=True)
class Price:
    """Per unit, EUR, net; `term_months` is None where the price doesn't depend on a term (CAT-6)."""

    term_months: int | None
    one_time: Decimal
    monthly: Decimal


FREE = Price(None, Decimal("0.00"), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Offering:
    code: str
    name: Wording
    category: Category
    family: Family
    audiences: tuple[Audience, ...]
    orderability: Orderability
    fulfilment: Fulfilment
    prices: tuple[Price, ...]
    manual_process: Wording | None = None
    price_lists: tuple[str, ...] = ()
    srtp: bool = False
    combination: bool = False
    voice_ready: bool = False
    block_size: int | None = None
    notice_days: int | None = None

    def price_for(self, term_months: int | None) -> Price | None:
        """The price of the term, else the one that holds for every term; None where there is neither."""
        by_term = {price.term_months: price for price in self.prices}
        return by_term.get(term_months) or by_term.get(None)

    def sold_to(self, audience: Audience) -> bool:
        """Whether it can be ordered digitally (CAT-2, CAT-4)."""
        return audience in self.audiences and self.orderability is Orderability.DIGITAL

    @property
    def terms(self) -> tuple[int, ...]:
        return tuple(sorted(price.term_months for price in self.prices if price.term_months is not None))


@dataclass(frozen=True, slots=True)
class PriceList:
    code: str
    name: Wording
    audiences: tuple[Audience, ...]
    orderability: Orderability


@dataclass(frozen=True, slots=True)
class Selector:
    """Offerings of one of the categories or codes, with the traits given; nothing named selects nothing."""

    categories: tuple[Category, ...] = ()
    codes: tuple[str, ...] = ()
    srtp: bool | None = None
    combination: bool | None = None

    def selects(self, offering: Offering, combination: bool) -> bool:
        """`combination` is the line's: of a trunk it is chosen in the cart (KOMBI-1)."""
        named = offering.category in self.categories or offering.code in self.codes
        fits = self.srtp is None or self.srtp == offering.srtp
        return named and fits and (self.combination is None or self.combination == combination)


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    kind: RuleKind
    business_cases: tuple[BusinessCase, ...]
    subject: Selector
    text: Wording
    remedy: Wording
    object: Selector | None = None
    quantity_one: bool = False

    @property
    def needed(self) -> Selector:
        """The object, of the kinds of rules that have one."""
        if self.object is None:
            raise ValueError(f"rule {self.id} of kind {self.kind} has no object")
        return self.object


@dataclass(frozen=True, slots=True)
class Derivation:
    id: str
    kind: DerivationKind
    business_cases: tuple[BusinessCase, ...]
    subject: Selector
    reason: Wording
    object: Selector | None = None


@dataclass(frozen=True)
class Catalog:
    version: str
    valid_from: date
    offerings: tuple[Offering, ...]
    price_lists: tuple[PriceList, ...] = ()
    rules: tuple[Rule, ...] = ()
    derivations: tuple[Derivation, ...] = ()

    @cached_property
    def _by_code(self) -> dict[str, Offering]:
        return {offering.code: offering for offering in self.offerings}

    @cached_property
    def _lists_by_code(self) -> dict[str, PriceList]:
        return {price_list.code: price_list for price_list in self.price_lists}

    @cached_property
    def _selections(self) -> dict[Selector, frozenset[str]]:
        return {}

    def selected(self, selector: Selector) -> frozenset[str]:
        """Codes of the offerings that `selector` could select, whatever a trunk's Kombi option is; found once."""
        found = self._selections.get(selector)
        if found is None:
            both = ((one, combination) for one in self.offerings for combination in (False, True))
            found = frozenset(one.code for one, combination in both if selector.selects(one, combination))
            self._selections[selector] = found
        return found

    def find(self, code: str) -> Offering | None:
        return self._by_code.get(code)

    def price_list(self, code: str) -> PriceList | None:
        return self._lists_by_code.get(code)

    def of_category(self, category: Category, audience: Audience) -> tuple[Offering, ...]:
        """What can be ordered digitally of a category by an audience."""
        return tuple(one for one in self.offerings if one.category is category and one.sold_to(audience))
