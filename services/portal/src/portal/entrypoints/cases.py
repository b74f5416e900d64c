"""The case page of a task: what its owner can be asked for, who has it, notes, four eyes, and what happened."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from chassis.roles import ORDER_MANAGEMENT
from portal.application import handle_task
from portal.application.ports import Audited, Json, PortalUnit, Problem, Task
from portal.domain.handling import DayNotAhead, DueInThePast
from portal.domain.lifecycle import ProposalState
from portal.domain.porting_acts import OF_PART
from portal.domain.proposal import Deed, Proposal
from portal.entrypoints.acting import carry_out, clerk_of, problem_of, refusing
from portal.entrypoints.visit import AsOrderManager, AsStaff, Visit, as_day, faults_of
from portal.entrypoints.visit import Form as Typed
from telecom.formats import BERLIN, berlin_day
from telecom.workdays import DAY, next_working_day

router = APIRouter()
LONGEST = 2000
"""Letters of a note or a reason."""
SHOWN = 100
"""Audited acts on a case page; the audit has all."""
CLOSING = time(17)
"""When a day's work is due if no time is said."""
FAULTS = (403, 409, 422)
WAITING = (ProposalState.OPEN, ProposalState.APPROVED)
CAME_BACK = (ProposalState.SENT_BACK, ProposalState.REFUSED)


@dataclass(frozen=True, slots=True)
class Act:
    """What a task's button asks of its owner; `fields`: of the body, by the form's field. `done` is said then.

    `with_task`: its owner is told which task was looked at.
    """

    part: str
    path: str
    done: str
    fields: dict[str, str] = field(default_factory=dict)
    with_task: bool = False


ACTS = {
    "complete": Act("provisioning", "/work-orders/{subject}/complete", "work-completed"),
    "fail": Act("provisioning", "/work-orders/{subject}/fail", "work-failed", {"reason": "reason"}),
    "activate": Act("provisioning", "/trunks/{agreement}/activate", "trunk-activated"),
    "assign": Act("provisioning", "/portings/{subject}/assign", "numbers-assigned"),
    "hand-over": Act("provisioning", "/departures/{subject}/hand-over", "numbers-handed-over"),
    "settle": Act("provisioning", "/tasks/{task}/settle", "saved", {"note": "seen_note"}),
    "combination-seen": Act("cart", "/agreements/{agreement}/combination/settle", "saved", {"note": "seen_note"}),
    "seen": Act(
        "porting", "/portings/{subject}/parts/{part}/message-seen", "saved", {"note": "seen_note"}, with_task=True
    ),
    "stray-seen": Act("porting", "/tasks/{task}/settle", "saved", {"note": "seen_note"}),
    "stop": Act("porting", "/portings/{subject}/stop", "stopped", {"reason": "reason"}),
    "date": Act(
        "porting",
        "/portings/{subject}/parts/{part}/confirm-date",
        "date-entered",
        {"change_date": "change_date", "window": "window"},
    ),
    "resend": Act("notification", "/notices/{subject}/resend", "resent", {"email": "email"}),
    "give-up": Act("notification", "/notices/{subject}/settle", "saved", {"note": "seen_note"}),
}


@router.get("/tasks/{task_id}")
async def case(visit: AsStaff, task_id: UUID) -> Response:
    return await _case(visit, await _task(visit, task_id), [], {})


@router.post("/tasks/{task_id}")
async def act(visit: AsOrderManager, task_id: UUID) -> Response:
    """The owner of the task acts on it; the settled task comes back as an event."""
    form = await visit.form()
    found = await _task(visit, task_id)
    faults = _faults_in(visit, form)
    if not faults:
        try:
            return visit.go(f"/tasks/{task_id}", await _act(visit, found, form))
        except Problem as problem:
            faults = _faults_of(problem)
    return await _case(visit, found, faults, form.values(), 422)


@router.post("/tasks/{task_id}/claim")
async def claim(visit: AsOrderManager, task_id: UUID) -> Response:
    """One person has a task; with a reason it is taken over from whoever has it."""
    form = await visit.form()
    reason, by = form["takeover_reason"][:LONGEST], clerk_of(visit)

    async def change(task: Task, unit: PortalUnit) -> None:
        if "takeover_reason" in form.values():
            await handle_task.take_over(task, by, reason, unit)
        else:
            await handle_task.claim(task, by, unit)

    return await _changed(visit, task_id, form, change, "claimed", {"reason": "takeover_reason"})


