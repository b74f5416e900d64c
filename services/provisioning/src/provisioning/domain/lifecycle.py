"""Lifecycles as tables: what may follow what. Diagrams in the docs are made from them."""

from enum import StrEnum

from telecom.lifecycle import Lifecycle, Step
from telecom.refusal import Refusal, _


class NotNow(Refusal):
    kind = "conflict"
    text = _("This is not possible any more: the state is %(state)s.")
    remedy = _("Look at the current state.")


class TrunkStatus(StrEnum):
    READY = "ready"
    ACTIVE = "active"
    TERMINATED = "terminated"


class TrunkTrigger(StrEnum):
    CHANGE = "change"
    ACTIVATE = "activate"
    TERMINATE = "terminate"


TRUNK = Lifecycle(
    [
        Step(TrunkStatus.READY, TrunkTrigger.CHANGE, TrunkStatus.READY),
        Step(TrunkStatus.READY, TrunkTrigger.ACTIVATE, TrunkStatus.ACTIVE),
        Step(TrunkStatus.READY, TrunkTrigger.TERMINATE, TrunkStatus.TERMINATED),
        Step(TrunkStatus.ACTIVE, TrunkTrigger.CHANGE, TrunkStatus.ACTIVE),
        Step(TrunkStatus.ACTIVE, TrunkTrigger.TERMINATE, TrunkStatus.TERMINATED),
    ]
)


class WorkState(StrEnum):
    OPEN = "open"
    WAITING_FOR_DAY = "waiting_for_day"
    WAITING_FOR_TRUNK = "waiting_for_trunk"
    WAITING_FOR_PORTING = "waiting_for_porting"
    COMPLETED = "completed"
    FAILED = "failed"
    CALLED_OFF = "called_off"


class WorkTrigger(StrEnum):
    WAIT_FOR_DAY = "wait_for_day"
    WAIT_FOR_TRUNK = "wait_for_trunk"
    RESUME = "resume"
    WAIT_FOR_PORTING = "wait_for_porting"
    COMPLETE = "complete"
    FAIL = "fail"
    CALL_OFF = "call_off"


WORK = Lifecycle(
    [
        Step(WorkState.OPEN, WorkTrigger.WAIT_FOR_DAY, WorkState.WAITING_FOR_DAY),
        Step(WorkState.WAITING_FOR_DAY, WorkTrigger.RESUME, WorkState.OPEN),
        Step(WorkState.WAITING_FOR_DAY, WorkTrigger.CALL_OFF, WorkState.CALLED_OFF),
        Step(WorkState.OPEN, WorkTrigger.WAIT_FOR_TRUNK, WorkState.WAITING_FOR_TRUNK),
        Step(WorkState.WAITING_FOR_TRUNK, WorkTrigger.RESUME, WorkState.OPEN),
        Step(WorkState.WAITING_FOR_TRUNK, WorkTrigger.FAIL, WorkState.FAILED),
        Step(WorkState.OPEN, WorkTrigger.WAIT_FOR_PORTING, WorkState.WAITING_FOR_PORTING),
        Step(WorkState.OPEN, WorkTrigger.COMPLETE, WorkState.COMPLETED),
        Step(WorkState.OPEN, WorkTrigger.FAIL, WorkState.FAILED),
        Step(WorkState.OPEN, WorkTrigger.CALL_OFF, WorkState.CALLED_OFF),
        Step(WorkState.WAITING_FOR_PORTING, WorkTrigger.COMPLETE, WorkState.COMPLETED),
        Step(WorkState.WAITING_FOR_PORTING, WorkTrigger.CALL_OFF, WorkState.CALLED_OFF),
    ]
)


class PortingState(StrEnum):
    """A part of a porting as far as provisioning cares. An assigned one has its numbers, and that is that."""

    STARTED = "started"
    CONFIRMED = "confirmed"
    DUE = "due"
    ASSIGNED = "assigned"
    DEAD = "dead"


class PortingTrigger(StrEnum):
    CONFIRM = "confirm"
    MOVE = "move"
    ASK = "ask"
    OPEN = "open"
    ASSIGN = "assign"
    END = "end"


# ASK: the donor is asked anew, or has refused and a person clears it: no date holds any more.
PORTING = Lifecycle(
    [
        Step(PortingState.STARTED, PortingTrigger.CONFIRM, PortingState.CONFIRMED),
        Step(PortingState.STARTED, PortingTrigger.ASK, PortingState.STARTED),
        Step(PortingState.STARTED, PortingTrigger.OPEN, PortingState.DUE),
        Step(PortingState.STARTED, PortingTrigger.END, PortingState.DEAD),
        Step(PortingState.CONFIRMED, PortingTrigger.MOVE, PortingState.CONFIRMED),
        Step(PortingState.CONFIRMED, PortingTrigger.CONFIRM, PortingState.CONFIRMED),
        Step(PortingState.CONFIRMED, PortingTrigger.ASK, PortingState.STARTED),
        Step(PortingState.CONFIRMED, PortingTrigger.OPEN, PortingState.DUE),
        Step(PortingState.CONFIRMED, PortingTrigger.END, PortingState.DEAD),
        Step(PortingState.DUE, PortingTrigger.MOVE, PortingState.CONFIRMED),
        Step(PortingState.DUE, PortingTrigger.ASK, PortingState.STARTED),
        Step(PortingState.DUE, PortingTrigger.ASSIGN, PortingState.ASSIGNED),
        Step(PortingState.DUE, PortingTrigger.END, PortingState.DEAD),
        Step(PortingState.DEAD, PortingTrigger.ASK, PortingState.STARTED),
    ]
)


class DepartureState(StrEnum):
    """Numbers that another carrier takes over (PORT-9): provisioning hears of it when the day has come."""

    DUE = "due"
    PUT_OFF = "put_off"
    HANDED_OVER = "handed_over"


class DepartureTrigger(StrEnum):
    COME_DUE = "come_due"
    PUT_OFF = "put_off"
    HAND_OVER = "hand_over"


DEPARTURE = Lifecycle(
    [
        Step(DepartureState.DUE, DepartureTrigger.COME_DUE, DepartureState.DUE),
        Step(DepartureState.DUE, DepartureTrigger.PUT_OFF, DepartureState.PUT_OFF),
        Step(DepartureState.DUE, DepartureTrigger.HAND_OVER, DepartureState.HANDED_OVER),
        Step(DepartureState.PUT_OFF, DepartureTrigger.COME_DUE, DepartureState.DUE),
    ]
)


class RegistrationState(StrEnum):
    """A pre-registration for fiber (FIBER-1). Only a confirmed one may be used."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RegistrationTrigger(StrEnum):
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


REGISTRATION = Lifecycle(
    [
        Step(RegistrationState.UNCONFIRMED, RegistrationTrigger.CONFIRM, RegistrationState.CONFIRMED),
        Step(RegistrationState.UNCONFIRMED, RegistrationTrigger.WITHDRAW, RegistrationState.WITHDRAWN),
        Step(RegistrationState.UNCONFIRMED, RegistrationTrigger.EXPIRE, RegistrationState.EXPIRED),
        Step(RegistrationState.CONFIRMED, RegistrationTrigger.WITHDRAW, RegistrationState.WITHDRAWN),
    ]
)
