"""The pages as one application: routes, security headers, and what errors look like."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from chassis.story import current_story
from portal.application.ports import Away, Problem
from portal.entrypoints import (
    administration,
    agreements,
    audit,
    back_office,
    carriers,
    carts,
    cases,
    catalog,
    clearing,
    configurator,
    customers,
    departures,
    everyday,
    exports,
    fiber,
    imports,
    links,
    numbers,
    orders,
    places,
    porting_pages,
    portings,
    proposals,
    queue,
    renewals,
    reorders,
    saved_views,
    search,
    sign_in,
    signed_forms,
    start,
    team,
    terminations,
    trunks,
    webhooks,
)
from portal.entrypoints.visit import FormOutdated, Given, LoginNeeded, NotForRole, Visit, any_visit, login_path

log = structlog.get_logger()
STATIC = Path(__file__).parent.parent / "static"
PAGES = (
    sign_in,
    start,
    search,
    saved_views,
    exports,
    customers,
    team,
    catalog,
    configurator,
    carts,
    orders,
    agreements,
    renewals,
    reorders,
    terminations,
    trunks,
    imports,
    places,
    portings,
    signed_forms,
    porting_pages,
    clearing,
    departures,
    links,
    fiber,
    queue,
    cases,
    proposals,
    audit,
    back_office,
    numbers,
    administration,
    carriers,
    everyday,
    webhooks,
)


def site(given: Given) -> FastAPI:
    """Mounted at the root of the service's own application."""
    app = FastAPI(title="portal pages", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.given = given
    for page in PAGES:
        app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self' {given.login_origin}; frame-ancestors 'none'; base-uri 'none'; "
        "object-src 'none'"
    )

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await go_on(request)
        answer.headers.setdefault("Content-Security-Policy", policy)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        secret = request.url.path.startswith(("/q/", "/glasfaser/link/"))
        answer.headers["Referrer-Policy"] = "no-referrer" if secret else "same-origin"
        answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        static = request.url.path.startswith("/static/")
        answer.headers.setdefault("Cache-Control", "public, max-age=86400" if static else "no-store")
        return answer

    async def to_login(request: Request, _: Exception) -> Response:
        if request.headers.get("hx-request"):
            return Response(status_code=204, headers={"HX-Redirect": login_path(request)})
        return RedirectResponse(login_path(request), 303)

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        visit = await _visit(request)
        status = error.status if 400 <= error.status < 500 else 502
        return visit.page("error.html", status=status, kind=str(status), problem=error.document, reference=_reference())

    async def on_away(request: Request, error: Exception) -> Response:
        assert isinstance(error, Away)
        visit = await _visit(request)
        return visit.page("error.html", status=503, kind="away", part=error.part, problem={}, reference=_reference())

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        visit = await _visit(request)
        kind = str(error.status_code)
        return visit.page("error.html", status=error.status_code, kind=kind, problem={}, reference=_reference())

    async def on_not_found(request: Request, _: Exception) -> Response:
        visit = await _visit(request)
        return visit.page("error.html", status=404, kind="404", problem={}, reference=_reference())

    async def on_role(request: Request, _: Exception) -> Response:
        visit = await _visit(request)
        return visit.page("error.html", status=403, kind="role", problem={}, reference=_reference())

    async def on_outdated(request: Request, _: Exception) -> Response:
        visit = await _visit(request)
        return visit.page("error.html", status=403, kind="outdated", problem={}, reference=_reference())

    async def on_any(request: Request, error: Exception) -> Response:
        log.error("page failed", path=request.url.path, exc_info=error)
        visit = await _visit(request)
        return visit.page("error.html", status=500, kind="500", problem={}, reference=_reference())

    app.add_exception_handler(LoginNeeded, to_login)
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(Away, on_away)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_not_found)
    app.add_exception_handler(NotForRole, on_role)
    app.add_exception_handler(FormOutdated, on_outdated)
    app.add_exception_handler(Exception, on_any)
    return app


async def _visit(request: Request) -> Visit:
    known: Visit | None = getattr(request.state, "visit", None)
    return known or await any_visit(request)


def _reference() -> str:
    return current_story().correlation_id
