"""How a simulated carrier behaves, and what it therefore answers. New ways to behave are functions in `WAYS`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.ordering.v1 import PortingCase
from contracts.wbci.v1 import (
    Correction,
    CorrectionCode,
    PortedNumber,
    PreAgreementAnswered,
    PreAgreementRequested,
    Reason,
    Refused,
    WbciMessage,
)
from telecom.addresses import state_of
from telecom.numbers import PhoneNumber
from telecom.workdays import add_working_days, is_holiday

PORTING_CARRIER = "D0B2"
"""Invented, as all of this."""
LATER_BY = 5
"""Working days."""
TECHNOLOGY = "010"

Name = Literal["agrees", "agrees_later", "refuses", "never_answers", "corrects_address"]


class Behaviour(BaseModel):
    """`delay`: seconds of real time until the answer; `code` for `refuses`."""

    model_config = ConfigDict(extra="forbid")

    behaviour: Name
    delay: float = Field(default=0.3, ge=0, le=3600)
    code: str | None = Field(default=None, pattern=r"^81\d\d$")

    @model_validator(mode="after")
    def names_a_code_where_it_refuses(self) -> "Behaviour":
        if (self.behaviour == "refuses") != (self.code is not None):
            raise ValueError("code goes with the behaviour refuses, and only with it")
        return self


DEFAULTS = {
    "DEU.ALTNET": Behaviour(behaviour="agrees"),
    "DEU.SPAET": Behaviour(behaviour="agrees_later"),
    "DEU.STRENG": Behaviour(behaviour="refuses", code="8103"),
    "DEU.FREMD": Behaviour(behaviour="refuses", code="8117"),
    "DEU.STUMM": Behaviour(behaviour="never_answers"),
    "DEU.KORREK": Behaviour(behaviour="corrects_address"),
}
OTHERS = Behaviour(behaviour="agrees")


@dataclass(slots=True)
class Behaviours:
    """Chosen per number or carrier code; a number wins over its carrier."""

    by_carrier: dict[str, Behaviour]
    by_number: dict[str, Behaviour]

    @classmethod
    def at_first(cls) -> "Behaviours":
        return cls(dict(DEFAULTS), {})

    def choose(self, key: str, behaviour: Behaviour) -> None:
        """`key` is a carrier code, or a phone number in any spelling."""
        if "." in key:
            self.by_carrier[key] = behaviour
        else:
            self.by_number[PhoneNumber.parse(key).e164] = behaviour

    def of(self, asked: PreAgreementRequested) -> Behaviour:
        for number, behaviour in self.by_number.items():
            if any(number.startswith(f"+49{one.area_code}{one.stem}") for one in asked.numbers):
                return behaviour
        return self.by_carrier.get(asked.receiver, OTHERS)


def answers_to(asked: PreAgreementRequested, behaviour: Behaviour) -> list[WbciMessage]:
    """What this carrier says, in order; nothing where it stays silent."""
    return WAYS[behaviour.behaviour](asked, behaviour)


def _agree(asked: PreAgreementRequested, change_date: date, *corrections: Correction) -> PreAgreementAnswered:
    moves = asked.case is not PortingCase.END_WITHOUT_NUMBERS
    return PreAgreementAnswered(
        **_envelope(asked),
        case=asked.case,
        answer="8001" if change_date == asked.requested_on else "8002",
        change_date=change_date,
        technology=TECHNOLOGY if asked.case is not PortingCase.NUMBERS_ONLY else None,
        numbers=tuple(PortedNumber(block=one, donor_porting_carrier=PORTING_CARRIER) for one in asked.numbers)
        if moves
        else (),
        corrections=corrections,
    )


def _agrees(asked: PreAgreementRequested, _: Behaviour) -> list[WbciMessage]:
    return [_agree(asked, asked.requested_on)]


def _agrees_later(asked: PreAgreementRequested, _: Behaviour) -> list[WbciMessage]:
    return [_agree(asked, _later(asked))]


def _refuses(asked: PreAgreementRequested, behaviour: Behaviour) -> list[WbciMessage]:
    assert behaviour.code is not None
    words = "Bitte rufen Sie uns an." if behaviour.code == "8116" else None
    reason = Reason(code=behaviour.code, words=words)
    return [Refused(**_envelope(asked), reasons=(reason,))]


def _never_answers(asked: PreAgreementRequested, behaviour: Behaviour) -> list[WbciMessage]:
    return []


def _corrects_address(asked: PreAgreementRequested, behaviour: Behaviour) -> list[WbciMessage]:
    """Agrees as asked, and knows another house number; without an address there is nothing to correct."""
    if asked.address is None:
        return _agrees(asked, behaviour)
    other = str(int(asked.address.house_number) % 999 + 1)
    return [_agree(asked, asked.requested_on, Correction(code=CorrectionCode.HOUSE_NUMBER, value=other))]


WAYS: dict[Name, Callable[[PreAgreementRequested, Behaviour], list[WbciMessage]]] = {
    "agrees": _agrees,
    "agrees_later": _agrees_later,
    "refuses": _refuses,
    "never_answers": _never_answers,
    "corrects_address": _corrects_address,
}


def _envelope(asked: PreAgreementRequested) -> dict[str, Any]:
    """Business time is told by what was asked: the simulator has no clock of its own."""
    return {
        "sender": asked.receiver,
        "receiver": asked.sender,
        "pre_agreement_id": asked.pre_agreement_id,
        "sent_at": asked.sent_at + timedelta(minutes=1),
    }


def _later(asked: PreAgreementRequested) -> date:
    state = state_of(asked.address.postcode) if asked.address else None
    day = add_working_days(asked.requested_on, LATER_BY, state)
    while is_holiday(day + timedelta(days=1), state):
        day = add_working_days(day, 1, state)
    return day
