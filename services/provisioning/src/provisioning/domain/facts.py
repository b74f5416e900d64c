"""What happened, as the domain reports it; `application.published` says it to the others."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class ActivationCause(StrEnum):
    """Why a trunk became active (ACT-1 to ACT-4)."""

    IMMEDIATE = "immediate"
    PORTING_NEAR = "porting_near"
    OWN_NUMBERS = "own_numbers"
    LEAD_TIME_PASSED = "lead_time_passed"
    ORDER_MANAGEMENT = "order_management"


@dataclass(frozen=True, slots=True)
class TrunkSetUp:
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelsChanged:
    order_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Activated:
    cause: ActivationCause
    porting_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Terminated:
    order_id: UUID
    at: datetime


TrunkFact = TrunkSetUp | ChannelsChanged | Activated | Terminated
