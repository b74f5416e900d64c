"""Errors on HTTP are problem documents (RFC 9457), in the reader's language, naming field and remedy."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from chassis import metrics
from chassis.scope import NotDelegated, NotFound
from chassis.store import Stale, is_infrastructure, is_unusable
from chassis.story import current_story

log = structlog.get_logger()

STATUS = {"invalid": 422, "conflict": 409, "not_found": 404, "forbidden": 403, "gone": 410, "unavailable": 503}
Translate = Callable[..., str]
"""`translate(text, language, **params)`."""


def _(text: str) -> str:
    """Marks an English text for the translators' catalogue; changes nothing."""
    return text


@runtime_checkable
class Refusal(Protocol):
    """A refusal in the customer's terms, as domains raise it."""

    kind: str
    code: str
    text: str
    remedy: str | None
    field: str | None
    params: dict[str, Any]
    rule: str | None


class Document(BaseModel):
    """A problem document as callers read it. Some carry more, such as the current state of what was changed."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    correlation_id: str
    remedy: str | None = None
    field: str | None = None
    rule: str | None = None
    errors: list[dict[str, Any]] | None = None


DECLARED: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in (
        ("4XX", "Refused; the document says why, and what to do about it"),
        ("503", "Not available at the moment; nothing was changed"),
    )
}
"""What any operation may answer instead of what it is for; `describe` adds the schema."""


def describe(app: FastAPI) -> None:
    """Let the OpenAPI of `app` say what a problem document looks like, and that every refusal is one."""
    generate = app.openapi

    def with_problems() -> dict[str, Any]:
        made = generate()
        made.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Document.model_json_schema()
        for operation in (one for path in made["paths"].values() for one in path.values()):
            for status, said in operation["responses"].items():
                if status.startswith("4"):
                    said["content"] = DECLARED["4XX"]["content"]
        return made

    app.openapi = with_problems  # type: ignore[method-assign] # as FastAPI's manual does it


class Problem(Exception):
    """An answer that is a problem document."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        remedy: str | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.remedy, self.more = status, code, detail, remedy, more
        self.headers, self.params = headers or {}, params or {}


def install(app: FastAPI, *, refusal: type[Exception], translate: Translate) -> None:
    """Answer every error of `app` with a problem document."""

    def answer(request: Request, problem: Problem) -> JSONResponse:
        language = request.state.language if hasattr(request.state, "language") else "de"
        metrics.refused.labels(problem.code).inc()
        body = {
            "type": f"urn:trunkline:problem:{problem.code}",
            "title": translate(problem.code.replace("-", " ").capitalize(), language),
            "status": problem.status,
            "detail": translate(problem.detail, language, **problem.params),
            "instance": request.url.path,
            "code": problem.code,
            "correlation_id": current_story().correlation_id,
            **{name: value for name, value in problem.more.items() if value is not None},
        }
        if problem.remedy is not None:
            body["remedy"] = translate(problem.remedy, language, **problem.params)
        return JSONResponse(body, problem.status, problem.headers, media_type="application/problem+json")

    async def on_problem(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def on_refusal(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refusal)
        problem = Problem(
            STATUS[error.kind],
            error.code,
            error.text,
            remedy=error.remedy,
            params=error.params,
            field=error.field,
            rule=error.rule,
        )
        return answer(request, problem)

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [
            {"field": ".".join(map(str, one["loc"][1:])) or str(one["loc"][0]), "message": one["msg"]}
            for one in error.errors()
        ]
        return answer(
            request,
            Problem(
                422,
                "invalid-request",
                _("The request does not fit."),
                remedy=_("Correct the fields named in errors."),
                field=errors[0]["field"],
                errors=errors,
            ),
        )

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, Problem):  # FastAPI reads a body and hides what went wrong with it
            return answer(request, error.__cause__)
        code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
        return answer(request, Problem(error.status_code, code, str(error.detail), headers=dict(error.headers or {})))

    async def on_not_found(request: Request, error: Exception) -> JSONResponse:
        return answer(request, Problem(404, "not-found", _("There is nothing here by that name.")))

    async def on_not_delegated(request: Request, error: Exception) -> JSONResponse:
        return answer(
            request,
            Problem(
                403,
                "not-delegated",
                _("You may not act for this customer."),
                remedy=_("Ask the customer to switch customer administration on; it reaches us from the CRM."),
            ),
        )

    async def on_stale(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Stale)
        return answer(
            request,
            Problem(
                409,
                "stale",
                _("Somebody else changed it in the meantime."),
                remedy=_("Look at the current state and try again."),
                current=error.current,
            ),
        )

    async def on_any(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, Problem):
            return answer(request, error)
        if is_unusable(error):
            log.warning("unusable value", path=request.url.path, error=repr(error)[:500])
            return answer(
                request,
                Problem(
                    422,
                    "unusable-value",
                    _("Something in this request is no text or number that can be kept."),
                    remedy=_("Send texts without control characters, and numbers in their usual range."),
                ),
            )
        if is_infrastructure(error):
            log.warning("store away", error=repr(error))
            return answer(
                request,
                Problem(
                    503,
                    "unavailable",
                    _("This part is not available at the moment."),
                    remedy=_("Try again in a moment; nothing was changed."),
                    headers={"Retry-After": "2"},
                ),
            )
        log.error("request failed", path=request.url.path, exc_info=error)
        return answer(
            request,
            Problem(
                500,
                "internal",
                _("Something went wrong on our side."),
                remedy=_("Try again; if it stays, name the correlation id."),
            ),
        )

    for kind, handler in (
        (Problem, on_problem),
        (refusal, on_refusal),
        (RequestValidationError, on_invalid),
        (HTTPException, on_http),
        (NotFound, on_not_found),
        (NotDelegated, on_not_delegated),
        (Stale, on_stale),
    ):
        app.add_exception_handler(kind, handler)
    app.state.on_any = on_any
    describe(app)
