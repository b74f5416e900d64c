"""What publishing needs of the outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from catalog.domain.draft import Draft
from contracts.catalog.v1 import CatalogPublished
from contracts.envelope import Event
from contracts.shapes import Audience

ReadFiles = Callable[[dict[str, str]], Draft]
"""Makes a draft of the texts of files by name; what can't be read is among its faults."""


class Versions(Protocol):
    """The published versions; none ever changes."""

    async def hold(self) -> None:
        """Nobody else publishes until this unit ends."""

    async def find(self, version: str) -> CatalogPublished | None: ...
    async def add(self, published: CatalogPublished) -> None: ...
    async def all(self) -> Sequence[CatalogPublished]: ...


class Audiences(Protocol):
    """Which catalog each party sees; an older word undoes no newer one."""

    async def find(self, party_id: UUID) -> Audience | None: ...
    async def keep(self, party_id: UUID, audience: Audience, version: int) -> None: ...
    async def forget(self, party_id: UUID) -> None: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


class Unit(Protocol):
    @property
    def versions(self) -> Versions: ...
    @property
    def audiences(self) -> Audiences: ...
    @property
    def outbox(self) -> Outbox: ...
    async def now(self) -> datetime: ...
