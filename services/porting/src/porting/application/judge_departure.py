"""What is known of what another carrier asks for, put before the checks (PORT-9)."""

from dataclasses import replace
from uuid import UUID

from porting.application.departure_ports import DepartureUnit
from porting.domain import refusals
from porting.domain.departure import Departure
from porting.domain.departure_checks import Verdict, judge
from porting.domain.messages import PreAgreementRequest
from porting.domain.whereabouts import Known
from telecom.formats import berlin_day


async def judge_departure(departure: Departure, unit: DepartureUnit, agreement_id: UUID | None = None) -> Verdict:
    """`agreement_id`: a person says which agreement it is about."""
    request = departure.pre_agreement.request
    known = await _known(request, departure.departure_id, unit)
    today = berlin_day(await unit.now())
    found = judge(request, departure.carrier.carrier_code, known, today, unit.terms.rules)
    if agreement_id is None:
        return found
    if agreement_id not in known.agreements:
        raise refusals.NoAgreementFound()
    return replace(found, agreement_id=agreement_id, customer_id=known.agreements[agreement_id].customer_id)


async def _known(request: PreAgreementRequest, departure_id: UUID, unit: DepartureUnit) -> Known:
    touching = await unit.whereabouts.touching(request.numbers)
    customers = await unit.whereabouts.customers({one.customer_id for one in touching})
    if not request.numbers:
        customers |= await unit.whereabouts.customers_named(request.customer.name)
    holdings = await unit.whereabouts.of_customers({*customers, *(one.customer_id for one in touching)})
    asked = (*request.numbers, *(one.numbers for one in holdings)) if request.all_numbers else request.numbers
    site_ids = {one.site_id for one in holdings if one.site_id is not None}
    return Known(
        tuple(holdings),
        customers,
        await unit.whereabouts.agreements_of(customers.keys()),
        await unit.whereabouts.sites(site_ids),
        tuple(await unit.whereabouts.rivals(asked, departure_id)),
    )
