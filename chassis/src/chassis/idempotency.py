"""The same request twice does its work once: key, work and answer commit together."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from chassis.problems import Problem, _
from chassis.unit import Unit

CLAIM = text(
    "INSERT INTO idempotency_key (caller, key, fingerprint) VALUES (:caller, :key, :fingerprint) "
    "ON CONFLICT DO NOTHING RETURNING key"
)
STORED = text("SELECT fingerprint, status, body, headers FROM idempotency_key WHERE caller = :caller AND key = :key")
KEEP = (
    "UPDATE idempotency_key SET status = :status, body = :body, headers = cast(:kept_headers AS jsonb) "
    "WHERE caller = :caller AND key = :key"
)
RELEASE = text("DELETE FROM idempotency_key WHERE caller = :caller AND key = :key")
LONGEST = 200
LARGE = 4096
"""Bytes from which an answer is kept deflated: PostgreSQL itself needs ten times as long to compress it."""
DEFLATED = {"content-encoding": "deflate"}


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer given before."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A caller's key and what it stands for."""

    caller: str
    key: str
    fingerprint: bytes

    @classmethod
    def of(cls, caller: str, key: str | None, method: str, path: str, body: bytes) -> "Claim":
        """Raises Problem where the key is missing or unusable."""
        if not key:
            raise Problem(
                400,
                "idempotency-key-missing",
                _("The header Idempotency-Key is missing."),
                remedy=_("Send a new random key with each new request, and the same one when repeating it."),
                field="Idempotency-Key",
            )
        if len(key) > LONGEST or not key.isprintable():
            raise Problem(
                400,
                "idempotency-key-unusable",
                _("The header Idempotency-Key is too long or not printable."),
                field="Idempotency-Key",
            )
        digest = hashlib.sha256(f"{method} {path}\n".encode() + body).digest()
        return cls(caller, key, digest)

    async def take(self, unit: Unit) -> Stored | None:
        """None if the key is new, else the answer given before. Two at once: the second waits for the first."""
        mine = {"caller": self.caller, "key": self.key}
        if (await unit.connection.execute(CLAIM, {**mine, "fingerprint": self.fingerprint})).first() is not None:
            return None
        found = (await unit.connection.execute(STORED, mine)).one()
        if found.fingerprint != self.fingerprint:
            raise Problem(
                422,
                "idempotency-key-reused",
                _("This Idempotency-Key was used for another request."),
                remedy=_("Send a new key with a new request."),
                field="Idempotency-Key",
            )
        if DEFLATED.items() <= found.headers.items():
            plain = {name: value for name, value in found.headers.items() if name not in DEFLATED}
            return Stored(found.status, zlib.decompress(found.body), plain)
        return Stored(found.status, found.body, found.headers)

    async def release(self, unit: Unit) -> None:
        """A refusal is not stored: the same request may be tried again under its key."""
        await unit.connection.execute(RELEASE, {"caller": self.caller, "key": self.key})

    def keep(self, unit: Unit, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """The answer commits with the work; it is written with the events."""
        if len(body) >= LARGE:
            body, headers = zlib.compress(body, 1), {**headers, **DEFLATED}
        kept = {"status": status, "body": body, "kept_headers": json.dumps(dict(headers))}
        unit.send_along(KEEP, {"caller": self.caller, "key": self.key, **kept})
