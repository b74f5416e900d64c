"""Turn what happened into notices to those whom it concerns."""

from typing import Any
from uuid import UUID

from contracts.ordering.v1 import OrderReceived, QuoteLinkIssued
from contracts.shapes import Person
from notification.application.ports import Unit
from notification.domain.notice import Notice, Recipient, Role, without_doubles


async def mail_quote_link(event: QuoteLinkIssued, unit: Unit) -> None:
    """QUOTE-2: the link goes to the recipient; its token is kept sealed until the mail is sent."""
    facts = {
        "number": event.quote_number,
        "customer": event.customer_name,
        "creator": event.creator.name,
        "sealed_token": unit.sealed(event.token),
        "valid_until": event.valid_until.isoformat(),
        "one_time": str(event.one_time_total),
        "monthly": str(event.monthly_total),
        "replaces_earlier": event.replaces_earlier,
        "lines": [line.model_dump(mode="json") for line in event.lines],
    }
    to = Recipient("recipient", event.customer_name, event.recipient, event.language)
    await unit.notices.add(
        [
            Notice(
                unit.new_id(), "quote-link", to, event.quote_id, event.link_id, facts,
                customer_id=event.customer_id, quote_id=event.quote_id,
            )
        ]
    )  # fmt: skip


async def acknowledge_order(event: OrderReceived, unit: Unit) -> None:
    """QUOTE-4: approver, customer and creator; for a direct order the customer and whoever placed it."""
    customer = event.customer
    people: list[tuple[Role, Person]] = [("creator", event.creator)]
    if event.approver is not None:
        people.insert(0, ("approver", event.approver))
    recipients = without_doubles(
        [
            Recipient("customer", customer.name, customer.email, customer.language),
            *(Recipient(role, person.name, person.email, person.language) for role, person in people),
        ]
    )
    await unit.orders.keep(event.order_id, customer.party_id, event.order_number, recipients)
    facts = {"customer": customer.name, "lines": [_line(line.model_dump(mode="json")) for line in event.lines]}
    await _tell(event.order_id, "order-acknowledgement", event.order_id, facts, unit)
    for kind, subject, waited in await unit.orders.waiting(event.order_id):
        await _tell(event.order_id, kind, subject, waited, unit)


async def tell_of(order_id: UUID, kind: str, subject: UUID, facts: dict[str, Any], unit: Unit) -> None:
    """Tell the people of an order; what comes before its OrderReceived waits, since topics aren't ordered."""
    if await unit.orders.find(order_id) is None:
        await unit.orders.wait(order_id, kind, subject, facts)
    else:
        await _tell(order_id, kind, subject, facts, unit)


async def _tell(order_id: UUID, kind: str, subject: UUID, facts: dict[str, Any], unit: Unit) -> None:
    known = await unit.orders.find(order_id)
    assert known is not None, "the order was kept in this unit or before"
    customer_id, number, recipients = known
    await unit.notices.add(
        [
            Notice(
                unit.new_id(), kind, to, order_id, subject, {**facts, "number": number},
                customer_id=customer_id, order_id=order_id,
            )
            for to in recipients
        ]
    )  # fmt: skip


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in ("name", "quantity", "one_time", "monthly")}
