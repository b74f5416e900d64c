"""An order's porting lines become porting requests (PORT-2, PORT-4, PORT-5)."""

from datetime import timedelta
from uuid import UUID

from contracts.ordering.v1 import OrderLine, OrderReceived
from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.application.send_pre_agreement import HOLD
from porting.application.shapes import donor_from, numbers_from, subscriber_from
from porting.domain.facts import Saying
from porting.domain.lifecycle import PortingState
from porting.domain.particulars import PortingCase, Window
from porting.domain.porting import Porting
from telecom.addresses import state_of
from telecom.refusal import _


async def start_portings(order: OrderReceived, unit: Unit) -> None:
    for line in order.lines:
        if line.porting is not None and await unit.portings.get(line.porting.porting_id) is None:
            await _start(line, order, unit)


async def _start(line: OrderLine, order: OrderReceived, unit: Unit) -> None:
    wanted = line.porting
    assert wanted is not None
    electronic = unit.carriers.is_electronic(wanted.donor.carrier_code)
    porting = Porting(
        porting_id=wanted.porting_id,
        order_id=order.order_id,
        line_id=line.line_id,
        agreement_id=line.agreement_id,
        site_id=wanted.site_id,
        customer_id=order.customer.party_id,
        donor=donor_from(wanted.donor),
        subscriber=subscriber_from(wanted.subscriber),
        case=PortingCase(wanted.case),
        numbers=numbers_from(wanted.numbers),
        all_numbers=wanted.all_numbers,
        requested_on=wanted.requested_on,
        window=Window(wanted.window),
        federal_state=state_of(_postcode(wanted.site_id, order) or wanted.subscriber.address.postcode),
        electronic=electronic,
        state=PortingState.HELD if electronic else PortingState.AWAITING_FORM,
    )
    now = await unit.now()
    porting.start(unit.new_pre_agreement_id() if electronic else None, now)
    if wanted.site_id is not None and await unit.portings.is_rejected(wanted.site_id):
        porting.cancel(Saying(_("The site could not be made.")), now, "provisioning")
    await save_and_publish(porting, unit)
    if porting.state is PortingState.HELD:
        await unit.timers.set(HOLD, porting.porting_id, now + timedelta(seconds=unit.terms.hold_seconds))


def _postcode(site_id: UUID | None, order: OrderReceived) -> str | None:
    """Of the site, where the order makes it; of an older one we know no address."""
    places = (line.site for line in order.lines if line.site is not None)
    return next((place.address.postcode for place in places if place.site_id == site_id), None)
