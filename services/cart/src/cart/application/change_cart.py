"""Changing a cart's lines and choices; every change is made on the state its author saw (CART-2, CART-4)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cart.application.ports import Unit, Who
from cart.application.surroundings import customer_of, person_of, surroundings_of
from cart.domain.cart import Cart, Internet
from cart.domain.renewal import Starts
from cart.domain.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class AddLine:
    cart_id: UUID
    seen: int
    offering: str
    quantity: int | None = None
    price_list: str | None = None
    combination: bool = False


@dataclass(frozen=True, slots=True)
class ChangeLine:
    cart_id: UUID
    seen: int
    line_id: UUID
    quantity: int | None = None
    price_list: str | None = None
    offering: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveLine:
    cart_id: UUID
    seen: int
    line_id: UUID


@dataclass(frozen=True, slots=True)
class SettleCart:
    cart_id: UUID
    seen: int
    immediate_activation: bool | None = None
    term_months: int | None = None
    internet: Internet | None = None
    starts: Starts | None = None
    without_combination: bool = False


async def add_line(command: AddLine, who: Who, unit: Unit) -> Cart:
    line_id = unit.new_id()
    return await _change(
        command.cart_id,
        command.seen,
        lambda cart, around: cart.add(
            line_id, command.offering, command.quantity, command.price_list, command.combination, around
        ),
        who,
        unit,
    )


async def change_line(command: ChangeLine, who: Who, unit: Unit) -> Cart:
    return await _change(
        command.cart_id,
        command.seen,
        lambda cart, around: cart.change(
            command.line_id, command.quantity, command.price_list, around, command.offering
        ),
        who,
        unit,
    )


async def remove_line(command: RemoveLine, who: Who, unit: Unit) -> Cart:
    return await _change(
        command.cart_id, command.seen, lambda cart, around: cart.remove(command.line_id, around), who, unit
    )


async def settle_cart(command: SettleCart, who: Who, unit: Unit) -> Cart:
    return await _change(
        command.cart_id,
        command.seen,
        lambda cart, around: cart.settle(
            around,
            command.immediate_activation,
            command.term_months,
            command.internet,
            command.starts,
            command.without_combination,
        ),
        who,
        unit,
    )


async def _change(cart_id: UUID, seen: int, change: Callable[[Cart, Surroundings], None], who: Who, unit: Unit) -> Cart:
    cart = await unit.carts.get(cart_id)
    await customer_of(cart.customer_id, who, unit)
    cart.check_seen(seen)
    change(cart, await surroundings_of(cart, unit))
    cart.touch(person_of(who).name, await unit.now())
    await unit.carts.save(cart)
    return cart
