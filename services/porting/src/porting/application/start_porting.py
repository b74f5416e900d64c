"""An order's porting lines become porting requests (PORT-2, PORT-4, PORT-5)."""

from uuid import UUID

from contracts.ordering.v1 import OrderLine, OrderReceived, PortingParticulars
from porting.application.departure_ports import DepartureUnit
from porting.application.published import save_and_publish
from porting.application.shapes import donor_from, numbers_from, subscriber_from
from porting.domain import asking, changing, paper
from porting.domain.facts import Saying
from porting.domain.lifecycle import PortingState, PortingTrigger
from porting.domain.part import Part
from porting.domain.particulars import PortingCase, Window
from porting.domain.porting import Porting
from telecom.addresses import state_of
from telecom.refusal import _


async def start_portings(order: OrderReceived, unit: DepartureUnit) -> None:
    for line in order.lines:
        if line.porting is not None and await unit.portings.get(line.porting.porting_id) is None:
            await _start(line, order, unit)


async def _start(line: OrderLine, order: OrderReceived, unit: DepartureUnit) -> None:
    wanted = line.porting
    assert wanted is not None
    electronic = unit.carriers.is_electronic(wanted.donor.carrier_code)
    numbers, case, window = numbers_from(wanted.numbers), PortingCase(wanted.case), Window(wanted.window)
    divided = asking.parts_of if electronic else paper.parts_of
    porting = Porting(
        porting_id=wanted.porting_id,
        order_id=order.order_id,
        line_id=line.line_id,
        agreement_id=line.agreement_id,
        site_id=wanted.site_id,
        customer_id=order.customer.party_id,
        donor=donor_from(wanted.donor),
        subscriber=subscriber_from(wanted.subscriber),
        case=case,
        numbers=numbers,
        requested_on=wanted.requested_on,
        window=window,
        federal_state=state_of(await _postcode(wanted, order, unit)),
        electronic=electronic,
        parts=divided(numbers, case, all_numbers=wanted.all_numbers, requested_on=wanted.requested_on, window=window),
    )
    now = await unit.now()
    if electronic:
        ids = [unit.new_pre_agreement_id() for _part in porting.parts]
        asking.start(porting, ids, unit.terms.own_porting_carrier, now)
    else:
        paper.start(porting, unit.terms.rules, now)
    if wanted.replaces is not None:
        await _close_replaced(wanted.replaces, porting, unit)
    if wanted.site_id is not None and await unit.portings.is_rejected(wanted.site_id):
        for part in porting.parts:
            changing.withdraw(porting, part, Saying(_("The site could not be made.")), now, "provisioning")
    await save_and_publish(porting, unit)


async def _close_replaced(porting_id: UUID, by: Porting, unit: DepartureUnit) -> None:
    """PORT-3: what is ordered anew with corrected particulars needs no clearing, and is asked for once; the rest stays,
    and so does what binds the donor."""
    replaced = await unit.portings.get(porting_id)
    if replaced is None or replaced.agreement_id != by.agreement_id:
        return
    at, reason = await unit.now(), Saying(_("It was ordered anew with corrected particulars."))
    for part in replaced.living:
        free = not part.binds_donor and part.allows(PortingTrigger.CANCEL)
        if _is_what_follows(by, replaced, part):
            changing.give_way(replaced, part, reason, at, "cart")
        elif free and (part.state is PortingState.CLEARING or _share_numbers(by, part)):
            changing.withdraw(replaced, part, reason, at, "cart")
    await save_and_publish(replaced, unit)


def _is_what_follows(anew: Porting, replaced: Porting, part: Part) -> bool:
    """The new pre-agreement for which the part was called off goes to the same donor (STR-AEN)."""
    waits = part.state is PortingState.AWAITING_NEW and not part.change_is_open
    same_numbers = not part.numbers or _share_numbers(anew, part)
    return waits and same_numbers and anew.donor.carrier_code == replaced.donor.carrier_code


def _share_numbers(anew: Porting, part: Part) -> bool:
    return any(one.overlaps(other) for one in anew.numbers for other in part.numbers)


async def _postcode(wanted: PortingParticulars, order: OrderReceived, unit: DepartureUnit) -> str:
    """Of the site, which the order makes or which is there already; numbers without one are at the subscriber's."""
    made = (line.site for line in order.lines if line.site is not None)
    found = [site.address.postcode for site in made if site.site_id == wanted.site_id]
    known = await unit.whereabouts.sites([wanted.site_id]) if wanted.site_id is not None else {}
    found += [address.postcode for address in known.values()]
    return found[0] if found else wanted.subscriber.address.postcode
