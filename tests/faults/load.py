"""What customers were told."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Load:
    accepted: set[UUID] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    """By status; 0 where there was no answer."""
