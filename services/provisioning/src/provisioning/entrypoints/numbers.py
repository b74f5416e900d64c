"""HTTP: number pools, where each number is and was, and how customers choose theirs."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, Field, ValidationError

from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of, read_cursor
from chassis.problems import Problem
from chassis.roles import PEOPLE, Administrator, OrderManager, Person, Staff, require
from chassis.scope import NotFound
from chassis.tokens import Identity
from provisioning.application.check_numbers import check_numbers
from provisioning.application.hand_over import hand_over_again
from provisioning.application.load_pool import load_pool, look_at_pool
from provisioning.application.reserve import give_up, reserve
from provisioning.application.return_numbers import come_back
from provisioning.domain.inventory import PoolFaulty
from provisioning.domain.numbers import on_day
from provisioning.entrypoints.asking import InUnit, name_of
from provisioning.entrypoints.number_views import (
    AwayView,
    BalanceView,
    HistoryView,
    LookedView,
    OfferView,
    PlainBlock,
    PoolView,
    ReservationView,
    RestingBlockView,
    balance_view,
    fault_view,
    history_view,
    plain_block,
    pool_view,
    range_view,
    reservation_view,
)
from telecom.numbers import LONGEST_DIGITS, OWN_SIZES, BlockSizeUnknown, NumberBlock, PhoneNumber
from telecom.refusal import _

AreaCode = Annotated[str, Path(pattern=r"^[1-9]\d{1,4}$")]
Chooser = Annotated[Identity, Depends(require(*PEOPLE, whose="nobody"))]
OFFERED = 20
router = service_router(tags=["numbers"])


class Loaded(BaseModel):
    new_ranges: int


class Range(BaseModel):
    """Subscriber numbers without the area code."""

    area_code: str = Field(pattern=r"^\d{1,6}$")
    first: str = Field(pattern=r"^\d{1,13}$")
    last: str = Field(pattern=r"^\d{1,13}$")


class Ranges(BaseModel):
    ranges: list[Range] = Field(max_length=10_000)


AS_JSON = {
    "type": "object",
    "properties": {"ranges": {"type": "array", "items": Range.model_json_schema()}},
    "required": ["ranges"],
}
POOL_BODY = {"content": {"text/csv": {}, "application/json": {"schema": AS_JSON}}, "required": True}


class WantedReservation(BaseModel):
    customer_id: UUID
    block: PlainBlock


@router.get("/number-pools")
async def number_pools(unit: InUnit, caller: Staff) -> list[PoolView]:
    """By area code."""
    return [pool_view(one) for one in await unit.numbers.pools()]


@router.post("/number-pools/dry-run", openapi_extra={"requestBody": POOL_BODY})
async def look(request: Request, unit: InUnit, caller: Administrator) -> LookedView:
    """What loading this body would do: what is new, what is known, and every fault by its line. Nothing is changed."""
    looked = await look_at_pool(await _pool_in(request), unit)
    return LookedView(
        new_ranges=[range_view(one) for one in looked.fresh],
        known_ranges=[range_view(one) for one in looked.known],
        new_numbers=looked.new_numbers,
        faults=[fault_view(one, request.state.language) for one in looked.faults],
    )


@router.post("/number-pools", openapi_extra={"requestBody": POOL_BODY})
async def load(request: Request, unit: InUnit, caller: Administrator) -> Loaded:
    """Body: lines of `area_code,first,last`, or the same as JSON; all of them are loaded, or none."""
    try:
        return Loaded(new_ranges=await load_pool(await _pool_in(request), unit))
    except PoolFaulty as refused:
        said = [fault_view(one, request.state.language) for one in refused.faults]
        errors = [{"field": f"line {one.line}", "message": f"{one.line}: {one.text}"} for one in said]
        raise Problem(
            422, refused.code, refused.text, remedy=refused.remedy, field="body", errors=errors, params=refused.params
        ) from None


@router.post("/number-pools/check")
async def check(unit: InUnit, caller: Staff) -> list[BalanceView]:
    """Whether all blocks together make the pool, looked at now; each night it is by itself."""
    found, at = await check_numbers(unit), await unit.now()
    return [balance_view(one, at) for one in found]


@router.get("/number-pools/{area_code}/resting")
async def resting(
    area_code: AreaCode, unit: InUnit, caller: Staff, cursor: str | None = None
) -> Page[RestingBlockView]:
    """Released blocks that are in quarantine (SITE-5), by number."""
    found = await unit.lists.resting(area_code, _after_number(cursor))
    return Page(
        items=[RestingBlockView(**plain_block(one.block), rests_until=one.rests_until) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].position) if len(found) > PAGE else None,
    )


@router.get("/number-pools/{area_code}/ported-out")
async def ported_out(area_code: AreaCode, unit: InUnit, caller: Staff, cursor: str | None = None) -> Page[AwayView]:
    """Numbers of our own that are with other carriers (PORT-9), by number."""
    found = await unit.numbers.away(area_code, _after_number(cursor))
    return Page(
        items=[AwayView(**plain_block(one.block), carrier=one.carrier, since=one.since) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].position) if len(found) > PAGE else None,
    )


@router.get("/number-pools/{area_code}/free")
async def free(
    area_code: AreaCode,
    unit: InUnit,
    caller: Chooser,
    size: int = 10,
    containing: Annotated[str, Query(pattern=r"^\d{0,11}$")] = "",
) -> OfferView:
    """Some free blocks; `containing`: digits that stand in what all numbers of a block share, after the area code."""
    if size not in OWN_SIZES:
        raise BlockSizeUnknown(size=size, field="size")
    found = await unit.reservations.offer(area_code, size, containing, OFFERED)
    return OfferView(blocks=[PlainBlock(**plain_block(one)) for one in found])


@router.post("/numbers/come-back")
async def number_comes_back(body: PlainBlock, unit: InUnit, caller: OrderManager) -> PlainBlock:
    """Numbers of our own that were ported out and given up there are ours again, after their quarantine (SITE-5)."""
    block = _block(body)
    await come_back(block, unit)
    return PlainBlock(**plain_block(block))


@router.get("/numbers/{number}/history")
async def number_history(number: str, unit: InUnit, caller: Staff, on: date | None = None) -> HistoryView:
    """Where the number is and was, newest first; `on`: where it was on that day. As dialled here or abroad."""
    wanted = PhoneNumber.parse(number)
    single = NumberBlock.single(wanted)
    life = await unit.numbers.life(single)
    holders = await unit.numbers.holders({stay.holder_id for stay in life if stay.holder_id is not None})
    return history_view(wanted, life, holders, on, [] if on is None else on_day(life, on))


@router.get("/reservations")
async def reservations(unit: InUnit, caller: Staff, cursor: str | None = None) -> Page[ReservationView]:
    """Those that have not ended, newest first."""
    found = await unit.reservations.living(after_id(cursor))
    return Page(
        items=[reservation_view(one) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].reservation_id) if len(found) > PAGE else None,
    )


@router.post("/reservations", status_code=201)
async def new_reservation(body: WantedReservation, unit: InUnit, caller: Person) -> ReservationView:
    """Keep a free block for a customer, for a few minutes; an order for new numbers may name it (SITE-3)."""
    await unit.scope.admit(caller, body.customer_id)
    return reservation_view(await reserve(_block(body.block), body.customer_id, name_of(caller), unit))


@router.post("/reservations/{reservation_id}/give-up", status_code=204)
async def end_reservation(reservation_id: UUID, unit: InUnit, caller: Person) -> None:
    """The block is free again."""
    found = await unit.reservations.get(reservation_id, lock=False)
    if found is None:
        raise NotFound
    await unit.scope.admit(caller, found.customer_id)
    await give_up(reservation_id, unit)


@router.post("/departures/{departure_id}/hand-over", status_code=204)
async def hand_over(departure_id: UUID, unit: InUnit, caller: OrderManager) -> None:
    """Try again to hand numbers over to another carrier, once the way is clear (PORT-9)."""
    await hand_over_again(departure_id, unit)


async def _pool_in(request: Request) -> str:
    body, kind = await request.body(), request.headers.get("content-type", "text/csv").split(";")[0]
    if kind == "application/json":
        try:
            ranges = Ranges.model_validate_json(body).ranges
        except ValidationError as error:
            said = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
            raise Problem(422, "invalid-input", _("The ranges are not as they should be."), errors=said) from None
        return "".join(f"{one.area_code},{one.first},{one.last}\n" for one in ranges)
    try:
        if kind == "text/csv":
            return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise Problem(415, "not-text", _("The number ranges are neither CSV in UTF-8 nor JSON."), field="body")


def _block(one: PlainBlock) -> NumberBlock:
    return NumberBlock(one.area_code, one.stem, one.extension_from, one.extension_to)


def _after_number(cursor: str | None) -> int | None:
    place = read_cursor(cursor, 1)
    if place is None:
        return None
    if type(place[0]) is not int or not 0 <= place[0] < 10**LONGEST_DIGITS:
        raise Problem(400, "bad-cursor", "This cursor is not one of ours.", field="cursor")
    return place[0]
