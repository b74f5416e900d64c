"""What a simulated carrier says of its own accord: it asks for our numbers, moves a date, calls off."""

import re
import secrets
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contracts.ordering.v1 import PortingCase, Window
from contracts.shapes import Address, NumberBlock
from contracts.wbci.v1 import (
    CancellationRequested,
    CarrierCode,
    DateChangeRequested,
    EndCustomer,
    PreAgreementRequested,
    ReasonInWords,
    WbciMessage,
)
from devstack.donor.answers import ALPHABET, PORTING_CARRIER
from devstack.donor.cases import Case
from telecom.numbers import NumberBlock as Numbers
from telecom.numbers import PhoneNumber

OWN_CARRIER = "DEU.TRUNK"
BLOCK = re.compile(r"0(?P<area>[1-9]\d{1,4})[ /-]+(?P<stem>[\d ]+?) +(?P<low>0+) *[-–] *(?P<high>9+)")


class NotNow(Exception):
    """What was wished for does not fit the state of the pre-agreement."""


class Wish(BaseModel):
    """A carrier asks for our customer's numbers (PORT-9).

    `numbers`: as blocks, or as people write them: `0221 479 00-99`, `0221 4791234`.
    """

    model_config = ConfigDict(extra="forbid")

    carrier: CarrierCode
    to: CarrierCode = OWN_CARRIER
    case: PortingCase = PortingCase.END_WITH_NUMBERS
    requested_on: date
    numbers: tuple[NumberBlock, ...] = ()
    all_numbers: bool = False
    window: Window = Window.MORNING
    name: Annotated[str, Field(min_length=1, max_length=30)]
    first_name: Annotated[str, Field(max_length=30)] | None = None
    address: Address | None = None

    @field_validator("numbers", mode="before")
    @classmethod
    def as_written(cls, given: Any) -> Any:
        return [number_written(one) if isinstance(one, str) else one for one in given]

    @model_validator(mode="after")
    def names_what_its_case_needs(self) -> "Wish":
        if self.case is PortingCase.NUMBERS_ONLY:
            self.address = None
        elif self.address is None:
            raise ValueError("where the contract ends, the address is needed")
        if self.case is not PortingCase.END_WITHOUT_NUMBERS and not self.numbers:
            raise ValueError("where numbers move, they are needed")
        return self


def number_written(text: str) -> dict[str, str | None]:
    """Raises telecom's refusal where it is neither number nor block."""
    found = BLOCK.fullmatch(text.strip())
    if found is None:
        one = Numbers.single(PhoneNumber.parse(text))
    else:
        one = Numbers(found["area"], found["stem"].replace(" ", ""), found["low"], found["high"], "0")
    return {
        "area_code": one.area_code,
        "stem": one.stem,
        "extension_from": one.extension_from,
        "extension_to": one.extension_to,
        "answering_extension": one.answering_extension,
    }


def asked_for(wish: Wish, envelope: dict[str, Any]) -> PreAgreementRequested:
    """The VA; `envelope` names the pre-agreement."""
    moves = wish.case is not PortingCase.END_WITHOUT_NUMBERS
    return PreAgreementRequested(
        **envelope,
        case=wish.case,
        requested_on=wish.requested_on,
        customer=EndCustomer(name=wish.name, first_name=wish.first_name),
        address=wish.address,
        numbers=wish.numbers,
        all_numbers=wish.all_numbers,
        window=wish.window if moves else None,
        recipient_porting_carrier=PORTING_CARRIER if wish.case is PortingCase.NUMBERS_ONLY else None,
    )


def moved(case: Case, new_date: date, envelope: dict[str, Any]) -> WbciMessage:
    """TV."""
    if not case.is_recipient:
        raise NotNow("Only the recipient changes the date, and here that is us.")
    if case.state != "agreed":
        raise NotNow("A date is changed once it was agreed.")
    return DateChangeRequested(**envelope, change_id=new_id(case.carrier, "T"), new_date=new_date)


def called_off(case: Case, *, final: bool, reason: str | None, envelope: dict[str, Any]) -> WbciMessage:
    """STR-AUF or STR-AEN. A donor says why, and only after it agreed."""
    if case.state not in (("asked", "agreed") if case.is_recipient else ("agreed",)):
        raise NotNow("There is nothing agreed that could be called off.")
    words: ReasonInWords | None = reason or (None if case.is_recipient else "Der Kunde hat es sich anders überlegt.")
    return CancellationRequested(**envelope, cancellation_id=new_id(case.carrier, "S"), final=final, reason=words)


def new_id(carrier: str, letter: str) -> str:
    return f"{carrier}.{letter}{''.join(secrets.choice(ALPHABET) for _ in range(9))}"
