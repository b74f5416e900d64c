"""What order management adds to tasks keeps its promise in memory and in PostgreSQL alike, also for two at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.store import open_store
from chassis.units import Units
from portal.adapters.store import PortalUnit
from portal.application import do_deed, handle_task
from portal.application.note_words import AGREEMENT, CUSTOMER, ORDER
from portal.application.ports import Audited, Note, Queue, Task
from portal.domain.audit import Entry, first_broken
from portal.domain.clerk import Clerk
from portal.domain.handling import ClaimedBySomebodyElse
from portal.domain.lifecycle import ProposalState
from portal.domain.proposal import AlreadyDecided, Deed, ProposedBefore, SamePerson
from portal.main import service
from telecom.formats import berlin_day
from tests.conftest import NewDatabase
from tests.portal.integration.test_store import NewUnit, new_unit, task
from tests.portal.samples import NOW
from tests.portal.upstream import both

__all__ = ["new_unit"]
OLGA = Clerk("olga", "Olga Brandt", "olga@carrier.example", "order_management")
OTTO = Clerk("otto", "Otto Lindner", "otto@carrier.example", "order_management")
OPEN = Queue(NOW, berlin_day(NOW))


@pytest_asyncio.fixture
async def engine(new_database: NewDatabase) -> AsyncIterator[AsyncEngine]:
    found = open_store(await new_database(service), name="portal", pool_size=4)
    yield found
    await found.dispose()


@pytest.fixture
def units(engine: AsyncEngine) -> Units[PortalUnit]:
    return Units(engine, PortalUnit, service="portal", lanes=1, staff=frozenset())


def deed(one: Task, **more: object) -> Deed:
    found = Deed(
        "porting.release",
        "porting",
        f"/portings/{one.subject_id}/release",
        {"note": "Unterschrift von Herrn Müller geprüft"},
        task_id=one.task_id,
        order_id=one.order_id,
        customer_id=one.customer_id,
        subject={"customer": "Bäckerei Müller"},
    )
    return replace(found, **more)  # type: ignore[arg-type] # fields of a test's choosing


async def raised(new_unit: NewUnit, *tasks: Task) -> None:
    async with new_unit() as unit:
        for one in tasks:
            unit.tasks.raise_(one)


async def listed(new_unit: NewUnit, wanted: Queue) -> list[int]:
    async with new_unit() as unit:
        return [one.task.task_id.int for one in await unit.tasks.queue(wanted, None, 50)]


async def test_the_queue_is_filtered_by_kind_owner_person_and_due_moment(new_unit: NewUnit) -> None:
    await raised(
        new_unit,
        task(1, due_at=NOW - timedelta(days=3)),
        task(2, due_at=NOW + timedelta(hours=2), kind="clearing"),
        task(3, owner="provisioning"),
        task(4, due_at=None),
        task(5),
    )
    async with new_unit() as unit:
        await handle_task.claim(task(2), OLGA, unit)
        await handle_task.claim(task(3), OTTO, unit)
        waiting = await unit.handlings.get(UUID(int=5))
        waiting.waits_until = date(2026, 11, 24)
        await unit.handlings.save(waiting)
        unit.tasks.settle(UUID(int=4), by="Olga", outcome=both("fertig"), at=NOW)
    assert await listed(new_unit, OPEN) == [1, 2, 3]
    assert await listed(new_unit, replace(OPEN, kind="clearing")) == [2]
    assert await listed(new_unit, replace(OPEN, owner="provisioning")) == [3]
    assert await listed(new_unit, replace(OPEN, me="olga", whose="mine")) == [2]
    assert await listed(new_unit, replace(OPEN, whose="unclaimed")) == [1]
    assert await listed(new_unit, replace(OPEN, when="overdue")) == [1]
    assert await listed(new_unit, replace(OPEN, when="today")) == [2]
    assert await listed(new_unit, replace(OPEN, when="later")) == [5]
    assert await listed(new_unit, replace(OPEN, when="settled")) == [4]
    assert await listed(new_unit, replace(OPEN, today=date(2026, 11, 24))) == [1, 2, 3, 5], "its day has begun"
    async with new_unit() as unit:
        counts = await unit.tasks.counts(replace(OPEN, me="olga"))
        assert counts == {"all": 3, "mine": 1, "unclaimed": 1, "open": 3, "overdue": 1, "today": 1, "later": 1}
        assert (await unit.tasks.counts(replace(OPEN, me="olga", whose="mine")))["overdue"] == 0
        assert ("clearing", "porting") in await unit.tasks.kinds()


@pytest.mark.rule("PORT-4")
async def test_the_task_that_is_open_about_something_is_found_by_its_kind(new_unit: NewUnit) -> None:
    about = UUID(int=7)
    await raised(new_unit, task(1, subject_id=about), task(2, subject_id=about, kind="clearing"), task(3))
    async with new_unit() as unit:
        found = await unit.tasks.open_on(about, "signed_form")
        assert found is not None
        assert found.task_id == UUID(int=1)
        assert await unit.tasks.open_on(about, "carrier_message") is None
        unit.tasks.settle(UUID(int=1), by="Olga", outcome=both("fertig"), at=NOW)
    async with new_unit() as unit:
        assert await unit.tasks.open_on(about, "signed_form") is None


async def test_our_own_due_moment_goes_before_the_owners(new_unit: NewUnit) -> None:
    await raised(new_unit, task(1), task(2))
    async with new_unit() as unit:
        one = await unit.handlings.get(UUID(int=1))
        one.due_at = NOW + timedelta(days=9)
        await unit.handlings.save(one)
    assert await listed(new_unit, OPEN) == [2, 1]
    async with new_unit() as unit:
        [_, moved] = await unit.tasks.queue(OPEN, None, 2)
        assert (moved.due_at, moved.task.due_at) == (NOW + timedelta(days=9), task(1).due_at)


@pytest.mark.parametrize("when", ["", "settled"])
async def test_page_after_page_shows_each_task_once(new_unit: NewUnit, when: str) -> None:
    some = [task(number, due_at=NOW if number % 3 else None) for number in range(1, 12)]
    await raised(new_unit, *some)
    if when:
        async with new_unit() as unit:
            for number in range(1, 12):
                at = NOW + timedelta(minutes=number // 2)
                unit.tasks.settle(UUID(int=number), by="Olga", outcome=both("fertig"), at=at)
    wanted, place, seen = replace(OPEN, when=when), None, []  # type: ignore[arg-type] # one of them
    while True:
        async with new_unit() as unit:
            page = await unit.tasks.queue(wanted, place, 4)
        seen += [one.task.task_id.int for one in page]
        if len(page) < 4:
            break
        place = page[-1].place
    assert sorted(seen) == list(range(1, 12))
    assert seen[-3:] == ([3, 6, 9] if not when else [3, 2, 1])


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("formular", [1, 2]),
        ("B-2026-0042", [1]),
        ("müller bäckerei", [1]),
        ("V-77", [2]),
        ("0221 4711-12", [1]),
        ("+49 221 47", [1]),
        ("0221 9", []),
        ("100%", []),
        ("_", []),
    ],
)
async def test_a_task_is_found_by_its_words_its_order_its_customer_and_its_numbers(
    new_unit: NewUnit, q: str, found: list[int]
) -> None:
    order, agreement, customer = uuid4(), uuid4(), uuid4()
    await raised(new_unit, task(1, order_id=order, customer_id=customer), task(2, agreement_id=agreement))
    async with new_unit() as unit:
        unit.known.name(order, ORDER, "B-2026-0001")
        unit.known.number(order, "2214711")
    async with new_unit() as unit:
        unit.known.name(order, ORDER, "B-2026-0042")
        unit.known.name(customer, CUSTOMER, "Bäckerei Müller & Söhne")
        unit.known.name(agreement, AGREEMENT, "V-7712")
        unit.known.number(order, "2214711")
    assert await listed(new_unit, replace(OPEN, q=q)) == found
    async with new_unit() as unit:
        assert await unit.known.about(ORDER, "b-2026-0042") == [order]
        [first] = await unit.tasks.queue(replace(OPEN, q="0042"), None, 5)
        assert first.names == {"order": "B-2026-0042", "customer": "Bäckerei Müller & Söhne"}


async def test_notes_proposals_colleagues_and_audit_are_kept(new_unit: NewUnit) -> None:
    note = Note(uuid4(), UUID(int=1), NOW, Clerk("olga", "Olga Brandt"), "Kunde ruft zurück\nab 14 Uhr 🙂")
    async with new_unit() as unit:
        await unit.notes.add(note)
        await unit.colleagues.seen(OTTO, NOW)
        await unit.colleagues.seen(OTTO, NOW)
        proposal = await do_deed.propose(deed(task(1)), OLGA, NOW + timedelta(days=900), unit)
    async with new_unit() as unit:
        assert await unit.notes.of_task(UUID(int=1)) == [note]
        assert await unit.colleagues.all() == [OTTO]
        assert await unit.proposals.open() == await unit.proposals.of_task(UUID(int=1)) == [proposal]
        [row] = await unit.audit.rows(Audited(task_id=UUID(int=1)), None, 5)
        assert (row.entry.who.subject, row.entry.act, row.entry.result) == ("olga", "porting.release", "proposed")
        assert await unit.audit.rows(Audited(subject="otto"), None, 5) == []
        assert first_broken(await unit.audit.stretch(1, 10)) is None


async def test_what_is_proposed_cannot_be_proposed_again_until_it_is_decided_or_expired(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        now = await unit.now()
        first = await do_deed.propose(deed(task(1)), OLGA, now + timedelta(days=2), unit)
    with pytest.raises(ProposedBefore) as refused:
        async with new_unit() as unit:
            await do_deed.propose(deed(task(1)), OTTO, now + timedelta(days=2), unit)
    assert refused.value.params == {"name": "Olga Brandt"}
    async with new_unit() as unit:
        await do_deed.withdraw(first.proposal_id, OLGA, unit)
    async with new_unit() as unit:
        late = await do_deed.propose(deed(task(1)), OTTO, now - timedelta(days=1), unit)
    async with new_unit() as unit:
        again = await do_deed.propose(deed(task(1)), OTTO, now + timedelta(days=2), unit)
    async with new_unit() as unit:
        found = {one.proposal_id: one.state for one in await unit.proposals.of_task(UUID(int=1))}
    assert found == {
        first.proposal_id: ProposalState.WITHDRAWN,
        late.proposal_id: ProposalState.EXPIRED,
        again.proposal_id: ProposalState.OPEN,
    }


async def test_a_settled_task_leaves_nothing_to_approve(new_unit: NewUnit) -> None:
    await raised(new_unit, task(1), task(2))
    async with new_unit() as unit:
        now = await unit.now()
        told, late = [await do_deed.propose(deed(task(one)), OLGA, now + timedelta(days=2), unit) for one in (1, 2)]
    async with new_unit() as unit:
        unit.tasks.settle(UUID(int=1), by="Anna", outcome=both("fertig"), at=NOW)
        await do_deed.void_of_task(UUID(int=1), "Anna", unit)
        unit.tasks.settle(UUID(int=2), by="Anna", outcome=both("fertig"), at=NOW)
    for one in (told, late):
        with pytest.raises(AlreadyDecided):
            async with new_unit() as unit:
                await do_deed.approve(one.proposal_id, OTTO, unit)
    async with new_unit() as unit:
        [voided] = await unit.proposals.of_task(UUID(int=1))
        assert voided.state is ProposalState.VOID
        assert [row.entry.result for row in await unit.audit.rows(Audited(task_id=UUID(int=1)), None, 1)] == ["void"]


async def at_once(*acts: object) -> list[object]:
    return await asyncio.gather(*acts, return_exceptions=True)  # type: ignore[call-overload,no-any-return] # coroutines


async def test_two_who_claim_at_once_are_one_who_has_it(units: Units[PortalUnit]) -> None:
    async def claim(number: int, who: Clerk) -> None:
        async with units.writing() as unit:
            await handle_task.claim(task(number), who, unit)

    for attempt in range(10):
        number = attempt // 2
        result = await at_once(claim(number, OLGA), claim(number, OTTO))
        refused = [one for one in result if isinstance(one, ClaimedBySomebodyElse)]
        assert len(refused) == 1
        async with units.writing() as unit:
            has = (await unit.handlings.look(UUID(int=number))).claimed_by
            assert has is not None
            assert refused[0].params["name"] == has.name
            [row] = await unit.audit.rows(Audited(task_id=UUID(int=number)), None, 1)
            assert (row.entry.who.subject, row.entry.act) == (has.subject, "claim"), "who was refused did nothing"
            await handle_task.give_back(task(number), has, unit)
    async with units.reading() as unit:
        assert first_broken(await unit.audit.stretch(1, 50)) is None


async def test_four_eyes_are_not_passed_by_one_person_however_often_he_tries_at_once(
    units: Units[PortalUnit],
) -> None:
    async def propose(who: Clerk) -> UUID:
        async with units.writing() as unit:
            expires = await unit.now() + timedelta(days=2)
            return (await do_deed.propose(deed(task(1)), who, expires, unit)).proposal_id

    async def approve(proposal_id: UUID, who: Clerk) -> None:
        async with units.writing() as unit:
            assert await do_deed.approve(proposal_id, who, unit) is not None

    proposed = await at_once(*(propose(OLGA) for _ in range(4)))
    [proposal_id] = [one for one in proposed if isinstance(one, UUID)]
    assert sum(isinstance(one, ProposedBefore) for one in proposed) == 3
    other_session = replace(OLGA, name="O. Brandt")
    tried = await at_once(*(approve(proposal_id, who) for who in (OLGA, other_session) * 3))
    assert all(isinstance(one, SamePerson) for one in tried)
    approved = await at_once(*(approve(proposal_id, who) for who in (OLGA, OTTO, OTTO, OLGA)))
    assert [type(one) for one in approved].count(type(None)) == 1, "two clicks of the second person are one approval"
    async with units.reading() as unit:
        rows = await unit.audit.rows(Audited(task_id=UUID(int=1)), None, 10)
    assert [(row.entry.result, row.entry.who.subject) for row in rows] == [
        ("trying", "otto"),
        ("approved", "otto"),
        ("proposed", "olga"),
    ]


async def test_a_row_that_is_changed_behind_our_back_is_found(engine: AsyncEngine, units: Units[PortalUnit]) -> None:
    for number in range(4):
        async with units.writing() as unit:
            unit.audit.write(Entry(await unit.now(), OLGA, "note", said={"text": f"{number} ä"}))
    async with units.reading() as unit:
        assert first_broken(await unit.audit.stretch(1, 10)) is None
    async with engine.begin() as connection:
        await connection.execute(text('UPDATE audit SET said = \'{"text": "anders"}\' WHERE number = 2'))
    async with units.reading() as unit:
        assert first_broken(await unit.audit.stretch(1, 10)) == 2


@pytest.mark.rule("CRM-1")
async def test_a_forgotten_customers_notes_and_particulars_go_and_the_chain_holds(
    engine: AsyncEngine, units: Units[PortalUnit]
) -> None:
    customer, other = uuid4(), uuid4()
    async with units.writing() as unit:
        mine, theirs = task(1, customer_id=customer), task(2, customer_id=other)
        for one in (mine, theirs):
            unit.tasks.raise_(one)
            await handle_task.write_note(one, "Herr Müller ruft zurück", OLGA, unit)
            await do_deed.propose(deed(one), OLGA, await unit.now() + timedelta(days=2), unit)
        unit.known.name(customer, CUSTOMER, "Bäckerei Müller")
        unit.known.name(other, CUSTOMER, "Café Müller")
    async with units.writing() as unit:
        await unit.parties.forget(customer)
    async with units.reading() as unit:
        assert [one.text for one in await unit.notes.of_task(UUID(int=1))] == ["gelöscht"]
        assert "Müller" in (await unit.notes.of_task(UUID(int=2)))[0].text
        [proposal] = await unit.proposals.of_task(UUID(int=1))
        assert (proposal.deed.body, proposal.deed.subject) == ({}, {})
        rows = await unit.audit.stretch(1, 10)
        assert [row.entry.said for row in rows if row.entry.task_id == UUID(int=1)] == [{}, {}]
        assert all(row.entry.said for row in rows if row.entry.task_id == UUID(int=2))
        assert first_broken(rows) is None
        assert await unit.known.names([customer, other]) == {other: {CUSTOMER: "Café Müller"}}


async def test_claims_survive_a_task_list_that_is_rebuilt(engine: AsyncEngine, units: Units[PortalUnit]) -> None:
    async with units.writing() as unit:
        unit.tasks.raise_(task(1))
        await handle_task.claim(task(1), OLGA, unit)
        await handle_task.write_note(task(1), "Rückruf", OLGA, unit)
    async with engine.begin() as connection:
        await connection.execute(text("TRUNCATE task"))
    async with units.writing() as unit:
        unit.tasks.raise_(task(1))
    async with units.reading() as unit:
        [again] = await unit.tasks.queue(replace(OPEN, me="olga", whose="mine"), None, 5)
        assert again.task == task(1)
        assert len(await unit.notes.of_task(UUID(int=1))) == 1
