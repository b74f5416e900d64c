"""The lifecycles as tables: what may follow what. Whoever knows the business can correct them here."""

from enum import StrEnum

from telecom.lifecycle import Lifecycle, Step


class PortingState(StrEnum):
    """Of a part of a porting request: one pre-agreement's numbers, or all of a paper carrier's."""

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
    AWAITING_NEW = "awaiting_new"
    """Called off so that a new pre-agreement follows (STR-AEN)."""
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
    ASK_AGAIN = "ask_again"
    RESCHEDULE = "reschedule"
    CALL_OFF_FOR_NEW = "call_off_for_new"
    CANCEL = "cancel"
    """By us alone while nobody else is bound, else when both sides agree."""


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
        # The donor answered by telephone, or the answer got lost.
        Step(_S.ASKED, _T.CONFIRM_DATE, _S.CONFIRMED),
        Step(_S.ASKED, _T.CALL_OFF_FOR_NEW, _S.AWAITING_NEW),
        Step(_S.ASKED, _T.CANCEL, _S.CANCELLED),
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
        Step(_S.CLEARING, _T.ASK_AGAIN, _S.HELD),
        Step(_S.CLEARING, _T.CANCEL, _S.CANCELLED),
        Step(_S.CONFIRMED, _T.RESCHEDULE, _S.CONFIRMED),
        Step(_S.CONFIRMED, _T.CALL_OFF_FOR_NEW, _S.AWAITING_NEW),
        Step(_S.CONFIRMED, _T.CANCEL, _S.CANCELLED),
        Step(_S.AWAITING_NEW, _T.ASK_AGAIN, _S.HELD),
        Step(_S.AWAITING_NEW, _T.CANCEL, _S.CANCELLED),
        Step(_S.CONFIRMED, _T.OPEN_WINDOW, _S.DUE),
        Step(_S.DUE, _T.ASSIGN, _S.COMPLETED),
    ],
    begins=[_S.HELD, _S.AWAITING_FORM],
)


