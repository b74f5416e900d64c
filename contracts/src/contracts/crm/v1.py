"""What the CRM tells us about parties, and what we tell it about prospects (CRM-1, CRM-2)."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.envelope import Event, Shape, Topic
from contracts.shapes import Address, Audience, Language, Mail, Text, Utc

PARTIES = Topic("crm.party.v1", compacted=True)
PROSPECTS = Topic("crm.prospect.v1", compacted=True)


class PartyKind(StrEnum):
    CUSTOMER = "customer"
    PROSPECT = "prospect"
    PARTNER = "partner"
    SUB_PARTNER = "sub_partner"


class Contact(Shape):
    contact_id: UUID
    name: Text
    email: Mail
    phone: Annotated[str, Field(max_length=40)] | None = None


class PartyChanged(Event, topic=PARTIES, key="party_id"):
    """A party's whole state. `version` grows with each change in the CRM; an older one undoes nothing (CRM-2).

    `parent_id`: the partner that looks after a customer or prospect, or the partner above a sub-partner.
    """

    party_id: UUID
    version: Annotated[int, Field(ge=1)]
    kind: PartyKind
    name: Text
    customer_number: str | None = None
    audience: Audience
    language: Language
    email: Mail
    phone: Annotated[str, Field(max_length=40)] | None = None
    address: Address | None = None
    parent_id: UUID | None = None
    customer_administration: bool = False
    contacts: tuple[Contact, ...] = ()
    changed_at: Utc


class PartiesMerged(Event, topic=PARTIES, key="party_id"):
    """`party_id` was a double of `survivor_id`; what hung on it hangs on the survivor from now on."""

    party_id: UUID
    survivor_id: UUID
    version: Annotated[int, Field(ge=1)]
    merged_at: Utc


class PartyDeleted(Shape):
    """What a CRM posts where one on Kafka writes a tombstone: everything personal about the party goes."""

    party_id: UUID


class ProspectEntered(Event, topic=PROSPECTS, key="party_id"):
    """A partner entered a prospect in the portal; the id is ours, the CRM adopts it."""

    party_id: UUID
    name: Text
    audience: Audience
    language: Language
    email: Mail
    phone: Annotated[str, Field(max_length=40)] | None = None
    address: Address | None = None
    parent_id: UUID
    entered_by: str
    entered_at: Utc
