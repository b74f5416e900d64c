"""Provisioning's word on a place, asked over HTTP before a site is ordered; the only call between services."""

import time
from http import HTTPStatus
from typing import Any

import structlog
from pydantic import TypeAdapter

from cart.adapters.signed_tokens import Signature
from cart.application.ports import Question, Reserved, Verdict
from cart.domain import refusals
from chassis.story import current_story

log = structlog.get_logger()

TOKEN_SECONDS = 60
RENEWED_BEFORE = 15
QUESTIONS = TypeAdapter(Question)
RESERVED: TypeAdapter[Reserved | None] = TypeAdapter(Reserved | None)


class HttpFeasibility:
    """Signs its calls as a machine; one token serves many calls, since signing costs more than asking.

    Asked before every site order, hence with the client that costs least.
    """

    def __init__(self, url: str, seconds: float, signature: Signature) -> None:
        self._url, self._seconds, self._signature = f"{url}/feasibility", seconds, signature
        self._client: Any = None
        self._token, self._good_until = "", 0.0

    async def ask(self, question: Question, language: str) -> Verdict:
        status, found = await self._answer(QUESTIONS.dump_python(question, mode="json", exclude={"named"}), language)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise _refused(found, question.named)
        if status == HTTPStatus.NOT_FOUND and question.reservation_id is not None:
            raise refusals.NoSuchReservation()
        if status != HTTPStatus.OK:
            raise refusals.FeasibilityUnknown()
        return Verdict(
            numbers_available=bool(found.get("numbers_available", True)),
            doubtful=bool(found.get("doubtful", False)),
            state=found.get("state"),
            ours=tuple(found.get("ours", ())),
            reserved=RESERVED.validate_python(found.get("reserved")),
        )

    async def _answer(self, question: dict[str, Any], language: str) -> tuple[int, dict[str, Any]]:
        import aiohttp  # a tenth of the service's start, which only the first question waits for

        if self._client is None:
            timeout = aiohttp.ClientTimeout(self._seconds, sock_connect=self._seconds / 4)
            self._client = aiohttp.ClientSession(timeout=timeout)
        try:
            try:
                return await self._post(question, language)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ConnectionTimeoutError):
                return await self._post(question, language)  # who kept the line open was replaced: ask whoever is there
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("provisioning gave no answer", error=repr(error))
            raise refusals.FeasibilityUnknown() from error

    async def _post(self, question: dict[str, Any], language: str) -> tuple[int, dict[str, Any]]:
        async with self._client.post(self._url, json=question, headers=self._headers(language)) as answer:
            found = await answer.json(content_type=None)
        return answer.status, found if isinstance(found, dict) else {}

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    def _headers(self, language: str) -> dict[str, str]:
        if time.monotonic() > self._good_until:
            claims = {"sub": "cart", "role": "machine", "machine": True}
            self._token = self._signature.sign(claims, TOKEN_SECONDS)
            self._good_until = time.monotonic() + TOKEN_SECONDS - RENEWED_BEFORE
        return {
            "Authorization": f"Bearer {self._token}",
            "Accept-Language": language,
            **current_story().headers,
        }


def _refused(problem: dict[str, Any], named: str) -> refusals.FeasibilityRefused:
    """The words are provisioning's; its field is one of the site's or the subscriber's, or a row of the numbers."""
    field = problem.get("field")
    if field and not str(field).startswith("numbers."):
        field = f"{named}.{field}"
    return refusals.FeasibilityRefused(str(problem.get("detail", "")), problem.get("remedy"), field)
