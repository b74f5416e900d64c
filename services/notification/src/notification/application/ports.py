"""What telling people needs of the outside."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from contracts.envelope import Event
from notification.domain.notice import Notice, Recipient


class Notices(Protocol):
    """Mails to be sent; a second one of the same kind, subject and address is none."""

    async def add(self, notices: Sequence[Notice]) -> None: ...


class Orders(Protocol):
    """Whom an order concerns, kept from its OrderReceived on; what happened before that waits."""

    async def keep(self, order_id: UUID, customer_id: UUID, number: str, recipients: Sequence[Recipient]) -> None: ...
    async def find(self, order_id: UUID) -> tuple[UUID, str, list[Recipient]] | None: ...
    async def wait(self, order_id: UUID, kind: str, subject: UUID, facts: dict[str, Any]) -> None: ...
    async def waiting(self, order_id: UUID) -> list[tuple[str, UUID, dict[str, Any]]]: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


class Unit(Protocol):
    @property
    def notices(self) -> Notices: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def outbox(self) -> Outbox: ...
    def new_id(self) -> UUID: ...
    def sealed(self, token: str) -> str: ...
