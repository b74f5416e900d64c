"""Whose numbers hang where: what others tell is kept, so that we can answer carriers by ourselves (PORT-9)."""

from contracts.ordering.v1 import AgreementChanged, AgreementStatus
from contracts.provisioning.v1 import NumbersAssigned, NumbersReleased, SiteProvisioned, SiteTerminated
from porting.application.departure_ports import DepartureUnit
from porting.application.departure_published import save_and_publish
from porting.application.shapes import address_from, numbers_from
from porting.domain import departure_day
from porting.domain.departure import Departure
from porting.domain.whereabouts import Holding, KnownAgreement

ENDING = (AgreementStatus.TERMINATING, AgreementStatus.ENDED)
OVER = (AgreementStatus.ENDED, AgreementStatus.FAILED)


async def keep_site(event: SiteProvisioned, unit: DepartureUnit) -> None:
    await unit.whereabouts.keep_site(event.site_id, event.customer_id, address_from(event.address))
    holder = event.site_id, event.customer_id, event.agreement_id, event.site_id
    await unit.whereabouts.hold([Holding(one, *holder) for one in numbers_from(event.blocks)])


async def keep_numbers(event: NumbersAssigned, unit: DepartureUnit) -> None:
    holder = event.holder_id, event.customer_id, event.agreement_id, event.site_id
    await unit.whereabouts.hold([Holding(one, *holder) for one in numbers_from(event.blocks)])


async def release_numbers(event: NumbersReleased, unit: DepartureUnit) -> None:
    """They are no longer ours to give; with a departure they have gone where they were asked for (PORT-8)."""
    numbers = numbers_from(event.blocks)
    await unit.whereabouts.release(event.holder_id, numbers)
    at = await unit.now()
    if event.departure_id is not None:
        departure = await unit.departures.get(event.departure_id)
        if departure is not None:
            departure_day.release(departure, numbers, at)
            await save_and_publish(departure, unit)
    for one in await unit.departures.of_numbers(numbers):
        if one.departure_id != event.departure_id:
            departure_day.lost_numbers(one, numbers, at)
            await save_and_publish(one, unit)


async def drop_site(event: SiteTerminated, unit: DepartureUnit) -> None:
    await unit.whereabouts.release(event.site_id)


async def keep_agreement(event: AgreementChanged, unit: DepartureUnit) -> None:
    """Its term matters to a change that ends it; and that its end is planned settles what a person was asked for."""
    agreement = KnownAgreement(
        event.agreement_id,
        event.number,
        event.customer_id,
        event.upcoming.ends_on if event.upcoming else event.ends_on,
        event.status not in OVER,
    )
    await unit.whereabouts.keep_agreement(agreement, event.version)
    if event.status in ENDING:
        for departure in await unit.departures.of_agreement(event.agreement_id):
            await _no_longer_to_end(departure, unit)


async def _no_longer_to_end(departure: Departure, unit: DepartureUnit) -> None:
    departure.agreement_ends()
    await save_and_publish(departure, unit)
