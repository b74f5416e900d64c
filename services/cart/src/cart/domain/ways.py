"""Ways to mend a broken rule: each is one press, named in both languages (CART-2)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cart.domain.catalog import Category, Offering
from cart.domain.situation import RuleLine
from cart.domain.wording import Saying, Wording, message
from telecom.refusal import _


class Action(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    EXCHANGE = "exchange"
    SET_QUANTITY = "set_quantity"
    CHOOSE_PRICE_LIST = "choose_price_list"
    CHOOSE_TERM = "choose_term"
    CHOOSE_INTERNET = "choose_internet"
    DROP_COMBINATION = "drop_combination"
    RENEW = "renew"
    """Not in this cart: the renewal with tariff change of `agreement_id`."""
    NEW_ORDER = "new_order"
    """Not in this cart: a new order of the same customer."""


@dataclass(frozen=True, slots=True)
class Way:
    action: Action
    label: Saying
    offering: str | None = None
    line_id: UUID | None = None
    quantity: int | None = None
    price_list: str | None = None
    term_months: int | None = None
    agreement_id: UUID | None = None
    combination: bool | None = None


def add(line: RuleLine) -> Way:
    """`line` as it would stand in the cart."""
    name = line.offering.name
    if line.offering.category is not Category.TRUNK:
        return Way(Action.ADD, message(_("Add %(product)s"), product=name), line.offering.code, quantity=line.quantity)
    label = _("Add %(product)s with the Kombi option") if line.combination else _("Add %(product)s")
    return Way(
        Action.ADD, message(label, product=name), line.offering.code, quantity=1, combination=line.combination or None
    )


def remove(line_id: UUID, name: Wording) -> Way:
    return Way(Action.REMOVE, message(_("Remove %(product)s"), product=name), line_id=line_id)


def removals(lines: Iterable[RuleLine]) -> Iterator[Way]:
    """Lines that the cart can do without; held ones aren't its own."""
    for line in lines:
        if line.line_id is not None and not line.fixed:
            yield remove(line.line_id, line.offering.name)


def exchange(line_id: UUID, present: Wording, offering: Offering) -> Way:
    label = message(_("%(product)s instead of %(other)s"), product=offering.name, other=present)
    return Way(Action.EXCHANGE, label, offering.code, line_id)


def set_quantity(line_id: UUID, name: Wording, quantity: int) -> Way:
    label = message(_("Set %(product)s to %(quantity)s"), product=name, quantity=quantity)
    return Way(Action.SET_QUANTITY, label, line_id=line_id, quantity=quantity)


def renew(agreement_id: UUID) -> Way:
    return Way(Action.RENEW, message(_("To the renewal with tariff change")), agreement_id=agreement_id)


def new_order() -> Way:
    return Way(Action.NEW_ORDER, message(_("To a new order")))
