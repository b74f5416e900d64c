"""A line of a cart: a product, how many, at what price, and whatever belongs to it (CART-2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from cart.domain.catalog import Category, Family, Fulfilment, Offering
from cart.domain.particulars import NewNumbers, Porting, Site, Termination
from cart.domain.wording import Saying, Wording

NOTHING = Decimal("0.00")


class Lock(StrEnum):
    QUANTITY = "quantity"
    LINE = "line"


@dataclass(slots=True)
class CartLine:
    """Names and prices are those of the cart's catalog version, set whenever the cart is computed.

    `reasons` says what follows from other lines or the contract; `ends_on` is set where a line ends with the contract.
    """

    line_id: UUID
    offering: str
    name: Wording
    category: Category
    family: Family
    fulfilment: Fulfilment
    quantity: int
    one_time: Decimal
    monthly: Decimal
    priced: bool = True
    srtp: bool = False
    voice_ready: bool = False
    combination: bool = False
    computed: bool = False
    locked: Lock | None = None
    why: Saying | None = None
    reasons: tuple[Wording, ...] = ()
    ends_on: date | None = None
    price_list: str | None = None
    price_list_name: Wording | None = None
    site: Site | None = None
    new_numbers: NewNumbers | None = None
    porting: Porting | None = None
    termination: Termination | None = None
    held_quantity: int = 0
    """How many the agreement holds already; they cost nothing once more (AMEND-2)."""

    @classmethod
    def of(cls, offering: Offering, line_id: UUID, quantity: int = 1) -> "CartLine":
        """Not priced yet; that is done when the cart is computed."""
        return cls(
            line_id=line_id,
            offering=offering.code,
            name=offering.name,
            category=offering.category,
            family=offering.family,
            fulfilment=offering.fulfilment,
            quantity=quantity,
            one_time=NOTHING,
            monthly=NOTHING,
        )

    @property
    def one_time_total(self) -> Decimal:
        return self.one_time * max(0, self.quantity - self.held_quantity)

    @property
    def monthly_total(self) -> Decimal:
        return self.monthly * self.quantity
