"""The control room's pages and levers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import asyncpg
import httpx
from aiokafka.errors import KafkaError
from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from devstack import clock
from devstack.control_room.lag import Lags
from devstack.control_room.processes import processes
from devstack.control_room.services import Services
from devstack.donor.behaviours import Behaviour, ToVa, VaWay
from devstack.flow import Happened, events_of
from devstack.layout import SERVICES, Layout
from devstack.look import page_app, pages
from devstack.supervision import Supervision
from telecom.workdays import next_working_day

BERLIN = ZoneInfo("Europe/Berlin")
PATIENCE = 8.0
T = TypeVar("T")


class ControlRoom:
    """Asks everybody at once; who does not answer in time is shown as away."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.supervision = Supervision(layout.data)
        self.services = Services(layout)
        self._lags = Lags(layout.kafka_url)
        self._asking = asyncio.Lock()

    async def close(self) -> None:
        await self.services.close()
        with contextlib.suppress(KafkaError):
            await self._lags.close()

    async def live(self) -> dict[str, Any]:
        """What the part of the page shows that refreshes by itself."""
        running, topics, states, ahead = await asyncio.gather(
            _or_none(asyncio.to_thread(processes, self.supervision)),
            _or_none(self._topics()),
            self.services.states(),
            _or_none(clock.offset(self.layout.database_server)),
        )
        return {
            "processes": running,
            "topics": topics,
            "services": states,
            "ahead": ahead,
            "now": None if ahead is None else (datetime.now(UTC) + ahead).astimezone(BERLIN),
            "dead": [(one.name, letter) for one in states for letter in one.parked],
        }

    async def behaviours(self) -> dict[str, Any] | None:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            try:
                answer = await client.get(f"{self.layout.url('donor')}/behaviours")
                told: dict[str, Any] = answer.json()
            except (httpx.HTTPError, ValueError):
                return None
        return told

    async def behave(self, key: str, behaviour: Behaviour) -> str:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            try:
                answer = await client.put(
                    f"{self.layout.url('donor')}/behaviours/{key}", json=behaviour.model_dump(mode="json")
                )
            except httpx.HTTPError as error:
                return f"The donor did not answer: {error!r}"
        if answer.status_code == httpx.codes.OK:
            return f"{key} {behaviour.to_va.behaviour.replace('_', ' ')} from now on."
        return f"The donor refused: {answer.text[:200]}"

    async def _topics(self) -> Any:
        async with self._asking:
            try:
                return await self._lags.topics()
            except KafkaError:
                await self._lags.close()
                raise


async def _or_none(asked: Awaitable[T]) -> T | None:
    try:
        return await asyncio.wait_for(asked, PATIENCE)
    except (OSError, KafkaError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


def control_room(layout: Layout) -> FastAPI:
    room = ControlRoom(layout)
    app = page_app("Trunkline control room")
    page = pages(Path(__file__).parent / "templates")

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await room.close()

    app.router.lifespan_context = lifespan

    @app.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"ready": True})

    @app.get("/", response_class=HTMLResponse)
    async def overview(done: str = "") -> HTMLResponse:
        live, behaviours = await asyncio.gather(room.live(), room.behaviours())
        return page(
            "overview.html", done=done, layout=layout, service_names=SERVICES, behaviours=behaviours, ways=WAYS, **live
        )

    @app.get("/live", response_class=HTMLResponse)
    async def live() -> HTMLResponse:
        return page("_live.html", **await room.live())

    @app.get("/flow", response_class=HTMLResponse)
    async def flow(id: str = "") -> HTMLResponse:
        found = await _or_none(events_of(id.strip(), layout.kafka_url)) if id.strip() else []
        return page("flow.html", id=id.strip(), away=found is None, steps=_steps(found or []))

    @app.get("/api/live")
    async def live_json() -> dict[str, Any]:
        return {name: value for name, value in (await room.live()).items() if name != "dead"}

    @app.post("/processes/{name}/restart")
    async def restart(name: str) -> RedirectResponse:
        try:
            await asyncio.to_thread(room.supervision.restart, name)
        except KeyError:
            raise HTTPException(404, "There is no such program.") from None
        return _back(f"{name} was told to end; the supervisor starts it again.")

    @app.post("/clock")
    async def move(days: Annotated[str, Form()]) -> RedirectResponse:
        """`days`: a number, or `working` for the same time on the next working day."""
        ahead = await clock.offset(layout.database_server)
        if days == "working":
            today = (datetime.now(UTC) + ahead).astimezone(BERLIN).date()
            by = next_working_day(today + timedelta(days=1)) - today
        elif days.isdecimal() and 0 < int(days) <= 400:
            by = timedelta(days=int(days))
        else:
            raise HTTPException(422, "days is 1 to 400, or the word working.")
        await clock.advance(layout.database_server, by)
        return _back(f"Business time moved {by.days} {'day' if by.days == 1 else 'days'} ahead, in every service.")

    @app.post("/donor")
    async def behave(
        key: Annotated[str, Form(max_length=30)],
        behaviour: Annotated[VaWay, Form()],
        code: Annotated[str, Form()] = "",
        delay: Annotated[float, Form(ge=0, le=3600)] = 0.3,
    ) -> RedirectResponse:
        try:
            wanted = Behaviour(to_va=ToVa(behaviour=behaviour, delay=delay, code=code.strip() or None))
        except ValueError:
            return _back("Refusing needs a code such as 8103, and nothing else takes one.")
        return _back(await room.behave(key.strip(), wanted))

    @app.post("/redrive")
    async def redrive(
        service: Annotated[str, Form()], group: Annotated[str, Form()], key: Annotated[str, Form()]
    ) -> RedirectResponse:
        _known(service)
        return _back(await room.services.redrive(service, group, key))

    @app.post("/discard")
    async def discard(
        service: Annotated[str, Form()],
        group: Annotated[str, Form()],
        key: Annotated[str, Form()],
        id: Annotated[str, Form()],
    ) -> RedirectResponse:
        _known(service)
        return _back(await room.services.discard(service, group, key, id))

    return app


def _known(service: str) -> None:
    if service not in SERVICES:
        raise HTTPException(404, "There is no such service.")


WAYS = ("agrees", "agrees_later", "refuses", "never_answers", "corrects_address")


def _steps(found: list[Happened]) -> list[dict[str, Any]]:
    """Each event with its depth below what caused it, the time since the first, and its body to read."""
    by_id = {one.id: one for one in found}
    depths: dict[str, int] = {}

    def depth(one: Happened, seen: frozenset[str] = frozenset()) -> int:
        if one.id not in depths:
            cause = by_id.get(one.cause or "")
            depths[one.id] = 0 if cause is None or cause.id in seen else 1 + depth(cause, seen | {one.id})
        return depths[one.id]

    return [
        {
            "event": one,
            "depth": min(depth(one), 8),
            "cause": by_id.get(one.cause or ""),
            "after": (one.at - found[0].at).total_seconds(),
            "body": _readable(one.body),
        }
        for one in found
    ]


def _readable(body: bytes | None) -> str:
    if body is None:
        return "not shown: a tombstone, or it carries link tokens"
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body.decode("utf-8", "replace")


def _back(done: str) -> RedirectResponse:
    return RedirectResponse("/?" + urlencode({"done": done}), 303)
