"""Nothing personal of a forgotten party stays in any service's database, and what there was can still be counted."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from chassis.migrations import migrate_on
from chassis.service import Running
from contracts.crm import v1 as crm
from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.ordering.v1 import PartyForgotten, Subscriber
from contracts.provisioning import v1 as provisioning
from contracts.readers import LISTENS
from contracts.registry import all_events
from contracts.shapes import Address
from contracts.wbci import v1 as wbci
from portal.application.handle_task import write_note
from portal.application.ports import Member, SavedView
from portal.domain.clerk import Clerk
from tests.conftest import NewDatabase
from tests.forgetting import hear, traces
from tests.porting import sample as porting_orders
from tests.provisioning import sample as provisioning_orders

WORDS = ("Müller", "mueller", "Rosenstraße", "Rosenstr", "+49 221 4790", "Karla Kundin")
PARTY = UUID("01930000-0000-7000-8000-000000000001")
OTHER = uuid4()
CARRIERS = {
    "donor": {"carrier_code": "DEU.ALTNET", "name": "Altnetz"},
    "donor_name": "Stadtnetz",
    "accepted_by": "Olga",
}
"""No persons: their names stay."""


def example(event: type[Event], **changed: Any) -> Any:
    body = json.loads(Path("contracts/examples", f"{event.type_name()}.json").read_text(encoding="utf-8"))
    return event.read(json.dumps(body | changed, default=str).encode())


@asynccontextmanager
async def opened(name: str, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running[Any]]:
    service = import_module(f"{name}.main").service
    url = await new_database(name)
    await migrate_on(url, service.migrations, service.metadata, name=name)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    running: Running[Any] = service.open()
    yield running
    await running.engine.dispose()


async def count(running: Running[Any], question: str) -> int:
    async with running.engine.connect() as connection:
        return int((await connection.execute(text(question))).scalar_one())


@pytest.fixture
def known() -> tuple[Event, ...]:
    return example(crm.PartyChanged, party_id=PARTY), example(crm.ProspectEntered, party_id=PARTY)


@pytest.mark.rule("CRM-1")
async def test_provisioning_keeps_trunks_sites_and_work_without_people(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, known: tuple[Event, ...]
) -> None:
    agreement, address = uuid4(), Address(street="Rosenstraße", house_number="12", postcode="50678", town="Köln")
    async with opened("provisioning", new_database, monkeypatch) as running:
        await hear(running, *known, provisioning_orders.trunk(agreement, customer=PARTY))
        await hear(running, provisioning_orders.site(agreement, address=address, customer=PARTY))
        counted = "SELECT (SELECT count(*) FROM trunk) + (SELECT count(*) FROM work_order)"
        before = await count(running, counted)
        assert await traces(running.engine, WORDS) != []
        await hear(running, example(PartyForgotten, party_id=PARTY))
        assert await traces(running.engine, WORDS) == []
        assert await count(running, counted) == before > 0


@pytest.mark.rule("CRM-1")
async def test_porting_keeps_requests_and_their_course_and_no_form(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, known: tuple[Event, ...]
) -> None:
    owner = Subscriber(
        name="Müller",
        first_name="Karla Kundin",
        further_owners=("Erika Müller",),
        address=Address(street="Rosenstraße", house_number="12", postcode="50678", town="Köln"),
    )
    async with opened("porting", new_database, monkeypatch) as running:
        orders = [
            porting_orders.order(requested_on=date(2027, 1, 18), customer_id=PARTY, carrier=carrier, subscriber=owner)
            for carrier in ("DEU.ALTNET", None)
        ]
        await hear(running, *known, *orders)
        async with running.units.writing() as unit:
            await unit.connection.execute(
                text("INSERT INTO signed_form SELECT porting_id, 'a scan' FROM porting LIMIT 1")
            )
        assert await traces(running.engine, WORDS) != []
        await hear(running, example(PartyForgotten, party_id=PARTY))
        assert await traces(running.engine, WORDS) == []
        assert await count(running, "SELECT count(*) FROM porting") == len(orders)
        assert await count(running, "SELECT count(*) FROM signed_form") == 0
        async with running.units.reading() as unit:
            kept = [await unit.lists.porting(one.lines[0].porting.porting_id) for one in orders]
        assert {one.customer_id for one in kept} == {PARTY}


@pytest.mark.rule("CRM-1", "PORT-9")
async def test_porting_keeps_departures_and_forgets_whose_numbers_left(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, known: tuple[Event, ...]
) -> None:
    site = example(provisioning.SiteProvisioned, customer_id=PARTY)
    asked = example(
        wbci.PreAgreementRequested,
        sender="DEU.ALTNET",
        customer={"name": "Müller"},
        further_owners=[{"name": "Karla Kundin"}],
        address={"street": "Rosenstr", "house_number": "1", "postcode": "50679", "town": "Köln"},
        numbers=[one.model_dump() for one in site.blocks],
    )
    async with opened("porting", new_database, monkeypatch) as running:
        await hear(running, *known, site)
        await hear(running, asked, topic=wbci.INBOUND)
        assert await count(running, "SELECT count(*) FROM departure WHERE customer_id IS NOT NULL") == 1
        assert await traces(running.engine, WORDS) != []
        await hear(running, example(PartyForgotten, party_id=PARTY))
        assert await traces(running.engine, WORDS) == []
        assert await count(running, "SELECT count(*) FROM departure") == 1
        assert await count(running, "SELECT count(*) FROM held_number") == 0


@pytest.mark.rule("CRM-1", "NOTE-1")
async def test_notification_sends_nothing_more_and_keeps_no_document(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, known: tuple[Event, ...]
) -> None:
    async with opened("notification", new_database, monkeypatch) as running:
        async with running.units.writing() as unit:
            await unit.connection.execute(
                text(
                    "INSERT INTO webhook (webhook_id, url, description, events, owner, state, sealed_secret, "
                    "secret_shown, created_at) VALUES (gen_random_uuid(), 'https://crm.example/', '', "
                    "ARRAY['ordering.OrderReceived.v1', 'ordering.PartyForgotten.v1'], '{}', 'active', '', true, now())"
                )
            )
        order = example(ordering.OrderReceived)
        site = next(line.site.site_id for line in order.lines if line.site)
        ready = example(provisioning.SiteProvisioned, site_id=site, customer_id=PARTY, order_id=order.order_id)
        await hear(running, *known, example(ordering.QuoteLinkIssued, customer_id=PARTY), order, ready)
        assert await traces(running.engine, WORDS) != []
        assert await count(running, "SELECT count(*) FROM notice WHERE state = 'waiting'") > 0
        await hear(running, example(PartyForgotten, party_id=PARTY))
        assert await traces(running.engine, WORDS) == []
        assert await count(running, "SELECT count(*) FROM notice") == 0
        left = "SELECT count(*) FROM webhook_delivery JOIN webhook_event USING (event_id) WHERE state = 'waiting'"
        assert await count(running, left) == 1, "the CRM is told that it is done, and nothing else"
        assert await count(running, f"{left} AND type = '{PartyForgotten.type_name()}'") == 1


@pytest.mark.rule("CRM-1")
async def test_the_portal_keeps_timelines_without_people_and_takes_the_prospect_off_its_topic(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, known: tuple[Event, ...]
) -> None:
    topics = [one for one in all_events() if one.topic in LISTENS["portal"] and one is not PartyForgotten]
    told = [
        example(one, **{name: value for name, value in CARRIERS.items() if name in one.model_fields}) for one in topics
    ]
    mine = [event for event in told if not isinstance(event, crm.PartiesMerged)]
    async with opened("portal", new_database, monkeypatch) as running:
        async with running.units.writing() as unit:
            await unit.connection.execute(
                text(
                    "INSERT INTO session VALUES ('key', 'token', 'csrf', 'karla', 'Karla Kundin', "
                    "'karla@mueller.example', 'customer', 'de', :party, now() + interval '1 h')"
                ).bindparams(party=PARTY)
            )
            await unit.members.seen(
                Member("karla", "Karla Kundin", "karla@mueller.example", "customer", PARTY, await unit.now())
            )
            await unit.views.keep(SavedView("karla", "/orders", "Müllers", "q=M%C3%BCller"))
        await hear(running, *known, *mine)
        async with running.units.writing() as unit:
            his = "SELECT task_id FROM task WHERE customer_id = :party LIMIT 1"
            task_id = (await unit.connection.execute(text(his), {"party": PARTY})).scalar_one()
            await write_note(await unit.tasks.get(task_id), "Frau Müller ruft zurück", Clerk("olga", "Olga"), unit)
        assert {one.split(":")[0] for one in await traces(running.engine, WORDS)} >= {"audit.said", "task_note.text"}
        before = await count(running, "SELECT count(*) FROM feed")
        assert await traces(running.engine, WORDS) != []
        await hear(running, example(PartyForgotten, party_id=PARTY))
        assert await traces(running.engine, WORDS) == []
        assert await count(running, "SELECT count(*) FROM feed") == before > 10
        gone = "SELECT count(*) FROM outbox WHERE topic = 'crm.prospect.v1' AND payload IS NULL"
        assert await count(running, gone) == 1


@pytest.mark.rule("CRM-1")
async def test_the_catalog_knows_the_party_no_longer(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, known: tuple[Event, ...]
) -> None:
    async with opened("catalog", new_database, monkeypatch) as running:
        await hear(running, *known)
        await hear(running, example(PartyForgotten, party_id=PARTY))
        assert await count(running, "SELECT count(*) FROM party_audience") == 0


@pytest.mark.rule("CRM-1", "CRM-2")
@pytest.mark.parametrize("order", ["merged first", "merged last"])
async def test_what_hung_on_a_double_is_found_under_every_id_whenever_the_merge_is_heard(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    """Orders for the double may be on their way when it is merged: topics are not ordered against each other."""
    survivor = uuid4()
    merged = example(crm.PartiesMerged, party_id=PARTY, survivor_id=survivor, version=9)
    staff = type("Clerk", (), {"role": "order_management", "party_id": None})()
    cases: dict[str, tuple[Event, Callable[[Any, UUID], Any]]] = {
        "provisioning": (
            provisioning_orders.trunk(uuid4(), customer=PARTY),
            lambda unit, who: unit.lists.trunks(
                staff, import_module("provisioning.application.ports").Wanted(customer_id=who)
            ),
        ),
        "porting": (
            porting_orders.order(requested_on=date(2027, 1, 18), customer_id=PARTY),
            lambda unit, who: unit.lists.portings(
                staff, import_module("porting.application.ports").Wanted(customer_id=who)
            ),
        ),
    }
    for name, (placed, listed) in cases.items():
        async with opened(name, new_database, monkeypatch) as running:
            both = example(crm.PartyChanged, party_id=PARTY), example(crm.PartyChanged, party_id=survivor)
            await hear(running, *both, *((merged, placed) if order == "merged first" else (placed, merged)))
            async with running.units.reading() as unit:
                for who in (PARTY, survivor):
                    assert len(await listed(unit, who)) == 1, f"{name}: {who}"
                assert await listed(unit, OTHER) == []
