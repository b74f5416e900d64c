"""Formats, codes, and what each message must carry."""

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from porting.adapters.carriers import CarrierList
from porting.domain import codes
from porting.domain.contents import (
    faults_of_answer,
    faults_of_cancellation,
    faults_of_date_change,
    faults_of_refusal,
    faults_of_request,
    faults_of_settlement,
    faults_of_take_over,
)
from porting.domain.ids import HIGHEST, CancellationId, CarrierCode, ChangeId, LineId, NotACode, PortingCarrier
from porting.domain.ids import PreAgreementId as Id
from porting.domain.lifecycle import PreAgreementState, TakeOverState
from porting.domain.messages import (
    Answer,
    Cancellation,
    DateChange,
    EndCustomer,
    PreAgreementRequest,
    Reason,
    Refusal,
    Settlement,
    TakeOver,
)
from porting.domain.particulars import PortingCase, Window
from porting.domain.pre_agreement import PreAgreement, TakeOverStep
from porting.domain.sequence import Reaction, Role
from telecom.addresses import Address
from telecom.numbers import NumberBlock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, TODAY = date(2026, 12, 10), date(2026, 11, 23)
BLOCK = NumberBlock("221", "479", "00", "99", "0")
SINGLES = tuple(NumberBlock("221", str(one)) for one in range(4711000, 4711011))
ID = Id.of("DEU.TRUNK", 1)
PKI = PortingCarrier("D0A1")
MRN = PreAgreementRequest(
    ID,
    PortingCase.END_WITH_NUMBERS,
    DAY,
    EndCustomer("Müller & Söhne"),
    address=Address("Rosenstraße", "12", "50678", "Köln"),
    numbers=(BLOCK,),
    window=Window.MORNING,
)
RRNP = replace(MRN, case=PortingCase.NUMBERS_ONLY, address=None, recipient_porting_carrier=PKI)
ORN = replace(MRN, case=PortingCase.END_WITHOUT_NUMBERS, numbers=(), window=None)
AGREED = Answer(ID, MRN.case, "8001", DAY, "010", (BLOCK,))


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (CarrierCode, "DEU.ALTNET", "deu.altnet"),
        (CarrierCode, "DEU.A", "DEU.ALTNETZ"),
        (Id, "DEU.ABCD.V000000001", "DEU.ABCD.T000000001"),
        (Id, "DEU.A.V00000000Z", "DEU.ABCD.V00000001"),
        (ChangeId, "DEU.ABCD.T000000001", "DEU.ABCD.V000000001"),
        (CancellationId, "DEU.ABCD.S000000001", "DEU.ABCD.S0000000012"),
        (LineId, "DEU.ABCD.1", "DEU.ABCD.12345678901"),
        (PortingCarrier, "D0A1", "D0G1"),
    ],
)
def test_codes_of_the_wrong_format_cannot_be_built(kind: type[CarrierCode], right: str, wrong: str) -> None:
    assert str(kind(right)) == right
    with pytest.raises(NotACode):
        kind(wrong)


@given(st.integers(0, HIGHEST - 1), st.integers(0, HIGHEST - 1))
def test_two_numbers_make_two_ids_of_the_right_length(one: int, other: int) -> None:
    assert 16 <= len(str(Id.of("DEU.T", one))) <= 21
    assert (Id.of("DEU.TRUNK", one) == Id.of("DEU.TRUNK", other)) is (one == other)


def test_every_code_has_its_text_in_german() -> None:
    with files("porting").joinpath("locale", "de.po").open("rb") as file:
        german = {message.id for message in read_po(file) if message.string}
    assert {code.text for code in codes.CODES.values()} <= german
    assert len(codes.CODES) == 33


def test_a_code_nobody_knows_is_for_a_person() -> None:
    assert codes.is_fixable(["9999"])
    assert not codes.is_fixable(["8117", "8118"])


@pytest.mark.parametrize(
    "request_", [MRN, RRNP, ORN, replace(ORN, numbers=(SINGLES[0],)), replace(MRN, numbers=SINGLES[:10])]
)
def test_a_complete_request_has_no_fault(request_: PreAgreementRequest) -> None:
    assert faults_of_request(request_) == []


@pytest.mark.parametrize(
    "request_",
    [
        replace(MRN, address=None),
        replace(MRN, numbers=()),
        replace(MRN, numbers=SINGLES),
        replace(MRN, numbers=(BLOCK, SINGLES[0])),
        replace(MRN, numbers=(BLOCK, BLOCK)),
        replace(MRN, numbers=tuple(NumberBlock("221", f"47{one}", "0", "9") for one in range(6))),
        replace(MRN, window=None),
        replace(MRN, customer=EndCustomer("x" * 31)),
        replace(MRN, customer=EndCustomer(" ")),
        replace(MRN, recipient_porting_carrier=PKI),
        replace(MRN, address=Address("x" * 41, "12", "50678", "Köln")),
        replace(MRN, address=Address("Rosenstraße", "12a", "50678", "Köln")),
        replace(RRNP, address=MRN.address),
        replace(RRNP, recipient_porting_carrier=None),
        replace(ORN, window=Window.FREE),
        replace(ORN, numbers=SINGLES[:2]),
    ],
)
def test_each_fault_of_a_request_is_found(request_: PreAgreementRequest) -> None:
    assert len(faults_of_request(request_)) == 1


