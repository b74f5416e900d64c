"""Two carriers, each the other's donor, a network between them that can't be trusted, and people at both ends."""

from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from contracts.catalog.v1 import Family
from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.envelope import Event
from contracts.ordering.v1 import AgreementChanged, AgreementStatus, PortingCase, Subscriber, Window
from contracts.porting.v1 import DepartureDue, PortingDue
from contracts.provisioning.v1 import NumbersAssigned, NumbersReleased, SiteProvisioned
from contracts.shapes import Address, Audience, NumberBlock
from contracts.wbci.v1 import WbciMessage
from contracts.work.v1 import TaskRaised, TaskSettled
from porting.application.ports import Terms
from porting.domain.deadlines import Rules
from porting.domain.departure import Departure
from porting.domain.ids import PortingCarrier
from porting.domain.part import Part
from porting.domain.porting import Porting
from porting.entrypoints import consumers
from porting.entrypoints.timers import timers
from telecom.formats import berlin_day
from telecom.workdays import add_working_days
from tests.porting.both_roles.memory import CarrierList, MemoryUnit, Stores
from tests.porting.sample import order

CODES = ("DEU.EINS", "DEU.ZWEI")
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
STATE = "NW"
Act = Callable[[MemoryUnit], Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Person:
    """A customer; a party and a site of his own with each carrier."""

    name: str
    address: Address
    party_id: UUID
    agreements: dict[str, UUID]
    sites: dict[str, UUID]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Nothing in it waits for anything."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("a use case waits, although everything is in memory")


@dataclass
class House:
    """One carrier: its porting service, and the provisioning behind it."""

    code: str
    world: "World"
    terms: Terms
    stores: Stores = field(default_factory=Stores)
    tasks: dict[UUID, TaskRaised] = field(default_factory=dict)
    to_provision: list[Event] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)

    @property
    def other(self) -> "House":
        return next(one for one in self.world.houses if one is not self)

    def do(self, act: Act) -> None:
        """One unit of work; if it is refused nothing of it stays."""
        others = CarrierList((self.other.code,))
        unit = MemoryUnit(self.stores, self.terms, others, self.world.now, self.world.chance)
        run(act(unit))
        self.stores = unit.stores
        for message in unit.exchange.messages:
            self.world.send(message)
        for event in unit.outbox.events:
            self._hear_own(event)

    def hear(self, event: Event) -> None:
        for subscription in consumers.ALL:
            if subscription.topic in (event.topic, *event.also):
                reaction = subscription.reaction(event.type_name(), event.body(), event.partition_key())
                if reaction is not None:
                    self.do(reaction)
                    return
        raise AssertionError(f"nobody reacts to {event.type_name()}")

    def hear_carrier(self, message: WbciMessage) -> None:
        reaction = consumers.carriers.reaction(message.type_name(), message.body(), message.partition_key())
        assert reaction is not None
        self.do(reaction)

    def next_timer(self) -> tuple[datetime, str, str] | None:
        rows = self.stores.timers
        return min(((due_at, *key) for key, due_at in rows.items()), default=None)

    def run_timer(self, name: str, subject: str) -> None:
        async def due(unit: MemoryUnit) -> None:
            del unit.stores.timers[name, subject]
            await timers.handlers[name](subject, unit)

        self.do(due)

    def portings(self) -> list[Porting]:
        return self.stores.all_portings()

    def departures(self) -> list[Departure]:
        return self.stores.all_departures()

    def departure_of(self, part: Part) -> Departure | None:
        """What this side, as the donor, makes of the other's part."""
        asked = part.pre_agreement
        named = str(asked.pre_agreement_id) if asked else None
        return next((one for one in self.departures() if str(one.pre_agreement.pre_agreement_id) == named), None)

    def tasks_about(self, subject: UUID) -> list[TaskRaised]:
        return [one for one in self.tasks.values() if one.subject_id == subject]

    def _hear_own(self, event: Event) -> None:
        self.told.append(event)
        match event:
            case PortingDue() | DepartureDue():
                self.to_provision.append(event)
            case TaskRaised():
                self.tasks[event.task_id] = event
            case TaskSettled():
                del self.tasks[event.task_id]


