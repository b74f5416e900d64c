"""The link that confirms a pre-registration for fiber (FIBER-1): mailed, and forgotten with its validity."""

from uuid import UUID

from contracts.provisioning.v1 import FiberLinkIssued
from notification.application.ports import Unit
from notification.application.speech import written
from notification.domain.notice import Notice, Recipient

FORGET = "forget-fiber-link"


async def mail_fiber_link(event: FiberLinkIssued, unit: Unit) -> None:
    """Its token is kept sealed until the mail is sent."""
    facts = {
        "number": "",
        "address": written(event.address),
        "sealed_token": unit.sealed(event.token),
        "valid_until": event.valid_until.isoformat(),
    }
    to = Recipient("recipient", event.name, event.recipient, event.language)
    notice = Notice(
        unit.new_id(), "fiber-link", to, event.registration_id, str(event.link_id), facts, unit.correlation_id
    )
    await unit.notices.add([notice])
    await unit.timers.set(FORGET, event.registration_id, event.valid_until)


async def forget_fiber_link(registration_id: UUID, unit: Unit) -> None:
    """Name and address of somebody who may never have confirmed are not kept for longer than the link is good."""
    await unit.notices.forget(registration_id)
