"""The trade's numbers that a carrier may choose."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TradeRules:
    """The settings behind ACT-2, ACT-4, SITE-3, SITE-5, FIBER-1, and the wait for a trunk.

    `fiber_from_one_address` an hour, `fiber_for_one_mailbox` a day: so many pre-registrations and no more.
    """

    lead_working_days: int = 3
    without_porting: timedelta = timedelta(days=180)
    wait_for_trunk: timedelta = timedelta(minutes=10)
    quarantine: timedelta = timedelta(days=90)
    fiber_link: timedelta = timedelta(days=7)
    fiber_from_one_address: int = 10
    fiber_for_one_mailbox: int = 3
    reservation: timedelta = timedelta(minutes=15)
    reservations_each: int = 10
