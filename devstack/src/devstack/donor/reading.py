"""Records of the exchange as messages, and the technical refusal of what is none: 0993, 0995."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from contracts.registry import all_events
from contracts.wbci.v1 import TechnicallyRefused, WbciMessage

MESSAGES: dict[str, type[WbciMessage]] = {one.type_name(): one for one in all_events() if issubclass(one, WbciMessage)}


class Unreadable(Exception):
    """No message of the version that is spoken here."""

    def __init__(self, code: Literal["0993", "0995"], type_name: str, why: str) -> None:
        super().__init__(why)
        self.code, self.type_name = code, type_name


def headers_of(record: ConsumerRecord) -> dict[str, str]:
    return {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}


def read(given: Mapping[str, str], body: bytes | None) -> WbciMessage:
    """Raises Unreadable."""
    type_name = given.get("ce_type", "")
    kind = MESSAGES.get(type_name)
    if kind is None:
        known = type_name.rpartition(".v")[0] in {one.rpartition(".v")[0] for one in MESSAGES}
        raise Unreadable("0993" if known else "0995", type_name, f"{type_name or 'no type'} is not spoken here")
    try:
        return kind.read(body or b"")
    except ValidationError as error:
        raise Unreadable("0995", type_name, str(error)) from None


def technical_refusal(error: Unreadable, key: bytes | None, body: bytes | None) -> TechnicallyRefused | None:
    """None where the message does not even say who sent it to whom, and about what."""
    try:
        told: Any = json.loads(body or b"")
        return TechnicallyRefused(
            sender=told["receiver"],
            receiver=told["sender"],
            pre_agreement_id=told.get("pre_agreement_id") or (key or b"").decode(),
            sent_at=datetime.now(UTC),
            code=error.code,
            refused_type=error.type_name or "unknown",
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
