"""What order management adds to a task: who has it, when we mean to be done, and until when it waits."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.domain.clerk import Clerk
from telecom.formats import berlin_day
from telecom.refusal import Refusal, _
from telecom.workdays import is_working_day


class ClaimedBySomebodyElse(Refusal):
    kind = "conflict"
    text = _("%(name)s has had this task since %(since)s.")
    remedy = _("Ask him, or take the task over and say why.")


class NotClaimed(Refusal):
    kind = "conflict"
    text = _("Nobody has this task.")
    remedy = _("Take it first.")


class NoSuchColleague(Refusal):
    text = _("Choose a colleague who has logged in here before.")
    field = "colleague"


class ReasonMissing(Refusal):
    text = _("Say why; the others read it in the audit.")
    field = "reason"


class DayNotAhead(Refusal):
    text = _("Choose a working day that is still to come.")
    field = "waits_until"


class DueInThePast(Refusal):
    text = _("Choose a moment that is still to come.")
    field = "due_on"


@dataclass(slots=True)
class Handling:
    """Survives a rebuilt task list. `due_at` is our own moment, beside the owner's."""

    task_id: UUID
    claimed_by: Clerk | None = None
    claimed_at: datetime | None = None
    due_at: datetime | None = None
    waits_until: date | None = None

    def claim(self, by: Clerk, at: datetime) -> None:
        """One person has a task; claiming twice changes nothing. Raises ClaimedBySomebodyElse."""
        self.must_not_be_anothers(by)
        if self.claimed_by is None:
            self.claimed_by, self.claimed_at = by, at

    def take_over(self, by: Clerk, reason: str, at: datetime) -> None:
        """From whoever has it. Raises ReasonMissing."""
        if not reason:
            raise ReasonMissing
        if self.claimed_by is None or self.claimed_by.subject != by.subject:
            self.claimed_by, self.claimed_at = by, at

    def give_back(self, by: Clerk) -> None:
        """Raises NotClaimed, ClaimedBySomebodyElse."""
        self._must_be_claimed()
        self.must_not_be_anothers(by)
        self.claimed_by = self.claimed_at = None

    def hand_to(self, colleague: Clerk, by: Clerk, at: datetime) -> None:
        """By whoever has it, or by anybody while nobody has. Raises ClaimedBySomebodyElse."""
        self.must_not_be_anothers(by)
        self.claimed_by, self.claimed_at = colleague, at

    def move_due(self, due_at: datetime, reason: str, now: datetime) -> None:
        """Raises ReasonMissing, DueInThePast."""
        if not reason:
            raise ReasonMissing
        if due_at <= now:
            raise DueInThePast
        self.due_at = due_at

    def wait_until(self, day: date | None, now: datetime) -> None:
        """Out of the queue until that working day begins; None brings it back. Raises DayNotAhead."""
        if day is not None and (day <= berlin_day(now) or not is_working_day(day)):
            raise DayNotAhead
        self.waits_until = day

    def must_not_be_anothers(self, by: Clerk) -> None:
        """Raises ClaimedBySomebodyElse."""
        if self.claimed_by is not None and self.claimed_by.subject != by.subject:
            raise ClaimedBySomebodyElse(name=self.claimed_by.name, since=self.claimed_at)

    def _must_be_claimed(self) -> None:
        if self.claimed_by is None:
            raise NotClaimed
