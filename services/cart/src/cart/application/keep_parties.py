"""Parties as the CRM announces them; a second or late announcement changes nothing (CRM-1, CRM-2)."""

from cart.application import published
from cart.application.ports import Unit
from cart.domain.agreement import Agreement
from cart.domain.catalog import Audience
from cart.domain.party import Contact, Party, PartyKind
from contracts.crm import v1 as crm
from contracts.shapes import Address as AddressShape
from telecom.addresses import Address


async def keep_party(event: crm.PartyChanged, unit: Unit) -> None:
    told = Party(
        party_id=event.party_id,
        version=event.version,
        kind=PartyKind(event.kind),
        name=event.name,
        audience=Audience(event.audience),
        language=event.language,
        email=event.email,
        customer_number=event.customer_number,
        phone=event.phone,
        address=_address(event.address),
        parent_id=event.parent_id,
        customer_administration=event.customer_administration,
        contacts=tuple(Contact(one.contact_id, one.name, one.email, one.phone) for one in event.contacts),
    )
    known = await unit.parties.lock(event.party_id)
    if known is not None and (known.party_id != event.party_id or known.renewed_by(told) is known):
        return
    is_newer = await unit.scope.put(
        event.party_id,
        kind=event.kind.value,
        parent_id=event.parent_id,
        delegated=event.customer_administration,
        version=event.version,
    )
    if is_newer:
        await unit.parties.save(told)


async def keep_prospect(event: crm.ProspectEntered, unit: Unit) -> None:
    """Version 0: whatever the CRM says of the prospect later is newer."""
    if await unit.parties.lock(event.party_id) is not None or not await unit.scope.put(
        event.party_id, kind=PartyKind.PROSPECT.value, parent_id=event.parent_id, delegated=False, version=0
    ):
        return
    await unit.parties.save(
        Party(
            party_id=event.party_id,
            version=0,
            kind=PartyKind.PROSPECT,
            name=event.name,
            audience=Audience(event.audience),
            language=event.language,
            email=event.email,
            phone=event.phone,
            address=_address(event.address),
            parent_id=event.parent_id,
        )
    )


async def merge_parties(event: crm.PartiesMerged, unit: Unit) -> None:
    """What hung on the double hangs on the survivor from now on; readers are told of its agreements."""
    now = await unit.now()
    await unit.scope.merge(event.party_id, event.survivor_id, event.version)
    survivor = await unit.scope.heir(event.party_id)
    if survivor == event.party_id:
        return
    await unit.parties.merge(event.party_id, survivor)
    moved: list[Agreement] = []
    found = await unit.agreements.of_customer(event.party_id)
    for agreement in await unit.agreements.lock_all([one.agreement_id for one in found]):
        agreement.move_to(survivor, now)
        moved.append(agreement)
    await unit.agreements.save_all(moved)
    await unit.carts.move(event.party_id, survivor)
    await unit.orders.move(event.party_id, survivor)
    await unit.sites.move(event.party_id, survivor)
    for agreement in moved:
        unit.outbox.record(published.agreement_changed(agreement))


def _address(one: AddressShape | None) -> Address | None:
    if one is None:
        return None
    return Address(one.street, one.house_number, one.postcode, one.town, one.addition)
