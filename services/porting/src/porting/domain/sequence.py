"""What may follow what: each message in each state of a pre-agreement, for the side that hears it.

The page docs/porting-messages.md is made from these tables. A message that repeats one heard before under the same id
changes nothing and gets the answer it got then; that comes before the tables.
"""

from enum import StrEnum

from porting.domain.lifecycle import PreAgreementState


class Role(StrEnum):
    RECIPIENT = "recipient"
    """The new provider, who leads."""
    DONOR = "donor"


class Heard(StrEnum):
    """A message, told apart by what it answers."""

    VA = "VA"
    RUEM_VA = "RUEM-VA"
    ABBM_VA = "ABBM (VA)"
    AKM_TR = "AKM-TR"
    ABBM_TR = "ABBM-TR"
    TV = "TV"
    STR_AUF = "STR-AUF"
    STR_AEN = "STR-AEN"
    ERLM_TV = "ERLM (TV)"
    ABBM_TV = "ABBM (TV)"
    ERLM_STR = "ERLM (STR)"
    ABBM_STR = "ABBM (STR)"


class Reaction(StrEnum):
    TAKE = "take"
    DECIDE = "decide"
    SETTLE = "settle"
    NOTE = "note"
    LOOK = "look"
    REFUSE_DATE = "8141"
    REFUSE_CANCELLATION = "8142"


REACTIONS = {
    Reaction.TAKE: "It is taken as it stands; the pre-agreement goes on.",
    Reaction.DECIDE: "It is decided, by rule or by a person, and answered in time.",
    Reaction.SETTLE: "It is agreed to at once (ERLM).",
    Reaction.NOTE: "It is kept; nothing is left to do about it.",
    Reaction.LOOK: "It changes nothing; a person looks at it.",
    Reaction.REFUSE_DATE: "It is refused, the date stays (8141).",
    Reaction.REFUSE_CANCELLATION: "It is refused, with the reason in words (8142).",
}

_S, _H, _R = PreAgreementState, Heard, Reaction
_ENDED = (_S.REFUSED, _S.WITHDRAWN, _S.REPLACED)

RECIPIENT: dict[Heard, dict[PreAgreementState, Reaction]] = {
    _H.RUEM_VA: {_S.ASKED: _R.TAKE},
    _H.ABBM_VA: {_S.ASKED: _R.TAKE},
    _H.ABBM_TR: {_S.AGREED: _R.TAKE, _S.CANCELLED: _R.NOTE, _S.REPLACED: _R.NOTE},
    # The donor may cancel only after his RUEM-VA. What is called off already may be called off once more.
    _H.STR_AUF: {
        _S.ASKED: _R.REFUSE_CANCELLATION,
        _S.AGREED: _R.DECIDE,
        _S.AWAITING_NEW: _R.SETTLE,
        _S.OVERDUE: _R.SETTLE,
        _S.CANCELLED: _R.SETTLE,
        **dict.fromkeys((*_ENDED, _S.COMPLETE), _R.REFUSE_CANCELLATION),
    },
    _H.STR_AEN: {
        _S.ASKED: _R.REFUSE_CANCELLATION,
        _S.AGREED: _R.DECIDE,
        _S.AWAITING_NEW: _R.SETTLE,
        _S.OVERDUE: _R.SETTLE,
        _S.CANCELLED: _R.SETTLE,
        **dict.fromkeys((*_ENDED, _S.COMPLETE), _R.REFUSE_CANCELLATION),
    },
}
DONOR: dict[Heard, dict[PreAgreementState, Reaction]] = {
    _H.AKM_TR: {_S.AGREED: _R.TAKE, _S.AWAITING_NEW: _R.NOTE, _S.CANCELLED: _R.NOTE, _S.REPLACED: _R.NOTE},
    _H.TV: {_S.AGREED: _R.DECIDE, **dict.fromkeys(set(_S) - {_S.AGREED}, _R.REFUSE_DATE)},
    _H.STR_AUF: {
        **dict.fromkeys((_S.ASKED, _S.AGREED), _R.DECIDE),
        **dict.fromkeys((_S.AWAITING_NEW, _S.OVERDUE, _S.CANCELLED, *_ENDED), _R.SETTLE),
        _S.COMPLETE: _R.REFUSE_CANCELLATION,
    },
    _H.STR_AEN: {
        **dict.fromkeys((_S.ASKED, _S.AGREED), _R.DECIDE),
        **dict.fromkeys((_S.AWAITING_NEW, _S.OVERDUE, _S.CANCELLED, *_ENDED), _R.SETTLE),
        _S.COMPLETE: _R.REFUSE_CANCELLATION,
    },
}
TABLES = {Role.RECIPIENT: RECIPIENT, Role.DONOR: DONOR}
ANSWERS_TO_CHANGES = (_H.ERLM_TV, _H.ABBM_TV, _H.ERLM_STR, _H.ABBM_STR)
"""Taken where the change of that id is open, whatever the state; else a person looks."""


def reaction(role: Role, heard: Heard, state: PreAgreementState) -> Reaction:
    """What is not in the tables is for a person."""
    return TABLES[role].get(heard, {}).get(state, Reaction.LOOK)
