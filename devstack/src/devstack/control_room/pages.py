"""The control room's pages and levers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import asyncpg
from aiokafka.errors import KafkaError
from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from devstack import clock
from devstack.control_room.carriers import carriers_pages
from devstack.control_room.donor import Donor
from devstack.control_room.lag import Lags
from devstack.control_room.processes import processes
from devstack.control_room.services import Services
from devstack.flow import Happened, events_of
from devstack.layout import SERVICES, Layout
from devstack.look import page_app, pages
from devstack.supervision import Supervision
from telecom.formats import BERLIN

PLACES = ("/", "/carriers")
"""Pages that a lever may lead back to."""
PATIENCE = 8.0
T = TypeVar("T")


class ControlRoom:
    """Asks everybody at once; who does not answer in time is shown as away."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.supervision = Supervision(layout.data)
        self.services = Services(layout)
        self.donor = Donor(layout.url("donor"))
        self._lags = Lags(layout.kafka_url)
        self._asking = asyncio.Lock()

    async def close(self) -> None:
        await self.services.close()
        await self.donor.close()
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

    async def today(self) -> date | None:
        """The day in business time."""
        ahead = await _or_none(clock.offset(self.layout.database_server))
        return None if ahead is None else (datetime.now(UTC) + ahead).astimezone(BERLIN).date()

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
        live, cases = await asyncio.gather(room.live(), room.donor.cases())
        return page("overview.html", done=done, layout=layout, service_names=SERVICES, cases=cases, **live)

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
    async def move(days: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> RedirectResponse:
        """`days`: a number, or `working` for the morning of the next working day; `back`: from where it was asked."""
        to = back if back in PLACES else "/"
        if days == "working":
            morning = await clock.let_a_working_day_pass(layout.database_server)
            return _back(f"A working day has passed: it is {morning.astimezone(BERLIN):%a %d %b %Y, %H:%M}.", to)
        if not days.isdecimal() or not 0 < int(days) <= 400:
            raise HTTPException(422, "days is 1 to 400, or the word working.")
        by = timedelta(days=int(days))
        await clock.advance(layout.database_server, by)
        return _back(f"Business time moved {by.days} {'day' if by.days == 1 else 'days'} ahead, in every service.", to)

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

    app.include_router(carriers_pages(room, page))
    return app


def _known(service: str) -> None:
    if service not in SERVICES:
        raise HTTPException(404, "There is no such service.")


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


def _back(done: str, to: str = "/") -> RedirectResponse:
    return RedirectResponse(f"{to}?" + urlencode({"done": done}), 303)
