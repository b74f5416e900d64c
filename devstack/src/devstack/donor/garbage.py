"""What no carrier should send, and each way to make it of a message that would have been right."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from contracts.wbci.v1 import PreAgreementAnswered, Settled, WbciMessage

GarbageKind = Literal["bad_json", "unknown_type", "unknown_version", "wrong_structure", "wrong_content"]
GARBAGE_KINDS: tuple[GarbageKind, ...] = get_args(GarbageKind)
ANSWERED_WITH: dict[GarbageKind, str] = {
    "bad_json": "a dead letter",
    "unknown_type": "nothing but a count",
    "unknown_version": "0993 or a dead letter",
    "wrong_structure": "0995 or a dead letter",
    "wrong_content": "0995",
}
"""What we should hear or see of it."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes under a type name, instead of `meant`."""

    kind: GarbageKind
    meant: WbciMessage

    @property
    def type_name(self) -> str:
        name = self.meant.type_name()
        match self.kind:
            case "unknown_type":
                return "wbci.Smalltalk.v1"
            case "unknown_version":
                return f"{name.removesuffix('.v1')}.v9"
        return name

    def body(self) -> bytes:
        return SPOILT[self.kind](self.meant)


def _torn(meant: WbciMessage) -> bytes:
    return meant.body()[: len(meant.body()) // 2]


def _as_it_is(meant: WbciMessage) -> bytes:
    return meant.body()


def _wrong_structure(meant: WbciMessage) -> bytes:
    """A date that is none, and a list where one thing belongs; what names the message stays."""
    told: dict[str, Any] = json.loads(meant.body())
    kept = ("sender", "receiver", "pre_agreement_id", "sent_at")
    return json.dumps({name: value if name in kept else ["übermorgen"] for name, value in told.items()}).encode()


def _wrong_content(meant: WbciMessage) -> bytes:
    """Each field is well-formed, and yet it says what can't be: 8001 with another date, 8004 to nothing."""
    match meant:
        case PreAgreementAnswered():
            return meant.model_copy(update={"answer": "8001" if meant.answer == "8002" else "8002"}).body()
        case Settled():
            return meant.model_copy(update={"answer": "8004" if meant.answer == "8003" else "8003"}).body()
    return _wrong_structure(meant)


SPOILT: dict[GarbageKind, Callable[[WbciMessage], bytes]] = {
    "bad_json": _torn,
    "unknown_type": _as_it_is,
    "unknown_version": _as_it_is,
    "wrong_structure": _wrong_structure,
    "wrong_content": _wrong_content,
}
