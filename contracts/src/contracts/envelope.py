"""What every event carries: its topic, its key, and CloudEvents 1.0 headers in binary mode.

Source of the header names: CloudEvents 1.0 and its Kafka protocol binding (binary content mode).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

CONTENT_TYPE = "application/json"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic: name ends in its version; the number of partitions never changes once released.

    `compacted` topics hold the newest state of each key and know tombstones; `secret` ones carry
    link tokens, so that by ACL only the owner writes and only notification reads.
    """

    name: str
    partitions: int = 6
    retention: timedelta = WEEK
    compacted: bool = False
    secret: bool = False

    @property
    def context(self) -> str:
        """`ordering` of `ordering.order.v1`."""
        return self.name.split(".", 1)[0]

    def group_of(self, service: str) -> str:
        """The consumer group of a service on this topic: `provisioning.ordering-order`."""
        return f"{service}.{self.name.rsplit('.', 1)[0].replace('.', '-')}"

    def dead_letters_of(self, service: str) -> str:
        """Where messages go that the service could not handle: `provisioning.ordering-order.dlt`."""
        return f"{self.group_of(service)}.dlt"


class Shape(BaseModel):
    """Part of an event: strict and closed for whoever builds one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Event(Shape):
    """A fact, in the past tense. Strict and closed for the publisher; readers use `read`.

    Class keywords: `topic` (where it is published), `key` (the field that names its subject and is
    the partition key), `version`, `also` (further topics that carry it).
    """

    topic: ClassVar[Topic]
    also: ClassVar[tuple[Topic, ...]] = ()
    key: ClassVar[str]
    schema_version: ClassVar[int] = 1

    def __init_subclass__(
        cls,
        *,
        topic: Topic | None = None,
        key: str | None = None,
        version: int = 1,
        also: tuple[Topic, ...] = (),
        **keywords: Any,
    ) -> None:
        super().__init_subclass__(**keywords)
        if topic is not None and key is not None:
            cls.topic, cls.key, cls.schema_version, cls.also = topic, key, version, also

    @classmethod
    @cache
    def type_name(cls) -> str:
        """The CloudEvents type: `ordering.OrderReceived.v1`."""
        return f"{cls.topic.context}.{cls.__name__}.v{cls.schema_version}"

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The event in `body`; fields this reader does not know are ignored. Raises ValidationError."""
        return cls.model_validate_json(body, extra="ignore")

    def body(self) -> bytes:
        return self.__pydantic_serializer__.to_json(self)

    def partition_key(self) -> str:
        return str(getattr(self, self.key))


def headers(
    *,
    event_id: UUID,
    type_name: str,
    source: str,
    subject: str,
    correlation_id: str,
    cause: UUID | None = None,
    time: datetime | None = None,
    traceparent: str | None = None,
) -> dict[str, str]:
    """CloudEvents 1.0 headers for the Kafka binding; correlation, cause and trace are extensions."""
    found = {
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_type": type_name,
        "ce_source": f"/trunkline/{source}",
        "ce_subject": subject,
        "ce_time": (time or datetime.now(UTC)).isoformat(),
        "content-type": CONTENT_TYPE,
        "ce_correlationid": correlation_id,
    }
    if cause is not None:
        found["ce_causationid"] = str(cause)
    if traceparent is not None:
        found["ce_traceparent"] = traceparent
    return found
