"""PORT-9: what we make of another carrier's VA, by what we know of our customers, their numbers and agreements.

Fit to be agreed to, to be refused, or for a person to decide: a check that is neither right nor wrong.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from porting.domain.codes import ANOTHER_DATE, AS_ASKED
from porting.domain.contents import faults_of_date_change
from porting.domain.deadlines import DAY, Rules, is_change_date
from porting.domain.messages import Answer, Correction, DateChange, PreAgreementRequest, Reason, Refusal
from porting.domain.particulars import Numbers, PortingCase
from porting.domain.same_name import Likeness, likeness, owners_in
from porting.domain.whereabouts import Holding, Known, covers, same_span, touches
from telecom.addresses import Address, state_of
from telecom.numbers import NumberBlock
from telecom.places import folded
from telecom.refusal import _
from telecom.workdays import add_working_days, working_days_between

TECHNOLOGY = "010"
"""Of the lines behind our trunks: others, since they are no line of the network operator's."""
CORRECTABLE = {"postcode": "8104", "town": "8105", "street": "8106", "house_number": "8107"}


class Checked(StrEnum):
    NUMBERS = "numbers"
    NAME = "name"
    FURTHER_OWNERS = "further_owners"
    ADDRESS = "address"
    OTHERS = "others"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Check:
    """`ok` None: a person looks."""

    what: Checked
    ok: bool | None
    text: str
    numbers: str | None = None
    day: date | None = None


@dataclass(slots=True)
class Verdict:
    """`numbers` leave; what stands in `reasons` is refused."""

    change_date: date
    customer_id: UUID | None = None
    agreement_id: UUID | None = None
    federal_state: str | None = None
    numbers: Numbers = ()
    checks: list[Check] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    ends_agreement: bool = False
    replaces: UUID | None = None

    @property
    def doubtful(self) -> bool:
        return any(one.ok is None for one in self.checks)

    def answer(self, request: PreAgreementRequest, change_date: date | None = None) -> Answer:
        """RUEM-VA."""
        day = change_date or self.change_date
        return Answer(
            request.pre_agreement_id,
            request.case,
            AS_ASKED if day == request.requested_on else ANOTHER_DATE,
            day,
            TECHNOLOGY if request.case.ends_donor_agreement else None,
            self.numbers if request.case.moves_numbers else (),
            corrections=tuple(self.corrections),
        )

    def refusal(self, request: PreAgreementRequest) -> Refusal:
        """ABBM."""
        return Refusal(request.pre_agreement_id, tuple(self.reasons))


def judge(request: PreAgreementRequest, sender: str, known: Known, today: date, rules: Rules) -> Verdict:
    """The request is well formed (`contents.faults_of_request`)."""
    found = Verdict(request.requested_on)
    _find_customer(request, known, found)
    _check_name(request, known, found)
    _check_numbers(request, known, found)
    _check_address(request, known, found)
    _check_others(request, sender, known, found)
    _check_date(request, known, today, rules, found)
    return found


def earliest(case: PortingCase, today: date, rules: Rules, state: str | None) -> date:
    """The first day to which we could agree."""
    return add_working_days(today, _ahead(case, rules), state)


def next_change_date(day: date, case: PortingCase, state: str | None) -> date:
    """The day itself if numbers can move on it, else the first after it."""
    while not is_change_date(day, case, state):
        day += DAY
    return day


def is_late(change_date: date | None, today: date, rules: Rules, state: str | None) -> bool:
    """Too near to the change date to ask for another one or to call it off."""
    return change_date is not None and working_days_between(today, change_date, state) < rules.change_ahead_days


def against_date(
    asked: DateChange, agreed_on: date, case: PortingCase, today: date, rules: Rules, state: str | None
) -> str | None:
    """Why a TV is refused; None where it can be agreed to."""
    if is_late(agreed_on, today, rules, state):
        return _("The date change comes too late.")
    if faults_of_date_change(asked, agreed_on):
        return _("The new date is before the agreed one.")
    if asked.new_date < earliest(case, today, rules, state) or not is_change_date(asked.new_date, case, state):
        return _("Numbers can't move on that day.")
    if asked.new_date > today + timedelta(days=rules.farthest_days):
        return _("The new date is too far ahead.")
    return None


def _ahead(case: PortingCase, rules: Rules) -> int:
    return rules.confirmed_ahead_with_end if case.ends_donor_agreement else rules.confirmed_ahead_numbers_only


