"""An agreement's versions as a story: what each order changed, and until when it held (AMEND-1, AMEND-2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cart.domain.agreement import AgreementLine, AgreementVersion, held_on
from cart.domain.catalog import BusinessCase
from cart.domain.wording import Message, message
from telecom.refusal import _


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is for programs, `text` for people."""

    kind: str
    text: Message


@dataclass(frozen=True, slots=True)
class Chapter:
    """A version, the first day on which it no longer holds, and what it changed."""

    version: AgreementVersion
    valid_until: date | None
    changes: tuple[Change, ...]


def chapters(versions: Sequence[AgreementVersion]) -> list[Chapter]:
    """Newest first. `versions` are in the order in which they were recorded."""
    found = []
    for place, one in enumerate(versions):
        later = [other.valid_from for other in versions[place + 1 :]]
        before = held_on(one.valid_from, [other for other in versions[:place] if other.version != one.version])
        found.append(Chapter(one, min(later, default=None), tuple(_changes(before, one))))
    return found[::-1]


def _changes(before: AgreementVersion | None, after: AgreementVersion) -> Iterator[Change]:
    if not after.lines:
        yield Change("termination", message(_("Ends on %(day)s"), day=f"{after.valid_from:%d.%m.%Y}"))
        return
    if before is not None and not before.lines:
        yield Change("reversal", message(_("Termination taken back")))
        return
    if after.cause.business_case is BusinessCase.RENEWAL:
        yield Change("term", message(_("Renewed for %(months)s months"), months=after.term_months or 0))
    held, holds = _by_offering(before.lines if before else ()), _by_offering(after.lines)
    for code, line in holds.items():
        if code not in held:
            yield Change("added", message(_("Added: %(quantity)s × %(name)s"), quantity=line.quantity, name=line.name))
        else:
            yield from _line_changes(held[code], line)
    for code, line in held.items():
        if code not in holds:
            yield Change("removed", message(_("Removed: %(name)s"), name=line.name))


def _line_changes(before: AgreementLine, after: AgreementLine) -> Iterator[Change]:
    if before.quantity != after.quantity:
        yield Change(
            "quantity",
            message(
                _("%(name)s: %(before)s → %(after)s"), name=after.name, before=before.quantity, after=after.quantity
            ),
        )
    if before.price_list != after.price_list:
        yield Change("price_list", message(_("%(name)s: new connection price list"), name=after.name))
    if before.monthly != after.monthly:
        yield Change("price", message(_("%(name)s: new price"), name=after.name))


def _by_offering(lines: Sequence[AgreementLine]) -> dict[str, AgreementLine]:
    """Lines of the same product in one, with their whole quantity and the newest price."""
    found: dict[str, AgreementLine] = {}
    for line in lines:
        known = found.get(line.offering)
        found[line.offering] = line.with_quantity(line.quantity + (known.quantity if known else 0))
    return found
