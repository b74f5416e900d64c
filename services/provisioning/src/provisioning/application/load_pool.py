"""Number pools come from files: first looked at whole, every fault by its line, then loaded whole or not at all."""

from dataclasses import dataclass

from provisioning.application.ports import Unit
from provisioning.domain.inventory import Fault, NumberRange, PoolFaulty, read_pool
from telecom.refusal import _

CLASHES = {
    "pool": _("some of its numbers are in the pool already"),
    "held": _("some of its numbers are ported ones that a customer holds"),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """`fresh` ranges are new, `known` ones are loaded already, exactly so; `faults` stand in the order of lines."""

    fresh: list[NumberRange]
    known: list[NumberRange]
    faults: list[Fault]

    @property
    def new_numbers(self) -> int:
        return sum(one.size for one in self.fresh)


async def look_at_pool(pool: str, unit: Unit) -> Looked:
    """What loading it would do; nothing is changed."""
    ranges, faults = read_pool(pool)
    fresh, known = list[NumberRange](), list[NumberRange]()
    for line, numbers in ranges:
        clashes = await unit.numbers.clashes(numbers)
        if clashes == ["loaded"]:
            known.append(numbers)
        elif clashes:
            faults += [Fault(line, CLASHES[one]) for one in clashes]
        else:
            fresh.append(numbers)
    return Looked(fresh, known, sorted(faults, key=lambda fault: fault.line))


async def load_pool(pool: str, unit: Unit) -> int:
    """Load a pool file whole or not at all; returns how many ranges were new. Raises PoolFaulty, PoolOverlaps."""
    looked = await look_at_pool(pool, unit)
    if looked.faults:
        raise PoolFaulty(looked.faults)
    return sum([await unit.inventory.load(numbers) for numbers in looked.fresh])
