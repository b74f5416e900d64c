"""The OpenID provider: code flow with PKCE (authlib), ID token checked with joserfc."""

import time
import warnings
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.deprecate import AuthlibDeprecationWarning
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.application.ports import Away, Json, LoginRefused

warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # it knows httpx by another name; no line for operators
from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: E402 - it warns when imported

LEEWAY = 30


class OpenIdProvider:
    """`issuer` is the one address under which browsers and services reach the provider."""

    def __init__(
        self, client: httpx.AsyncClient, *, issuer: str, client_id: str, client_secret: str, callback: str
    ) -> None:
        self._http, self._issuer = client, issuer.rstrip("/")
        self._client_id, self._client_secret, self._callback = client_id, client_secret, callback
        self._known: Json | None = None

    async def authorize_url(self, *, state: str, nonce: str, verifier: str) -> str:
        endpoints = await self._endpoints()
        client = self._client()
        url, _ = client.create_authorization_url(
            endpoints["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
        await client.aclose()
        return str(url)

    async def redeem(self, *, code: str, nonce: str, verifier: str) -> tuple[str, Json]:
        """The ID token for a code, and its claims; raises LoginRefused."""
        endpoints = await self._endpoints()
        try:
            async with self._client() as client:
                token = await client.fetch_token(endpoints["token_endpoint"], code=code, code_verifier=verifier)
            id_token = token["id_token"]
            claims = await self._checked(id_token, endpoints)
        except httpx.HTTPError as error:
            raise Away("login") from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise LoginRefused(repr(error)) from error
        if claims.get("nonce") != nonce:
            raise LoginRefused("nonce")
        return id_token, claims

    async def logout_url(self, id_token: str) -> str | None:
        endpoint = (await self._endpoints()).get("end_session_endpoint")
        if not endpoint:
            return None
        back = self._callback.rsplit("/login", 1)[0] + "/signed-out"
        return str(httpx.URL(endpoint, params={"id_token_hint": id_token, "post_logout_redirect_uri": back}))

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            scope="openid profile email",
            redirect_uri=self._callback,
            code_challenge_method="S256",
        )

    async def _endpoints(self) -> Json:
        if self._known is None:
            try:
                answer = await self._http.get(f"{self._issuer}/.well-known/openid-configuration")
                answer.raise_for_status()
                self._known = answer.json()
            except (httpx.HTTPError, ValueError) as error:
                raise Away("login") from error
        return self._known

    async def _checked(self, id_token: str, endpoints: Json) -> Json:
        keys = (await self._http.get(endpoints["jwks_uri"])).json()
        claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["RS256", "ES256"]).claims
        audience = claims.get("aud")
        if claims.get("iss") != self._issuer or self._client_id not in (
            audience if isinstance(audience, list) else [audience]
        ):
            raise LoginRefused("issuer or audience")
        if float(claims.get("exp", 0)) < time.time() - LEEWAY:
            raise LoginRefused("expired")
        return dict(claims)
