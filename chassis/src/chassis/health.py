"""Is the process alive, and is it ready: store, broker, consumers assigned; if not, why, and what to do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import metrics
from chassis.draining import ENDING
from chassis.readiness import Trouble
from chassis.regularly import pause

log = structlog.get_logger()

Check = Callable[[], Awaitable[Trouble | None]]
SHOWN_EVERY = 5.0
CHECK_SECONDS = 10.0
"""A check that takes longer has found something."""


def health_router(checks: Mapping[str, Check], ends: Callable[[], bool]) -> APIRouter:
    """`/health/live`, `/health/ready` with each part's state and trouble, `/metrics`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "up"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        found = {name: await check() for name, check in checks.items()}
        if ends():
            found["process"] = ENDING
        parts = {name: trouble is None for name, trouble in found.items()}
        if all(parts.values()):
            return JSONResponse({"ready": True, "parts": parts})
        troubles = {name: trouble for name, trouble in found.items() if trouble is not None}
        return JSONResponse(
            {
                "type": "urn:trunkline:problem:not-ready",
                "title": "Not ready",
                "status": 503,
                "detail": "; ".join(f"{name}: {trouble}" for name, trouble in troubles.items()),
                "code": "not-ready",
                "ready": False,
                "parts": parts,
                "errors": [
                    {"part": name, "cause": trouble.cause, "remedy": trouble.remedy}
                    for name, trouble in troubles.items()
                ],
            },
            503,
            media_type="application/problem+json",
        )

    @router.get("/metrics")
    async def shown() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def show_readiness(checks: Mapping[str, Check], stopping: asyncio.Event) -> None:
    """Let Prometheus see what `/health/ready` says, whether or not anybody asks there."""
    showing, told = asyncio.create_task(_show(checks, stopping)), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({showing, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        showing.cancel()
        told.cancel()
    await asyncio.wait({showing, told})


async def _show(checks: Mapping[str, Check], stopping: asyncio.Event) -> None:
    """To cancel it is not enough: Python 3.11 may lose that while a check ends."""
    failing: set[str] = set()
    while not stopping.is_set():
        for name, check in checks.items():
            try:
                trouble = await asyncio.wait_for(check(), CHECK_SECONDS)
            except TimeoutError:
                metrics.ready.labels(name).set(0)
            except Exception:
                metrics.ready.labels(name).set(0)
                if name not in failing:
                    log.exception("readiness can't be told", part=name)
                failing.add(name)
            else:
                metrics.ready.labels(name).set(trouble is None)
                failing.discard(name)
        await pause(SHOWN_EVERY, stopping)