@router.post("/tasks/{task_id}/give-back")
async def give_back(visit: AsOrderManager, task_id: UUID) -> Response:
    form, by = await visit.form(), clerk_of(visit)
    return await _changed(visit, task_id, form, lambda task, unit: handle_task.give_back(task, by, unit), "given-back")


@router.post("/tasks/{task_id}/colleague")
async def hand_to(visit: AsOrderManager, task_id: UUID) -> Response:
    form, by = await visit.form(), clerk_of(visit)
    return await _changed(
        visit,
        task_id,
        form,
        lambda task, unit: handle_task.hand_to(task, form["colleague"], by, unit),
        "handed-on",
    )


@router.post("/tasks/{task_id}/notes")
async def write_note(visit: AsOrderManager, task_id: UUID) -> Response:
    form, by = await visit.form(), clerk_of(visit)
    text = form["note_text"][:LONGEST]
    if not text:
        fault = {"field": "note_text", "text": visit._("Write the note first.")}
        return await _case(visit, await _task(visit, task_id), [fault], form.values(), 422)
    return await _changed(
        visit, task_id, form, lambda task, unit: handle_task.write_note(task, text, by, unit), "noted"
    )


@router.post("/tasks/{task_id}/due")
async def move_due(visit: AsOrderManager, task_id: UUID) -> Response:
    """Our own moment; the owner's stays visible beside it."""
    form, by = await visit.form(), clerk_of(visit)
    due_at, reason = _moment(form["due_on"], form["due_time"]), form["due_reason"][:LONGEST]
    if due_at is None:
        return await _refused(visit, task_id, form, problem_of(visit, DueInThePast()))
    return await _changed(
        visit,
        task_id,
        form,
        lambda task, unit: handle_task.move_due(task, due_at, reason, by, unit),
        "due-moved",
        {"reason": "due_reason"},
    )


@router.post("/tasks/{task_id}/wait")
async def wait_until(visit: AsOrderManager, task_id: UUID) -> Response:
    """Out of the queue until that working day; without a day back in it."""
    form, by = await visit.form(), clerk_of(visit)
    day, reason = as_day(form["waits_until"]), form["wait_reason"][:LONGEST]
    if day is None and form["back"] != "now":
        return await _refused(visit, task_id, form, problem_of(visit, DayNotAhead()))
    return await _changed(
        visit,
        task_id,
        form,
        lambda task, unit: handle_task.wait_until(task, day, reason, by, unit),
        "put-aside" if day else "saved",
    )


async def _changed(
    visit: Visit,
    task_id: UUID,
    form: Typed,
    change: Callable[[Task, PortalUnit], Awaitable[None]],
    done: str,
    fields: dict[str, str] | None = None,
) -> Response:
    """`fields`: what a refusal's field is called in this form."""
    found = await _task(visit, task_id)
    try:
        with refusing(visit):
            async with visit.given.units() as unit:
                await change(found, unit)
    except Problem as problem:
        return await _refused(visit, task_id, form, problem, fields)
    return visit.go(f"/tasks/{task_id}", done)


async def _refused(
    visit: Visit, task_id: UUID, form: Typed, problem: Problem, fields: dict[str, str] | None = None
) -> Response:
    status = 409 if problem.status == 409 else 422
    return await _case(visit, await _task(visit, task_id), faults_of(problem, fields), form.values(), status)


async def _task(visit: Visit, task_id: UUID) -> Task:
    async with visit.given.units() as unit:
        found = await unit.tasks.get(task_id)
    if found is None:
        raise Problem(404, {})
    return found


