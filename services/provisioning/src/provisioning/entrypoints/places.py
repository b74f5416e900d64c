"""HTTP: towns, area codes, and whether a site can be made (SITE-1). Questions: no key, and mostly no database."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from chassis.roles import MACHINE, PEOPLE, require
from chassis.tokens import Identity
from provisioning.application.ports import Supply
from provisioning.domain.site import checked
from provisioning.entrypoints.asking import PRINTABLE
from provisioning.entrypoints.views import AddressView, address_view
from telecom.addresses import Address, area_codes_near, check_address, towns_of
from telecom.numbers import OWN_SIZES, BlockSizeUnknown

router = APIRouter(tags=["places"])
Asking = Annotated[Identity, Depends(require(*PEOPLE, MACHINE, whose="nobody"))]


class AskedAddress(BaseModel):
    street: str = Field(max_length=80, pattern=PRINTABLE)
    house_number: str = Field(max_length=20, pattern=PRINTABLE)
    addition: str | None = Field(default=None, max_length=20, pattern=PRINTABLE)
    postcode: str = Field(max_length=10, pattern=PRINTABLE)
    town: str = Field(max_length=80, pattern=PRINTABLE)


class Question(BaseModel):
    """`block_size` is None where numbers are ported."""

    address: AskedAddress
    area_code: str = Field(max_length=6, description="without the leading 0")
    block_size: int | None = None


class Answer(BaseModel):
    """`doubtful`: the data cannot tell whether the area code fits; order management will look."""

    address: AddressView
    state: str
    doubtful: bool
    numbers_available: bool


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
    one = question.address
    found = checked(Address(one.street, one.house_number, one.postcode, one.town, one.addition), question.area_code)
    size = question.block_size
    if size is not None and size not in OWN_SIZES:
        raise BlockSizeUnknown(size=size, field="block_size")
    return Answer(
        address=address_view(found.address),
        state=found.state,
        doubtful=found.doubtful,
        numbers_available=size is None or await supply.has(question.area_code, size),
    )


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
