"""The unit as consumers are given it: the portal's store, and what the chassis adds."""

from collections.abc import Callable
from typing import Protocol

from chassis.scope import Scope
from chassis.story import Story
from portal.application.ports import PortalUnit


class Waking(PortalUnit, Protocol):
    @property
    def scope(self) -> Scope: ...
    @property
    def story(self) -> Story: ...
    def after_commit(self, act: Callable[[], None]) -> None: ...
