"""A signed form as a file (PORT-4)."""

from dataclasses import dataclass
from hashlib import sha256

LARGEST_FORM = 10 << 20
"""Bytes."""
MOST_PAGES = 20
PICTURES = "image/jpeg"
"""Of what kind the pictures of pages are."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """`content` as it came, kept for evidence; `pages` are pictures made of it, and all that screens show."""

    media_type: str
    content: bytes
    pages: tuple[bytes, ...]

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()
