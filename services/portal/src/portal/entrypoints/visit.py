"""One visit of a page: who is here, in which language, and how to ask services and render."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from fastapi import Depends, Request
from jinja2 import Environment
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.roles import ADMINISTRATOR, CUSTOMER, ORDER_MANAGEMENT, ORDERING, PARTNERS, PEOPLE, STAFF, Declared
from portal.application.ports import Answer, Away, Json, Live, LoginProvider, NewUnit, Problem, Services, Session
from telecom.formats import berlin_day
from telecom.texts import Language, Texts, language_of

SESSION_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE, DONE_COOKIE = "session", "language", "theme", "done"


class LoginNeeded(Exception):
    """Nobody is logged in, or the token has run out; the visitor comes back here afterwards."""


class FormOutdated(Exception):
    """The form does not carry this session's secret (CSRF)."""


class NotForRole(Exception):
    """The page belongs to another role."""


@dataclass(frozen=True, slots=True)
class Given:
    """What main plugs in."""

    units: NewUnit
    services: Services
    login: LoginProvider
    live: Live
    templates: Environment
    texts: Texts
    public_url: str
    login_origin: str
    secret: str
    signed_form_bytes: int = 10 << 20
    live_seconds: float = 1.0
    queue_seconds: float = 15.0
    """How often the queue of order management renews itself."""
    four_eyes: frozenset[str] = frozenset()
    proposal_working_days: int = 2


