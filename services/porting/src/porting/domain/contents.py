"""Is a message complete and without contradiction? Each check names its faults; an empty list means fit."""

import re
from collections.abc import Iterator
from datetime import date
from typing import assert_never

from porting.domain.codes import ANOTHER_DATE, AS_ASKED, CODES, Used, Words, code_of
from porting.domain.messages import (
    Answer,
    Cancellation,
    DateChange,
    PreAgreementRequest,
    Reason,
    Refusal,
    Settlement,
    TakeOver,
)
from porting.domain.particulars import Numbers, PortingCase
from telecom.numbers import none_overlap
from telecom.refusal import Refusal as Refused
from telecom.refusal import _

MOST_BLOCKS, MOST_SINGLES = 5, 10
NAME, PLACE, ADDITION, WORDS = 30, 40, 6, 255
Faults = list[str]


def faults_of_request(request: PreAgreementRequest) -> Faults:
    return list(_request(request))


def faults_of_answer(answer: Answer, request: PreAgreementRequest, today: date) -> Faults:
    """An answer is judged by what it answers, as of the day on which that was asked."""
    return list(_answer(answer, request, today))


def faults_of_refusal(refusal: Refusal, *, ours: bool) -> Faults:
    """`ours`: we never send one of address faults only; we do accept it."""
    return list(_refusal(refusal, ours))


def faults_of_take_over(message: TakeOver, case: PortingCase) -> Faults:
    faults = []
    if case is PortingCase.NUMBERS_ONLY:
        faults.append(_("AKM-TR does not go with VA-RRNP"))
    if (message.recipient_porting_carrier is not None) != (case is PortingCase.END_WITH_NUMBERS):
        faults.append(_("the porting id of the recipient stands with VA-KUE-MRN, and only there"))
    return faults


def faults_of_take_over_refusal(code: str) -> Faults:
    return [] if code_of(code).used is Used.TAKE_OVER_REFUSAL else [_("the code does not belong in this message")]


def faults_of_date_change(message: DateChange, agreed_on: date) -> Faults:
    return [_("never to a date before the agreed one")] if message.new_date < agreed_on else []


def faults_of_cancellation(message: Cancellation, *, from_donor: bool) -> Faults:
    if from_donor and not (message.reason or "").strip():
        return [_("from the donor a reason in words is required")]
    return _too_long(_("reason in words is too long"), message.reason, WORDS)


def faults_of_settlement(message: Settlement, asked: DateChange | Cancellation) -> Faults:
    match asked:
        case DateChange():
            fits = (message.code, message.change_id, message.new_date) == ("8003", asked.change_id, asked.new_date)
            return [] if fits else [_("8003 names the change and the very date asked for")]
        case Cancellation():
            fits_too = (message.code, message.cancellation_id) == ("8004", asked.cancellation_id)
            return [] if fits_too else [_("8004 names the cancellation")]
        case _:
            assert_never(asked)


def _request(request: PreAgreementRequest) -> Iterator[str]:
    for owner in (request.customer, *request.further_owners):
        if not owner.name.strip():
            yield _("name of the end customer is missing")
        yield from _too_long(_("name of the end customer is too long"), owner.name, NAME)
        yield from _too_long(_("first name of the end customer is too long"), owner.first_name, NAME)
    yield from _request_address(request)
    if request.case is PortingCase.END_WITHOUT_NUMBERS:
        if request.window is not None:
            yield _("without porting there is no time window")
        if len(request.numbers) > 1:
            yield _("without porting at most one number is named")
    else:
        yield from _ported(request.numbers)
        if request.window is None:
            yield _("time window is missing")
    named = request.recipient_porting_carrier is not None
    if named != (request.case is PortingCase.NUMBERS_ONLY):
        yield _("the porting id of the recipient stands with VA-RRNP, and only there")


