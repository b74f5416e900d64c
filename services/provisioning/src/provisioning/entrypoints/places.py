"""HTTP: towns, area codes, and whether a site can be made (SITE-1). Questions: no key, and mostly no database."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from chassis.roles import MACHINE, PEOPLE, require
from chassis.tokens import Identity
from provisioning.application.ports import Supply
from provisioning.domain.site import checked
from provisioning.entrypoints.asking import PRINTABLE
from provisioning.entrypoints.number_views import PlainBlock, plain_block
from provisioning.entrypoints.views import AddressView, address_view
from telecom.addresses import Address, area_codes_near, check_address, towns_of
from telecom.numbers import OWN_SIZES, BlockSizeUnknown, NumberBlock
from telecom.refusal import Refusal

router = APIRouter(tags=["places"])
Asking = Annotated[Identity, Depends(require(*PEOPLE, MACHINE, whose="nobody"))]


class AskedAddress(BaseModel):
    street: str = Field(max_length=80, pattern=PRINTABLE)
    house_number: str = Field(max_length=20, pattern=PRINTABLE)
    addition: str | None = Field(default=None, max_length=20, pattern=PRINTABLE)
    postcode: str = Field(max_length=10, pattern=PRINTABLE)
    town: str = Field(max_length=80, pattern=PRINTABLE)


class AskedNumber(BaseModel):
    area_code: str = Field(max_length=6, pattern=PRINTABLE)
    stem: str = Field(max_length=20, pattern=PRINTABLE)
    extension_from: str | None = Field(default=None, max_length=10, pattern=PRINTABLE)
    extension_to: str | None = Field(default=None, max_length=10, pattern=PRINTABLE)


class Question(BaseModel):
    """`block_size` is None where numbers are ported; then `numbers` are those.

    Without `area_code` each of the numbers must fit the address by its own: they hang on no site; without numbers the
    address alone is judged. `reservation_id`: what is kept by it comes in place of any numbers that are free.
    """

    address: AskedAddress
    area_code: str | None = Field(default=None, max_length=6, description="without the leading 0")
    block_size: int | None = None
    numbers: list[AskedNumber] = Field(default=[], max_length=100)
    reservation_id: UUID | None = None


class ReservedView(BaseModel):
    """`holds`: still kept for the customer."""

    customer_id: UUID
    block: PlainBlock
    until: datetime
    holds: bool


class Answer(BaseModel):
    """`doubtful`: the data cannot tell whether the area code fits; order management will look.

    `ours`: the places in `numbers`, from 0, of those that are with us already.
    """

    address: AddressView
    state: str
    doubtful: bool
    numbers_available: bool
    ours: list[int] = []
    reserved: ReservedView | None = None


class TownView(BaseModel):
    name: str


class AreaCodeView(BaseModel):
    area_code: str
    name: str
    distance_km: float


async def _supply(request: Request) -> Supply:
    supply: Supply = request.app.state.supply
    return supply


@router.post("/feasibility")
async def feasibility(question: Question, caller: Asking, supply: Annotated[Supply, Depends(_supply)]) -> Answer:
    one, blocks = question.address, _blocks(question.numbers)
    found = checked(Address(one.street, one.house_number, one.postcode, one.town, one.addition), _area_codes(question))
    size = question.block_size
    if size is not None and size not in OWN_SIZES:
        raise BlockSizeUnknown(size=size, field="block_size")
    reserved = await _reserved(question.reservation_id, caller, supply)
    return Answer(
        address=address_view(found.address),
        state=found.state,
        doubtful=found.doubtful,
        numbers_available=size is None
        or (reserved is not None and reserved.holds)
        or await supply.has(question.area_code or "", size),
        ours=await supply.ours(blocks) if blocks else [],
        reserved=reserved,
    )


async def _reserved(reservation_id: UUID | None, caller: Identity, supply: Supply) -> ReservedView | None:
    if reservation_id is None:
        return None
    found, holds = await supply.kept(reservation_id, None if caller.role == MACHINE else caller)
    block = PlainBlock(**plain_block(found.block))
    return ReservedView(customer_id=found.customer_id, block=block, until=found.reserved_until, holds=holds)


def _area_codes(question: Question) -> dict[str, str]:
    """Each area code with the field that names it."""
    if question.area_code is not None:
        return {question.area_code: "area_code"}
    named = [(one.area_code, f"numbers.{place}.area_code") for place, one in enumerate(question.numbers)]
    return dict(reversed(named)) or ({"": "area_code"} if question.block_size else {})


def _blocks(numbers: list[AskedNumber]) -> list[NumberBlock]:
    found = []
    for place, one in enumerate(numbers):
        try:
            found.append(NumberBlock(one.area_code, one.stem, one.extension_from, one.extension_to))
        except Refusal as refusal:
            refusal.field = f"numbers.{place}.{refusal.field or 'stem'}"
            raise
    return found


@router.get("/towns")
async def towns(postcode: str, caller: Asking) -> list[TownView]:
    return [TownView(name=name) for name in towns_of(postcode)]


@router.get("/area-codes")
async def area_codes(postcode: str, caller: Asking, town: str = "") -> list[AreaCodeView]:
    """Those near the place, nearest last names first; a town that doesn't fit is refused."""
    known = towns_of(postcode)
    named = town or (known[0] if known else "")
    place = check_address(Address("Straße", "1", postcode, named))
    return [
        AreaCodeView(area_code=near.code, name=near.name, distance_km=near.distance_km)
        for near in area_codes_near(place)
    ]