class PreAgreementState(StrEnum):
    HELD = "held"
    ASKED = "asked"
    """The VA is with the donor."""
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Never sent."""
    AWAITING_NEW = "awaiting_new"
    """Called off by STR-AEN: a new VA to the same donor follows."""
    OVERDUE = "awaiting_new_too_long"
    REPLACED = "replaced"
    """The new VA is there."""
    CANCELLED = "cancelled"
    COMPLETE = "complete"


class PreAgreementTrigger(StrEnum):
    SEND = "send"
    WITHDRAW = "withdraw"
    AGREE = "agree"
    REFUSE = "refuse"
    CALL_OFF = "call_off"
    CALL_OFF_FOR_NEW = "call_off_for_new"
    WAIT_TOO_LONG = "wait_too_long"
    REPLACE = "replace"
    FINISH = "finish"


_P, _R = PreAgreementState, PreAgreementTrigger

PRE_AGREEMENT = Lifecycle(
    [
        Step(_P.HELD, _R.SEND, _P.ASKED),
        Step(_P.HELD, _R.WITHDRAW, _P.WITHDRAWN),
        Step(_P.ASKED, _R.AGREE, _P.AGREED),
        Step(_P.ASKED, _R.REFUSE, _P.REFUSED),
        Step(_P.ASKED, _R.CALL_OFF, _P.CANCELLED),
        Step(_P.ASKED, _R.CALL_OFF_FOR_NEW, _P.AWAITING_NEW),
        Step(_P.AGREED, _R.CALL_OFF, _P.CANCELLED),
        Step(_P.AGREED, _R.CALL_OFF_FOR_NEW, _P.AWAITING_NEW),
        Step(_P.AGREED, _R.FINISH, _P.COMPLETE),
        Step(_P.AWAITING_NEW, _R.REPLACE, _P.REPLACED),
        Step(_P.AWAITING_NEW, _R.WAIT_TOO_LONG, _P.OVERDUE),
        Step(_P.AWAITING_NEW, _R.CALL_OFF, _P.CANCELLED),
        Step(_P.OVERDUE, _R.REPLACE, _P.REPLACED),
        Step(_P.OVERDUE, _R.CALL_OFF, _P.CANCELLED),
    ],
    begins=[_P.HELD, _P.ASKED],
)


class ChangeState(StrEnum):
    """Of a date change (TV) or a cancellation (STR)."""

    HELD = "held"
    SENT = "sent"
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """The pre-agreement ended before it was answered."""


class ChangeTrigger(StrEnum):
    SEND = "send"
    WITHDRAW = "withdraw"
    SETTLE = "settle"
    REFUSE = "refuse"
    LAPSE = "lapse"


_C, _G = ChangeState, ChangeTrigger

CHANGE = Lifecycle(
    [
        Step(_C.HELD, _G.SEND, _C.SENT),
        Step(_C.HELD, _G.WITHDRAW, _C.WITHDRAWN),
        Step(_C.HELD, _G.LAPSE, _C.LAPSED),
        Step(_C.SENT, _G.SETTLE, _C.SETTLED),
        Step(_C.SENT, _G.REFUSE, _C.REFUSED),
        Step(_C.SENT, _G.LAPSE, _C.LAPSED),
    ],
    begins=[_C.HELD, _C.SENT],
)


class TakeOverState(StrEnum):
    """Of the AKM-TR."""

    HELD = "held"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TakeOverTrigger(StrEnum):
    SEND = "send"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ANNOUNCE_AGAIN = "announce_again"


_O, _U = TakeOverState, TakeOverTrigger

TAKE_OVER = Lifecycle(
    [
        Step(_O.HELD, _U.SEND, _O.SENT),
        Step(_O.HELD, _U.WITHDRAW, _O.WITHDRAWN),
        Step(_O.SENT, _U.REFUSE, _O.REFUSED),
        Step(_O.REFUSED, _U.ANNOUNCE_AGAIN, _O.HELD),
        Step(_O.WITHDRAWN, _U.ANNOUNCE_AGAIN, _O.HELD),
    ],
    begins=[_O.HELD, _O.SENT],
)


class DepartureState(StrEnum):
    """PORT-9: of numbers of ours that another carrier asks for."""

    ASKED = "asked"
    AGREED = "agreed"
    DUE = "due"
    COMPLETED = "completed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    AWAITING_NEW = "awaiting_new"
    REPLACED = "replaced"


class DepartureTrigger(StrEnum):
    AGREE = "agree"
    REFUSE = "refuse"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CALL_OFF_FOR_NEW = "call_off_for_new"
    REPLACE = "replace"
    BEGIN_DAY = "begin_day"
    HAND_OVER = "hand_over"


_D, _E = DepartureState, DepartureTrigger

DEPARTURE = Lifecycle(
    [
        Step(_D.ASKED, _E.AGREE, _D.AGREED),
        Step(_D.ASKED, _E.REFUSE, _D.REFUSED),
        Step(_D.ASKED, _E.CANCEL, _D.CANCELLED),
        Step(_D.ASKED, _E.CALL_OFF_FOR_NEW, _D.AWAITING_NEW),
        Step(_D.AGREED, _E.RESCHEDULE, _D.AGREED),
        Step(_D.AGREED, _E.CANCEL, _D.CANCELLED),
        Step(_D.AGREED, _E.CALL_OFF_FOR_NEW, _D.AWAITING_NEW),
        Step(_D.AGREED, _E.BEGIN_DAY, _D.DUE),
        Step(_D.DUE, _E.HAND_OVER, _D.COMPLETED),
        # Both sides let it go, although the day had begun and the numbers had not moved.
        Step(_D.DUE, _E.CANCEL, _D.CANCELLED),
        Step(_D.DUE, _E.CALL_OFF_FOR_NEW, _D.AWAITING_NEW),
        Step(_D.AWAITING_NEW, _E.REPLACE, _D.REPLACED),
        # No new pre-agreement came, and a person closed it; or it was called off for good.
        Step(_D.AWAITING_NEW, _E.CANCEL, _D.CANCELLED),
    ]
)