def _find_customer(request: PreAgreementRequest, known: Known, found: Verdict) -> None:
    """By the numbers; where several customers' are named, whose name fits, else who has the most of them."""
    right = [holding for holding in known.holdings if any(touches(holding.numbers, one) for one in request.numbers)]
    by_customer = Counter(one.customer_id for one in right)
    if by_customer:
        found.customer_id = max(
            by_customer, key=lambda one: (_likeness(request, known, one) is Likeness.SAME, by_customer[one], one.bytes)
        )
    elif not request.numbers:
        fitting = [one for one in known.customers.values() if likeness(request.customer, one.name) is Likeness.SAME]
        if len(fitting) == 1:
            found.customer_id = fitting[0].customer_id
    mine = [one for one in right if one.customer_id == found.customer_id]
    agreements = Counter(one.agreement_id for one in mine) or Counter(
        one.agreement_id for one in known.agreements.values() if one.runs and one.customer_id == found.customer_id
    )
    if len(agreements) == 1:
        [found.agreement_id] = agreements
    elif agreements:
        found.agreement_id = agreements.most_common(1)[0][0]
        text = _("The customer has several contracts that it can be about.")
        found.checks.append(Check(Checked.NUMBERS, None, text))
    found.federal_state = _state(mine, known, found)


def _state(mine: list[Holding], known: Known, found: Verdict) -> str | None:
    address = next((known.sites[one.site_id] for one in mine if one.site_id and one.site_id in known.sites), None)
    customer = known.customers.get(found.customer_id) if found.customer_id else None
    if address is None and customer is not None:
        address = customer.address
    return state_of(address.postcode) if address else None


def _likeness(request: PreAgreementRequest, known: Known, customer_id: UUID) -> Likeness:
    customer = known.customers.get(customer_id)
    return likeness(request.customer, customer.name) if customer else Likeness.ALIKE


def _check_name(request: PreAgreementRequest, known: Known, found: Verdict) -> None:
    if found.customer_id is None:
        return
    ours = known.customers[found.customer_id].name if found.customer_id in known.customers else ""
    match _likeness(request, known, found.customer_id):
        case Likeness.SAME:
            found.checks.append(Check(Checked.NAME, True, _("The name is our customer's.")))
        case Likeness.ALIKE if _lacks_owners(request, ours):
            found.checks.append(Check(Checked.FURTHER_OWNERS, False, _("The line has further owners.")))
            found.reasons.append(Reason("8114"))
        case Likeness.ALIKE:
            if _names_all(request, ours):
                found.checks.append(Check(Checked.NAME, True, _("The name is our customer's.")))
                return
            found.checks.append(Check(Checked.NAME, None, _("The name is like our customer's, but not the same.")))
        case Likeness.OTHER_FIRST_NAME:
            found.checks.append(Check(Checked.NAME, False, _("The first name of the line owner is wrong.")))
            found.reasons.append(Reason("8113"))
        case Likeness.OTHER:
            found.checks.append(Check(Checked.NAME, False, _("The name is not our customer's.")))
            found.reasons.append(Reason("8112"))


def _named_owners(request: PreAgreementRequest, owners: tuple[str, ...]) -> set[str]:
    asked = (request.customer, *request.further_owners)
    return {name for name in owners if any(likeness(one, name) is Likeness.SAME for one in asked)}


def _lacks_owners(request: PreAgreementRequest, ours: str) -> bool:
    """Some of those who hold the line are named, and some are not."""
    owners = owners_in(ours)
    return 0 < len(_named_owners(request, owners)) < len(owners)


def _names_all(request: PreAgreementRequest, ours: str) -> bool:
    owners = owners_in(ours)
    return len(owners) == len(request.further_owners) + 1 == len(_named_owners(request, owners))


def _check_numbers(request: PreAgreementRequest, known: Known, found: Verdict) -> None:
    mine = tuple(one for one in known.holdings if one.customer_id == found.customer_id)
    right = tuple(one for one in request.numbers if covers(one, mine))
    if request.all_numbers and right:
        found.numbers = _all_alike(right, mine, known, found)
    elif len(right) == len(request.numbers) and request.case.moves_numbers:
        found.numbers = request.numbers
    named_one = not request.case.moves_numbers and len(right) == len(request.numbers)
    if found.numbers or (named_one and found.customer_id is not None):
        found.checks.append(Check(Checked.NUMBERS, True, _("The numbers are in service with us, and one customer's.")))
        if any(not any(same_span(one, other.numbers) for other in mine) for one in found.numbers):
            found.checks.append(Check(Checked.NUMBERS, None, _("Blocks are cut otherwise with us.")))
        found.ends_agreement = request.case.ends_donor_agreement
        return
    if not request.case.moves_numbers and found.customer_id is None:
        found.checks.append(Check(Checked.NUMBERS, False, _("No customer of ours can be told by what is named.")))
        found.reasons.append(Reason("8117"))
        return
    told = _check_of_name(found)
    names = tuple(one.numbers for one in mine if _same_kind(one.numbers, request.numbers)) if right and told else ()
    wrong = ", ".join(str(one) for one in request.numbers if one not in right)
    text = _("Not in service with us, or not this customer's: %(numbers)s.")
    found.checks.append(Check(Checked.NUMBERS, False, text, numbers=wrong))
    found.reasons.append(Reason("8103", numbers=names))


