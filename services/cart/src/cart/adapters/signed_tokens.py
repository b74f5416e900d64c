"""Tokens that we sign: for whoever opened a mailed link, and for ourselves when we ask other services."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.tokens import sign_token


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose tokens they are; `key_file` is a private key as JWK."""

    key_file: Path | None
    issuer: str
    audience: str

    def sign(self, claims: Mapping[str, Any], lifetime: int) -> str:
        if self.key_file is None:
            raise RuntimeError(f"the key file of the issuer {self.issuer} is not set")
        return sign_token(self.key_file, issuer=self.issuer, audience=self.audience, claims=claims, lifetime=lifetime)


class SignedLinkTokens:
    """Ten-minute tokens that every service accepts for one quote and order."""

    def __init__(self, signature: Signature, lifetime: int) -> None:
        self._signature, self.lifetime = signature, lifetime

    def sign(self, claims: Mapping[str, Any]) -> str:
        return self._signature.sign(claims, self.lifetime)
