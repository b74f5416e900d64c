"""What a customer of one audience sees of the catalog (CAT-2, CAT-3, TEN-4)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from catalog.application.ports import Unit
from catalog.domain.refusals import AudienceMissing, AudienceUnknown, NoSuchVersion
from contracts.catalog.v1 import Catalog, CatalogPublished, Derivation, Rule, Selector
from contracts.shapes import Audience
from telecom.versions import precedence

R = TypeVar("R", Rule, Derivation)


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
    return max(valid, key=_precedence)


async def before(version: CatalogPublished, unit: Unit) -> CatalogPublished | None:
    """The newest of the other versions that isn't valid later: what `version` is compared with."""
    others = [one for one in await unit.versions.all() if one.catalog_version != version.catalog_version]
    earlier = [one for one in others if one.valid_from <= version.valid_from]
    return max(earlier, key=_precedence, default=None)


def visible(published: CatalogPublished, caller: Viewer, on: date) -> bool:
    """What isn't valid yet is the administrator's alone."""
    return caller.role == "administrator" or published.valid_from <= on


def for_audience(whole: Catalog, audience: Audience) -> Catalog:
    """What that audience may know of: its offerings and price lists, and rules that speak of nothing else (TEN-4)."""
    price_lists = tuple(one for one in whole.price_lists if audience in one.audiences)
    lists = {one.code for one in price_lists}
    offerings = tuple(
        one.model_copy(update={"price_lists": tuple(code for code in one.price_lists if code in lists)})
        for one in whole.offerings
        if audience in one.audiences
    )
    codes = {one.code for one in offerings}
    return Catalog(
        offerings=offerings,
        price_lists=price_lists,
        rules=tuple(_told(whole.rules, codes)),
        derivations=tuple(_told(whole.derivations, codes)),
    )


def _precedence(one: CatalogPublished) -> tuple[date, tuple[int, ...]]:
    return precedence(one.catalog_version, one.valid_from)


def _told(rules: Iterable[R], codes: set[str]) -> Iterator[R]:
    """Those that are left with something to speak of when all other codes are taken out."""
    for rule in rules:
        subject, other = _cut(rule.subject, codes), rule.object and _cut(rule.object, codes)
        if all(one is None or one.categories or one.codes for one in (subject, other)):
            yield rule.model_copy(update={"subject": subject, "object": other})


def _cut(selector: Selector, codes: set[str]) -> Selector:
    return selector.model_copy(update={"codes": tuple(code for code in selector.codes if code in codes)})


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
