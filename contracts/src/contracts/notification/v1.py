"""What notification publishes: what became of a mail."""

from typing import Literal
from uuid import UUID

from contracts.envelope import Event, Topic
from contracts.shapes import Language, Localized, Utc

NOTICES = Topic("notification.notice.v1")


class NoticeFacts(Event):
    """`recipient` is masked (`m***@example.de`): addresses stay in few topics. `kind`: `order-acknowledgement`."""

    notice_id: UUID
    kind: str
    role: Literal["approver", "customer", "creator", "recipient", "order_management"]
    recipient: str
    language: Language
    customer_id: UUID | None
    order_id: UUID | None
    quote_id: UUID | None


class NoticeSent(NoticeFacts, topic=NOTICES, key="notice_id"):
    documents: tuple[str, ...] = ()
    sent_at: Utc


class NoticeBounced(NoticeFacts, topic=NOTICES, key="notice_id"):
    reason: Localized
    bounced_at: Utc
