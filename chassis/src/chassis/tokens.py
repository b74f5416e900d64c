"""Who calls: signed tokens of trusted issuers, checked by each service itself."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any
from urllib.request import urlopen
from uuid import UUID

import structlog
from fastapi import Depends, Request
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from chassis.problems import Problem, _
from chassis.settings import TrustedIssuer

log = structlog.get_logger()

ALGORITHMS = ["RS256"]
LEEWAY = 10
"""Seconds by which two machines' clocks may differ."""
REFRESH_AT_MOST_EVERY = 10.0
FETCH_SECONDS = 5.0
BELIEVED_SECONDS = 60.0
BELIEVED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller whose token was checked. `link` holds the rights of an exchanged mail link, else None."""

    subject: str
    role: str
    party_id: UUID | None = None
    name: str = ""
    email: str = ""
    language: str = "de"
    machine: bool = False
    link: Mapping[str, Any] | None = None


def unauthorized(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, remedy=_("Log in again."), headers={"WWW-Authenticate": f'Bearer error="{code}"'})


@dataclass(slots=True)
class Keys:
    """The public keys of one issuer; fetched again when an unknown key signs, but not more often than every 10 s."""

    trusted: TrustedIssuer
    known: KeySet | None = None
    fetched_at: float = 0.0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, kid: str | None) -> KeySet:
        if self.known is None or self._should_ask_again(self.known, kid):
            async with self.asking:
                if self.known is None or self._should_ask_again(self.known, kid):
                    self.known, self.fetched_at = await self._fetch(), time.monotonic()
        return self.known

    def _should_ask_again(self, known: KeySet, kid: str | None) -> bool:
        is_unknown = kid is not None and kid not in {key.kid for key in known.keys}
        return is_unknown and time.monotonic() - self.fetched_at >= REFRESH_AT_MOST_EVERY

    async def _fetch(self) -> KeySet:
        try:
            return KeySet.import_key_set(json.loads(await self._text()))
        except (OSError, HTTPException, JoseError, ValueError, LookupError, TypeError) as error:
            raise Problem(
                503, "login-unavailable", _("The login provider does not answer."), headers={"Retry-After": "5"}
            ) from error

    async def _text(self) -> str | bytes:
        if self.trusted.jwks_file is not None:
            return self.trusted.jwks_file.read_text(encoding="utf-8")
        assert self.trusted.jwks_url is not None, "an issuer needs jwks_url or jwks_file"
        return await asyncio.to_thread(_read, self.trusted.jwks_url)


def _read(url: str) -> bytes:
    """With the standard library's client: once in a while it is good enough, and others take long to import."""
    with urlopen(url, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - a setting, no user's
        return answer.read()  # type: ignore[no-any-return] # bytes


class TokenCheck:
    """Turns a bearer token into an Identity, or a 401 that says what is wrong with it."""

    def __init__(self, issuers: list[TrustedIssuer]) -> None:
        self._keys = {one.issuer: Keys(one) for one in issuers}
        self._believed: dict[str, tuple[Identity, float]] = {}

    async def learn(self) -> None:
        """Read every issuer's keys, so that no caller waits for them; who is away is asked again."""
        for issuer, keys in self._keys.items():
            try:
                await keys.find(None)
            except Problem as problem:
                log.warning("keys are not known yet", issuer=issuer, error=repr(problem.__cause__))

    async def identify(self, token: str) -> Identity:
        """Checking a signature costs as much as a statement, so a token that held is believed for a minute."""
        found, until = self._believed.get(token, (None, 0.0))
        if found is not None and time.time() < until:
            return found
        found, expires = await self._verified(token)
        if len(self._believed) >= BELIEVED_AT_MOST:
            self._believed.clear()
        self._believed[token] = found, min(expires, time.time() + BELIEVED_SECONDS)
        return found

    async def _verified(self, token: str) -> tuple[Identity, float]:
        issuer, kid = _peek(token)
        keys = self._keys.get(issuer)
        if keys is None:
            raise unauthorized("unknown-issuer", _("This token was issued by nobody we trust."))
        try:
            decoded = jwt.decode(token, await keys.find(kid), algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise unauthorized("bad-signature", _("This token's signature does not hold.")) from error
        claims = decoded.claims
        audience = claims.get("aud")
        if keys.trusted.audience not in (audience if isinstance(audience, list) else [audience]):
            raise unauthorized("wrong-audience", _("This token is meant for somebody else."))
        if not isinstance(claims.get("exp"), (int, float)) or claims["exp"] + LEEWAY < time.time():
            raise unauthorized("token-expired", _("Your login has expired."))
        return _identity(claims, keys.trusted), claims["exp"] + LEEWAY


def _peek(token: str) -> tuple[str, str | None]:
    try:
        part = jws.extract_compact(token.encode())
        return str(json.loads(part.payload).get("iss")), part.headers().get("kid")
    except (JoseError, ValueError, AttributeError, UnicodeError) as error:
        raise unauthorized("malformed-token", _("This is no token.")) from error


def _identity(claims: Mapping[str, Any], trusted: TrustedIssuer) -> Identity:
    try:
        party = UUID(claims["party_id"]) if claims.get("party_id") else None
    except (ValueError, TypeError) as error:
        raise unauthorized("malformed-token", _("The party in this token is no id.")) from error
    return Identity(
        subject=str(claims.get("sub", "")),
        role=str(claims.get("role", "")),
        party_id=party,
        name=str(claims.get("name", "")),
        email=str(claims.get("email", "")),
        language="en" if claims.get("language") == "en" else "de",
        machine=bool(claims.get("machine", False)),
        link=claims.get("link") if trusted.links else None,
    )


async def identify(request: Request) -> Identity | None:
    """Who calls, None without a token; a request's token is checked once, however many ask."""
    if not hasattr(request.state, "identity"):
        request.state.identity = await _checked(request)
    found: Identity | None = request.state.identity
    return found


async def _checked(request: Request) -> Identity | None:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() != "bearer" or not token:
        raise unauthorized("malformed-token", _("The header Authorization is no bearer token."))
    check: TokenCheck = request.app.state.token_check
    return await check.identify(token.strip())


PublicCaller = Annotated[Identity | None, Depends(identify)]
"""Who calls, if he says so; whether that is enough, `chassis.roles` declares for each route."""


def sign_token(key_file: Path, *, issuer: str, audience: str, claims: Mapping[str, Any], lifetime: int) -> str:
    """A signed token, good for `lifetime` seconds; `key_file` is a private RSA key as JWK."""
    key = _private_key(key_file, key_file.stat().st_mtime_ns)
    now = int(time.time())
    header = {"alg": "RS256", "kid": key.kid}
    return jwt.encode(header, {**claims, "iss": issuer, "aud": audience, "iat": now, "exp": now + lifetime}, key)


@lru_cache(maxsize=8)
def _private_key(key_file: Path, _written_at: int) -> RSAKey:
    """Read once, and again when the file was replaced."""
    return RSAKey.import_key(json.loads(key_file.read_text(encoding="utf-8")))


def new_key(key_file: Path, jwks_file: Path) -> None:
    """Make a key pair: the private key as JWK, the public one as key set."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    key_file.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    key_file.chmod(0o600)
    jwks_file.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
