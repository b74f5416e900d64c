"""The lifecycles as tables: what may follow what. Whoever knows the business can correct them here."""

from enum import StrEnum

from telecom.lifecycle import Lifecycle, Step


class PortingState(StrEnum):
    HELD = "held"
    """Our message waits a while, so that order management can still stop it."""
    ASKED = "asked"
    AWAITING_FORM = "awaiting_form"
    """PORT-4: paused."""
    FORM_UPLOADED = "form_uploaded"
    AWAITING_DATE = "awaiting_date"
    """Released; a paper carrier's date reaches us by people."""
    CONFIRMED = "confirmed"
    DUE = "due"
    COMPLETED = "completed"
    CLEARING = "clearing"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class PortingTrigger(StrEnum):
    SEND = "send"
    AGREE = "agree"
    REFUSE_FIXABLY = "refuse_fixably"
    REFUSE = "refuse"
    FIND_FAULT = "find_fault"
    UPLOAD_FORM = "upload_form"
    REFUSE_FORM = "refuse_form"
    RELEASE = "release"
    CONFIRM_DATE = "confirm_date"
    OPEN_WINDOW = "open_window"
    ASSIGN = "assign"
    CANCEL = "cancel"


_S, _T = PortingState, PortingTrigger

PORTING = Lifecycle(
    [
        Step(_S.HELD, _T.SEND, _S.ASKED),
        Step(_S.HELD, _T.FIND_FAULT, _S.CLEARING),
        Step(_S.HELD, _T.CANCEL, _S.CANCELLED),
        Step(_S.ASKED, _T.AGREE, _S.CONFIRMED),
        Step(_S.ASKED, _T.REFUSE_FIXABLY, _S.CLEARING),
        Step(_S.ASKED, _T.REFUSE, _S.REJECTED),
        Step(_S.ASKED, _T.FIND_FAULT, _S.CLEARING),
        Step(_S.AWAITING_FORM, _T.UPLOAD_FORM, _S.FORM_UPLOADED),
        Step(_S.AWAITING_FORM, _T.CANCEL, _S.CANCELLED),
        Step(_S.FORM_UPLOADED, _T.UPLOAD_FORM, _S.FORM_UPLOADED),
        Step(_S.FORM_UPLOADED, _T.REFUSE_FORM, _S.AWAITING_FORM),
        Step(_S.FORM_UPLOADED, _T.RELEASE, _S.AWAITING_DATE),
        Step(_S.FORM_UPLOADED, _T.CANCEL, _S.CANCELLED),
        Step(_S.AWAITING_DATE, _T.CONFIRM_DATE, _S.CONFIRMED),
        Step(_S.AWAITING_DATE, _T.CANCEL, _S.CANCELLED),
        # Cleared between people: by mail, so the date comes from them too.
        Step(_S.CLEARING, _T.CONFIRM_DATE, _S.CONFIRMED),
        Step(_S.CLEARING, _T.CANCEL, _S.CANCELLED),
        Step(_S.CONFIRMED, _T.OPEN_WINDOW, _S.DUE),
        Step(_S.DUE, _T.ASSIGN, _S.COMPLETED),
    ],
    begins=[_S.HELD, _S.AWAITING_FORM],
)


class PreAgreementState(StrEnum):
    HELD = "held"
    SENT = "sent"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PreAgreementTrigger(StrEnum):
    SEND = "send"
    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_P, _R = PreAgreementState, PreAgreementTrigger

PRE_AGREEMENT = Lifecycle(
    [
        Step(_P.HELD, _R.SEND, _P.SENT),
        Step(_P.HELD, _R.WITHDRAW, _P.WITHDRAWN),
        Step(_P.SENT, _R.AGREE, _P.AGREED),
        Step(_P.SENT, _R.REFUSE, _P.REFUSED),
    ]
)
"""Date changes and cancellations hang on an agreed one and get tables of their own: held, sent, settled or refused."""
