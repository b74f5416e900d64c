"""The business cases as a table: where each starts, what it may contain, who may place it directly or by quote.

Whoever knows the business can correct it here; `docs/business-cases.md` is drawn from it (QUOTE-5, ORD-2, ORD-3).
"""

from dataclasses import dataclass
from enum import StrEnum

from cart.domain.catalog import BusinessCase, Category, Family
from cart.domain.lifecycle import RENEWABLE, REORDERABLE, SITES_ORDERABLE, TERMINABLE, AgreementStatus
from cart.domain.particulars import Ending

CUSTOMER = "customer"
SELLERS = ("partner", "sub_partner")
STAFF = ("order_management", "administrator")
EVERYBODY = (CUSTOMER, *SELLERS, *STAFF)


class Entry(StrEnum):
    """How its lines come about."""

    SHOPPED = "shopped"
    """Put together by hand in a cart."""
    FORM = "form"
    """By a form at the contract."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row. `families`: of the contract it starts from; empty where it starts from none.

    `direct`: the roles that may place it at once. All others need the customer's consent, so a quote; `by_quote` says
    who may send one. `endings`: what a termination of this row ends.
    """

    case: BusinessCase
    entry: Entry
    families: tuple[Family, ...]
    statuses: tuple[AgreementStatus, ...]
    contains: tuple[Category, ...]
    direct: tuple[str, ...]
    by_quote: tuple[str, ...]
    endings: tuple[Ending, ...] = ()

    @property
    def starts_from_agreement(self) -> bool:
        return bool(self.families)


OF_TRUNK = (
    Category.TRUNK,
    Category.VOICE_CHANNEL,
    Category.VOICE_FLATRATE,
    Category.MINUTE_PACKAGE,
    Category.UNIFIED_MESSAGING,
)
OF_CENTRAFLEX = (Category.LICENCE, Category.VOICE_FLATRATE, Category.SERVICE)
ALONE = (Category.INTERNET, Category.DEVICE, Category.CONSULTING)
EVERYTHING = tuple(dict.fromkeys((*OF_TRUNK, *OF_CENTRAFLEX, *ALONE)))

TABLE = (
    Case(BusinessCase.NEW_ORDER, Entry.SHOPPED, (), (), EVERYTHING, (CUSTOMER,), EVERYBODY),
    Case(
        BusinessCase.REORDER,
        Entry.SHOPPED,
        (Family.TRUNK, Family.CENTRAFLEX),
        REORDERABLE,
        tuple(one for one in dict.fromkeys((*OF_TRUNK, *OF_CENTRAFLEX)) if one is not Category.TRUNK),
        (CUSTOMER,),
        EVERYBODY,
    ),
    Case(
        BusinessCase.RENEWAL,
        Entry.SHOPPED,
        (Family.TRUNK, Family.CENTRAFLEX, Family.INTERNET),
        RENEWABLE,
        (*dict.fromkeys((*OF_TRUNK, *OF_CENTRAFLEX)), Category.INTERNET),
        (CUSTOMER,),
        EVERYBODY,
    ),
    Case(
        BusinessCase.SITE_ORDER,
        Entry.FORM,
        (Family.TRUNK,),
        SITES_ORDERABLE,
        (Category.USAGE_SITE,),
        EVERYBODY,
        (),
    ),
    Case(
        BusinessCase.MORE_NUMBERS,
        Entry.FORM,
        (Family.TRUNK,),
        SITES_ORDERABLE,
        (Category.NUMBER_BLOCK,),
        EVERYBODY,
        (),
    ),
    Case(
        BusinessCase.PORTING,
        Entry.FORM,
        (Family.TRUNK, Family.CENTRAFLEX),
        SITES_ORDERABLE,
        (Category.USAGE_SITE, Category.PORTING),
        (),
        EVERYBODY,
    ),
    Case(
        BusinessCase.TERMINATION,
        Entry.FORM,
        tuple(Family),
        TERMINABLE,
        (Category.TRUNK, Category.LICENCE, Category.SERVICE, *ALONE),
        (CUSTOMER, *STAFF),
        EVERYBODY,
        (Ending.AGREEMENT,),
    ),
    Case(
        BusinessCase.TERMINATION,
        Entry.FORM,
        (Family.TRUNK,),
        TERMINABLE,
        (Category.USAGE_SITE, Category.NUMBER_BLOCK),
        EVERYBODY,
        (),
        (Ending.SITE, Ending.NUMBERS),
    ),
)


def row_of(case: BusinessCase, ending: Ending | None = None) -> Case:
    """The row of a case; of terminations the one for what is ended."""
    return next(row for row in TABLE if row.case is case and (ending is None or ending in row.endings))