@dataclass
class World:
    chance: Random
    now: datetime = BEGIN
    houses: list[House] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    network: list[WbciMessage] = field(default_factory=list)
    places: dict[NumberBlock, set[str]] = field(default_factory=dict)
    provisioning_works: bool = True
    played: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return berlin_day(self.now)

    def send(self, message: WbciMessage) -> None:
        self.played["messages"] += 1
        self.network.append(message)

    def deliver(self, nth: int, *, keep: bool = False) -> None:
        message = self.network[nth] if keep else self.network.pop(nth)
        self.played["delivered"] += 1
        self.house(message.receiver).hear_carrier(message)
        self.let_provisioning_work()

    def house(self, code: str) -> House:
        return next(one for one in self.houses if one.code == code)

    def go_on(self, until: datetime) -> None:
        """The clock goes on; whatever is due happens at its moment."""
        while True:
            due = [(*found, house) for house in self.houses if (found := house.next_timer()) is not None]
            first = min(due, key=lambda one: one[:3], default=None)
            if first is None or first[0] > until:
                break
            due_at, name, subject, house = first
            self.now = max(self.now, due_at)
            house.run_timer(name, subject)
            self.let_provisioning_work()
        self.now = max(self.now, until)

    def let_provisioning_work(self) -> None:
        """What is given away goes before what is taken over, as when one carrier's network asks the other's."""
        if not self.provisioning_works:
            return
        for kind in (DepartureDue, PortingDue):
            for house in self.houses:
                for event in [one for one in house.to_provision if isinstance(one, kind)]:
                    house.to_provision.remove(event)
                    self._provision(house, event)

    def _provision(self, house: House, event: Event) -> None:
        """Of what leaves, all that was named or nothing."""
        match event:
            case DepartureDue():
                if any(house.code not in self.places[number] for number in event.numbers):
                    return
                for number in event.numbers:
                    self.places[number].discard(house.code)
                for (holder_id, _prefix), one in list(house.stores.holdings.items()):
                    mine = tuple(number for number in event.numbers if number.stem == one.numbers.stem)
                    if mine:
                        house.hear(self._released(event, holder_id, mine))
            case PortingDue():
                for number in event.numbers:
                    self.places[number].add(house.code)
                house.hear(self._assigned(event))

    def give_up(self, house: House, number: NumberBlock) -> None:
        """Its user ends it there, whatever was agreed with the other carrier."""
        self.places[number].discard(house.code)
        [holding] = [one for one in house.stores.holdings.values() if one.numbers.stem == number.stem]
        house.hear(
            NumbersReleased(
                holder_id=holding.holder_id,
                site_id=holding.site_id,
                agreement_id=holding.agreement_id,
                order_id=None,
                customer_id=holding.customer_id,
                blocks=(number,),
                rests_until=None,
                released_at=self.now,
            )
        )

    def _released(self, event: DepartureDue, holder_id: UUID, numbers: tuple[NumberBlock, ...]) -> NumbersReleased:
        return NumbersReleased(
            holder_id=holder_id,
            site_id=holder_id,
            agreement_id=event.agreement_id,
            order_id=None,
            customer_id=event.customer_id,
            blocks=numbers,
            rests_until=None,
            released_at=self.now,
            departure_id=event.departure_id,
        )

    def _assigned(self, event: PortingDue) -> NumbersAssigned:
        assert event.site_id is not None
        return NumbersAssigned(
            holder_id=event.site_id,
            site_id=event.site_id,
            agreement_id=event.agreement_id,
            order_id=event.order_id,
            customer_id=event.customer_id,
            blocks=event.numbers,
            origin="ported",
            porting_id=event.porting_id,
            assigned_at=self.now,
        )

    def order(
        self,
        house: House,
        person: Person,
        numbers: tuple[NumberBlock, ...],
        case: PortingCase,
        days: int,
        window: Window,
        name: str,
        *,
        all_numbers: bool,
        replaces: UUID | None = None,
    ) -> None:
        placed = order(
            requested_on=add_working_days(self.today, days, STATE),
            customer_id=person.party_id,
            carrier=house.other.code,
            case=case,
            window=window,
            numbers=numbers,
            subscriber=Subscriber(name=name, address=person.address),
            all_numbers=all_numbers,
        )
        [line] = placed.lines
        assert line.porting is not None
        known = {
            "site_id": person.sites[house.code],
            "porting_id": UUID(int=self.chance.getrandbits(128), version=4),
            "replaces": replaces,
        }
        at_home = line.porting.model_copy(update=known)
        mine = line.model_copy(update={"porting": at_home, "agreement_id": person.agreements[house.code]})
        self.played["portings"] += 1
        house.hear(placed.model_copy(update={"lines": (mine,)}))

    def asked_for(self) -> set[NumberBlock]:
        """Numbers of a porting that is not over, at either side; cart lets nobody order those (pre-check)."""
        blocks = {one.stem: one for one in self.places}
        open_at_recipient = {
            number.stem
            for house in self.houses
            for one in house.portings()
            for part in one.living
            for number in part.numbers
        }
        return {blocks[stem] for stem in open_at_recipient if stem in blocks}


