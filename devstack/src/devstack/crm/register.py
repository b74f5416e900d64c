"""What the CRM knows, and what it says to a wish or to news; no Kafka in here."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.crm.v1 import PartiesMerged, PartyChanged, PartyKind, ProspectEntered
from contracts.ordering.v1 import ProspectBecameCustomer


class UnknownParty(KeyError):
    """No party of this id, or it was merged into another one."""


@dataclass(slots=True)
class Register:
    """The newest state of each party. Methods that answer events want them published; `learn` takes in what was."""

    parties: dict[UUID, PartyChanged] = field(default_factory=dict)
    merged: dict[UUID, UUID] = field(default_factory=dict)

    def learn(self, key: UUID, event: PartyChanged | PartiesMerged | None) -> None:
        """`None` is a tombstone. An older version undoes nothing (CRM-2)."""
        if event is None:
            self.parties.pop(key, None)
        elif isinstance(event, PartiesMerged):
            self.parties.pop(key, None)
            self.merged[key] = event.survivor_id
        elif key not in self.parties or self.parties[key].version < event.version:
            self.parties[key] = event

    def party(self, party_id: UUID) -> PartyChanged:
        try:
            return self.parties[party_id]
        except KeyError:
            raise UnknownParty(party_id) from None

    def find(self, words: str) -> list[PartyChanged]:
        """Those whose name, number or mail contains `words`, by kind and name."""
        wanted = words.casefold()
        found = [
            one
            for one in self.parties.values()
            if wanted in f"{one.name} {one.customer_number or ''} {one.email}".casefold()
        ]
        return sorted(found, key=lambda one: (KINDS.index(one.kind), one.name.casefold()))

    def change(self, party_id: UUID, at: datetime, **fields: Any) -> PartyChanged:
        """The party with these fields instead, one version on. Raises UnknownParty."""
        before = self.party(party_id)
        known = before.model_dump() | fields | {"version": before.version + 1, "changed_at": at}
        return PartyChanged.model_validate(known)

    def merge(self, party_id: UUID, survivor_id: UUID, at: datetime) -> PartiesMerged:
        """The party was a double of the survivor. Raises UnknownParty."""
        before, survivor = self.party(party_id), self.party(survivor_id)
        return PartiesMerged(
            party_id=before.party_id, survivor_id=survivor.party_id, version=before.version + 1, merged_at=at
        )

    def adopt(self, entered: ProspectEntered) -> PartyChanged | None:
        """A prospect that the portal announced, under the id it gave; None if we know it already."""
        if entered.party_id in self.parties or entered.party_id in self.merged:
            return None
        return PartyChanged(
            version=1,
            kind=PartyKind.PROSPECT,
            changed_at=entered.entered_at,
            **entered.model_dump(exclude={"entered_by", "entered_at"}),
        )

    def take_number(self, became: ProspectBecameCustomer) -> PartyChanged | None:
        """A prospect's first order made it a customer; its partner goes on looking after it (TEN-5)."""
        before = self.parties.get(became.party_id)
        if before is None or before.kind is not PartyKind.PROSPECT:
            return None
        return self.change(
            became.party_id,
            became.became_at,
            kind=PartyKind.CUSTOMER,
            customer_number=became.customer_number,
            customer_administration=True,
        )


KINDS = (PartyKind.PARTNER, PartyKind.SUB_PARTNER, PartyKind.CUSTOMER, PartyKind.PROSPECT)