def _check_of_name(found: Verdict) -> bool:
    """Whose numbers they are is told to nobody who does not know his name."""
    return any(one.what is Checked.NAME and one.ok for one in found.checks)


def _all_alike(right: Numbers, mine: tuple[Holding, ...], known: Known, found: Verdict) -> Numbers:
    """All numbers of the agreement, of the kind that was asked for; not those that leave already."""
    leaving = [number for one in known.rivals if not one.awaits_new for number in one.numbers]
    return tuple(
        one.numbers
        for one in mine
        if one.agreement_id == found.agreement_id
        and _same_kind(one.numbers, right)
        and not any(touches(one.numbers, other) for other in leaving)
    )


def _same_kind(one: NumberBlock, others: Numbers) -> bool:
    return one.is_single == others[0].is_single


def _check_address(request: PreAgreementRequest, known: Known, found: Verdict) -> None:
    """A small difference is a correction in the answer; another place is for a person. Never a reason to refuse."""
    theirs = request.address
    if theirs is None or found.customer_id is None:
        return
    ours = _addresses(known, found)
    if not ours:
        found.checks.append(Check(Checked.ADDRESS, None, _("We know no address to compare with.")))
        return
    wrong = min((list(_differences(theirs, one)) for one in ours), key=len)
    if not wrong:
        found.checks.append(Check(Checked.ADDRESS, True, _("The address is right.")))
        return
    found.corrections.extend(wrong)
    another = {CORRECTABLE["postcode"], CORRECTABLE["street"]} <= {one.code for one in wrong}
    text = _("Another address than ours; check it before you agree.") if another else _("The address is corrected.")
    found.checks.append(Check(Checked.ADDRESS, None if another else True, text))


def _addresses(known: Known, found: Verdict) -> list[Address]:
    """Where the numbers are used, and where the customer sits."""
    sites = {
        one.site_id for one in known.holdings if one.agreement_id == found.agreement_id and one.site_id is not None
    }
    places = [known.sites[one] for one in sorted(sites) if one in known.sites]
    customer = known.customers.get(found.customer_id) if found.customer_id else None
    return [*places, *([customer.address] if customer and customer.address else [])]


def _differences(theirs: Address, ours: Address) -> Iterator[Correction]:
    for part, code in CORRECTABLE.items():
        right = getattr(ours, part)
        if _written(part, getattr(theirs, part)) != _written(part, right):
            yield Correction(code, right)


def _written(part: str, value: str) -> str:
    if part != "street":
        return folded(value)
    return folded(value).replace("strasse", "str").replace(" ", "")


def _check_others(request: PreAgreementRequest, sender: str, known: Known, found: Verdict) -> None:
    rivals = [one for one in known.rivals if any(touches(a, b) for a in one.numbers for b in request.numbers)]
    others = [one for one in rivals if one.carrier_code != sender]
    same = [one for one in rivals if one.carrier_code == sender]
    if others:
        found.checks.append(Check(Checked.OTHERS, False, _("Another carrier has a pre-agreement about them.")))
        found.reasons.append(Reason("8118"))
    waiting = [one for one in same if one.awaits_new]
    if len(waiting) < len(same):
        text = _("The same carrier has another pre-agreement about them.")
        found.checks.append(Check(Checked.OTHERS, None, text))
    if waiting:
        found.replaces = waiting[0].departure_id
        if request.case.ends_donor_agreement and not waiting[0].case.ends_donor_agreement:
            text = _("A pre-agreement of numbers only cannot become one that ends the contract.")
            found.checks.append(Check(Checked.OTHERS, False, text))
            found.reasons.append(Reason("8116", text))


def _check_date(request: PreAgreementRequest, known: Known, today: date, rules: Rules, found: Verdict) -> None:
    """As asked where that can be; else the next day on which it can, and not before the agreement's term ends."""
    state = found.federal_state
    wished = max(request.requested_on, earliest(request.case, today, rules, state))
    agreement = known.agreements.get(found.agreement_id) if found.agreement_id else None
    ends_on = agreement.ends_on if agreement and request.case.ends_donor_agreement else None
    found.change_date = next_change_date(max(wished, ends_on or wished), request.case, state)
    if ends_on is not None and ends_on > wished:
        text = _("The contract runs until %(day)s; numbers leave with its end unless you agree to an earlier day.")
        found.checks.append(Check(Checked.DATE, True, text, day=ends_on))
    elif found.change_date != request.requested_on:
        text = _("The date asked for is not possible; the next one is %(day)s.")
        found.checks.append(Check(Checked.DATE, True, text, day=found.change_date))
    else:
        found.checks.append(Check(Checked.DATE, True, _("The date asked for is possible.")))
