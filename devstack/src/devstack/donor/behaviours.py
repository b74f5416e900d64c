"""How simulated carriers behave: chosen per carrier code or number, and what each does unless told otherwise."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contracts.shapes import NumberBlock
from contracts.wbci.v1 import AnswerCode, CorrectionCode, LineId, ReasonInWords
from devstack.donor.garbage import GarbageKind
from telecom.numbers import PhoneNumber

VaWay = Literal[
    "agrees", "agrees_later", "answers_late", "corrects_address", "refuses", "never_answers", "answers_twice",
    "contradicts_itself", "answers_out_of_order", "sends_garbage", "cancels",
]  # fmt: skip
ChangeWay = Literal["agrees", "refuses", "never_answers", "answers_twice", "contradicts_itself", "sends_garbage"]
TakeOverWay = Literal["accepts", "refuses", "refuses_once"]
VA_WAYS: tuple[VaWay, ...] = get_args(VaWay)
CHANGE_WAYS: tuple[ChangeWay, ...] = get_args(ChangeWay)
TAKE_OVER_WAYS: tuple[TakeOverWay, ...] = get_args(TakeOverWay)

CARRIER = r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}"
LATE_BY = 4
"""Working days: one more than a carrier has for its answer."""
RefusalCode = Annotated[str, Field(pattern=r"^81\d\d$")]
Seconds = Annotated[float, Field(ge=0, le=3600)]
WorkingDays = Annotated[int, Field(ge=0, le=60)]


class Timing(BaseModel):
    """`delay`: seconds of real time until the answer; `working_days`: of business time, until 8 h that morning.

    `then_delay` and `then_working_days` lie between the first message and each that follows it.
    """

    model_config = ConfigDict(extra="forbid")

    delay: Seconds = 0.3
    working_days: WorkingDays = 0
    then_delay: Seconds = 0.3
    then_working_days: WorkingDays = 0


class ToVa(Timing):
    """What a carrier says to a VA. Options that the chosen way has no use for stay unused, save `code`."""

    behaviour: VaWay = "agrees"
    code: RefusalCode | None = None
    """`refuses` needs one; `contradicts_itself` may have one for its second word."""
    further_codes: tuple[RefusalCode, ...] = ()
    words: ReasonInWords | None = None
    numbers: tuple[NumberBlock, ...] = ()
    """The customer's numbers, beside 8103."""
    later_by: Annotated[int, Field(ge=1, le=120)] = 5
    """Working days after the requested date, for `agrees_later`."""
    corrections: dict[CorrectionCode, Annotated[str, Field(max_length=40)]] = {CorrectionCode.HOUSE_NUMBER: ""}
    """For `corrects_address`: which parts, each with the right value; an empty one is invented."""
    garbage: GarbageKind = "wrong_structure"
    final: bool = True
    """For `cancels`: STR-AUF, else STR-AEN."""
    reason: ReasonInWords = "Der Kunde hat es sich anders überlegt."

    @field_validator("corrections", mode="before")
    @classmethod
    def codes_alone_are_enough(cls, given: Any) -> Any:
        return dict.fromkeys(given, "") if isinstance(given, list | tuple) else given

    @model_validator(mode="after")
    def names_a_code_where_it_refuses(self) -> "ToVa":
        if self.behaviour == "refuses" and self.code is None:
            raise ValueError("code goes with the behaviour refuses, and is needed there")
        if self.behaviour not in ("refuses", "contradicts_itself") and self.code is not None:
            raise ValueError("code goes with the behaviours refuses and contradicts_itself, and only with them")
        return self

    @model_validator(mode="after")
    def is_late_where_it_says_so(self) -> "ToVa":
        if self.behaviour == "answers_late" and not {"delay", "working_days"} & self.model_fields_set:
            self.working_days = LATE_BY
        return self


class ToChange(Timing):
    """What a carrier says to a TV, an STR-AUF or an STR-AEN; `words` beside 8141 or 8142."""

    behaviour: ChangeWay = "agrees"
    words: ReasonInWords | None = None
    garbage: GarbageKind = "wrong_structure"