@dataclass(slots=True)
class Visit:
    """`session` is None on public pages; `away` collects the parts that did not answer."""

    request: Request
    given: Given
    session: Session | None
    language: Language
    away: set[str] = field(default_factory=set)

    @property
    def role(self) -> str:
        return self.session.role if self.session else ""

    @property
    def who(self) -> Session:
        """The session, on pages that need one."""
        if self.session is None:
            raise LoginNeeded
        return self.session

    def _(self, text: str, **places: Any) -> str:
        return self.given.texts.translate(text, self.language, **places)

    async def now(self) -> datetime:
        """By the clock of the business, which a test may move."""
        async with self.given.units() as unit:
            return await unit.now()

    async def today(self) -> date:
        """Berlin's day by the clock of the business."""
        return berlin_day(await self.now())

    async def get(self, part: str, path: str, *, token: str | None = None, **params: Any) -> Any:
        """A service's answer; raises Problem or Away."""
        return (await self._call(part, "GET", path, token=token, params=params)).body

    async def ask(self, part: str, path: str, *, token: str | None = None, **params: Any) -> Any:
        """A service's answer, or None where that part is away (the page says so) or has nothing for us."""
        try:
            return await self.get(part, path, token=token, **params)
        except Away as error:
            self.away.add(error.part)
        except Problem as problem:
            if problem.status not in (403, 404) and not (token and problem.status == 401):
                raise
        return None

    async def ask_all(self, *questions: tuple[str, str, Mapping[str, Any]]) -> list[Any]:
        """Several at once."""
        return list(await asyncio.gather(*(self.ask(part, path, **params) for part, path, params in questions)))

    async def fetch(self, part: str, path: str, *, token: str | None = None) -> Answer:
        """A document's bytes."""
        return await self._call(part, "GET", path, token=token)

    async def send(
        self,
        method: str,
        part: str,
        path: str,
        *,
        key: str,
        json: Any = None,
        token: str | None = None,
        if_match: str | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """A write; `key` is the form's own, so that pressing twice acts once."""
        answer = await self._call(
            part,
            method,
            path,
            token=token,
            json=json,
            key=key,
            if_match=if_match,
            content=content,
            content_type=content_type,
            params=params,
        )
        return answer.body

    async def _call(self, part: str, method: str, path: str, *, token: str | None, **more: Any) -> Answer:
        bearer = token or (self.session.id_token if self.session else None)
        try:
            return await self.given.services.call(part, method, path, token=bearer, language=self.language, **more)
        except Problem as problem:
            if problem.status == 401 and token is None:
                raise LoginNeeded from problem
            raise

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A whole page, or with htmx only its `main`."""
        html = self.render(template, **context)
        answer = HTMLResponse(html, status)
        if self.request.cookies.get(DONE_COOKIE):
            answer.delete_cookie(DONE_COOKIE, path="/")
        return answer

    def render(self, template: str, **context: Any) -> str:
        session = self.session
        return self.given.templates.get_template(template).render(
            _=self._,
            visit=self,
            language=self.language,
            session=session,
            role=self.role,
            is_partner=self.role in PARTNERS,
            is_staff=self.role in STAFF,
            csrf=session.csrf if session else "",
            form_key=secrets.token_urlsafe(18),
            theme=self.request.cookies.get(THEME_COOKIE, "auto"),
            done=self.request.cookies.get(DONE_COOKIE, ""),
            path=self.request.url.path,
            query=self.request.query_params,
            here=_here(self.request),
            away=sorted(self.away),
            now=datetime.now(UTC),
            **context,
        )

    def go(self, path: str, done: str = "") -> Response:
        """On to another page after a write; `done` names the message to show there."""
        answer = RedirectResponse(path, 303)
        if done:
            answer.set_cookie(DONE_COOKIE, done, max_age=60, httponly=True, samesite="lax", path="/")
        return answer

    async def form(self) -> "Form":
        """What was typed; on pages with a session only if the form carries its secret."""
        found = await self.request.form(max_part_size=self.given.signed_form_bytes)
        if self.session is not None and not secrets.compare_digest(
            str(found.get("_csrf", "")).encode(), self.session.csrf.encode()
        ):
            raise FormOutdated
        return Form(found)


class Form:
    """Typed values, trimmed; kept when the page comes back with faults."""

    def __init__(self, fields: FormData) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        value = self._fields.get(name, "")
        return plain(value) if isinstance(value, str) else ""

    def get(self, name: str, default: str = "") -> str:
        return self[name] or default

    def all(self, name: str) -> list[str]:
        return [value.strip() for value in self._fields.getlist(name) if isinstance(value, str)]

    def number(self, name: str) -> int | None:
        written = self[name]
        return int(written) if written.isdecimal() and len(written) < 7 else None

    def file(self, name: str) -> UploadFile | None:
        value = self._fields.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def files(self, name: str) -> list[UploadFile]:
        return [value for value in self._fields.getlist(name) if isinstance(value, UploadFile) and value.filename]

    @property
    def key(self) -> str:
        return self["_key"]

    def values(self) -> dict[str, str]:
        return {
            name: value for name, value in self._fields.items() if isinstance(value, str) and not name.startswith("_")
        }


class Entered(Form):
    """Values that came another way than by a form, read like one."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "").strip()

    def values(self) -> dict[str, str]:
        return dict(self._values)


def faults_of(problem: Problem, known: Mapping[str, str] | None = None) -> list[Json]:
    """A problem as an error summary: each fault with its field, message and remedy. `known` renames fields."""
    document, names = problem.document, known or {}
    errors = document.get("errors") or []
    if errors:
        return [
            {"field": names.get(one["field"], one["field"]), "text": one["message"], "remedy": one.get("remedy")}
            for one in errors
        ]
    name = document.get("field") or ""
    return [
        {
            "field": names.get(name, name.rsplit(".", 1)[-1]),
            "text": problem.detail,
            "remedy": document.get("remedy"),
            "suggestions": document.get("suggestions") or [],
        }
    ]


def safe_path(wish: str | None) -> str:
    """A path of ours to go to; anything else becomes the start page."""
    parts = urlsplit(wish or "/")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or (wish or "/").startswith(("//", "/\\")):
        return "/"
    return wish or "/"


def login_path(request: Request) -> str:
    """To the login, and afterwards back to this page."""
    back = _here(request) if request.method == "GET" else request.headers.get("referer", "/")
    path = urlsplit(back)
    return f"/login?next={quote(path.path + ('?' + path.query if path.query else ''), safe='')}"


def _here(request: Request) -> str:
    return request.url.path + ("?" + request.url.query if request.url.query else "")


async def any_visit(request: Request) -> Visit:
    """A visit that may be anonymous."""
    given: Given = request.app.state.given
    session = None
    if key := request.cookies.get(SESSION_COOKIE):
        async with given.units() as unit:
            session = await unit.sessions.find(key)
        if session is not None and session.expires_at <= datetime.now(UTC):
            session = None
    wish = request.cookies.get(LANGUAGE_COOKIE) or (session.language if session else None)
    language: Language = (
        "en" if wish == "en" else "de" if wish == "de" else language_of(request.headers.get("accept-language"))
    )
    visit = Visit(request, given, session, language)
    request.state.visit = visit
    return visit


@dataclass(frozen=True, slots=True)
class LoggedIn(Declared):
    """A visit of somebody logged in, with one of the roles."""

    async def __call__(self, visit: Annotated[Visit, Depends(any_visit)]) -> Visit:
        if visit.session is None:
            raise LoginNeeded
        if visit.role not in self.roles:
            raise NotForRole
        return visit


@dataclass(frozen=True, slots=True)
class Public(Declared):
    """A visit of anybody; what a link in the address opens, its token says."""

    async def __call__(self, visit: Annotated[Visit, Depends(any_visit)]) -> Visit:
        return visit


Anyone = Annotated[Visit, Depends(Public(anybody=True, whose="nobody"))]
ByLink = Annotated[Visit, Depends(Public(links=frozenset({"view"})))]
Signed = Annotated[Visit, Depends(LoggedIn(frozenset(PEOPLE)))]
AsCustomer = Annotated[Visit, Depends(LoggedIn(frozenset({CUSTOMER})))]
AsPartner = Annotated[Visit, Depends(LoggedIn(frozenset(PARTNERS)))]
AsOrdering = Annotated[Visit, Depends(LoggedIn(frozenset(ORDERING)))]
AsStaff = Annotated[Visit, Depends(LoggedIn(frozenset(STAFF)))]
AsOrderManager = Annotated[Visit, Depends(LoggedIn(frozenset({ORDER_MANAGEMENT})))]
AsAdministrator = Annotated[Visit, Depends(LoggedIn(frozenset({ADMINISTRATOR})))]


def plain(written: str) -> str:
    """Trimmed, and without what no text holds that is kept."""
    return written.replace("\0", "").strip()


def as_day(written: str) -> date | None:
    """A day that somebody may mean."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found < date(2200, 1, 1) else None


def as_uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