def new_world(seed: int) -> World:
    """Two carriers; of each three customers, with blocks and single numbers."""
    chance = Random(seed)
    world = World(chance)
    for nth, code in enumerate(CODES):
        terms = Terms(code, PortingCarrier(f"D0A{nth + 1}"), 5.0, 30, "porting@carrier.example", Rules())
        world.houses.append(House(code, world, terms))
    for nth in range(6):
        _move_in(world, nth)
    return world


def _move_in(world: World, nth: int) -> None:
    ids = [UUID(int=world.chance.getrandbits(128), version=4) for _nth in range(5)]
    address = Address(street="Rosenstraße", house_number=str(nth + 1), postcode="50678", town="Köln")
    name = f"{('Müller', 'Weiß', 'Groß', 'Jäger', 'König', 'Löwe')[nth]} & Söhne GmbH"
    agreements, sites = dict(zip(CODES, ids[1:3], strict=True)), dict(zip(CODES, ids[3:5], strict=True))
    person = Person(name, address, ids[0], agreements, sites)
    world.people.append(person)
    home = world.houses[nth % 2]
    for house in world.houses:
        house.hear(_party(person, world.now))
        house.hear(_agreement(person, house, world.now, bound=nth == 4))
        house.hear(_site(person, house, world.now))
    blocks = [_block(f"{nth + 1}{many}479", 2) for many in range(2 if nth < 4 else 7)]
    singles = [_block(f"{nth + 1}8{many}4790", 0) for many in range(2)]
    for number in (*blocks, *singles):
        world.places[number] = {home.code}
    home.hear(
        NumbersAssigned(
            holder_id=person.sites[home.code],
            site_id=person.sites[home.code],
            agreement_id=person.agreements[home.code],
            order_id=ids[0],
            customer_id=person.party_id,
            blocks=(*blocks, *singles),
            origin="own",
            assigned_at=world.now,
        )
    )


def _block(stem: str, width: int) -> NumberBlock:
    low, high = ("0" * width, "9" * width) if width else (None, None)
    return NumberBlock(area_code="221", stem=stem, extension_from=low, extension_to=high)


def _party(person: Person, at: datetime) -> PartyChanged:
    return PartyChanged(
        party_id=person.party_id,
        version=1,
        kind=PartyKind.CUSTOMER,
        name=person.name,
        audience=Audience.BUSINESS,
        language="de",
        email="einkauf@kunde.example",
        address=person.address,
        changed_at=at,
    )


def _agreement(person: Person, house: House, at: datetime, *, bound: bool) -> AgreementChanged:
    return AgreementChanged(
        agreement_id=person.agreements[house.code],
        version=1,
        number="VT-100001",
        customer_id=person.party_id,
        audience=Audience.BUSINESS,
        family=Family.TRUNK,
        status=AgreementStatus.ACTIVE,
        lines=(),
        term_months=12,
        starts_on=berlin_day(at),
        ends_on=berlin_day(at) + timedelta(days=40) if bound else None,
        order_id=person.party_id,
        changed_at=at,
    )


def _site(person: Person, house: House, at: datetime) -> SiteProvisioned:
    return SiteProvisioned(
        site_id=person.sites[house.code],
        trunk_id=person.sites[house.code],
        agreement_id=person.agreements[house.code],
        order_id=person.party_id,
        customer_id=person.party_id,
        name="Zentrale",
        address=person.address,
        area_code="221",
        blocks=(),
        provisioned_at=at,
    )