class ToTakeOver(Timing):
    """What a carrier says to an AKM-TR: nothing where it accepts."""

    behaviour: TakeOverWay = "accepts"
    code: Annotated[AnswerCode, Field(pattern=r"^814[3-8]$")] = "8144"


class AsRecipient(Timing):
    """How a carrier goes on after we agreed to give it numbers; `delay` and `working_days` are until its AKM-TR."""

    behaviour: Literal["takes_over", "forgets_take_over"] = "takes_over"
    take_over: bool = False
    safe_haven: bool = False
    lines: tuple[LineId, ...] = ()


class Behaviour(BaseModel):
    """One carrier's ways, by what is said to it. The fields of `to_va` may stand alone, without naming it."""

    model_config = ConfigDict(extra="forbid")

    to_va: ToVa = ToVa()
    to_change: ToChange = ToChange()
    to_cancellation: ToChange = ToChange()
    to_take_over: ToTakeOver = ToTakeOver()
    as_recipient: AsRecipient = AsRecipient()

    @model_validator(mode="before")
    @classmethod
    def fields_that_stand_alone_are_of_the_va(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "to_va" in given:
            return given
        alone = {name: value for name, value in given.items() if name not in cls.model_fields}
        return {name: value for name, value in given.items() if name in cls.model_fields} | (
            {"to_va": alone} if alone else {}
        )


def _to_va(behaviour: VaWay, **options: Any) -> Behaviour:
    return Behaviour(to_va=ToVa(behaviour=behaviour, **options))


DEFAULTS: dict[str, Behaviour] = {
    "DEU.ALTNET": _to_va("agrees"),
    "DEU.SPAET": _to_va("agrees_later"),
    "DEU.STRENG": _to_va("refuses", code="8103"),
    "DEU.FREMD": _to_va("refuses", code="8117"),
    "DEU.STUMM": _to_va("never_answers"),
    "DEU.KORREK": _to_va("corrects_address"),
    "DEU.TROEDL": _to_va("answers_late"),
    "DEU.DOPPEL": _to_va("answers_twice"),
    "DEU.WIDER": _to_va("contradicts_itself"),
    "DEU.WIRR": _to_va("answers_out_of_order"),
    "DEU.KAUDER": _to_va("sends_garbage", garbage="wrong_content"),
    "DEU.RUECK": _to_va("cancels", then_working_days=1),
    "DEU.ANDERS": _to_va("cancels", then_working_days=1, final=False, reason="Der Kunde zieht später um."),
    "DEU.BLEIB": Behaviour(
        to_change=ToChange(behaviour="refuses"), to_cancellation=ToChange(behaviour="refuses", words="Zu spät.")
    ),
    "DEU.LEITNG": Behaviour(to_take_over=ToTakeOver(behaviour="refuses_once")),
}
"""The list of carriers that ships with the porting service holds them; their names give them away."""
OTHERS = Behaviour()


@dataclass(slots=True)
class Behaviours:
    """Chosen per number or carrier code for as long as the program runs; a number wins over its carrier."""

    by_carrier: dict[str, Behaviour]
    by_number: dict[str, Behaviour]

    @classmethod
    def at_first(cls) -> "Behaviours":
        return cls(dict(DEFAULTS), {})

    def choose(self, key: str, behaviour: Behaviour) -> None:
        """`key` is a carrier code, or a phone number in any spelling."""
        if re.fullmatch(CARRIER, key):
            self.by_carrier[key] = behaviour
        else:
            self.by_number[PhoneNumber.parse(key).e164] = behaviour

    def forget(self, key: str) -> None:
        """As it was at first."""
        if not re.fullmatch(CARRIER, key):
            self.by_number.pop(PhoneNumber.parse(key).e164, None)
        elif key in DEFAULTS:
            self.by_carrier[key] = DEFAULTS[key]
        else:
            self.by_carrier.pop(key, None)

    def of(self, carrier: str, numbers: tuple[NumberBlock, ...]) -> Behaviour:
        for number, behaviour in self.by_number.items():
            if any(number.startswith(f"+49{one.area_code}{one.stem}") for one in numbers):
                return behaviour
        return self.by_carrier.get(carrier, OTHERS)
