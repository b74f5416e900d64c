"""Provisioning's word on a place, asked over HTTP before a site is ordered; the only call between services."""

import asyncio
import time
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from pydantic import TypeAdapter

from cart.adapters.signed_tokens import Signature
from cart.application.ports import Question, Reserved, Verdict
from cart.domain import refusals
from chassis.story import current_story

log = structlog.get_logger()

TOKEN_SECONDS = 60
RENEWED_BEFORE = 15
ASKED_AT_MOST = 3
QUESTIONS = TypeAdapter(Question)
RESERVED: TypeAdapter[Reserved | None] = TypeAdapter(Reserved | None)


class HttpFeasibility:
    """Signs its calls as a machine; one token serves many calls, since signing costs more than asking.

    Asked before every site order, hence with the client that costs least.
    """

    def __init__(self, url: str, seconds: float, signature: Signature) -> None:
        self._url, self._seconds, self._signature = f"{url}/feasibility", seconds, signature
        self._client: aiohttp.ClientSession | None = None
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
        try:
            async with asyncio.timeout(self._seconds):
                return await self._first_answer(question, language)
        except TimeoutError as error:
            log.warning("provisioning gave no answer", seconds=self._seconds)
            raise refusals.FeasibilityUnknown() from error

    async def _first_answer(self, question: dict[str, Any], language: str) -> tuple[int, dict[str, Any]]:
        """Whoever starts or is being replaced may leave a question hanging: others are asked beside him."""
        asked, open_asks = 0, set[asyncio.Task[tuple[int, dict[str, Any]]]]()
        try:
            while asked < ASKED_AT_MOST or open_asks:
                if asked < ASKED_AT_MOST:
                    open_asks.add(asyncio.create_task(self._post(question, language)))
                    asked += 1
                patience = self._seconds / 4 if asked < ASKED_AT_MOST else None
                ended, open_asks = await asyncio.wait(open_asks, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                for one in ended:
                    try:
                        return one.result()
                    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                        log.warning("provisioning was asked in vain", error=repr(error))
        finally:
            for one in open_asks:
                one.cancel()
        raise refusals.FeasibilityUnknown()

    async def _post(self, question: dict[str, Any], language: str) -> tuple[int, dict[str, Any]]:
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(sock_connect=self._seconds / 4))
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
