"""What a customer of one audience sees of the catalog (CAT-2, CAT-3, TEN-4)."""

from datetime import date

from catalog.application.ports import Unit
from catalog.domain.refusals import NoSuchVersion
from contracts.catalog.v1 import CatalogPublished, Offering, PriceList
from contracts.shapes import Audience


async def current(on: date, unit: Unit) -> CatalogPublished:
    """The newest version valid on that day. Raises NoSuchVersion where there is none yet."""
    valid = [one for one in await unit.versions.all() if one.valid_from <= on]
    if not valid:
        raise NoSuchVersion(on.isoformat())
    return max(valid, key=lambda one: (one.valid_from, one.published_at))


def for_audience(published: CatalogPublished, audience: Audience) -> tuple[list[Offering], list[PriceList]]:
    """Offerings and price lists of that audience, in the catalog's order."""
    return (
        [one for one in published.catalog.offerings if audience in one.audiences],
        [one for one in published.catalog.price_lists if audience in one.audiences],
    )


def differences(old: CatalogPublished, new: CatalogPublished) -> dict[str, list[str]]:
    """Codes that came, went or changed from one version to the other."""
    before = {one.code: one for one in old.catalog.offerings}
    after = {one.code: one for one in new.catalog.offerings}
    return {
        "added": [code for code in after if code not in before],
        "removed": [code for code in before if code not in after],
        "changed": [code for code in after if code in before and after[code] != before[code]],
    }
