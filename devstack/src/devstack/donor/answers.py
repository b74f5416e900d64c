"""What a simulated carrier says to a message, in order; nothing where it stays silent. Each way is a function.

Ids of its own are derived from what is answered, so that the same question finds the same answer after a restart.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.ordering.v1 import PortingCase
from contracts.wbci.v1 import (
    CancellationRequested,
    Correction,
    CorrectionCode,
    DateChangeRequested,
    PortedNumber,
    PreAgreementAnswered,
    PreAgreementRequested,
    Reason,
    Refused,
    ResourceTakeOver,
    ResourceTakeOverRefused,
    Settled,
    TechnicallyRefused,
    WbciMessage,
)
from devstack.donor.behaviours import (
    AsRecipient,
    Behaviour,
    ChangeWay,
    Timing,
    ToChange,
    ToTakeOver,
    ToVa,
    VaWay,
)
from devstack.donor.cases import Case, Change, kind_of, moves_numbers_only, subject_of
from devstack.donor.garbage import Garbage
from telecom.addresses import state_of, towns_of
from telecom.workdays import add_working_days, is_holiday

Says = WbciMessage | Garbage
PORTING_CARRIER = "D0B2"
"""Invented, as all of this."""
TECHNOLOGY = "010"
IN_WORDS = "Bitte rufen Sie uns an."
OWN_IDS = UUID("8d5b7f0c-51f2-5a0f-8a55-0a2c6d8f7b11")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def answers_to(
    case: Case, message: WbciMessage, behaviour: Behaviour, *, again: bool = False
) -> tuple[list[Says], Timing]:
    """What is said, and when. What was answered before under another event id (`again`) gets the same answer."""
    plan, timing = _plan(case, message, behaviour)
    given = case.given.get(subject_of(message), [])
    is_question = isinstance(message, PreAgreementRequested | DateChangeRequested | CancellationRequested)
    other = case.asked is not None and _uses_the_id_for_something_else(case.asked, message)
    if again and given and is_question and not other:
        return list(given), timing
    return plan, timing


def resumed(plan: list[Says], given: list[WbciMessage]) -> list[Says]:
    """A message read once more after a restart: what was said already stands, whatever would be said today."""
    begins_alike = len(plan) >= len(given) and all(_alike(one, old) for one, old in zip(plan, given, strict=False))
    return plan if begins_alike else list(given)


def va_answers(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    return VA_ANSWERS[how.behaviour](asked, how)


def envelope_to(message: WbciMessage) -> dict[str, Any]:
    """The sender sets the time anew when it sends."""
    return {
        "sender": message.receiver,
        "receiver": message.sender,
        "pre_agreement_id": message.pre_agreement_id,
        "sent_at": message.sent_at,
    }


def own_id(carrier: str, letter: str, seed: str) -> str:
    """`DEU.ALTNET.S0K3…`: the same for the same seed."""
    number = uuid5(OWN_IDS, f"{letter} {seed}").int
    digits = ""
    for _place in range(9):
        number, digit = divmod(number, len(ALPHABET))
        digits += ALPHABET[digit]
    return f"{carrier}.{letter}{digits}"


def _plan(case: Case, message: WbciMessage, behaviour: Behaviour) -> tuple[list[Says], Timing]:
    match message:
        case PreAgreementRequested():
            return _to_va(case, message, behaviour.to_va), behaviour.to_va
        case DateChangeRequested():
            return _to_change(case, message, behaviour.to_change), behaviour.to_change
        case CancellationRequested():
            return _to_change(case, message, behaviour.to_cancellation), behaviour.to_cancellation
        case ResourceTakeOver():
            return _to_take_over(case, message, behaviour.to_take_over), behaviour.to_take_over
        case PreAgreementAnswered() | ResourceTakeOverRefused():
            return _take_over(case, message, behaviour.as_recipient), behaviour.as_recipient
        case TechnicallyRefused():
            return _mended(case, behaviour), Timing()
    return [], Timing()


# To a VA


def _to_va(case: Case, asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    if case.asked is not None and _uses_the_id_for_something_else(case.asked, asked):
        return [_refusal(asked, Reason(code="8115"))]
    return va_answers(asked, how)


def _uses_the_id_for_something_else(first: PreAgreementRequested, message: WbciMessage) -> bool:
    return isinstance(message, PreAgreementRequested) and not _alike(first, message)


def _agree(asked: PreAgreementRequested, change_date: date, *corrections: Correction) -> PreAgreementAnswered:
    moves = asked.case is not PortingCase.END_WITHOUT_NUMBERS
    return PreAgreementAnswered(
        **envelope_to(asked),
        case=asked.case,
        answer="8001" if change_date == asked.requested_on else "8002",
        change_date=change_date,
        technology=TECHNOLOGY if asked.case is not PortingCase.NUMBERS_ONLY else None,
        numbers=tuple(PortedNumber(block=one, donor_porting_carrier=PORTING_CARRIER) for one in asked.numbers)
        if moves
        else (),
        corrections=corrections,
    )


def _agrees(asked: PreAgreementRequested, _: ToVa) -> list[Says]:
    return [_agree(asked, asked.requested_on)]


def _agrees_later(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    return [_agree(asked, _later(asked, how.later_by))]


def _refuses(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    codes = tuple(code for code in (how.code, *how.further_codes) if code is not None)
    return [_refusal(asked, *(_reason(code, how) for code in codes))]


def _reason(code: str, how: ToVa) -> Reason:
    """Words stand beside the codes that need or allow them, the customer's numbers beside 8103."""
    words = how.words or IN_WORDS if code == "8116" else how.words if code == "8115" else None
    return Reason(code=code, words=words, numbers=how.numbers if code == "8103" else ())


