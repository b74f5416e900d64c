"""The lifecycles as tables: what may follow what. Whoever knows the business can correct them here (ORD-3)."""

from enum import StrEnum

from telecom.lifecycle import Lifecycle, Step


class CartState(StrEnum):
    OPEN = "open"
    QUOTED = "quoted"
    ORDERED = "ordered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class CartTrigger(StrEnum):
    CHANGE = "change"
    QUOTE = "quote"
    RESEND = "resend"
    CONFIRM = "confirm"
    ORDER = "order"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


CART = Lifecycle(
    [
        Step(CartState.OPEN, CartTrigger.CHANGE, CartState.OPEN),
        Step(CartState.OPEN, CartTrigger.QUOTE, CartState.QUOTED),
        Step(CartState.OPEN, CartTrigger.ORDER, CartState.ORDERED),
        Step(CartState.OPEN, CartTrigger.WITHDRAW, CartState.WITHDRAWN),
        Step(CartState.QUOTED, CartTrigger.RESEND, CartState.QUOTED),
        Step(CartState.QUOTED, CartTrigger.CONFIRM, CartState.ORDERED),
        Step(CartState.QUOTED, CartTrigger.EXPIRE, CartState.EXPIRED),
        Step(CartState.QUOTED, CartTrigger.WITHDRAW, CartState.WITHDRAWN),
    ]
)


class LineState(StrEnum):
    ORDERED = "ordered"
    IN_PROGRESS = "in_progress"
    AWAITING = "awaiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class LineTrigger(StrEnum):
    PROGRESS = "progress"
    WAIT = "wait"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


UNFINISHED = (LineState.ORDERED, LineState.IN_PROGRESS, LineState.AWAITING)
LINE = Lifecycle(
    [
        step
        for state in UNFINISHED
        for step in (
            Step(state, LineTrigger.PROGRESS, LineState.IN_PROGRESS),
            Step(state, LineTrigger.WAIT, LineState.AWAITING),
            Step(state, LineTrigger.FINISH, LineState.DONE),
            Step(state, LineTrigger.FAIL, LineState.FAILED),
            Step(state, LineTrigger.CANCEL, LineState.CANCELLED),
        )
    ]
)


class OrderStatus(StrEnum):
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    AWAITING = "awaiting"
    COMPLETED = "completed"
    PARTLY_COMPLETED = "partly_completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OrderTrigger(StrEnum):
    PROGRESS = "progress"
    WAIT = "wait"
    COMPLETE = "complete"
    COMPLETE_PARTLY = "complete_partly"
    FAIL = "fail"
    CANCEL = "cancel"


RUNNING = (OrderStatus.RECEIVED, OrderStatus.IN_PROGRESS, OrderStatus.AWAITING)
ORDER = Lifecycle(
    [
        step
        for status in RUNNING
        for step in (
            Step(status, OrderTrigger.PROGRESS, OrderStatus.IN_PROGRESS),
            Step(status, OrderTrigger.WAIT, OrderStatus.AWAITING),
            Step(status, OrderTrigger.COMPLETE, OrderStatus.COMPLETED),
            Step(status, OrderTrigger.COMPLETE_PARTLY, OrderStatus.PARTLY_COMPLETED),
            Step(status, OrderTrigger.FAIL, OrderStatus.FAILED),
            Step(status, OrderTrigger.CANCEL, OrderStatus.CANCELLED),
        )
    ]
)


class AgreementStatus(StrEnum):
    IN_SET_UP = "in_set_up"
    READY = "ready"
    ACTIVE = "active"
    TERMINATING = "terminating"
    ENDED = "ended"
    FAILED = "failed"


class AgreementTrigger(StrEnum):
    SET_UP = "set_up"
    ACTIVATE = "activate"
    FAIL = "fail"
    RENEW = "renew"
    TERMINATE = "terminate"
    REVERSE_TERMINATION = "reverse_termination"
    REVERSE_BEFORE_ACTIVATION = "reverse_before_activation"
    END = "end"


AGREEMENT = Lifecycle(
    [
        Step(AgreementStatus.IN_SET_UP, AgreementTrigger.SET_UP, AgreementStatus.READY),
        Step(AgreementStatus.IN_SET_UP, AgreementTrigger.ACTIVATE, AgreementStatus.ACTIVE),
        Step(AgreementStatus.IN_SET_UP, AgreementTrigger.FAIL, AgreementStatus.FAILED),
        Step(AgreementStatus.READY, AgreementTrigger.ACTIVATE, AgreementStatus.ACTIVE),
        Step(AgreementStatus.READY, AgreementTrigger.TERMINATE, AgreementStatus.TERMINATING),
        Step(AgreementStatus.ACTIVE, AgreementTrigger.RENEW, AgreementStatus.ACTIVE),
        Step(AgreementStatus.ACTIVE, AgreementTrigger.TERMINATE, AgreementStatus.TERMINATING),
        Step(AgreementStatus.TERMINATING, AgreementTrigger.ACTIVATE, AgreementStatus.TERMINATING),
        Step(AgreementStatus.TERMINATING, AgreementTrigger.RENEW, AgreementStatus.TERMINATING),
        Step(AgreementStatus.TERMINATING, AgreementTrigger.REVERSE_TERMINATION, AgreementStatus.ACTIVE),
        Step(AgreementStatus.TERMINATING, AgreementTrigger.REVERSE_BEFORE_ACTIVATION, AgreementStatus.READY),
        Step(AgreementStatus.TERMINATING, AgreementTrigger.END, AgreementStatus.ENDED),
    ]
)
SITES_ORDERABLE = (AgreementStatus.IN_SET_UP, AgreementStatus.READY, AgreementStatus.ACTIVE)
REORDERABLE = (AgreementStatus.READY, AgreementStatus.ACTIVE)
RENEWABLE = (AgreementStatus.ACTIVE,)
TERMINABLE = (AgreementStatus.READY, AgreementStatus.ACTIVE)
UNENDED = (*SITES_ORDERABLE, AgreementStatus.TERMINATING)
