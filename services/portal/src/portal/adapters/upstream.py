"""The other services over HTTP; an answer that is no answer becomes Away or Problem."""

from typing import Any

import httpx
import structlog

from chassis.story import current_story
from portal.application.ports import Answer, Away, Problem

log = structlog.get_logger()
JSON_TYPES = ("application/json", "application/problem+json")


class HttpServices:
    """`addresses` maps a service's name to its base address."""

    def __init__(self, client: httpx.AsyncClient, addresses: dict[str, str]) -> None:
        self._client = client
        self._addresses = {part: address.rstrip("/") for part, address in addresses.items()}

    async def call(
        self,
        part: str,
        method: str,
        path: str,
        *,
        token: str | None,
        language: str,
        params: dict[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        content_type: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
        on_behalf_of: str | None = None,
    ) -> Answer:
        headers = {"Accept-Language": language, **current_story().headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = _plain(key)
        if if_match:
            headers["If-Match"] = f'"{_plain(if_match)}"'
        if on_behalf_of:
            headers["X-Forwarded-For"] = on_behalf_of
        if content_type:
            headers["Content-Type"] = content_type
        found = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        try:
            answer = await self._client.request(
                method, self._addresses[part] + path, params=found, json=json, content=content, headers=headers
            )
        except httpx.InvalidURL as error:
            raise Problem(404, {}) from error  # a word out of our own address that no address can hold
        except httpx.TransportError as error:
            log.warning("service does not answer", part=part, error=type(error).__name__)
            raise Away(part) from error
        if answer.status_code in (502, 503, 504):
            raise Away(part)
        is_json = answer.headers.get("content-type", "").split(";")[0] in JSON_TYPES
        body = answer.json() if is_json and answer.content else None
        if answer.status_code >= 400:
            raise Problem(answer.status_code, body if isinstance(body, dict) else {"title": answer.reason_phrase})
        return Answer(answer.status_code, body, b"" if body is not None else answer.content, dict(answer.headers))


def _plain(written: str) -> str:
    """What came out of a form, as a header can carry it; the service refuses what is none of ours."""
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in written)