async def _case(visit: Visit, found: Task, faults: list[Json], values: dict[str, str], status: int = 200) -> Response:
    porting = order = departure = None
    if found.order_id:
        order = await visit.ask("cart", f"/orders/{found.order_id}")
    if found.owner == "porting" and found.order_id:
        porting = await visit.ask("porting", f"/portings/{found.subject_id}")
    elif not found.order_id and (found.owner == "porting" or found.kind == "assignment_failed"):
        departure = await visit.ask("porting", f"/departures/{found.subject_id}")
    part = _part_of(found, porting)
    async with visit.given.units() as unit:
        now, handling = await unit.now(), await unit.handlings.look(found.task_id)
        notes, proposals = await unit.notes.of_task(found.task_id), await unit.proposals.of_task(found.task_id)
        audited = await unit.audit.rows(Audited(task_id=found.task_id), None, SHOWN)
        colleagues = [one for one in await unit.colleagues.all() if one.role == ORDER_MANAGEMENT]
    return visit.page(
        "back_office/task.html",
        status=status,
        task=found,
        porting=porting,
        departure=departure,
        stray=found.kind == "carrier_message" and not (porting or departure or found.order_id or visit.away),
        part=part,
        work=_work_of(found, part),
        of_part=OF_PART,
        order=order,
        faults=faults,
        values=values,
        as_of=now,
        as_of_day=berlin_day(now),
        handling=handling,
        notes=notes,
        proposals=_worth_showing(found, proposals, now),
        audited=audited,
        me=clerk_of(visit),
        colleagues=colleagues,
        next_day=next_working_day(berlin_day(now) + DAY),
        by_two=[name for name in _names_of(found.owner) if name in visit.given.four_eyes],
    )


def _faults_in(visit: Visit, form: Typed) -> list[Json]:
    if form["act"] in ("fail", "stop") and not form["reason"]:
        return [{"field": "reason", "text": visit._("Say why; the customer and the order's page will show it.")}]
    if form["act"] == "date" and not form["change_date"]:
        return [{"field": "change_date", "text": visit._("Enter the date the provider agreed to.")}]
    return []


def _names_of(part: str) -> list[str]:
    """Of all acts that its owner can be asked for on a case page."""
    return [f"{part}.{name}" for name, act in ACTS.items() if act.part == part]


async def _act(visit: Visit, found: Task, form: Typed) -> str:
    act = ACTS.get(form["act"])
    if act is None or act.part != found.owner:
        raise Problem(404, {})
    part = None
    if "{part}" in act.path:
        part = _part_of(found, await visit.get("porting", f"/portings/{found.subject_id}"))
        if part is None:
            raise Problem(409, {"detail": visit._("That is no longer possible: the porting has gone on meanwhile.")})
    number = part["part"] if part else None
    said = {name: form[field] for name, field in act.fields.items() if form[field]}
    deed = Deed(
        f"{act.part}.{form['act']}",
        act.part,
        act.path.format(subject=found.subject_id, agreement=found.agreement_id, task=found.task_id, part=number),
        said | ({"task_id": str(found.task_id)} if act.with_task else {}),
        task_id=found.task_id,
        order_id=found.order_id,
        customer_id=found.customer_id,
        back=f"/tasks/{found.task_id}",
    )
    if deed.act in visit.given.four_eyes:
        deed = replace(deed, subject=await _subject(visit, found, part))
    return act.done if await carry_out(visit, deed, key=form.key) else "proposed"


async def _subject(visit: Visit, found: Task, part: Json | None) -> Json:
    """What the second person has to see: the proposal keeps it as the first one saw it."""
    order = await visit.ask("cart", f"/orders/{found.order_id}") if found.order_id else None
    subject: Json = {"task": found.title}
    if order:
        subject |= {"order": order["number"], "customer": order["customer"]["name"]}
    if found.owner == "porting" and (porting := await visit.ask("porting", f"/portings/{found.subject_id}")):
        subject |= {"donor": porting["donor"]["name"], "numbers": (part or porting)["numbers"]}
    return subject


def _part_of(found: Task, porting: Json | None) -> Json | None:
    """The one part of the porting that the task is about, while it is open there."""
    return next((one for one in porting["parts"] if _work_of(found, one)), None) if porting else None


def _work_of(found: Task, part: Json | None) -> str:
    """What the task asks for, in porting's words."""
    asked = {one["task_id"]: one["work"] for one in part.get("tasks", ())} if part else {}
    return str(asked.get(str(found.task_id), ""))


def _worth_showing(found: Task, proposals: list[Proposal], now: datetime) -> list[tuple[Proposal, ProposalState]]:
    """What waits for a second person, and what the newest came back with; nothing once the task is settled."""
    states = [(one, one.state_at(now)) for one in proposals if found.settled_at is None]
    return [one for place, one in enumerate(states) if one[1] in WAITING or (place == 0 and one[1] in CAME_BACK)]


def _faults_of(problem: Problem) -> list[Json]:
    if problem.status not in FAULTS:
        raise problem
    return faults_of(problem)


def _moment(day: str, clock: str) -> datetime | None:
    found = as_day(day)
    try:
        return datetime.combine(found, time.fromisoformat(clock) if clock else CLOSING, BERLIN) if found else None
    except ValueError:
        return None
