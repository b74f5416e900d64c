"""What a customer of one audience sees of the catalog (CAT-2, CAT-3, TEN-4)."""

from datetime import date
from typing import Protocol
from uuid import UUID

from catalog.application.ports import Unit
from catalog.domain.refusals import AudienceMissing, AudienceUnknown, NoSuchVersion
from contracts.catalog.v1 import CatalogPublished, Offering, PriceList
from contracts.shapes import Audience


class Viewer(Protocol):
    @property
    def role(self) -> str: ...
    @property
    def party_id(self) -> UUID | None: ...


async def current(on: date, unit: Unit) -> CatalogPublished:
    """The newest version valid on that day. Raises NoSuchVersion where there is none yet."""
    valid = [one for one in await unit.versions.all() if one.valid_from <= on]
    if not valid:
        raise NoSuchVersion(on.isoformat())
    return max(valid, key=lambda one: (one.valid_from, one.published_at))


async def before(version: CatalogPublished, unit: Unit) -> CatalogPublished | None:
    """The newest of the other versions that isn't valid later: what `version` is compared with."""
    others = [one for one in await unit.versions.all() if one.catalog_version != version.catalog_version]
    earlier = [one for one in others if one.valid_from <= version.valid_from]
    return max(earlier, key=lambda one: (one.valid_from, one.published_at), default=None)


def visible(published: CatalogPublished, caller: Viewer, on: date) -> bool:
    """What isn't valid yet is the administrator's alone."""
    return caller.role == "administrator" or published.valid_from <= on


def for_audience(published: CatalogPublished, audience: Audience) -> tuple[list[Offering], list[PriceList]]:
    """Offerings and price lists of that audience, in the catalog's order."""
    return (
        [one for one in published.catalog.offerings if audience in one.audiences],
        [one for one in published.catalog.price_lists if audience in one.audiences],
    )


async def audience_of(caller: Viewer, asked: Audience | None, unit: Unit) -> Audience:
    """A customer sees its own catalog, whatever it asks for; who looks after customers says which (TEN-4).

    Raises AudienceUnknown or AudienceMissing.
    """
    if caller.role == "customer":
        own = None if caller.party_id is None else await unit.audiences.find(caller.party_id)
        if own is None:
            raise AudienceUnknown
        return own
    if asked is None:
        raise AudienceMissing
    return asked
