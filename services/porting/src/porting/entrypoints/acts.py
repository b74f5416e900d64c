"""HTTP: what order management does about a porting. Each act answers with the porting as it is then."""

from collections.abc import Awaitable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import AwareDatetime, BaseModel, Field

from chassis.http import InUnit, service_router
from chassis.roles import OrderManager
from chassis.scope import NotFound
from porting.application import act_on_porting
from porting.application.act_on_porting import Actor
from porting.application.ports import Unit
from porting.domain import refusals
from porting.domain.particulars import PortingCase, Window
from porting.domain.porting import Porting
from porting.entrypoints.views import PortingView, porting_view

router = service_router(tags=["portings"])
Words = Annotated[str, Field(min_length=1, max_length=400)]


class Note(BaseModel):
    note: str | None = Field(default=None, max_length=400)


class Release(Note):
    """`checked`: what was compared with the order; kept with the acceptance. `uploaded_at`: of the form looked at."""

    checked: tuple[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], ...] = Field(default=(), max_length=20)
    uploaded_at: AwareDatetime | None = None


class Seen(Note):
    """`task_id`: what was looked at; all that was to be looked at, where it is left out."""

    task_id: UUID | None = None


class Reason(BaseModel):
    reason: Words


class FormRefusal(Reason):
    """`uploaded_at`: of the form looked at."""

    uploaded_at: AwareDatetime | None = None


class AgreedDate(BaseModel):
    change_date: date
    window: Window = Window.MORNING


class NewDate(BaseModel):
    new_date: date


class PartCancellation(BaseModel):
    """`follow_up`: a new request to the same donor follows (STR-AEN)."""

    reason: Annotated[str, Field(min_length=1, max_length=255)]
    follow_up: bool = False


class WholeCancellation(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=255)]


class Anew(BaseModel):
    """What is left out stays as it was."""

    requested_on: date | None = None
    window: Window | None = None
    case: PortingCase | None = None


class Why(BaseModel):
    reason: str | None = Field(default=None, max_length=400)


class Decision(BaseModel):
    """To the donor's cancellation; refusing it needs a reason, which the donor reads."""

    accept: bool
    reason: str | None = Field(default=None, max_length=255)


class ByHand(BaseModel):
    """What the donor said to a person about our open change."""

    agreed: bool
    note: str | None = Field(default=None, max_length=400)


class Announcement(BaseModel):
    take_over: bool = False
    safe_haven: bool = False


class Mail(BaseModel):
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    language: Literal["de", "en"] = "de"


class Reply(BaseModel):
    sender: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=8000)]


async def _whole(porting_id: UUID, unit: InUnit[Unit], caller: OrderManager) -> Actor:
    return await _actor(porting_id, 1, caller.name or caller.subject, unit)


async def _part(porting_id: UUID, number: int, unit: InUnit[Unit], caller: OrderManager) -> Actor:
    return await _actor(porting_id, number, caller.name or caller.subject, unit)


async def _only_part(actor: Annotated[Actor, Depends(_whole)]) -> Actor:
    """What is about one part says which, if there are several."""
    if len(actor.porting.parts) > 1:
        raise refusals.PartNotNamed()
    return actor


OnWhole = Annotated[Actor, Depends(_whole)]
OnOnlyPart = Annotated[Actor, Depends(_only_part)]
OnPart = Annotated[Actor, Depends(_part)]


@router.post("/portings/{porting_id}/release")
async def release(body: Release, actor: OnWhole) -> PortingView:
    return await _told(act_on_porting.release(actor, body.note, body.checked, body.uploaded_at), actor)


@router.post("/portings/{porting_id}/form-refusal")
async def refuse_form(body: FormRefusal, actor: OnWhole) -> PortingView:
    return await _told(act_on_porting.refuse_form(actor, body.reason, body.uploaded_at), actor)


@router.post("/portings/{porting_id}/confirm-date")
async def confirm_date(body: AgreedDate, actor: OnOnlyPart) -> PortingView:
    """A date that people agreed on with the donor: a paper carrier's, or one cleared by mail."""
    return await _told(act_on_porting.confirm_date(actor, body.change_date, body.window), actor)


