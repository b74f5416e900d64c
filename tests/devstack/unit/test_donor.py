"""What simulated carriers say, without a broker between."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from contracts.ordering.v1 import PortingCase
from contracts.wbci.v1 import (
    CancellationRequested,
    PreAgreementAnswered,
    Refused,
    ResourceTakeOver,
    ResourceTakeOverRefused,
    Settled,
    TechnicallyRefused,
    WbciMessage,
)
from devstack.clock import morning_after
from devstack.donor.answers import Says, answers_to, envelope_to, resumed
from devstack.donor.behaviours import DEFAULTS, Behaviour, Behaviours
from devstack.donor.cases import Case, Cases
from devstack.donor.garbage import GARBAGE_KINDS, Garbage, GarbageKind
from devstack.donor.initiative import NotNow, Wish, asked_for, called_off, moved
from devstack.donor.reading import Unreadable, read, technical_refusal
from porting.adapters.carriers import CarrierList
from tests.devstack.exchange import (
    ADDRESS,
    BLOCK,
    DAY,
    LATER,
    NOW,
    THEM,
    US,
    asks,
    asks_for_numbers_only,
    calls_off,
    moves,
    refuses_technically,
    takes_over,
)


class Talk:
    """One pre-agreement with one carrier: what is said to it is answered at once."""

    def __init__(self, carrier: str = THEM, **behaviour: Any) -> None:
        self.behaviour = Behaviour(**behaviour)
        self.cases = Cases()
        self.carrier = carrier

    def hear(self, message: WbciMessage, event_id: str | None = None) -> list[Says]:
        case = self.cases.of(message, carrier=self.carrier)
        event_id = event_id or str(uuid4())
        before = event_id in case.subjects
        case.take(message, event_id, "test")
        said, _ = answers_to(case, message, self.behaviour, again=not before)
        for one in said:
            if isinstance(one, WbciMessage):
                case.take(one, str(uuid4()), "test", event_id)
        return said

    def agreed(self, **changes: Any) -> tuple[Any, Case]:
        asked = asks(self.carrier, **changes)
        self.hear(asked)
        return asked, self.cases.by_id[asked.pre_agreement_id]


@pytest.mark.parametrize("case", list(PortingCase))
def test_a_carrier_agrees_as_asked_whatever_the_case(case: PortingCase) -> None:
    ends = case is not PortingCase.NUMBERS_ONLY
    asked = asks(case=case, address=ADDRESS if ends else None)
    (answer,) = Talk().hear(asked)
    assert isinstance(answer, PreAgreementAnswered)
    assert (answer.answer, answer.change_date, answer.sender, answer.receiver) == ("8001", DAY, THEM, US)
    assert (answer.technology is not None) == ends
    assert len(answer.numbers) == (case is not PortingCase.END_WITHOUT_NUMBERS)


def test_a_carrier_agrees_to_a_later_working_day() -> None:
    (answer,) = Talk(behaviour="agrees_later", later_by=10).hear(asks())
    assert isinstance(answer, PreAgreementAnswered)
    assert (answer.answer, answer.change_date) == ("8002", date(2026, 12, 28))


@pytest.mark.parametrize("code", ["8104", "8105", "8106", "8107"])
def test_each_part_of_an_address_is_corrected_by_an_invented_or_a_given_value(code: str) -> None:
    (invented,) = Talk(behaviour="corrects_address", corrections=[code]).hear(asks())
    (given,) = Talk(behaviour="corrects_address", corrections={code: "51105"}).hear(asks())
    assert isinstance(invented, PreAgreementAnswered)
    assert isinstance(given, PreAgreementAnswered)
    assert [one.code for one in invented.corrections] == [code]
    assert invented.corrections[0].value not in vars(ADDRESS).values()
    assert given.corrections[0].value == "51105"


def test_without_an_address_nothing_is_corrected() -> None:
    (answer,) = Talk(behaviour="corrects_address").hear(asks_for_numbers_only())
    assert isinstance(answer, PreAgreementAnswered)
    assert answer.corrections == ()


@pytest.mark.parametrize(
    "code",
    ["8103", *(f"81{number:02}" for number in range(8, 19)), "8140", "8149"],
)
def test_a_refusal_with_any_code_has_words_and_numbers_where_the_papers_want_them(code: str) -> None:
    own = {"area_code": "221", "stem": "4711"}
    (answer,) = Talk(behaviour="refuses", code=code, numbers=[own]).hear(asks())
    assert isinstance(answer, Refused)
    assert bool(answer.reasons[0].numbers) == (code == "8103")
    assert bool(answer.reasons[0].words) == (code == "8116")


def test_several_address_faults_are_refused_together() -> None:
    (answer,) = Talk(behaviour="refuses", code="8108", further_codes=["8111"]).hear(asks())
    assert isinstance(answer, Refused)
    assert [one.code for one in answer.reasons] == ["8108", "8111"]


@pytest.mark.parametrize(
    ("behaviour", "kinds"),
    [
        ("never_answers", []),
        ("answers_late", [PreAgreementAnswered]),
        ("answers_twice", [PreAgreementAnswered, PreAgreementAnswered]),
        ("contradicts_itself", [PreAgreementAnswered, Refused]),
        ("answers_out_of_order", [ResourceTakeOverRefused, PreAgreementAnswered]),
        ("sends_garbage", [Garbage]),
        ("cancels", [PreAgreementAnswered, CancellationRequested]),
    ],
)
def test_a_carrier_misbehaves_as_chosen(behaviour: str, kinds: list[type]) -> None:
    assert [type(one) for one in Talk(behaviour=behaviour).hear(asks())] == kinds


def test_a_donor_that_cancels_says_why_and_under_an_id_that_a_restart_finds_again() -> None:
    asked = asks()
    first, second = (Talk(behaviour="cancels", final=False, reason="Umzug").hear(asked)[1] for _ in range(2))
    assert isinstance(first, CancellationRequested)
    assert (first.final, first.reason) == (False, "Umzug")
    assert first.cancellation_id.startswith(f"{THEM}.S")
    assert first == second


def test_late_is_four_working_days_unless_something_else_is_said() -> None:
    late = Behaviour(behaviour="answers_late")
    assert late.to_va.working_days == 4
    assert Behaviour(behaviour="answers_late", working_days=9).to_va.working_days == 9
    assert Behaviour(behaviour="answers_late", delay=60).to_va.working_days == 0
    friday = datetime(2026, 12, 18, 15, tzinfo=UTC)
    assert morning_after(friday, 4) == datetime(2026, 12, 24, 7, tzinfo=UTC)
    assert morning_after(friday, 5) == datetime(2026, 12, 28, 7, tzinfo=UTC), "two holidays and a week-end"


def test_what_a_body_said_before_there_were_options_still_holds() -> None:
    refuses = Behaviour(behaviour="refuses", code="8103", delay=0)
    assert (refuses.to_va.behaviour, refuses.to_va.code, refuses.to_va.delay) == ("refuses", "8103", 0)
    for wrong in ({"behaviour": "refuses"}, {"behaviour": "agrees", "code": "8103"}, {"behaviour": "dances"}, {"x": 1}):
        with pytest.raises(ValidationError):
            Behaviour(**wrong)  # type: ignore[arg-type]
    both = Behaviour(behaviour="agrees_later", to_change={"behaviour": "refuses"})  # type: ignore[arg-type]
    assert (both.to_va.behaviour, both.to_change.behaviour) == ("agrees_later", "refuses")


def test_a_number_wins_over_its_carrier_and_is_forgotten_again() -> None:
    chosen = Behaviours.at_first()
    chosen.choose("0221 47912", Behaviour(behaviour="never_answers"))  # type: ignore[call-arg]
    assert chosen.of(THEM, (BLOCK,)).to_va.behaviour == "never_answers"
    assert chosen.of(THEM, ()).to_va.behaviour == "agrees"
    assert chosen.of("DEU.NEU", ()).to_va.behaviour == "agrees", "who is not known agrees"
    chosen.forget("0221 47912")
    assert chosen.of(THEM, (BLOCK,)).to_va.behaviour == "agrees"


def test_each_carrier_with_a_habit_is_offered_and_named_as_invented() -> None:
    offered = {one.carrier_code: one for one in CarrierList().electronic()}
    assert DEFAULTS.keys() <= offered.keys()
    assert all("(erfunden)" in one.name for one in offered.values())


def test_a_date_change_is_settled_with_the_very_date_or_refused_with_the_unchanged_one() -> None:
    talk = Talk()
    asked, case = talk.agreed()
    change = moves(asked)
    (yes,) = talk.hear(change)
    assert isinstance(yes, Settled)
    assert (yes.answer, yes.change_id, yes.new_date) == ("8003", change.change_id, LATER)
    assert case.change_date == LATER
    talk.behaviour = Behaviour(to_change={"behaviour": "refuses"})  # type: ignore[arg-type]
    (no,) = talk.hear(moves(asked, date(2026, 12, 17)))
    assert isinstance(no, Refused)
    assert (no.reasons[0].code, no.unchanged_date) == ("8141", LATER)


def test_no_date_before_the_agreed_one_is_settled() -> None:
    talk = Talk()
    asked, _ = talk.agreed()
    (no,) = talk.hear(moves(asked, date(2026, 12, 8)))
    assert isinstance(no, Refused)
    assert (no.reasons[0].code, no.unchanged_date) == ("8141", DAY)


@pytest.mark.parametrize(("final", "state"), [(True, "cancelled"), (False, "awaiting_new")])
def test_a_cancellation_is_settled_and_ends_the_pre_agreement(final: bool, state: str) -> None:
    talk = Talk()
    asked, case = talk.agreed()
    (yes,) = talk.hear(calls_off(asked, final=final))
    assert isinstance(yes, Settled)
    assert yes.answer == "8004"
    assert case.state == state
    (unknown,) = talk.hear(moves(asked))
    assert isinstance(unknown, Refused)
    assert unknown.reasons[0].code == "8140"


def test_a_cancellation_is_refused_in_words() -> None:
    talk = Talk(to_cancellation={"behaviour": "refuses"})
    asked, case = talk.agreed()
    (no,) = talk.hear(calls_off(asked))
    assert isinstance(no, Refused)
    assert (no.reasons[0].code, bool(no.reasons[0].words), case.state) == ("8142", True, "agreed")


@pytest.mark.parametrize(
    ("way", "kinds"),
    [
        ("never_answers", []),
        ("answers_twice", [Settled, Settled]),
        ("contradicts_itself", [Settled, Refused]),
        ("sends_garbage", [Garbage]),
    ],
)
def test_changes_and_cancellations_meet_the_same_bad_habits(way: str, kinds: list[type]) -> None:
    talk = Talk(to_change={"behaviour": way}, to_cancellation={"behaviour": way})
    asked, _ = talk.agreed()
    assert [type(one) for one in talk.hear(moves(asked))] == kinds
    assert [type(one) for one in talk.hear(calls_off(asked))] == kinds


def test_what_was_called_off_before_its_answer_gets_none() -> None:
    talk = Talk(behaviour="never_answers")
    asked, case = talk.agreed()
    assert isinstance(talk.hear(calls_off(asked))[0], Settled)
    (answer,) = Talk().hear(asked)
    assert isinstance(answer, WbciMessage)
    assert not case.fits(answer)


@pytest.mark.parametrize("message", [moves, calls_off, takes_over])
def test_an_unknown_pre_agreement_is_8140(message: Any) -> None:
    (no,) = Talk().hear(message(asks()))
    assert isinstance(no, Refused)
    assert no.reasons[0].code == "8140"


def test_a_take_over_is_accepted_silently_refused_once_or_always() -> None:
    for way, refusals in (("accepts", 0), ("refuses_once", 1), ("refuses", 2)):
        talk = Talk(to_take_over={"behaviour": way, "code": "8147"})
        asked, _ = talk.agreed()
        said = [*talk.hear(takes_over(asked)), *talk.hear(takes_over(asked))]
        assert [one.code for one in said if isinstance(one, ResourceTakeOverRefused)] == ["8147"] * refusals


def test_numbers_only_take_no_line() -> None:
    talk = Talk()
    asked = asks_for_numbers_only()
    talk.hear(asked)
    (no,) = talk.hear(takes_over(asked))
    assert isinstance(no, TechnicallyRefused)


def test_the_same_question_once_more_gets_the_same_answer_though_the_carrier_changed_its_mind() -> None:
    talk = Talk()
    asked, _ = talk.agreed()
    change = moves(asked)
    (settled,) = talk.hear(change)
    talk.behaviour = Behaviour(behaviour="refuses", code="8117", to_change={"behaviour": "refuses"})  # type: ignore[arg-type]
    (again,) = talk.hear(asked)
    assert isinstance(again, PreAgreementAnswered)
    assert talk.hear(change.model_copy(update={"sent_at": datetime(2026, 11, 24, tzinfo=UTC)})) == [settled]


def test_the_same_id_for_something_else_is_8115() -> None:
    talk = Talk()
    asked, _ = talk.agreed()
    (no,) = talk.hear(asked.model_copy(update={"requested_on": LATER}))
    assert isinstance(no, Refused)
    assert no.reasons[0].code == "8115"


def test_after_a_restart_what_was_said_stands_and_what_was_not_is_added() -> None:
    asked = asks()
    twice = Talk(behaviour="contradicts_itself").hear(asked)
    assert isinstance(twice[0], WbciMessage)
    said = [twice[0].model_copy(update={"sent_at": datetime(2026, 11, 25, tzinfo=UTC)})]
    assert resumed(twice, said) == twice
    assert resumed(Talk(behaviour="refuses", code="8117").hear(asked), said) == said


@pytest.mark.parametrize("kind", GARBAGE_KINDS)
def test_no_garbage_can_be_taken_for_a_message_that_fits(kind: GarbageKind) -> None:
    asked = asks()
    (spoilt,) = Talk(behaviour="sends_garbage", garbage=kind).hear(asked)
    assert isinstance(spoilt, Garbage)
    if kind == "wrong_content":
        answer = PreAgreementAnswered.read(spoilt.body())
        assert (answer.answer, answer.change_date) == ("8002", DAY), "another date, and yet the one asked for"
        return
    with pytest.raises(Unreadable) as found:
        read({"ce_type": spoilt.type_name}, spoilt.body())
    assert found.value.code == ("0993" if kind == "unknown_version" else "0995")


def test_garbage_that_we_refuse_is_said_once_more_and_properly() -> None:
    talk = Talk(behaviour="sends_garbage", to_change={"behaviour": "sends_garbage"})
    asked, case = talk.agreed()
    (mended,) = talk.hear(refuses_technically(asked))
    assert isinstance(mended, PreAgreementAnswered)
    assert case.state == "agreed"
    talk.hear(moves(asked))
    (settled,) = talk.hear(refuses_technically(asked, "ERLM"))
    assert isinstance(settled, Settled)
    assert Talk().hear(refuses_technically(asked)) == [], "who sent nothing wrong mends nothing"


def test_what_cannot_be_read_is_refused_technically_if_it_says_who_sent_it() -> None:
    asked = asks()
    for type_name, body, code in (
        ("wbci.PreAgreementRequested.v2", asked.body(), "0993"),
        ("wbci.PreAgreementRequested.v1", asked.body().replace(b"2026-12-10", b"gestern"), "0995"),
    ):
        with pytest.raises(Unreadable) as found:
            read({"ce_type": type_name}, body)
        refusal = technical_refusal(found.value, asked.pre_agreement_id.encode(), body)
        assert refusal is not None
        assert (refusal.code, refusal.sender, refusal.receiver) == (code, THEM, US)
        assert technical_refusal(found.value, b"x", b"{torn") is None


# As the one that takes our numbers


def wish(**changes: Any) -> Wish:
    wanted = {
        "carrier": THEM,
        "requested_on": "2026-12-10",
        "numbers": ["0221 479 00-99"],
        "name": "Müller",
        "address": ADDRESS.model_dump(),
    }
    return Wish.model_validate({**wanted, **changes})


def asked_us(talk: Talk, **changes: Any) -> tuple[Any, Case]:
    envelope = {"sender": THEM, "receiver": US, "pre_agreement_id": f"{THEM}.V000000001", "sent_at": NOW}
    va = asked_for(wish(**changes), envelope)
    case = talk.cases.of(va, carrier=THEM)
    case.take(va, str(uuid4()), "test")
    return va, case


@pytest.mark.rule("PORT-9")
def test_a_carrier_asks_for_our_numbers_as_people_write_them() -> None:
    va, case = asked_us(Talk(), numbers=["0221 479 00-99", "0221 4801234"])
    assert case.is_recipient
    assert va.numbers[0] == BLOCK
    assert (va.numbers[1].stem, va.numbers[1].extension_from) == ("4801234", None)
    only, _ = asked_us(Talk(), case="VA-RRNP")
    assert (only.address, only.recipient_porting_carrier) == (None, "D0B2")
    without, _ = asked_us(Talk(), case="VA-KUE-ORN", numbers=[])
    assert without.window is None
    for wrong in ({"address": None}, {"numbers": []}):
        with pytest.raises(ValidationError):
            wish(**wrong)


@pytest.mark.rule("PORT-9")
def test_a_carrier_that_got_our_numbers_says_whether_it_takes_the_line() -> None:
    talk = Talk(as_recipient={"take_over": True, "safe_haven": True})
    va, case = asked_us(talk)
    answer = Talk().hear(va)[0]
    assert isinstance(answer, PreAgreementAnswered)
    ours = answer.model_copy(update={"sender": US, "receiver": THEM})
    (take_over,) = talk.hear(ours)
    assert isinstance(take_over, ResourceTakeOver)
    assert (take_over.take_over, take_over.recipient_porting_carrier) == (True, "D0B2")
    refused = ResourceTakeOverRefused(**envelope_to(take_over), code="8147")
    (without,) = talk.hear(refused)
    assert isinstance(without, ResourceTakeOver)
    assert not without.take_over
    assert talk.hear(refused) == [], "it has said so"
    assert case.state == "agreed"


@pytest.mark.rule("PORT-9")
def test_a_carrier_that_takes_our_numbers_moves_the_date_and_calls_off_only_where_that_fits() -> None:
    talk = Talk()
    va, case = asked_us(talk)
    envelope = {"sender": THEM, "receiver": US, "pre_agreement_id": va.pre_agreement_id, "sent_at": NOW}
    with pytest.raises(NotNow):
        moved(case, LATER, envelope)
    talk.hear(Talk().hear(va)[0].model_copy(update={"sender": US, "receiver": THEM}))  # type: ignore[union-attr, arg-type]
    change = moved(case, LATER, envelope)
    case.take(change, str(uuid4()), "test")
    settled = Settled(**envelope_to(change), answer="8003", change_id=change.change_id, new_date=LATER)  # type: ignore[attr-defined]
    assert talk.hear(settled) == []
    assert case.change_date == LATER
    cancellation = called_off(case, final=True, reason=None, envelope=envelope)
    case.take(cancellation, str(uuid4()), "test")
    talk.hear(Settled(**envelope_to(cancellation), answer="8004", cancellation_id=cancellation.cancellation_id))  # type: ignore[attr-defined]
    assert case.state == "cancelled"
    with pytest.raises(NotNow):
        called_off(case, final=True, reason=None, envelope=envelope)


@pytest.mark.rule("PORT-9")
def test_our_own_cancellation_is_answered_by_the_one_that_takes_our_numbers_but_a_date_change_is_not_ours() -> None:
    talk = Talk()
    va, _ = asked_us(talk)
    talk.hear(Talk().hear(va)[0].model_copy(update={"sender": US, "receiver": THEM}))  # type: ignore[union-attr, arg-type]
    ours = va.model_copy(update={"sender": US, "receiver": THEM})
    assert isinstance(talk.hear(moves(ours))[0], TechnicallyRefused)
    assert isinstance(talk.hear(calls_off(ours))[0], Settled)
