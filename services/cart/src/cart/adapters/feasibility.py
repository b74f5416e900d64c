"""Provisioning's word on a place, asked over HTTP before a site is ordered; the only call between services."""

import time
from http import HTTPStatus
from typing import Any

import httpx

from cart.adapters.signed_tokens import Signature
from cart.application.ports import Verdict
from cart.domain import refusals
from cart.domain.particulars import Site
from chassis.story import current_story

TOKEN_SECONDS = 60
RENEWED_BEFORE = 15


class HttpFeasibility:
    """Signs its calls as a machine; one token serves many calls, since signing costs more than asking."""

    def __init__(
        self, url: str, seconds: float, signature: Signature, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._signature = signature
        self._client = httpx.AsyncClient(base_url=url, timeout=seconds, transport=transport)
        self._token, self._good_until = "", 0.0

    async def ask(self, site: Site, block_size: int | None, language: str) -> Verdict:
        address = site.address
        question = {
            "address": {
                "street": address.street,
                "house_number": address.house_number,
                "addition": address.addition,
                "postcode": address.postcode,
                "town": address.town,
            },
            "area_code": site.area_code,
            "block_size": block_size,
        }
        try:
            answer = await self._client.post("/feasibility", json=question, headers=self._headers(language))
        except httpx.HTTPError as error:
            raise refusals.FeasibilityUnknown() from error
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise _refused(_document(answer))
        if answer.status_code != HTTPStatus.OK:
            raise refusals.FeasibilityUnknown()
        found = _document(answer)
        return Verdict(
            numbers_available=bool(found.get("numbers_available", True)),
            doubtful=bool(found.get("doubtful", False)),
            state=found.get("state"),
        )

    async def close(self) -> None:
        await self._client.aclose()

    def _headers(self, language: str) -> dict[str, str]:
        if time.monotonic() > self._good_until:
            claims = {"sub": "cart", "role": "machine", "machine": True}
            self._token = self._signature.sign(claims, TOKEN_SECONDS)
            self._good_until = time.monotonic() + TOKEN_SECONDS - RENEWED_BEFORE
        return {
            "Authorization": f"Bearer {self._token}",
            "Accept-Language": language,
            **current_story().headers,
            # The question changes nothing, yet it is a POST: the same question may be asked under the same key.
            "Idempotency-Key": current_story().correlation_id,
        }


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise refusals.FeasibilityUnknown() from error
    return found if isinstance(found, dict) else {}


def _refused(problem: dict[str, Any]) -> refusals.FeasibilityRefused:
    """The words are provisioning's; its field is one of the site's."""
    field = problem.get("field")
    return refusals.FeasibilityRefused(
        str(problem.get("detail", "")), problem.get("remedy"), f"site.{field}" if field else None
    )