@router.post("/portings/{porting_id}/parts/{number}/confirm-date")
async def confirm_date_of_part(body: AgreedDate, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.confirm_date(actor, body.change_date, body.window), actor)


@router.post("/portings/{porting_id}/stop")
async def stop(body: Reason, actor: OnWhole) -> PortingView:
    """While the message to the donor is held back, the form awaited, or the case in clearing."""
    return await _told(act_on_porting.stop(actor, body.reason), actor)


@router.post("/portings/{porting_id}/cancellation")
async def cancel(body: WholeCancellation, actor: OnWhole) -> PortingView:
    """All parts: at once where the donor isn't bound, else it is asked to agree."""
    return await _told(act_on_porting.cancel(actor, body.reason), actor)


@router.post("/portings/{porting_id}/message-seen")
async def see_message(body: Seen, actor: OnOnlyPart) -> PortingView:
    """A carrier's message that needed a look has had one; its task is settled."""
    return await _told(act_on_porting.see_message(actor, body.note, body.task_id), actor)


@router.post("/portings/{porting_id}/parts/{number}/message-seen")
async def see_message_of_part(body: Seen, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.see_message(actor, body.note, body.task_id), actor)


@router.post("/portings/{porting_id}/parts/{number}/reschedule")
async def reschedule(body: NewDate, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.reschedule(actor, body.new_date), actor)


@router.post("/portings/{porting_id}/parts/{number}/cancellation")
async def cancel_part(body: PartCancellation, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.cancel_part(actor, body.reason, follow_up=body.follow_up), actor)


@router.post("/portings/{porting_id}/parts/{number}/ask-again")
async def ask_again(body: Anew, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.ask_again(actor, body.requested_on, body.window, body.case), actor)


@router.post("/portings/{porting_id}/parts/{number}/send-again")
async def send_again(actor: OnPart) -> PortingView:
    return await _told(act_on_porting.repeat(actor), actor)


@router.post("/portings/{porting_id}/parts/{number}/held/stop")
async def stop_held(body: Why, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.stop_held(actor, body.reason), actor)


@router.post("/portings/{porting_id}/parts/{number}/answer")
async def answer(body: Decision, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.answer(actor, accept=body.accept, reason=body.reason), actor)


@router.post("/portings/{porting_id}/parts/{number}/settle-by-hand")
async def settle_by_hand(body: ByHand, actor: OnPart) -> PortingView:
    return await _told(act_on_porting.settle_by_hand(actor, agreed=body.agreed, note=body.note), actor)


@router.post("/portings/{porting_id}/parts/{number}/take-over")
async def take_over(body: Announcement, actor: OnPart) -> PortingView:
    """AKM-TR once more, with the lines that the donor named."""
    return await _told(act_on_porting.take_over(actor, wanted=body.take_over, safe_haven=body.safe_haven), actor)


@router.post("/portings/{porting_id}/parts/{number}/corrections/accept")
async def accept_corrections(actor: OnPart) -> PortingView:
    """The address as the donor knows it is the right one."""
    return await _told(act_on_porting.accept_corrections(actor), actor)


@router.post("/portings/{porting_id}/clearing/mails")
async def write_mail(body: Mail, actor: OnWhole) -> PortingView:
    return await _told(act_on_porting.write_mail(actor, body.subject, body.text, body.language), actor)


@router.post("/portings/{porting_id}/clearing/replies")
async def note_reply(body: Reply, actor: OnWhole) -> PortingView:
    """What the customer answered by mail or telephone, entered by hand."""
    return await _told(act_on_porting.note_reply(actor, body.sender, body.text), actor)


async def _actor(porting_id: UUID, number: int, by: str, unit: Unit) -> Actor:
    found = await unit.portings.get(porting_id)
    if found is None:
        raise NotFound
    part = found.part(number)
    if part is None:
        raise refusals.PartUnknown()
    return Actor(found, part, by, unit)


async def _told(act: Awaitable[Porting], actor: Actor) -> PortingView:
    done = await act
    messages = await actor.unit.lists.messages([done.porting_id])
    return porting_view(done, messages[done.porting_id], inside=True)
