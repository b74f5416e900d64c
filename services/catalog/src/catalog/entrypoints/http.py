"""The catalog over HTTP: read by portal and partners, published by administrators."""

from collections.abc import Awaitable
from datetime import date, datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel

from catalog.application.differences import Change, differences
from catalog.application.look import audience_of, before, current, for_audience, visible
from catalog.application.ports import ReadFiles, Unit
from catalog.application.publish import checked, publish
from catalog.domain.refusals import CatalogFaulty, NoSuchVersion, VersionFrozen
from chassis.http import InUnit, service_router
from chassis.problems import Problem
from chassis.roles import PEOPLE, Administrator, require
from chassis.tokens import Identity
from contracts.catalog.v1 import CatalogPublished, Category, Derivation, Offering, PriceList, Rule
from contracts.shapes import Audience
from telecom.formats import berlin_day
from telecom.refusal import _

router = service_router(prefix="/catalog", tags=["catalog"])
T = TypeVar("T")
Reader = Annotated[Identity, Depends(require(*PEOPLE, whose="nobody"))]


async def _reader(request: Request) -> ReadFiles:
    reader: ReadFiles = request.app.state.read_files
    return reader


class CategoryView(BaseModel):
    category: Category
    offerings: list[Offering]


class CatalogView(BaseModel):
    """One audience's catalog, by category in the order of the screens (CAT-3)."""

    version: str
    audience: Audience
    valid_from: date
    prices_are_invented: bool
    currency: str
    categories: list[CategoryView]
    price_lists: list[PriceList]
    rules: list[Rule]
    derivations: list[Derivation]


class VersionView(BaseModel):
    version: str
    valid_from: date
    published_at: datetime
    offerings: int
    rules: int
    derivations: int


class DifferenceView(BaseModel):
    """`name`: an offering's or price list's code, number and kind of a rule or derivation, or `version`."""

    name: str
    change: Change
    fields: list[str]


class CheckedView(VersionView):
    """A version without faults that isn't published by this; `since` is what it is compared with."""

    is_published: bool
    since: str | None
    differences: list[DifferenceView]


class Upload(BaseModel):
    """The files of a version by name, as YAML text."""

    files: dict[str, str]


@router.get("/current")
async def now_valid(unit: InUnit[Unit], caller: Reader, audience: Audience | None = None) -> CatalogView:
    published = await current(berlin_day(await unit.now()), unit)
    return _view(published, await audience_of(caller, audience, unit))


@router.get("/versions")
async def versions(unit: InUnit[Unit], caller: Reader) -> list[VersionView]:
    today = berlin_day(await unit.now())
    return [_version(one) for one in await unit.versions.all() if visible(one, caller, today)]


@router.get("/versions/{version}")
async def one_version(
    version: str, unit: InUnit[Unit], caller: Reader, audience: Audience | None = None
) -> CatalogView:
    found = await _found(version, unit)
    if not visible(found, caller, berlin_day(await unit.now())):
        raise NoSuchVersion(version)
    return _view(found, await audience_of(caller, audience, unit))


@router.get("/versions/{version}/differences")
async def changes(
    version: str, unit: InUnit[Unit], caller: Administrator, since: str | None = None
) -> list[DifferenceView]:
    """Without `since`, to the version before."""
    wanted = await _found(version, unit)
    return _differences(await _found(since, unit) if since else await before(wanted, unit), wanted)


@router.post("/versions/check", openapi_extra={"x-idempotency": False})
async def check_version(
    body: Upload, unit: InUnit[Unit], caller: Administrator, read_files: Annotated[ReadFiles, Depends(_reader)]
) -> CheckedView:
    """A look before publishing: every fault, or what would change. Nothing is kept."""
    wanted, known = await _unless_refused(checked(read_files(body.files), unit))
    earlier = await before(wanted, unit)
    return CheckedView(
        **_version(wanted).model_dump(),
        is_published=known,
        since=earlier.catalog_version if earlier else None,
        differences=_differences(earlier, wanted),
    )


@router.post("/versions", status_code=201)
async def publish_version(
    body: Upload, unit: InUnit[Unit], caller: Administrator, read_files: Annotated[ReadFiles, Depends(_reader)]
) -> VersionView:
    return _version(await _unless_refused(publish(read_files(body.files), unit)))


async def _unless_refused(use_case: Awaitable[T]) -> T:
    """What it gives; a refusal as a problem that lists every fault or difference."""
    try:
        return await use_case
    except CatalogFaulty as refused:
        errors = [{"field": str(fault.place), "message": fault.text} for fault in refused.faults]
        detail, remedy = _("The catalog has faults."), _("Mend the faults listed.")
        raise Problem(422, refused.code, detail, remedy=remedy, rule=refused.rule, errors=errors) from refused
    except VersionFrozen as refused:
        errors = [{"field": "", "message": difference} for difference in refused.differences]
        detail = _("This version is published already, with other content, and never changes.")
        remedy = _("Give the changed catalog a new version.")
        raise Problem(409, refused.code, detail, remedy=remedy, rule=refused.rule, errors=errors) from refused


def _differences(old: CatalogPublished | None, new: CatalogPublished) -> list[DifferenceView]:
    found = differences(old, new) if old else []
    return [DifferenceView(name=one.name, change=one.change, fields=list(one.fields)) for one in found]


async def _found(version: str, unit: Unit) -> CatalogPublished:
    found = await unit.versions.find(version)
    if found is None:
        raise NoSuchVersion(version)
    return found


def _version(one: CatalogPublished) -> VersionView:
    return VersionView(
        version=one.catalog_version,
        valid_from=one.valid_from,
        published_at=one.published_at,
        offerings=len(one.catalog.offerings),
        rules=len(one.catalog.rules),
        derivations=len(one.catalog.derivations),
    )


def _view(published: CatalogPublished, audience: Audience) -> CatalogView:
    seen = for_audience(published.catalog, audience)
    return CatalogView(
        version=published.catalog_version,
        audience=audience,
        valid_from=published.valid_from,
        prices_are_invented=published.prices_are_invented,
        currency=published.currency,
        categories=[
            CategoryView(category=category, offerings=[one for one in seen.offerings if one.category is category])
            for category in Category
        ],
        price_lists=list(seen.price_lists),
        rules=list(seen.rules),
        derivations=list(seen.derivations),
    )
