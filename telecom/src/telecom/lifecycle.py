"""Lifecycles as tables that whoever knows the business can correct; diagrams are made from them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


class Step(NamedTuple, Generic[S, T]):
    before: S
    trigger: T
    after: S


class NotPossible(Exception):
    """The table knows no such step; callers turn it into a refusal in the customer's terms, or count it."""

    def __init__(self, state: StrEnum, trigger: StrEnum) -> None:
        super().__init__(f"{trigger} is not possible in state {state}")
        self.state, self.trigger = state, trigger


class Lifecycle(Generic[S, T]):
    """A table of steps; no state has two ways to go on the same trigger. `begins` in the first state unless said."""

    def __init__(self, steps: Iterable[Step[S, T]], *, begins: Iterable[S] = ()) -> None:
        self.steps = tuple(steps)
        self.begins = tuple(begins) or (self.steps[0].before,)
        self._after = {(step.before, step.trigger): step.after for step in self.steps}
        if len(self._after) != len(self.steps):
            raise ValueError("a state has two ways to go on the same trigger")

    def after(self, state: S, trigger: T) -> S:
        """The state that follows. Raises NotPossible."""
        try:
            return self._after[state, trigger]
        except KeyError:
            raise NotPossible(state, trigger) from None

    def allows(self, state: S, trigger: T) -> bool:
        return (state, trigger) in self._after

    def final_states(self) -> set[S]:
        return {step.after for step in self.steps} - {step.before for step in self.steps}
