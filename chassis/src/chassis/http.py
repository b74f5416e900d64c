"""The HTTP side of a service: writes run in one unit and once, errors are problem documents, all is measured."""

import re
import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics, problems
from chassis.idempotency import LONGEST, Claim
from chassis.ids import uuid7
from chassis.problems import Problem, _
from chassis.settings import ServiceSettings
from chassis.story import Story, telling
from chassis.tokens import TokenCheck, identify
from chassis.tracing import hang_on_request
from chassis.unit import Unit
from chassis.units import Units

log = structlog.get_logger()
V = TypeVar("V")

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SANE = re.compile(r"^[A-Za-z0-9._:-]{1,64}$")
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each new request, the same when one is repeated",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[\\x20-\\x7e]+$"},
}
KEPT_HEADERS = ("content-type", "etag", "location")


class UnitRoute(APIRoute):
    """A route whose handler runs in one unit: a writing one behind an Idempotency-Key, or a reading one.

    `openapi_extra={"x-idempotency": False}` leaves the key out, where a message carries an id of its own.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        more = options.pop("openapi_extra", None) or {}
        if more.get("x-idempotency", True) and WRITES & set(options.get("methods") or ()):
            more = {**more, "parameters": [*more.get("parameters", ()), KEY]}
        super().__init__(path, endpoint, openapi_extra=more or None, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        keyed = (self.openapi_extra or {}).get("x-idempotency", True)

        async def run(request: Request) -> Response:
            units: Units[Unit] = request.app.state.units
            if request.method not in WRITES:
                async with units.reading() as unit:
                    request.state.unit = unit
                    return await handle(request)
            if not keyed:
                async with units.writing() as unit:
                    request.state.unit = unit
                    return await handle(request)
            claim = Claim.of(
                await _caller_of(request),
                request.headers.get("Idempotency-Key"),
                request.method,
                request.url.path,
                await request.body(),
            )
            async with units.writing() as unit:
                request.state.unit = unit
                if (stored := await claim.take(unit)) is not None:
                    metrics.replayed.inc()
                    return Response(stored.body, stored.status, {**stored.headers, "Idempotency-Replayed": "true"})
                answer = await handle(request)
                if answer.status_code >= 300:
                    await claim.release(unit)
                else:
                    kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
                    claim.keep(unit, answer.status_code, bytes(answer.body), kept)
            return answer

        return run


async def _caller_of(request: Request) -> str:
    found = await identify(request)
    if found is None:
        return ""
    return f"link {found.link}" if found.link is not None else found.subject


def service_router(**options: Any) -> APIRouter:
    """A router whose routes run in units."""
    return APIRouter(route_class=UnitRoute, **options)


async def _unit_of(request: Request) -> Any:
    """Asynchronous, although it waits for nothing: other dependencies are each sent to a thread."""
    return request.state.unit


InUnit = Annotated[V, Depends(_unit_of)]
"""`unit: InUnit[Unit]`: the unit this request runs in, by the service's own port."""


class Door:
    """The first thing a request meets: correlation id, size limit, language, access log, metrics."""

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self._app, self._largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("X-Correlation-Id", "")
        story = Story(given if SANE.match(given) else str(uuid7()))
        story = hang_on_request(story, request.headers.get("traceparent"))
        request.state.language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "de"
        began, status, taken, begun = time.perf_counter(), 500, 0, False

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            largest = scope.get("state", {}).get("largest", self._largest)
            if taken > largest:
                raise Problem(
                    413,
                    "too-large",
                    _("The request is too large."),
                    remedy=_("Send at most %(largest)s bytes."),
                    params={"largest": largest},
                )
            return message

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                message["headers"] = [*message["headers"], (b"x-correlation-id", story.correlation_id.encode())]
            await send(message)

        with telling(story):
            try:
                await self._app(scope, limited, answer)
            except Exception as error:
                if begun:
                    raise
                last_resort: Response = await scope["app"].state.on_any(request, error)
                await last_resort(scope, receive, answer)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                duration = time.perf_counter() - began
                metrics.requests.labels(request.method, route, status).inc()
                metrics.request_time.labels(request.method, route).observe(duration)
                if not route.startswith(("/health", "/metrics")):
                    log.info(
                        "answered", method=request.method, route=route, status=status, ms=round(duration * 1000, 1)
                    )


def create_app(
    *,
    name: str,
    settings: ServiceSettings,
    units: Units[Any],
    routers: list[APIRouter],
    refusal: type[Exception],
    translate: problems.Translate,
) -> FastAPI:
    """The application of a service, without its health and operator routes."""
    app = FastAPI(
        title=f"Trunkline {name}",
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        responses=problems.DECLARED,
        telemetry={"operation_spans": False, "metrics": False, "logs": False},  # a span a request; the rest is ours
    )
    app.state.units = units
    app.state.token_check = TokenCheck(settings.trusted_issuers)
    problems.install(app, refusal=refusal, translate=translate)

    app.add_middleware(Door, largest=settings.max_body_bytes)
    for router in routers:
        app.include_router(router)
    return app
