"""The lifecycle of an act that needs a second person, as a table. Whoever knows the business can correct it here."""

from enum import StrEnum

from telecom.lifecycle import Lifecycle, Step


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    """The owner is being asked; what he said is not known yet."""
    DONE = "done"
    REFUSED = "refused"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    EXPIRED = "expired"


class ProposalTrigger(StrEnum):
    APPROVE = "approve"
    OWNER_ACTS = "owner_acts"
    OWNER_REFUSES = "owner_refuses"
    OWNER_IS_SILENT = "owner_is_silent"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    TASK_IS_SETTLED = "task_is_settled"
    EXPIRE = "expire"


_S, _T = ProposalState, ProposalTrigger

PROPOSAL = Lifecycle(
    [
        Step(_S.OPEN, _T.APPROVE, _S.APPROVED),
        Step(_S.OPEN, _T.SEND_BACK, _S.SENT_BACK),
        Step(_S.OPEN, _T.WITHDRAW, _S.WITHDRAWN),
        Step(_S.OPEN, _T.TASK_IS_SETTLED, _S.VOID),
        Step(_S.OPEN, _T.EXPIRE, _S.EXPIRED),
        Step(_S.APPROVED, _T.OWNER_ACTS, _S.DONE),
        Step(_S.APPROVED, _T.OWNER_REFUSES, _S.REFUSED),
        # Asked again under the same key: should it have been done the first time, nothing happens twice.
        Step(_S.APPROVED, _T.OWNER_IS_SILENT, _S.OPEN),
    ]
)
