"""Login and logout, language and theme."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

import structlog
from fastapi import APIRouter
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import RedirectResponse, Response

from chassis.roles import STAFF
from portal.application.ports import LoginRefused, Member, Session
from portal.domain.audit import Entry
from portal.domain.clerk import Clerk
from portal.entrypoints.visit import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    THEME_COOKIE,
    Anyone,
    Given,
    safe_path,
)

router = APIRouter()
log = structlog.get_logger()
LOGIN_COOKIE, LOGIN_SECONDS, YEAR = "login", 900, 365 * 24 * 3600


@router.get("/login")
async def login(visit: Anyone, next: str = "/") -> Response:
    """Send the browser to the login provider, remembering where it wanted to go."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    url = await visit.given.login.authorize_url(state=state, nonce=nonce, verifier=verifier)
    answer = RedirectResponse(url, 303)
    kept = _signer(visit.given).dumps([state, nonce, verifier, safe_path(next)])
    _set(visit.given, answer, LOGIN_COOKIE, str(kept), LOGIN_SECONDS)
    return answer


@router.get("/login/done")
async def login_done(visit: Anyone, code: str = "", state: str = "") -> Response:
    """The login provider sent the browser back."""
    try:
        kept = _signer(visit.given).loads(visit.request.cookies.get(LOGIN_COOKIE, ""), max_age=LOGIN_SECONDS)
    except BadSignature:
        kept = None
    if kept is None or not code or not secrets.compare_digest(kept[0].encode(), state.encode()):
        return visit.page("signed_out.html", reason="failed", next="/")
    _state, nonce, verifier, path = kept
    try:
        id_token, claims = await visit.given.login.redeem(code=code, nonce=nonce, verifier=verifier)
    except LoginRefused as error:
        log.warning("login refused", reason=str(error))
        return visit.page("signed_out.html", reason="failed", next="/")
    session = Session(
        key=secrets.token_urlsafe(32),
        id_token=id_token,
        csrf=secrets.token_urlsafe(32),
        subject=claims["sub"],
        name=claims.get("name") or claims["sub"],
        email=claims.get("email", ""),
        role=claims.get("role", ""),
        language="en" if claims.get("language") == "en" else "de",
        party_id=UUID(claims["party_id"]) if claims.get("party_id") else None,
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )
    async with visit.given.units() as unit:
        await unit.sessions.add(session)
        now = await unit.now()
        if session.role in STAFF:
            clerk = Clerk(session.subject, session.name, session.email, session.role)
            await unit.colleagues.seen(clerk, now)
            unit.audit.write(Entry(now, clerk, "login"))
        elif session.party_id is not None:
            member = Member(session.subject, session.name, session.email, session.role, session.party_id, now)
            await unit.members.seen(member)
    answer = RedirectResponse(path, 303)
    _set(visit.given, answer, SESSION_COOKIE, session.key, int(claims["exp"] - datetime.now(UTC).timestamp()))
    answer.delete_cookie(LOGIN_COOKIE, path="/")
    return answer


@router.post("/logout")
async def logout(visit: Anyone) -> Response:
    if visit.session is None:
        return RedirectResponse("/signed-out", 303)
    await visit.form()
    async with visit.given.units() as unit:
        await unit.sessions.remove(visit.session.key)
    answer = RedirectResponse(await visit.given.login.logout_url(visit.session.id_token) or "/signed-out", 303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@router.get("/signed-out")
async def signed_out(visit: Anyone) -> Response:
    return visit.page("signed_out.html", reason="", next="/")


@router.post("/settings/language")
async def choose_language(visit: Anyone) -> Response:
    form = await visit.form()
    language = "en" if form["language"] == "en" else "de"
    if visit.session is not None:
        async with visit.given.units() as unit:
            await unit.sessions.set_language(visit.session.key, language)
    answer = RedirectResponse(safe_path(form["next"]), 303)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, samesite="lax", path="/", httponly=True)
    return answer


@router.post("/settings/theme")
async def choose_theme(visit: Anyone) -> Response:
    form = await visit.form()
    theme = form["theme"] if form["theme"] in ("light", "dark") else "auto"
    answer = RedirectResponse(safe_path(form["next"]), 303)
    answer.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="lax", path="/")
    return answer


def _signer(given: Given) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(given.secret, salt="login")


def _set(given: Given, answer: Response, name: str, value: str, seconds: int) -> None:
    secure = given.public_url.startswith("https:")
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")
