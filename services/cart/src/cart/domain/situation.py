"""What rules and derivations look at: the lines of a cart, and those of the agreement beside it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from cart.domain.catalog import Audience, BusinessCase, Catalog, Category, Offering, Selector


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line as rules see it. `combination` is the offering's trait, or the option chosen with a trunk (KOMBI-1).

    `computed` follows from other lines, `fixed` can't be removed or exchanged.
    """

    offering: Offering
    quantity: int
    line_id: UUID | None = None
    combination: bool = False
    computed: bool = False
    fixed: bool = False
    price_list: str | None = None


@dataclass(frozen=True)
class Situation:
    """What stands in the cart, and what the agreement already holds (empty for a new one)."""

    catalog: Catalog
    business_case: BusinessCase
    lines: tuple[RuleLine, ...]
    held: tuple[RuleLine, ...] = ()
    audience: Audience = Audience.BUSINESS
    agreement_id: UUID | None = None
    _found: dict[tuple[Selector, bool], list[RuleLine]] = field(default_factory=dict, init=False, repr=False)

    @property
    def beside(self) -> tuple[RuleLine, ...]:
        """What stands beside the cart; in a renewal the cart itself has what the agreement holds (AMEND-2)."""
        return () if self.business_case is BusinessCase.RENEWAL else self.held

    def in_cart(self, selector: Selector) -> list[RuleLine]:
        return self._selected(selector, beside=False)

    def chosen(self, selector: Selector) -> list[RuleLine]:
        """Lines that a person put into the cart; automatic ones are not his choice."""
        return [line for line in self.in_cart(selector) if not line.computed]

    def standing(self, selector: Selector) -> list[RuleLine]:
        """Lines in the cart or beside it."""
        return [*self.in_cart(selector), *self._selected(selector, beside=True)]

    def holds(self, code: str) -> bool:
        return code in self._held_codes

    def may_be_added(self, offering: Offering) -> bool:
        """CAT-2, CAT-4; in a renewal what the agreement holds may also come back (AMEND-2)."""
        if self.business_case is BusinessCase.RENEWAL and self.holds(offering.code):
            return True
        return offering.sold_to(self.audience)

    def offered(self, selector: Selector) -> list[RuleLine]:
        """What a person could add, each as the line it would become: a trunk with and without the Kombi option."""
        return [
            RuleLine(one, 1, combination=combination)
            for one in self.catalog.offerings
            for combination in ((False, True) if one.category is Category.TRUNK else (one.combination,))
            if selector.selects(one, combination) and self.may_be_added(one)
        ]

    def plus(self, line: RuleLine) -> "Situation":
        return replace(self, lines=(*self.lines, line))

    def minus(self, line: RuleLine) -> "Situation":
        return replace(self, lines=tuple(one for one in self.lines if one is not line))

    @cached_property
    def _held_codes(self) -> frozenset[str]:
        return frozenset(line.offering.code for line in self.held)

    @cached_property
    def _forgotten(self) -> frozenset[str]:
        """Codes in the cart that this version of the catalog doesn't know."""
        codes = {line.offering.code for line in self.lines}
        return frozenset(code for code in codes if self.catalog.find(code) is None)

    def _selected(self, selector: Selector, *, beside: bool) -> list[RuleLine]:
        """Asked again and again by the rules of a catalog, so found once."""
        found = self._found.get((selector, beside))
        if found is None:
            lines = self.beside if beside else self.lines
            codes = self.catalog.selected(selector) | self._forgotten
            likely = [line for line in lines if line.offering.code in codes]
            found = [line for line in likely if selector.selects(line.offering, line.combination)]
            self._found[selector, beside] = found
        return found
