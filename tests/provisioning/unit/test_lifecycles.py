"""Any sequence of triggers keeps the invariants."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.domain.facts import ActivationCause, Terminated
from provisioning.domain.fiber import Agreed, Person, Registration
from provisioning.domain.lifecycle import (
    PORTING,
    REGISTRATION,
    TRUNK,
    WORK,
    RegistrationState,
    TrunkStatus,
    WorkState,
    WorkTrigger,
)
from provisioning.domain.planned import Planned
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import Line, Subject, WantedTermination, Wording, WorkOrder
from telecom.addresses import Address
from telecom.lifecycle import NotPossible
from telecom.numbers import NumberBlock

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ROSENSTRASSE = Address("Rosenstraße", "12", "50678", "Köln")


@pytest.mark.parametrize("lifecycle", [TRUNK, WORK, PORTING, REGISTRATION])
def test_a_table_says_one_thing_for_each_state_and_trigger(lifecycle) -> None:
    assert len({(step.before, step.trigger) for step in lifecycle.steps}) == len(lifecycle.steps)


def work(case: str = "termination", line: Line | None = None, due_on: date | None = None) -> WorkOrder:
    return WorkOrder(
        work_order_id=uuid4(),
        order_id=uuid4(),
        order_number="AU-1",
        line_id=uuid4(),
        agreement_id=uuid4(),
        agreement_number="VT-1",
        customer_id=uuid4(),
        customer_name="Müller",
        business_case=case,
        manual=False,
        line=line or channels(1),
        correlation_id="tests",
        opened_at=NOW,
        due_on=due_on,
    )


def channels(quantity: int, *, srtp: bool = False) -> Line:
    return Line("CHANNEL", Wording("Sprachkanal", "Voice channel"), "voice_channel", "trunk", quantity, srtp=srtp)


def ends(subject: Subject, on: int, **what: object) -> WorkOrder:
    wanted = WantedTermination(subject, **what)  # type: ignore[arg-type]
    line = Line("SITE", Wording("Standort", "Site"), "usage_site", "trunk", 1, termination=wanted)
    return work(line=line, due_on=date(2026, 12, on))


@pytest.mark.rule("ORD-2")
@settings(deadline=None)
@given(st.lists(st.sampled_from(WorkTrigger), max_size=12))
def test_work_that_has_ended_stays_as_it_ended_and_only_what_is_open_is_called_off(triggers: list) -> None:
    one, ended = work(), None
    acts = {
        WorkTrigger.WAIT_FOR_DAY: one.wait_for_day,
        WorkTrigger.WAIT_FOR_TRUNK: one.wait_for_trunk,
        WorkTrigger.WAIT_FOR_PORTING: one.wait_for_porting,
        WorkTrigger.RESUME: one.resume,
        WorkTrigger.COMPLETE: lambda: one.complete(NOW),
        WorkTrigger.FAIL: lambda: one.fail("code", Wording("Grund", "reason"), NOW),
        WorkTrigger.CALL_OFF: lambda: one.call_off(NOW),
    }
    for trigger in triggers:
        before, may = one.state, one.may_be_called_off
        try:
            acts[trigger]()
        except NotPossible:
            assert one.state is before
        if trigger is WorkTrigger.CALL_OFF:
            assert (one.state is WorkState.CALLED_OFF) is (may or before is WorkState.CALLED_OFF)
        assert ended in (None, one.state)
        if one.is_over:
            ended = one.state
        assert one.is_over is (one.state in WORK.final_states())


@pytest.mark.rule("ORD-2", "AMEND-2", "ACT-4")
@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["change", "activate", "terminate"]), st.integers(1, 5), st.booleans())))
def test_a_trunk_that_is_off_stays_off_and_every_change_is_told_once(steps: list) -> None:
    trunk = Trunk(uuid4(), uuid4(), "VT-1", uuid4(), uuid4(), "Müller", 1, False, False, NOW)
    told, was = 0, (1, False)
    for step, count, srtp in steps:
        off = trunk.is_terminated
        try:
            if step == "change":
                trunk.change(count, srtp, uuid4(), NOW)
                told += was != (count, srtp)
                was = count, srtp
            elif step == "activate":
                trunk.activate(ActivationCause.ORDER_MANAGEMENT, NOW)
            else:
                trunk.terminate(uuid4(), NOW)
        except NotPossible:
            assert off
        assert not (off and not trunk.is_terminated)
        assert (trunk.channels, trunk.srtp) == was
        assert (trunk.terminated_at is not None) is trunk.is_terminated
    names = [type(fact).__name__ for fact in trunk.facts]
    assert names.count("ChannelsChanged") == told
    assert names.count(Terminated.__name__) == (trunk.status is TrunkStatus.TERMINATED)


@pytest.mark.rule("FIBER-1")
@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["confirm", "withdraw", "expire"]), st.integers(0, 4)), max_size=8))
def test_particulars_are_there_only_while_they_may_be_used(steps: list) -> None:
    agreed = Agreed("2021-03.1", "de", "gelesen", "stimme zu", NOW)
    person = Person("Zoë", "zoe@mueller.example")
    one = Registration(uuid4(), uuid4(), b"hash", agreed, NOW + timedelta(days=7), person, ROSENSTRASSE)
    at = NOW
    for step, days in steps:
        at += timedelta(days=days)
        before, late = one.state, at >= one.valid_until
        changed = getattr(one, step)(at)
        assert changed is (one.state is not before)
        if step == "confirm" and changed:
            assert before is RegistrationState.UNCONFIRMED
            assert not late
        alive = one.state in (RegistrationState.UNCONFIRMED, RegistrationState.CONFIRMED)
        assert (one.person is not None) is (one.address is not None) is alive
        assert (one.checksum is not None) is (one.state is RegistrationState.WITHDRAWN and one.confirmed_at is not None)
        assert (one.ended_at is not None) is not alive
        assert one.agreed is agreed


@pytest.mark.rule("ORD-2")
def test_what_is_planned_says_for_each_thing_the_first_day_on_which_it_ends() -> None:
    site, other = uuid4(), uuid4()
    ten, hundred = NumberBlock.own("221", "47900000", 10), NumberBlock.own("221", "47900100", 100)
    planned = Planned(
        [
            ends(Subject.NUMBERS, 5, site_id=site, numbers=(ten,)),
            ends(Subject.SITE, 10, site_id=site),
            ends(Subject.AGREEMENT, 20),
        ]
    )
    assert planned.block_ends(site, ten) == date(2026, 12, 5)
    assert planned.block_ends(site, hundred) == planned.site_ends(site) == date(2026, 12, 10)
    assert planned.site_ends(other) == planned.block_ends(other, hundred) == planned.agreement_ends()
    assert planned.agreement_ends() == date(2026, 12, 20)
    assert planned.renewal() is None


@pytest.mark.rule("AMEND-2", "TRUNK-3")
def test_of_several_renewals_the_next_is_shown_with_its_own_channels() -> None:
    case, order_id = "renewal_with_tariff_change", uuid4()
    first = [work(case, channels(3, srtp=True), date(2026, 12, 1)), work(case, channels(4), date(2026, 12, 1))]
    for one in first:
        one.order_id = order_id
    found = Planned([*first, work(case, channels(9), date(2027, 12, 1))]).renewal()
    assert found is not None
    assert (found.on, found.order_id, found.channels, found.srtp) == (date(2026, 12, 1), order_id, 7, True)
    assert Planned([]).renewal() is None
