"""A signed form as a file (PORT-4)."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

LARGEST_FORM = 10 << 20
"""Bytes."""
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class SignedFile:
    """`content` as it came, kept for evidence; `pages` are pictures made of it, and all that screens show."""

    media_type: str
    content: bytes
    pages: tuple[bytes, ...]

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who uploaded it; and who sent it when, where it came by mail."""

    by: str
    came_from: str | None = None
    came_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of the file that lies beside."""

    media_type: str
    digest: str
    pages: int
    sender: Sender

    @classmethod
    def of(cls, file: SignedFile, sender: Sender) -> "Sent":
        return cls(file.media_type, file.digest, len(file.pages), sender)
