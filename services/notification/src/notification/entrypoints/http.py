"""HTTP: documents of quotes and orders, what was mailed to whom, and what order management does about bounces."""

from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.http import InUnit, service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.problems import Problem
from chassis.roles import OrderManager, Person, Staff, Viewer, is_staff
from chassis.scope import NotFound
from chassis.tokens import Identity
from notification.application import act_on_notice
from notification.application.documents import QUOTE, documents_of, paper, sites_named_in, title_of
from notification.application.ports import Press, SentNotice, Unit, Wanted
from notification.application.speech import tongue_of
from notification.domain import refusals
from notification.domain.notice import Story
from notification.entrypoints.views import DocumentView, NoticeView, notice_view
from notification.settings import Settings

router = service_router(tags=["notification"])


class Again(BaseModel):
    """Without `email` to the same address once more."""

    email: str = Field(default="", max_length=254)


class Note(BaseModel):
    note: str = Field(default="", max_length=400)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _press(request: Request) -> Press:
    press: Press = request.app.state.press
    return press


Given = Annotated[Settings, Depends(_settings)]
InPrint = Annotated[Press, Depends(_press)]


@router.get("/orders/{order_id}/documents")
async def documents(order_id: UUID, request: Request, unit: InUnit[Unit], caller: Viewer) -> list[DocumentView]:
    story = await _admitted(order_id, "order", caller, unit)
    say = tongue_of(request.state.language)
    return [
        DocumentView(kind=kind, title=say(title_of(kind)), url=f"/orders/{order_id}/documents/{kind}.pdf")
        for kind in documents_of(story, await unit.lists.forms_awaited(order_id))
    ]


@router.get("/orders/{order_id}/documents/{kind}.pdf", response_class=Response)
async def document(
    order_id: UUID, kind: str, unit: InUnit[Unit], caller: Viewer, given: Given, press: InPrint
) -> Response:
    story = await _admitted(order_id, "order", caller, unit)
    if kind not in documents_of(story, await unit.lists.forms_awaited(order_id)):
        raise NotFound
    return await _pdf(kind, story, unit, given, press)


@router.get("/quotes/{quote_id}/documents/quote.pdf", response_class=Response)
async def quote(quote_id: UUID, unit: InUnit[Unit], caller: Viewer, given: Given, press: InPrint) -> Response:
    return await _pdf(QUOTE, await _admitted(quote_id, "quote", caller, unit), unit, given, press)


@router.get("/notices")
async def notices(
    unit: InUnit[Unit],
    caller: Person,
    order_id: UUID | None = None,
    quote_id: UUID | None = None,
    state: Annotated[str | None, Query(pattern="^(waiting|sent|bounced|given_up)$")] = None,
    cursor: str | None = None,
) -> Page[NoticeView]:
    """Of one order or quote; order management may ask for those of all by state."""
    about = order_id or quote_id
    if about is not None:
        await _admitted(about, "order" if order_id else "quote", caller, unit)
    elif not is_staff(caller) or state is None:
        raise Problem(422, "invalid-request", "The request does not fit.", field="order_id")
    found = await unit.lists.notices(Wanted(about, state, after_id(cursor), PAGE + 1))
    return Page(
        items=[notice_view(one, inside=is_staff(caller)) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].notice_id) if len(found) > PAGE else None,
    )


@router.get("/notices/{notice_id}")
async def notice(notice_id: UUID, unit: InUnit[Unit], caller: Staff) -> NoticeView:
    found = await unit.lists.notice(notice_id)
    if found is None:
        raise NotFound
    return notice_view(found, inside=True)


@router.post("/notices/{notice_id}/resend")
async def resend(notice_id: UUID, body: Again, unit: InUnit[Unit], caller: OrderManager) -> NoticeView:
    """A mail that came back goes out again, to a corrected address if one is given."""
    await act_on_notice.send_again(await _known(notice_id, unit), _address(body.email), _name(caller), unit)
    return notice_view(await _known(notice_id, unit), inside=True)


@router.post("/notices/{notice_id}/settle")
async def settle(notice_id: UUID, body: Note, unit: InUnit[Unit], caller: OrderManager) -> NoticeView:
    """A mail that came back needs nothing more."""
    await act_on_notice.give_up(await _known(notice_id, unit), body.note.strip(), _name(caller), unit)
    return notice_view(await _known(notice_id, unit), inside=True)


async def _pdf(kind: str, story: Story, unit: Unit, given: Settings, press: Press) -> Response:
    written = paper(kind, story, given.house, await unit.sites.find(sites_named_in(story)))
    headers = {
        "Content-Disposition": f'inline; filename="{story.number}-{kind}.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(await press(written), media_type="application/pdf", headers=headers)


async def _admitted(about: UUID, sort: str, caller: Identity, unit: Unit) -> Story:
    """TEN-2: what isn't yours and what isn't there are answered alike."""
    story = (await unit.stories.find([about])).get(about)
    if story is None or story.sort != sort:
        raise NotFound
    if caller.link is None:
        await unit.scope.admit(caller, story.customer_id)
        return story
    if caller.link.get(sort) != str(about):
        raise NotFound
    if "view" not in caller.link.get("rights", ()):
        raise refusals.LinkGivesNoRight()
    if sort == "quote" and caller.link.get("link_id") != story.body["link_id"]:
        raise refusals.LinkReplaced()
    return story


async def _known(notice_id: UUID, unit: Unit) -> SentNotice:
    found = await unit.notices.get(notice_id)
    if found is None:
        raise NotFound
    return found


def _address(email: str) -> str | None:
    if not email.strip():
        return None
    try:
        return validate_email(email.strip(), check_deliverability=False, globally_deliverable=False).normalized
    except EmailNotValidError as error:
        raise refusals.AddressUnfit(email=email) from error


def _name(caller: Identity) -> str:
    return caller.name or caller.subject
