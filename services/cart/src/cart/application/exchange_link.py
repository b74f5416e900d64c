"""What a mailed link is worth now, and for whom it opens what (QUOTE-2, QUOTE-3). A dead one gives nothing away."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from cart.application.ports import IssuedLink, Terms, Unit
from cart.application.send_quote import hash_of
from cart.domain import refusals
from cart.domain.cart import Cart
from cart.domain.lifecycle import CartState
from cart.domain.order import Order


class LinkState(StrEnum):
    VALID = "valid"
    REPLACED = "replaced"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class Right(StrEnum):
    VIEW = "view"
    CONFIRM = "confirm"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Opened:
    """`link` is None where the link opens nothing."""

    state: LinkState
    link: IssuedLink | None = None
    order_id: UUID | None = None
    rights: tuple[Right, ...] = ()


async def exchange_link(token: str, unit: Unit, terms: Terms) -> Opened:
    link = await unit.links.find(hash_of(token))
    if link is None:
        return Opened(LinkState.UNKNOWN)
    cart = await unit.carts.of_quote(link.quote_id, lock=False)
    if cart.quoted.link_id != link.link_id:
        return Opened(LinkState.REPLACED)
    match cart.state:
        case CartState.WITHDRAWN:
            return Opened(LinkState.WITHDRAWN)
        case CartState.ORDERED if cart.order_id is not None:
            order = await unit.orders.get(cart.order_id)
            if await _status_link_ended(order, unit, terms):
                return Opened(LinkState.EXPIRED)
            return Opened(LinkState.CONFIRMED, link, order.order_id, (Right.VIEW, Right.UPLOAD))
        case CartState.QUOTED if not cart.quoted.has_expired(await unit.now()):
            return Opened(LinkState.VALID, link, None, (Right.VIEW, Right.CONFIRM))
    return Opened(LinkState.EXPIRED)


def claims_of(opened: Opened) -> dict[str, Any]:
    """What the ten-minute token says; every service accepts it for just this quote and order."""
    assert opened.link is not None, "only an open link becomes a token"
    return {
        "sub": f"link {opened.link.link_id}",
        "role": "approver",
        "name": opened.link.recipient.name,
        "email": opened.link.recipient.email,
        "language": opened.link.recipient.language,
        "link": {
            "link_id": str(opened.link.link_id),
            "quote": str(opened.link.quote_id),
            "order": str(opened.order_id) if opened.order_id else None,
            "rights": [right.value for right in opened.rights],
        },
    }


async def quote_behind(link_id: UUID, quote_id: UUID, unit: Unit) -> Cart:
    """The cart that a link shows; a token made of a link that has since been replaced shows nothing (QUOTE-2)."""
    cart = await unit.carts.of_quote(quote_id, lock=False)
    if cart.quoted.link_id != link_id:
        raise refusals.LinkReplaced()
    if cart.state is CartState.WITHDRAWN:
        raise refusals.QuoteWithdrawn()
    if cart.state is CartState.EXPIRED:
        raise refusals.QuoteExpired()
    return cart


async def _status_link_ended(order: Order, unit: Unit, terms: Terms) -> bool:
    if order.finished_at is None:
        return False
    return await unit.now() >= order.finished_at + timedelta(days=terms.status_link_days)
