"""What publishing needs of the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.catalog.v1 import CatalogPublished
from contracts.envelope import Event


class Versions(Protocol):
    """The published versions; none ever changes."""

    async def find(self, version: str) -> CatalogPublished | None: ...
    async def add(self, published: CatalogPublished) -> None: ...
    async def all(self) -> Sequence[CatalogPublished]: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


class Unit(Protocol):
    @property
    def versions(self) -> Versions: ...
    @property
    def outbox(self) -> Outbox: ...
    async def now(self) -> datetime: ...
