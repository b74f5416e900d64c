"""Parties as the CRM tells us about them; nothing here invents a customer (CRM-1)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cart.domain.catalog import Audience
from telecom.addresses import Address


class PartyKind(StrEnum):
    CUSTOMER = "customer"
    PROSPECT = "prospect"
    PARTNER = "partner"
    SUB_PARTNER = "sub_partner"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to speak to at a party."""

    contact_id: UUID
    name: str
    email: str
    phone: str | None = None


@dataclass(slots=True)
class Party:
    """`version` is the CRM's; 0 while only our own prospect announcement is known."""

    party_id: UUID
    version: int
    kind: PartyKind
    name: str
    audience: Audience
    language: str
    email: str
    customer_number: str | None = None
    phone: str | None = None
    address: Address | None = None
    parent_id: UUID | None = None
    customer_administration: bool = False
    contacts: tuple[Contact, ...] = ()

    def renewed_by(self, told: "Party") -> "Party":
        """The newer of two versions. A number we gave stays until the CRM knows it (TEN-5, CRM-2)."""
        if told.version <= self.version:
            return self
        if told.customer_number is None and self.customer_number is not None:
            told.customer_number = self.customer_number
            told.kind = self.kind
        return told

    def become_customer(self, customer_number: str) -> None:
        self.customer_number = customer_number
        self.kind = PartyKind.CUSTOMER

    @property
    def may_order(self) -> bool:
        return self.kind in (PartyKind.CUSTOMER, PartyKind.PROSPECT)