def _request_address(request: PreAgreementRequest) -> Iterator[str]:
    address = request.address
    if (address is not None) != request.case.ends_donor_agreement:
        yield _("an address stands where the donor contract ends, and only there")
    if address is None:
        return
    if not re.fullmatch(r"\d{5}", address.postcode):
        yield _("postcode has five digits")
    if not re.fullmatch(r"\d{1,4}", address.house_number):
        yield _("house number has one to four digits")
    yield from _too_long(_("addition is too long"), address.addition, ADDITION)
    yield from _too_long(_("street is too long"), address.street, PLACE)
    yield from _too_long(_("town is too long"), address.town, PLACE)


def _ported(numbers: Numbers) -> Iterator[str]:
    """1 to 5 blocks or 1 to 10 single numbers, not both, none twice."""
    singles = [number for number in numbers if number.is_single]
    if not numbers:
        yield _("no number is named")
    elif singles and len(singles) != len(numbers):
        yield _("blocks and single numbers can't be ported together")
    elif len(numbers) > (MOST_SINGLES if singles else MOST_BLOCKS):
        yield _("too many numbers")
    try:
        none_overlap(numbers)
    except Refused:
        yield _("a number is named twice")


def _answer(answer: Answer, request: PreAgreementRequest, today: date) -> Iterator[str]:
    if answer.case is not request.case:
        yield _("it answers another case")
    if answer.code not in (AS_ASKED, ANOTHER_DATE):
        yield _("the code does not belong in this message")
    if answer.code == AS_ASKED and answer.change_date != request.requested_on:
        yield _("8001 with another date")
    if answer.code == ANOTHER_DATE and answer.change_date == request.requested_on:
        yield _("8002 with the date asked for")
    if answer.change_date <= today:
        yield _("the change date has passed")
    if request.case.ends_donor_agreement and not answer.technology:
        yield _("technology is missing")
    if not request.case.moves_numbers:
        if answer.numbers:
            yield _("without porting there are no numbers")
        return
    yield from _answered_numbers(answer.numbers, request)


def _answered_numbers(answered: Numbers, request: PreAgreementRequest) -> Iterator[str]:
    """The same kind as asked; the very set, or with "all numbers" at least one that matches."""
    if {number.is_single for number in answered} != {number.is_single for number in request.numbers}:
        yield _("numbers are not of the kind asked for")
        return
    theirs, ours = _spans(answered), _spans(request.numbers)
    if request.all_numbers:
        if not theirs & ours:
            yield _("none of the numbers asked for")
    elif theirs != ours:
        yield _("not the numbers asked for")


def _spans(numbers: Numbers) -> set[tuple[str, int]]:
    """What is dialled; the answering extension is no part of it."""
    return {(number.prefix, number.width) for number in numbers}


def _refusal(refusal: Refusal, ours: bool) -> Iterator[str]:
    if not refusal.reasons:
        yield _("no reason code")
    for reason in refusal.reasons:
        yield from _reason(reason)
    codes = {reason.code for reason in refusal.reasons}
    if (refusal.change_id is None or refusal.unchanged_date is None) and "8141" in codes:
        yield _("8141 names the change and the unchanged date")
    if "8142" in codes and (refusal.cancellation_id is None or not any(one.words for one in refusal.reasons)):
        yield _("8142 names the cancellation and a reason in words")
    if ours and codes and all(code_of(number).address for number in codes):
        yield _("address faults only are a RUEM-VA with corrections")


def _reason(reason: Reason) -> Iterator[str]:
    known = CODES.get(reason.code)
    if known is None or known.used is not Used.REFUSAL:
        yield _("the code does not belong in this message")
        return
    if known.words is Words.REQUIRED and not reason.words:
        yield _("this code needs a reason in words")
    if known.words is Words.NONE and reason.words:
        yield _("this code has no reason in words")
    yield from _too_long(_("reason in words is too long"), reason.words, WORDS)


def _too_long(fault: str, text: str | None, limit: int) -> Faults:
    return [fault] if text is not None and len(text) > limit else []
