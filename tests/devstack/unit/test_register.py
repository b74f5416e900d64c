"""What the simulated CRM says to wishes and news."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.crm.v1 import PartyChanged, PartyKind, ProspectEntered
from contracts.ordering.v1 import ProspectBecameCustomer
from contracts.shapes import Address, Audience
from devstack.crm.parties import CUSTOMERS, PROSPECTS, parties
from devstack.crm.register import Register, UnknownParty
from devstack.login.people import LOGINS, party_id

NOW = datetime(2021, 4, 1, tzinfo=UTC)
NORDLICHT, JAEGER = party_id("nordlicht"), party_id("jaeger-logistik")
NEW = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def register() -> Register:
    made = Register()
    for party in parties():
        made.learn(party.party_id, party)
    return made


def entered() -> ProspectEntered:
    return ProspectEntered(
        party_id=NEW,
        name="Čapek „Bau“ & Söhne 🏗",
        audience=Audience.BUSINESS,
        language="de",
        email="neu@kunden.example",
        address=Address(street="Ringweg", house_number="3", postcode="50667", town="Köln"),
        parent_id=NORDLICHT,
        entered_by="Petra Nordmann",
        entered_at=NOW,
    )


def test_the_demo_parties_are_the_same_each_time_and_every_login_has_its_party() -> None:
    first, second = list(parties()), list(parties())
    assert first == second
    kinds = [one.kind for one in first]
    assert (kinds.count(PartyKind.CUSTOMER), kinds.count(PartyKind.PROSPECT)) == (CUSTOMERS, PROSPECTS)
    known = {one.party_id for one in first}
    assert {party_id(login.party) for login in LOGINS if login.party} <= known


@pytest.mark.rule("CRM-2")
def test_an_older_version_undoes_nothing(register: Register) -> None:
    before = register.party(JAEGER)
    register.learn(JAEGER, register.change(JAEGER, NOW, customer_administration=False))
    register.learn(JAEGER, before)
    assert register.party(JAEGER).customer_administration is False
    assert register.party(JAEGER).version == 2


@pytest.mark.rule("CRM-1")
def test_an_entered_prospect_is_adopted_once_under_the_id_it_came_with(register: Register) -> None:
    adopted = register.adopt(entered())
    assert isinstance(adopted, PartyChanged)
    assert (adopted.party_id, adopted.version, adopted.kind) == (NEW, 1, PartyKind.PROSPECT)
    assert (adopted.name, adopted.parent_id) == (entered().name, NORDLICHT)
    register.learn(NEW, adopted)
    assert register.adopt(entered()) is None


@pytest.mark.rule("TEN-5")
def test_a_prospect_with_a_number_is_a_customer_that_its_partner_may_go_on_with(register: Register) -> None:
    became = ProspectBecameCustomer(party_id=NEW, customer_number="204001", order_id=JAEGER, became_at=NOW)
    assert register.take_number(became) is None, "nobody of that id is known yet"
    register.learn(NEW, register.adopt(entered()))
    customer = register.take_number(became)
    assert customer is not None
    assert (customer.kind, customer.customer_number, customer.version) == (PartyKind.CUSTOMER, "204001", 2)
    assert customer.customer_administration
    register.learn(NEW, customer)
    assert register.take_number(became) is None


def test_a_merged_party_is_gone_and_stays_gone(register: Register) -> None:
    register.learn(JAEGER, register.merge(JAEGER, party_id("customer-3"), NOW))
    with pytest.raises(UnknownParty):
        register.party(JAEGER)
    assert register.merged[JAEGER] == party_id("customer-3")
    with pytest.raises(UnknownParty):
        register.merge(party_id("customer-6"), JAEGER, NOW)


def test_search_finds_names_numbers_and_mails_without_minding_case(register: Register) -> None:
    assert [one.party_id for one in register.find("jäger log")] == [JAEGER]
    assert JAEGER in {one.party_id for one in register.find("k-100000")}
    assert register.find("nobody is called so") == []
