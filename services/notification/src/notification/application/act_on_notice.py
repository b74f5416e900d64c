"""What became of a mail, and what order management does about one that came back (NOTE-1)."""

from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from contracts.notification.v1 import NoticeBounced, NoticeSent
from contracts.shapes import Language, Localized
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from notification.application.ports import SentNotice, Unit
from notification.application.speech import in_both
from notification.domain import refusals
from notification.domain.notice import masked
from telecom.refusal import _

OWNER = "notification"


def tell_of_sending(notice: SentNotice, at: datetime, unit: Unit) -> None:
    unit.outbox.record(NoticeSent(**_facts(notice), documents=notice.documents, sent_at=at))


def tell_of_bounce(notice: SentNotice, why: str, task_id: UUID | None, at: datetime, unit: Unit) -> None:
    """`why`: a text of ours; what the mail server said is kept with the notice, for order management."""
    unit.outbox.record(NoticeBounced(**_facts(notice), reason=in_both(why), bounced_at=at))
    if task_id is None:
        return
    explanation = in_both(
        _("The mail %(kind)s to %(recipient)s came back: %(reason)s"),
        kind=notice.kind,
        recipient=masked(notice.email),
        reason=(notice.reason or "").replace(notice.email, masked(notice.email))[:250],
    )
    unit.outbox.record(
        TaskRaised(
            task_id=task_id,
            kind=TaskKind.NOTICE_BOUNCED,
            owner=OWNER,
            subject_id=notice.notice_id,
            title=in_both(_("A mail could not be delivered")),
            explanation=explanation,
            customer_id=notice.customer_id,
            order_id=notice.order_id,
            raised_at=at,
        )
    )


async def send_again(notice: SentNotice, email: str | None, by: str, unit: Unit) -> None:
    """To the same address or a corrected one; later mails about the same go to the corrected one too."""
    _must_have_bounced(notice)
    to = email or notice.email
    if not await unit.notices.send_again(notice, to):
        raise refusals.AlreadyTold()
    if to != notice.email:
        await unit.stories.correct_address(notice.about, notice.email, to)
    outcome = in_both(_("The mail was sent again to %(recipient)s."), recipient=masked(to))
    await _settle(notice, outcome, by, unit)


async def give_up(notice: SentNotice, note: str, by: str, unit: Unit) -> None:
    """Settled in another way, by telephone say."""
    _must_have_bounced(notice)
    await unit.notices.give_up(notice)
    outcome = in_both(_("Settled without the mail."))
    await _settle(notice, Localized(de=note, en=note) if note else outcome, by, unit)


async def _settle(notice: SentNotice, outcome: Localized, by: str, unit: Unit) -> None:
    assert notice.task_id is not None, "whatever bounced has a task"
    settled = TaskSettled(
        task_id=notice.task_id, owner=OWNER, settled_by=by, outcome=outcome, settled_at=await unit.now()
    )
    unit.outbox.record(settled)


def _must_have_bounced(notice: SentNotice) -> None:
    if notice.state != "bounced":
        raise refusals.NotBounced()


def _facts(notice: SentNotice) -> dict[str, Any]:
    return {
        "notice_id": notice.notice_id,
        "kind": notice.kind,
        "role": cast(Literal["approver", "customer", "creator", "recipient"], notice.role),
        "recipient": masked(notice.email),
        "language": cast(Language, notice.language),
        "customer_id": notice.customer_id,
        "order_id": notice.order_id,
        "quote_id": notice.quote_id,
    }
