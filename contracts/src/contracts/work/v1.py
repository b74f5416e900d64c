"""Tasks for order management: raised by whoever needs a person, settled by their owner."""

from enum import StrEnum
from uuid import UUID

from contracts.envelope import Event, Topic
from contracts.shapes import Localized, Utc

TASKS = Topic("work.task.v1")


class TaskKind(StrEnum):
    MANUAL_WORK = "manual_work"
    AREA_CODE_DOUBTFUL = "area_code_doubtful"
    NUMBERS_EXHAUSTED = "numbers_exhausted"
    SITE_WAITS_FOR_TRUNK = "site_waits_for_trunk"
    ACTIVATION_WITHOUT_PORTING = "activation_without_porting"
    ASSIGNMENT_FAILED = "assignment_failed"
    SIGNED_FORM = "signed_form"
    DEADLINE_PASSED = "deadline_passed"
    CLEARING = "clearing"
    CARRIER_MESSAGE = "carrier_message"
    NOTICE_BOUNCED = "notice_bounced"
    COMBINATION_ENDED = "combination_ended"


class TaskRaised(Event, topic=TASKS, key="task_id"):
    """`owner` is the service that acts on it, `subject_id` what it is about there (work order, porting, notice)."""

    task_id: UUID
    kind: TaskKind
    owner: str
    subject_id: UUID
    title: Localized
    explanation: Localized
    customer_id: UUID | None = None
    order_id: UUID | None = None
    agreement_id: UUID | None = None
    due_at: Utc | None = None
    raised_at: Utc


class TaskSettled(Event, topic=TASKS, key="task_id"):
    task_id: UUID
    owner: str
    settled_by: str
    outcome: Localized
    settled_at: Utc
