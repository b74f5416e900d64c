"""The trade's numbers that a carrier may choose."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TradeRules:
    """The settings behind ACT-2, ACT-4, SITE-5, and the wait for a trunk."""

    lead_working_days: int = 3
    without_porting: timedelta = timedelta(days=180)
    wait_for_trunk: timedelta = timedelta(minutes=10)
    quarantine: timedelta = timedelta(days=90)
