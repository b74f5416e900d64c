"""When something may end: its term, its notice, and what stands in the way (ORD-2)."""

from datetime import date, timedelta

from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.particulars import Ending


def earliest_day(agreement: Agreement, ending: Ending, notice_days: int, today: date) -> date:
    """The first day on which it can be gone: after its notice, and a whole contract not before its term is over.

    At least tomorrow, so that everything can be taken back for a while.
    """
    after_notice = today + timedelta(days=max(1, notice_days))
    if ending is not Ending.AGREEMENT or agreement.bound_until is None:
        return after_notice
    return max(after_notice, agreement.bound_until + timedelta(days=1))


def last_day_to_decide(effective_on: date, notice_days: int) -> date:
    """The last day on which saying so still keeps the notice."""
    return effective_on - timedelta(days=max(1, notice_days))


def check_day(wanted: date | None, earliest: date) -> date:
    """The day wanted, or without one the earliest."""
    if wanted is not None and wanted < earliest:
        raise refusals.NoticeTooShort(earliest)
    return wanted or earliest
