"""What HTTP answers with."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from notification.application.ports import SentNotice
from notification.domain.notice import masked


class DocumentView(BaseModel):
    """`title` in the reader's language; the document itself is in the customer's."""

    kind: str
    title: str
    url: str


class NoticeView(BaseModel):
    """`recipient` is masked but for order management, which may have to correct it."""

    notice_id: UUID
    kind: str
    role: str
    recipient: str
    language: str
    state: str
    documents: list[str]
    order_id: UUID | None
    quote_id: UUID | None
    reason: str | None
    recorded_at: datetime
    sent_at: datetime | None


def notice_view(notice: SentNotice, *, inside: bool) -> NoticeView:
    """`inside`: for people of the house."""
    return NoticeView(
        notice_id=notice.notice_id,
        kind=notice.kind,
        role=notice.role,
        recipient=notice.email if inside else masked(notice.email),
        language=notice.language,
        state=notice.state,
        documents=list(notice.documents),
        order_id=notice.order_id,
        quote_id=notice.quote_id,
        reason=notice.reason if inside else None,
        recorded_at=notice.recorded_at,
        sent_at=notice.sent_at,
    )
