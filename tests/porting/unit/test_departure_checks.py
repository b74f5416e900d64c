"""What we make of another carrier's request, by what we know of our customers (PORT-9)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from porting.domain.deadlines import Rules
from porting.domain.departure_checks import Checked, Verdict, against_date, judge
from porting.domain.ids import ChangeId, PortingCarrier, PreAgreementId
from porting.domain.messages import Correction, DateChange, EndCustomer, PreAgreementRequest, Reason
from porting.domain.particulars import PortingCase, Window
from porting.domain.whereabouts import Holding, Known, KnownAgreement, KnownCustomer, Rival, covers
from telecom.addresses import Address
from telecom.numbers import NumberBlock

pytestmark = pytest.mark.rule("PORT-9")

TODAY = date(2026, 3, 2)  # a Monday
ME, OTHER, AGREEMENT, SITE = (UUID(int=one) for one in range(1, 5))
ADDRESS = Address("Rosenstraße", "12", "50678", "Köln")
BLOCK, SECOND, SINGLE = (
    NumberBlock("221", "479", "00", "99"),
    NumberBlock("221", "480", "00", "99"),
    NumberBlock("221", "4811"),
)
RULES = Rules()


def held(number: NumberBlock, customer: UUID = ME) -> Holding:
    return Holding(number, SITE, customer, AGREEMENT, SITE)


KNOWN = Known(
    holdings=(held(BLOCK), held(SECOND), held(SINGLE)),
    customers={ME: KnownCustomer(ME, "Müller & Söhne GmbH", ADDRESS)},
    agreements={AGREEMENT: KnownAgreement(AGREEMENT, "VT-1", ME, None, True)},
    sites={SITE: ADDRESS},
)
KUE = PreAgreementRequest(
    PreAgreementId("DEU.ALTNET.V000000001"),
    PortingCase.END_WITH_NUMBERS,
    date(2026, 3, 16),
    EndCustomer("Müller und Söhne"),
    address=ADDRESS,
    numbers=(BLOCK, SECOND),
    window=Window.MORNING,
)
RRNP = replace(KUE, case=PortingCase.NUMBERS_ONLY, address=None, recipient_porting_carrier=PortingCarrier("D0B2"))


def judged(request: PreAgreementRequest = KUE, known: Known = KNOWN, today: date = TODAY) -> Verdict:
    return judge(request, "DEU.ALTNET", known, today, RULES)


def codes(verdict: Verdict) -> list[str]:
    return [one.code for one in verdict.reasons]


def test_a_clear_case_is_agreed_to_as_asked() -> None:
    found = judged()
    assert (found.reasons, found.corrections, found.doubtful) == ([], [], False)
    assert (found.customer_id, found.agreement_id, found.federal_state) == (ME, AGREEMENT, "NW")
    answer = found.answer(KUE)
    assert (answer.code, answer.change_date, answer.numbers) == ("8001", KUE.requested_on, (BLOCK, SECOND))
    assert answer.technology
    assert judged(RRNP).answer(RRNP).technology is None


def test_numbers_that_are_not_with_us_are_refused_and_the_customers_own_named() -> None:
    strange = NumberBlock("221", "999", "00", "99")
    found = judged(replace(KUE, numbers=(BLOCK, strange)))
    assert found.reasons == [Reason("8103", numbers=(BLOCK, SECOND))]


def test_whose_numbers_they_are_is_not_told_to_who_does_not_know_the_name() -> None:
    strange = NumberBlock("221", "999", "00", "99")
    found = judged(replace(KUE, numbers=(BLOCK, strange), customer=EndCustomer("Fremd AG")))
    assert found.reasons == [Reason("8112"), Reason("8103")]


def test_nothing_that_we_know_is_refused_without_a_customer() -> None:
    found = judged(replace(KUE, numbers=(NumberBlock("30", "999", "00", "99"),)), Known())
    assert (codes(found), found.customer_id) == (["8103"], None)


def test_numbers_of_two_customers_cannot_leave_together() -> None:
    known = replace(
        KNOWN,
        holdings=(held(BLOCK), held(SECOND, OTHER)),
        customers={**KNOWN.customers, OTHER: KnownCustomer(OTHER, "Andere AG", ADDRESS)},
    )
    found = judged(known=known)
    assert (codes(found), found.customer_id) == (["8103"], ME)


def test_all_numbers_means_all_of_the_contract_of_that_kind_and_one_right_is_enough() -> None:
    strange = NumberBlock("221", "999", "00", "99")
    found = judged(replace(KUE, numbers=(BLOCK, strange), all_numbers=True))
    assert (codes(found), found.numbers) == ([], (BLOCK, SECOND))


def test_all_numbers_are_not_those_that_leave_already() -> None:
    leaving = Rival(OTHER, "DEU.SPAET", PortingCase.NUMBERS_ONLY, awaits_new=False, numbers=(SECOND,))
    found = judged(replace(KUE, numbers=(BLOCK,), all_numbers=True), replace(KNOWN, rivals=(leaving,)))
    assert (codes(found), found.numbers) == ([], (BLOCK,))


def test_a_block_that_is_cut_otherwise_with_us_is_for_a_person() -> None:
    part = NumberBlock("221", "4791", "0", "9")
    found = judged(replace(KUE, numbers=(part,)))
    assert (codes(found), found.numbers, found.doubtful) == ([], (part,), True)


@pytest.mark.parametrize(
    ("name", "ours", "code"),
    [
        (EndCustomer("Fremd AG"), "Müller & Söhne GmbH", "8112"),
        (EndCustomer("Klein", "Bernd"), "Anna Klein", "8113"),
        (EndCustomer("Klein", "Anna"), "Anna Klein und Bernd Groß", "8114"),
    ],
)
def test_a_wrong_name_is_refused_with_what_is_wrong_about_it(name: EndCustomer, ours: str, code: str) -> None:
    known = replace(KNOWN, customers={ME: KnownCustomer(ME, ours, ADDRESS)})
    assert codes(judged(replace(KUE, customer=name), known)) == [code]


def test_a_name_that_is_only_like_ours_is_for_a_person() -> None:
    found = judged(replace(KUE, customer=EndCustomer("Müller Metallbau")))
    assert (codes(found), found.doubtful) == ([], True)


def test_all_who_hold_the_line_may_be_named_apart() -> None:
    known = replace(KNOWN, customers={ME: KnownCustomer(ME, "Anna Klein und Bernd Groß", ADDRESS)})
    asked = replace(KUE, customer=EndCustomer("Klein", "Anna"), further_owners=(EndCustomer("Groß", "Bernd"),))
    assert (codes(judged(asked, known)), judged(asked, known).doubtful) == ([], False)


def test_small_faults_of_the_address_are_corrected_and_never_a_refusal() -> None:
    asked = replace(KUE, address=Address("Rosenstr.", "14", "50679", "Koeln"))
    found = judged(asked)
    assert found.reasons == []
    assert found.corrections == [Correction("8104", "50678"), Correction("8107", "12")]
    assert not found.doubtful
    elsewhere = judged(replace(KUE, address=Address("Tulpenweg", "3", "10115", "Berlin")))
    assert (elsewhere.reasons, elsewhere.doubtful) == ([], True)


def test_what_another_carrier_has_asked_for_is_refused() -> None:
    rival = Rival(OTHER, "DEU.SPAET", PortingCase.NUMBERS_ONLY, awaits_new=False, numbers=(BLOCK,))
    assert codes(judged(known=replace(KNOWN, rivals=(rival,)))) == ["8118"]
    same = replace(rival, carrier_code="DEU.ALTNET")
    assert judged(known=replace(KNOWN, rivals=(same,))).doubtful


def test_a_new_request_takes_the_place_of_one_that_was_called_off_for_it() -> None:
    waiting = Rival(OTHER, "DEU.ALTNET", PortingCase.END_WITH_NUMBERS, awaits_new=True, numbers=(BLOCK,))
    found = judged(known=replace(KNOWN, rivals=(waiting,)))
    assert (codes(found), found.replaces, found.doubtful) == ([], OTHER, False)
    numbers_only = replace(waiting, case=PortingCase.NUMBERS_ONLY)
    assert codes(judged(known=replace(KNOWN, rivals=(numbers_only,)))) == ["8116"]


@pytest.mark.parametrize(
    ("request_", "asked_for", "agreed"),
    [
        (KUE, date(2026, 3, 9), date(2026, 3, 9)),  # five working days ahead
        (KUE, date(2026, 3, 6), date(2026, 3, 9)),
        (KUE, date(2026, 4, 2), date(2026, 4, 7)),  # the day before Good Friday; then Easter
        (RRNP, date(2026, 3, 3), date(2026, 3, 3)),
        (RRNP, date(2026, 3, 2), date(2026, 3, 3)),
        (RRNP, date(2026, 4, 2), date(2026, 4, 2)),
    ],
)
def test_the_date_is_the_one_asked_for_or_the_next_that_is_possible(
    request_: PreAgreementRequest, asked_for: date, agreed: date
) -> None:
    request = replace(request_, requested_on=asked_for)
    answer = judged(request).answer(request)
    assert (answer.change_date, answer.code) == (agreed, "8001" if agreed == asked_for else "8002")


def test_a_contract_that_runs_longer_ends_with_its_term_and_numbers_alone_may_go_before() -> None:
    bound = replace(KNOWN, agreements={AGREEMENT: KnownAgreement(AGREEMENT, "VT-1", ME, date(2026, 6, 30), True)})
    assert judged(known=bound).change_date == date(2026, 6, 30)
    assert judged(RRNP, bound).change_date == RRNP.requested_on


def test_without_numbers_the_customer_is_told_by_his_name() -> None:
    orn = replace(KUE, case=PortingCase.END_WITHOUT_NUMBERS, numbers=(), window=None)
    found = judged(orn, replace(KNOWN, holdings=()))
    assert (codes(found), found.agreement_id, found.answer(orn).numbers) == ([], AGREEMENT, ())
    assert codes(judged(orn, Known())) == ["8117"]


@pytest.mark.parametrize(
    ("agreed_on", "new_date", "fits"),
    [
        (date(2026, 3, 16), date(2026, 3, 18), True),
        (date(2026, 3, 16), date(2026, 3, 13), False),
        (date(2026, 3, 16), date(2026, 3, 21), False),  # a Saturday
        (date(2026, 3, 4), date(2026, 3, 18), False),  # too late to ask
        (date(2026, 3, 16), date(2027, 3, 16), False),
    ],
)
def test_a_date_change_is_agreed_to_by_rule(agreed_on: date, new_date: date, fits: bool) -> None:
    asked = DateChange(KUE.pre_agreement_id, ChangeId("DEU.ALTNET.T000000001"), new_date)
    assert (against_date(asked, agreed_on, KUE.case, TODAY, RULES, "NW") is None) is fits


def test_what_stays_of_a_block_when_numbers_of_it_go() -> None:
    rest = BLOCK.without((NumberBlock("221", "4791", "0", "9"), NumberBlock("221", "47900")))
    assert sum(one.size for one in rest) == 100 - 11
    assert not covers(BLOCK, [held(one) for one in rest])
    assert covers(NumberBlock("221", "4795", "0", "9"), [held(one) for one in rest])
    tenths = [held(one) for one in BLOCK.tenths()]
    assert covers(BLOCK, tenths)
    assert BLOCK.without((SECOND,)) == (BLOCK,)


def test_every_check_says_what_it_looked_at() -> None:
    assert {one.what for one in judged().checks} >= {Checked.NUMBERS, Checked.NAME, Checked.ADDRESS, Checked.DATE}
