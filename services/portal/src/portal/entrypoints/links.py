"""What opens behind a mailed link: the quote, its confirmation, and afterwards the order's status (QUOTE-2 to QUOTE-4).

A GET only shows; mail scanners open links. The link's token stays in the address and is exchanged anew on each visit.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.porting_plain import plain
from portal.entrypoints.documents import pdf
from portal.entrypoints.orders import order_story, stream
from portal.entrypoints.signed_forms import take_signed_form
from portal.entrypoints.visit import ByLink, Form, Visit, faults_of

router = APIRouter()
STATUSES = {"unknown": 404, "confirmed": 200, "too_many_tries": 429}
SHOWN_AT = {"consent_version": "agreed"}


@dataclass(frozen=True, slots=True)
class Link:
    """A link as cart sees it: its state, and what it allows for ten minutes."""

    state: str
    token: str = ""
    quote_id: str = ""
    order_id: str = ""
    rights: tuple[str, ...] = ()


@router.get("/q/{token}")
async def quote(visit: ByLink, token: str) -> Response:
    return await _show(visit, token, [])


@router.post("/q/{token}/confirm")
async def confirm(visit: ByLink, token: str) -> Response:
    """QUOTE-3: only this confirms. Twice makes one order."""
    form = await _public(visit).form()
    link = await _exchange(visit, token)
    if link.state != "valid" or link.order_id:
        return await _show(visit, token, [])
    if not form["name"]:
        return await _show(visit, token, [{"field": "name", "text": visit._("Enter your name.")}], form.values())
    if form["agreed"] != "on":
        fault = {"field": "agreed", "text": visit._("Agree to the text beside the box.")}
        return await _show(visit, token, [fault], form.values())
    try:
        await visit.send(
            "POST",
            "cart",
            f"/quotes/{link.quote_id}/confirm",
            key=form.key,
            token=link.token,
            json={
                "name": form["name"],
                "consent_version": form["consent_version"],
                "consent_language": form["consent_language"] or None,
            },
        )
    except Problem as problem:
        if problem.status not in (409, 410, 422):
            raise
        return await _show(visit, token, faults_of(problem, SHOWN_AT), _without_consent(problem, form))
    return visit.go(f"/q/{token}")


@router.get("/q/{token}/live")
async def live(visit: ByLink, token: str) -> Response:
    link = await _exchange(visit, token)
    if not link.order_id:
        raise Problem(404, {})
    may_upload = "upload" in link.rights
    return stream(_public(visit), UUID(link.order_id), link.token, links_base=f"/q/{token}", may_upload=may_upload)


@router.get("/q/{token}/portings/{porting_id}")
async def porting(visit: ByLink, token: str, porting_id: UUID) -> Response:
    """What the porting means now, for whoever confirmed it."""
    link = await _exchange(visit, token)
    if not link.order_id:
        raise Problem(404, {})
    found = await visit.get("porting", f"/portings/{porting_id}", token=link.token)
    order = await visit.get("cart", f"/orders/{link.order_id}", token=link.token)
    return visit.page(
        "links/porting.html",
        porting=found,
        order=order,
        answers=plain(found),
        links_base=f"/q/{token}",
        clock=await visit.now(),
    )


@router.get("/q/{token}/documents/{kind}.pdf")
async def document(visit: ByLink, token: str, kind: str) -> Response:
    link = await _exchange(visit, token)
    if kind == "quote" and link.quote_id:
        path = f"/quotes/{link.quote_id}/documents/quote.pdf"
    elif link.order_id:
        path = f"/orders/{link.order_id}/documents/{kind}.pdf"
    else:
        raise Problem(404, {})
    answer = await visit.fetch("notification", path, token=link.token)
    return pdf(answer.content, f"{kind}.pdf")


@router.post("/q/{token}/portings/{porting_id}/signed-form")
async def upload(visit: ByLink, token: str, porting_id: UUID) -> Response:
    """PORT-4: the signed form through the link that confirmed."""
    link = await _exchange(visit, token)
    if "upload" not in link.rights:
        raise Problem(404, {})
    faults = await take_signed_form(_public(visit), porting_id, link.token)
    if faults:
        return await _show(visit, token, faults)
    return visit.go(f"/q/{token}", "form-uploaded")


def _without_consent(problem: Problem, form: Form) -> dict[str, str]:
    """What was typed; the tick not, where the text beside it is another one by now."""
    typed = form.values()
    if problem.document.get("code") == "consent-outdated":
        typed.pop("agreed", None)
    return typed


def _public(visit: Visit) -> Visit:
    """Who opens a link is whoever holds it; a login in the same browser plays no part."""
    visit.session = None
    return visit


async def _exchange(visit: Visit, token: str) -> Link:
    _public(visit)
    visitor = visit.request.client.host if visit.request.client else ""
    try:
        answer = await visit.given.services.call(
            "cart",
            "POST",
            "/links/exchange",
            token=None,
            language=visit.language,
            json={"token": token},
            on_behalf_of=visitor,
        )
    except Problem as problem:
        if problem.status == 429:
            return Link("too_many_tries")
        # A dead link may come as its state or as a refusal; either way it gives nothing else away.
        return Link(str(problem.document.get("state") or "unknown"))
    found: Json = answer.body
    return Link(
        found["state"],
        found.get("access_token") or "",
        str(found.get("quote_id") or ""),
        str(found.get("order_id") or ""),
        tuple(found.get("rights") or ()),
    )


async def _show(visit: Visit, token: str, faults: list[Json], values: dict[str, Any] | None = None) -> Response:
    link = await _exchange(visit, token)
    base = f"/q/{token}"
    if link.token and link.order_id:
        story = await order_story(visit, UUID(link.order_id), link.token)
        return visit.page(
            "links/status.html", status=422 if faults else 200, link=link, links_base=base, faults=faults, **story
        )
    if link.state != "valid" or not link.token:
        return visit.page("links/dead.html", status=STATUSES.get(link.state, 410), state=link.state)
    found = await visit.get("cart", f"/quotes/{link.quote_id}", token=link.token)
    return visit.page(
        "links/quote.html",
        status=422 if faults else 200,
        quote=found,
        links_base=base,
        faults=faults,
        values=values or {},
    )
