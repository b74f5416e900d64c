"""Sites and their numbers: checked, numbers taken from the inventory, made whole or not at all (SITE-1 to SITE-3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import ask, the_work
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_own_numbers, tell_of_rejected_site, tell_of_site
from provisioning.application.reserve import take_reserved
from provisioning.application.speech import in_both, refusal_in_words
from provisioning.domain.site import CheckedPlace, NumbersExhausted, Site, checked, running
from provisioning.domain.trunk import Trunk, TrunkTerminated
from provisioning.domain.work_order import WorkOrder
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal, _


async def make_sites(works: Sequence[WorkOrder], trunks: Mapping[UUID, Trunk], unit: Unit) -> None:
    """Each of `works` is completed, or failed with its reason."""
    if not works:
        return
    places = await _checked(works, trunks, unit)
    good = [work for work in works if not work.is_over]
    blocks = await _take_reserved(good, trunks, unit) | await _take_numbers(good, unit)
    made = []
    for work in (one for one in good if not one.is_over):
        with unit.story_of(work):
            block, place = blocks.get(work.work_order_id), places.get(work.work_order_id)
            if block is None and work.line.numbers is not None:
                await _refuse_for_want_of_numbers(work, trunks, unit)
                continue
            if place is not None:
                made.append(await _make(work, place, block, trunks[work.agreement_id], unit))
            elif block is not None:
                tell_of_own_numbers(work, block, await unit.now(), unit)
            work.complete(await unit.now())
    await unit.sites.add(made)


async def _checked(works: Sequence[WorkOrder], trunks: Mapping[UUID, Trunk], unit: Unit) -> dict[UUID, CheckedPlace]:
    """The places of new sites, by work order; who wants numbers for a site that isn't there has failed."""
    named = {work.line.site_id for work in works if work.line.site is None and work.line.site_id is not None}
    known = await unit.sites.of(named) if named else {}
    places = {}
    for work in works:
        try:
            _check_trunk(work, trunks.get(work.agreement_id))
            if work.line.site is not None:
                places[work.work_order_id] = checked(work.line.site.address, {work.line.site.area_code: "area_code"})
            elif work.line.site_id is not None:
                running(known.get(work.line.site_id))
        except Refusal as refused:
            with unit.story_of(work):
                await _fail(work, refused, trunks, unit)
    return places


def _check_trunk(work: WorkOrder, trunk: Trunk | None) -> None:
    if trunk is not None and trunk.is_terminated:
        raise TrunkTerminated(agreement=work.agreement_number)


async def _take_reserved(
    works: Sequence[WorkOrder], trunks: Mapping[UUID, Trunk], unit: Unit
) -> dict[UUID, NumberBlock]:
    """By work order; whose chosen numbers are gone has failed, and gets no others instead."""
    found: dict[UUID, NumberBlock] = {}
    chosen = [work for work in works if work.reservation_id is not None]
    for work in sorted(chosen, key=lambda one: str(one.reservation_id)):
        with unit.story_of(work):
            try:
                found[work.work_order_id] = await take_reserved(work, unit)
                unit.count("blocks", str(found[work.work_order_id].size))
            except Refusal as refused:
                await _fail(work, refused, trunks, unit)
    return found


async def _take_numbers(works: Sequence[WorkOrder], unit: Unit) -> dict[UUID, NumberBlock]:
    """By work order; whoever finds none is left out."""
    wanted: dict[tuple[str, int], list[WorkOrder]] = defaultdict(list)
    for work in works:
        if (numbers := work.line.numbers) is not None and work.reservation_id is None:
            wanted[numbers.area_code, numbers.block_size].append(work)
    found: dict[UUID, NumberBlock] = {}
    for (area_code, size), askers in sorted(wanted.items(), key=lambda one: one[0]):
        holders = [work.line.site_id or work.agreement_id for work in askers]
        blocks = await unit.inventory.take(area_code, size, holders)
        found |= {work.work_order_id: block for work, block in zip(askers, blocks, strict=False)}
        unit.count("blocks", str(size), len(blocks))
    return found


async def _make(work: WorkOrder, place: CheckedPlace, block: NumberBlock | None, trunk: Trunk, unit: Unit) -> Site:
    wanted = work.line.site
    assert wanted is not None
    if place.doubtful:
        await _note_doubt(work, unit)
    site = Site(
        site_id=wanted.site_id,
        trunk_id=trunk.trunk_id,
        agreement_id=work.agreement_id,
        order_id=work.order_id,
        customer_id=work.customer_id,
        name=wanted.name,
        address=place.address,
        area_code=wanted.area_code,
        state=place.state,
        doubtful=place.doubtful,
        provisioned_at=await unit.now(),
    )
    tell_of_site(site, () if block is None else (block,), unit)
    unit.measure("site", (site.provisioned_at - work.opened_at).total_seconds())
    return site


async def _note_doubt(work: WorkOrder, unit: Unit) -> None:
    wanted = work.line.site
    assert wanted is not None
    title = in_both(_("Order %(number)s: does the area code belong to the place?"), number=work.order_number)
    explanation = in_both(
        _("0%(area_code)s for %(postcode)s %(town)s: our data cannot tell. The site is ready; please check it."),
        area_code=wanted.area_code,
        postcode=wanted.address.postcode,
        town=wanted.address.town,
    )
    await ask(TaskKind.AREA_CODE_DOUBTFUL, the_work(work), title, explanation, unit)


async def _refuse_for_want_of_numbers(work: WorkOrder, trunks: Mapping[UUID, Trunk], unit: Unit) -> None:
    numbers = work.line.numbers
    assert numbers is not None
    refused = NumbersExhausted(size=numbers.block_size, area_code=numbers.area_code)
    await _fail(work, refused, trunks, unit)
    title = in_both(_("No numbers left in area code 0%(area_code)s"), area_code=numbers.area_code)
    explanation = in_both(
        _("Order %(number)s of %(size)s numbers has failed; the customer has been told. The pool needs more numbers."),
        number=work.order_number,
        size=numbers.block_size,
    )
    await ask(TaskKind.NUMBERS_EXHAUSTED, the_work(work), title, explanation, unit)


async def _fail(work: WorkOrder, refused: Refusal, trunks: Mapping[UUID, Trunk], unit: Unit) -> None:
    why, at = refusal_in_words(refused), await unit.now()
    work.fail(refused.code, why, at)
    if work.line.site is not None:
        tell_of_rejected_site(work, trunks[work.agreement_id].trunk_id, refused.code, why, at, unit)
