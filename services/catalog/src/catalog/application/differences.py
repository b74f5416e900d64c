"""What one catalog version says otherwise than another."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from contracts.catalog.v1 import CatalogPublished, Derivation, Rule
from contracts.envelope import Shape

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`name` is an offering's or price list's code, number and kind of a rule or derivation, or the version itself."""

    name: str
    change: Change
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.change}" + (f" ({', '.join(self.fields)})" if self.fields else "")


def differences(old: CatalogPublished, new: CatalogPublished) -> list[Difference]:
    """Everything added, removed or changed from the old to the new; when and as what it was published left out."""
    before, after = _parts(old), _parts(new)
    found = [Difference(name, "removed") for name in before if name not in after]
    for name, part in after.items():
        if name not in before:
            found.append(Difference(name, "added"))
        elif fields := _fields_changed(before[name], part):
            found.append(Difference(name, "changed", fields))
    head = tuple(
        field
        for field in ("valid_from", "prices_are_invented", "currency")
        if getattr(old, field) != getattr(new, field)
    )
    return [*([Difference("version", "changed", head)] if head else []), *found]


def _parts(published: CatalogPublished) -> dict[str, Shape]:
    """Rules share their numbers, so their kind is named too, and where that is shared they are counted."""
    catalog = published.catalog
    parts: dict[str, Shape] = {one.code: one for one in catalog.offerings}
    parts |= {one.code: one for one in catalog.price_lists}
    seen: Counter[str] = Counter()
    told: tuple[Rule | Derivation, ...] = (*catalog.rules, *catalog.derivations)
    for part in told:
        name = f"{part.id} {part.kind}"
        seen[name] += 1
        parts[name if seen[name] == 1 else f"{name} #{seen[name]}"] = part
    return parts


def _fields_changed(before: Shape, after: Shape) -> tuple[str, ...]:
    return tuple(name for name in type(after).model_fields if getattr(before, name, None) != getattr(after, name))