def test_an_answer_is_judged_by_what_was_asked() -> None:
    assert faults_of_answer(AGREED, MRN, TODAY) == []
    assert faults_of_answer(replace(AGREED, numbers=(replace(BLOCK, answering_extension=None),)), MRN, TODAY) == []
    more = (BLOCK, NumberBlock("221", "480", "00", "99"))
    assert faults_of_answer(replace(AGREED, numbers=more), replace(MRN, all_numbers=True), TODAY) == []


@pytest.mark.parametrize(
    "answer",
    [
        replace(AGREED, case=PortingCase.NUMBERS_ONLY),
        replace(AGREED, code="8003"),
        replace(AGREED, change_date=date(2026, 12, 11)),
        replace(AGREED, code="8002"),
        replace(AGREED, technology=None),
        replace(AGREED, numbers=()),
        replace(AGREED, numbers=SINGLES[:1]),
        replace(AGREED, numbers=(NumberBlock("221", "480", "00", "99"),)),
        replace(AGREED, code="8002", change_date=TODAY),
    ],
)
def test_each_fault_of_an_answer_is_found(answer: Answer) -> None:
    assert len(faults_of_answer(answer, MRN, TODAY)) == 1


def test_a_refusal_of_address_faults_only_is_accepted_but_never_sent() -> None:
    refusal = Refusal(ID, (Reason("8108"), Reason("8110")))
    assert faults_of_refusal(refusal, ours=False) == []
    assert len(faults_of_refusal(refusal, ours=True)) == 1


@pytest.mark.parametrize(
    "reason", [Reason("8116"), Reason("8117", "words"), Reason("8001"), Reason("8116", "x" * 256), Reason("9999")]
)
def test_words_go_with_the_codes_that_know_them(reason: Reason) -> None:
    assert len(faults_of_refusal(Refusal(ID, (reason,)), ours=False)) == 1
    assert faults_of_refusal(Refusal(ID, (Reason("8116", "call us"),)), ours=True) == []


def test_the_other_messages_carry_what_they_must() -> None:
    change = DateChange(ID, ChangeId("DEU.TRUNK.T000000001"), DAY)
    cancel = Cancellation(ID, CancellationId("DEU.TRUNK.S000000001"), final=True)
    assert faults_of_take_over(TakeOver(ID, False, False, (), PKI), PortingCase.END_WITH_NUMBERS) == []
    assert faults_of_take_over(TakeOver(ID, False, False), PortingCase.NUMBERS_ONLY)
    assert faults_of_take_over(TakeOver(ID, False, False, (), PKI), PortingCase.END_WITHOUT_NUMBERS)
    assert faults_of_date_change(change, date(2026, 12, 11))
    assert faults_of_cancellation(cancel, from_donor=True)
    assert faults_of_cancellation(cancel, from_donor=False) == []
    assert faults_of_settlement(Settlement(ID, "8003", change.change_id, DAY), change) == []
    assert faults_of_settlement(Settlement(ID, "8003", change.change_id, date(2026, 12, 11)), change)
    assert faults_of_settlement(Settlement(ID, "8003", change.change_id, DAY), cancel)


@pytest.mark.rule("PORT-5")
def test_what_a_donor_says_unfit_takes_no_step() -> None:
    agreed = PreAgreement(Role.RECIPIENT, MRN, PreAgreementState.AGREED, change_date=DAY)
    agreed.take_over = TakeOverStep(TakeOver(ID, True, False, (), PKI), TakeOverState.SENT)
    no_code_of_it = agreed.hear_take_over_refusal("8117", NOON)
    assert no_code_of_it.faults
    assert agreed.take_over.state is TakeOverState.SENT
    assert agreed.hear_take_over_refusal("8147", NOON).reaction is Reaction.TAKE
    wordless = Cancellation(ID, CancellationId("DEU.ALTNET.S000000001"), final=True, reason=" ")
    assert agreed.hear_change(wordless, NOON).faults
    assert agreed.their_change is None
    assert agreed.hear_change(replace(wordless, reason="Kunde bleibt"), NOON).reaction is Reaction.DECIDE
    ours = PreAgreement(Role.DONOR, MRN, PreAgreementState.AGREED, change_date=DAY)
    assert ours.hear_change(wordless, NOON).reaction is Reaction.DECIDE


def test_the_list_of_carriers_marks_invented_names() -> None:
    carriers = CarrierList()
    assert all(one.invented and "erfunden" in one.name for one in carriers.electronic())
    assert carriers.is_electronic("DEU.ALTNET")
    assert not carriers.is_electronic(None)
    assert not carriers.is_electronic("DEU.NOBODY")