def _refusal(asked: WbciMessage, *reasons: Reason, **about: Any) -> Refused:
    return Refused(**envelope_to(asked), reasons=reasons, **about)


def _never_answers(asked: PreAgreementRequested, _: ToVa) -> list[Says]:
    return []


def _corrects_address(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    """Agrees as asked, and knows the address better; without one there is nothing to correct."""
    if asked.address is None:
        return _agrees(asked, how)
    wanted = {code: value or _invented(code, asked) for code, value in how.corrections.items()}
    corrections = (Correction(code=code, value=value) for code, value in wanted.items())
    return [_agree(asked, asked.requested_on, *corrections)]


def _invented(code: CorrectionCode, asked: PreAgreementRequested) -> str:
    assert asked.address is not None
    address = asked.address
    match code:
        case CorrectionCode.POSTCODE:
            return f"{(int(address.postcode) + 1) % 100_000:05}"
        case CorrectionCode.TOWN:
            others = [town for town in towns_of(address.postcode) if town != address.town]
            return others[0] if others else "Musterstadt"
        case CorrectionCode.STREET:
            return "Musterstraße" if address.street != "Musterstraße" else "Musterweg"
        case CorrectionCode.HOUSE_NUMBER:
            digits = "".join(filter(str.isdecimal, address.house_number)) or "0"
            return str(int(digits) % 999 + 1)


def _answers_twice(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    return _agrees(asked, how) * 2


def _contradicts_itself(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    return [*_agrees(asked, how), _refusal(asked, _reason(how.code or "8117", how))]


def _answers_out_of_order(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    """A refusal of the take-over that nobody has asked for yet, and only then the answer."""
    return [ResourceTakeOverRefused(**envelope_to(asked), code="8144"), *_agrees(asked, how)]


def _sends_garbage(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    return [Garbage(how.garbage, _agree(asked, asked.requested_on))]


def _cancels(asked: PreAgreementRequested, how: ToVa) -> list[Says]:
    cancellation = CancellationRequested(
        **envelope_to(asked),
        cancellation_id=own_id(asked.receiver, "S", asked.pre_agreement_id),
        final=how.final,
        reason=how.reason,
    )
    return [*_agrees(asked, how), cancellation]


VA_ANSWERS: dict[VaWay, Callable[[PreAgreementRequested, ToVa], list[Says]]] = {
    "agrees": _agrees,
    "agrees_later": _agrees_later,
    "answers_late": _agrees,
    "corrects_address": _corrects_address,
    "refuses": _refuses,
    "never_answers": _never_answers,
    "answers_twice": _answers_twice,
    "contradicts_itself": _contradicts_itself,
    "answers_out_of_order": _answers_out_of_order,
    "sends_garbage": _sends_garbage,
    "cancels": _cancels,
}


# To a TV or an STR


def _to_change(case: Case, change: Change, how: ToChange) -> list[Says]:
    if (impossible := _impossible(case, change)) is not None:
        return [impossible]
    yes, no = settled(change), _not_settled(case, change, how.words)
    answers: dict[ChangeWay, list[Says]] = {
        "agrees": [yes],
        "refuses": [no],
        "never_answers": [],
        "answers_twice": [yes, yes],
        "contradicts_itself": [yes, no],
        "sends_garbage": [Garbage(how.garbage, yes)],
    }
    return answers[how.behaviour]


def _impossible(case: Case, change: Change) -> WbciMessage | None:
    """Why it can't be agreed, whatever the carrier would like."""
    if isinstance(change, CancellationRequested):
        may_still_be_called_off = ("asked", "agreed")
        known = change.cancellation_id in case.settled or case.state in may_still_be_called_off
        return None if known else _unknown(change)
    if case.is_recipient:
        return TechnicallyRefused(**envelope_to(change), code="0995", refused_type=kind_of(change))
    if case.state != "agreed" or case.change_date is None:
        return _unknown(change)
    if change.new_date < case.change_date and change.change_id not in case.settled:
        return _not_settled(case, change, "Nicht vor dem vereinbarten Termin.")
    return None


def settled(change: Change) -> Settled:
    if isinstance(change, DateChangeRequested):
        return Settled(**envelope_to(change), answer="8003", change_id=change.change_id, new_date=change.new_date)
    return Settled(**envelope_to(change), answer="8004", cancellation_id=change.cancellation_id)


def _not_settled(case: Case, change: Change, words: str | None) -> Refused:
    """8141 names the unchanged date, 8142 needs a reason in words."""
    if isinstance(change, DateChangeRequested):
        reason = Reason(code="8141", words=words)
        return _refusal(change, reason, change_id=change.change_id, unchanged_date=case.change_date)
    reason = Reason(code="8142", words=words or IN_WORDS)
    return _refusal(change, reason, cancellation_id=change.cancellation_id)


def _unknown(message: WbciMessage) -> Refused:
    about = {
        "change_id": message.change_id if isinstance(message, DateChangeRequested) else None,
        "cancellation_id": message.cancellation_id if isinstance(message, CancellationRequested) else None,
    }
    return _refusal(message, Reason(code="8140"), **about)


# To an AKM-TR, and as the one that sends it


def _to_take_over(case: Case, message: ResourceTakeOver, how: ToTakeOver) -> list[Says]:
    if case.state != "agreed":
        return [_unknown(message)]
    if moves_numbers_only(case):
        return [TechnicallyRefused(**envelope_to(message), code="0995", refused_type=kind_of(message))]
    refuses = how.behaviour == "refuses" or (how.behaviour == "refuses_once" and case.take_overs_refused == 0)
    return [ResourceTakeOverRefused(**envelope_to(message), code=how.code)] if refuses else []


def _take_over(case: Case, heard: PreAgreementAnswered | ResourceTakeOverRefused, how: AsRecipient) -> list[Says]:
    """Once agreed the recipient says whether it takes the line; refused, it says once more that it does not."""
    refused = isinstance(heard, ResourceTakeOverRefused)
    if case.state != "agreed" or moves_numbers_only(case) or how.behaviour == "forgets_take_over":
        return []
    if case.asked is None or not case.is_recipient or case.take_overs > refused:
        return []
    moves = case.asked.case is PortingCase.END_WITH_NUMBERS
    take_over = how.take_over and not refused
    return [
        ResourceTakeOver(
            **envelope_to(heard),
            take_over=take_over,
            safe_haven=how.safe_haven and take_over,
            lines=how.lines if take_over else (),
            recipient_porting_carrier=PORTING_CARRIER if moves else None,
        )
    ]


# What we refused technically


def _mended(case: Case, behaviour: Behaviour) -> list[Says]:
    """A carrier that sent garbage says once more, and properly, what it meant."""
    change = case.open_change
    if change is not None and change.sender == case.partner:
        how = behaviour.to_change if isinstance(change, DateChangeRequested) else behaviour.to_cancellation
        return [settled(change)] if how.behaviour == "sends_garbage" else []
    meant_well = behaviour.to_va.behaviour == "sends_garbage" and not case.is_recipient and case.state == "asked"
    return [_agree(case.asked, case.asked.requested_on)] if meant_well and case.asked else []


def _later(asked: PreAgreementRequested, by: int) -> date:
    state = state_of(asked.address.postcode) if asked.address else None
    day = add_working_days(asked.requested_on, by, state)
    while is_holiday(day + timedelta(days=1), state):
        day = add_working_days(day, 1, state)
    return day


def _alike(one: Says, other: WbciMessage) -> bool:
    """The same but for the time of sending."""
    return isinstance(one, WbciMessage) and one.model_copy(update={"sent_at": other.sent_at}) == other
