"""Order management: task queue, work orders, signed forms, failed messages."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem, Task
from portal.entrypoints.documents import pdf
from portal.entrypoints.visit import AsOrderManager, AsStaff, Visit, faults_of
from portal.entrypoints.visit import Form as Typed

router = APIRouter()
PARTS = ("catalog", "cart", "provisioning", "porting", "notification")


@dataclass(frozen=True, slots=True)
class Act:
    """What a task's button asks of its owner; `fields`: of the body, by the form's field. `done` is said then."""

    part: str
    path: str
    done: str
    fields: dict[str, str] = field(default_factory=dict)


ACTS = {
    "complete": Act("provisioning", "/work-orders/{subject}/complete", "work-completed"),
    "fail": Act("provisioning", "/work-orders/{subject}/fail", "work-failed", {"reason": "reason"}),
    "activate": Act("provisioning", "/trunks/{agreement}/activate", "trunk-activated"),
    "assign": Act("provisioning", "/portings/{subject}/assign", "numbers-assigned"),
    "settle": Act("provisioning", "/tasks/{task}/settle", "saved", {"note": "seen_note"}),
    "combination-seen": Act("cart", "/agreements/{agreement}/combination/settle", "saved", {"note": "seen_note"}),
    "release": Act("porting", "/portings/{subject}/release", "released", {"note": "note"}),
    "refuse": Act("porting", "/portings/{subject}/form-refusal", "form-refused", {"reason": "reason"}),
    "seen": Act("porting", "/portings/{subject}/message-seen", "saved", {"note": "seen_note"}),
    "stop": Act("porting", "/portings/{subject}/stop", "stopped", {"reason": "reason"}),
    "date": Act(
        "porting",
        "/portings/{subject}/confirm-date",
        "date-entered",
        {"change_date": "change_date", "window": "window"},
    ),
    "resend": Act("notification", "/notices/{subject}/resend", "resent", {"email": "email"}),
    "give-up": Act("notification", "/notices/{subject}/settle", "saved", {"note": "seen_note"}),
}


@router.get("/tasks")
async def tasks(visit: AsStaff, kind: str = "") -> Response:
    async with visit.given.units() as unit:
        found = await unit.tasks.open()
    kinds = sorted({one.kind for one in found})
    shown = [one for one in found if kind in ("", one.kind)]
    return visit.page("back_office/tasks.html", tasks=shown, kinds=kinds, kind=kind)


@router.get("/tasks/{task_id}")
async def task(visit: AsStaff, task_id: UUID) -> Response:
    return await _case(visit, await _task(visit, task_id), [], {})


@router.post("/tasks/{task_id}")
async def act(visit: AsOrderManager, task_id: UUID) -> Response:
    """The owner of the task acts on it; the settled task comes back as an event."""
    form = await visit.form()
    found = await _task(visit, task_id)
    faults = _faults_in(visit, form)
    if not faults:
        try:
            done = await _act(visit, found, form)
            return visit.go(f"/tasks/{task_id}", done)
        except Problem as problem:
            if problem.status not in (409, 422):
                raise
            faults = faults_of(problem)
    return await _case(visit, found, faults, form.values(), 422)


@router.get("/portings/{porting_id}/signed-form.pdf")
async def signed_form(visit: AsStaff, porting_id: UUID) -> Response:
    answer = await visit.fetch("porting", f"/portings/{porting_id}/signed-form")
    return pdf(answer.content, "signed-form.pdf")


@router.get("/failed-messages")
async def failed_messages(visit: AsStaff) -> Response:
    """Dead letters of every service, with their reason."""
    answers = await visit.ask_all(*((part, "/operations/parked", {}) for part in PARTS))
    found = [(part, _rows(answer)) for part, answer in zip(PARTS, answers, strict=True)]
    return visit.page("back_office/failed.html", parts=found)


@router.post("/failed-messages/redrive")
async def redrive(visit: AsStaff) -> Response:
    form = await visit.form()
    if form["part"] not in PARTS:
        raise Problem(404, {})
    body = {"group": form["group"], "key": form["key"] or None}
    await visit.send("POST", form["part"], "/operations/redrive", json=body, key=form.key)
    return visit.go("/failed-messages", "redriven")


async def _task(visit: Visit, task_id: UUID) -> Task:
    async with visit.given.units() as unit:
        found = await unit.tasks.get(task_id)
    if found is None:
        raise Problem(404, {})
    return found


async def _case(visit: Visit, found: Task, faults: list[Json], values: dict[str, str], status: int = 200) -> Response:
    porting = None
    if found.owner == "porting":
        porting = await visit.ask("porting", f"/portings/{found.subject_id}")
    order = await visit.ask("cart", f"/orders/{found.order_id}") if found.order_id else None
    return visit.page(
        "back_office/task.html", status=status, task=found, porting=porting, order=order, faults=faults, values=values
    )


def _faults_in(visit: Visit, form: Typed) -> list[Json]:
    if form["act"] in ("fail", "refuse", "stop") and not form["reason"]:
        return [{"field": "reason", "text": visit._("Say why; the customer and the order's page will show it.")}]
    if form["act"] == "date" and not form["change_date"]:
        return [{"field": "change_date", "text": visit._("Enter the date the provider agreed to.")}]
    return []


async def _act(visit: Visit, found: Task, form: Typed) -> str:
    act = ACTS.get(form["act"])
    if act is None or act.part != found.owner:
        raise Problem(404, {})
    path = act.path.format(subject=found.subject_id, agreement=found.agreement_id, task=found.task_id)
    body = {name: form[field] for name, field in act.fields.items() if form[field]}
    await visit.send("POST", act.part, path, json=body, key=form.key)
    return act.done


def _rows(answer: Any) -> list[Json] | None:
    """One row for each parked key: why its first message failed, and how many wait."""
    if answer is None:
        return None
    found: dict[tuple[str, str], Json] = {}
    for message in answer:
        row = found.setdefault((message["group"], message["key"]), message | {"waiting": 0})
        row["waiting"] += 1
        if message["head"]:
            row["error"] = message["error"]
    return list(found.values())
