"""One act of order management on a page of its own: what will happen, what it needs, and why it was refused."""

from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.porting_acts import Act
from portal.domain.proposal import Deed
from portal.entrypoints.acting import carry_out
from portal.entrypoints.visit import Form, Visit, faults_of
from telecom.formats import long_day
from telecom.refusal import _

AUDITED = {"confirm-date": "date", "see-message": "seen"}
"""Acts that the audit, and the setting for four eyes, know by another name."""
LONGEST = 255
DAYS = ("new_date", "change_date", "requested_on")


def entered(visit: Visit, act: Act, form: Form) -> tuple[Json, list[Json]]:
    """The body that the act sends, and what is wrong with what was entered."""
    body: dict[str, Any] = dict(act.fixed or {})
    faults: list[Json] = []

    def missing(field: str, text: str) -> None:
        faults.append({"field": field, "text": visit._(text)})

    for name, kind in act.fields:
        written = form[name]
        match kind:
            case "reason" if not written:
                missing(name, _("Say why; the customer and the order's page will show it."))
            case "day" | "open-day" if not _is_day(written):
                missing(name, _("Choose a day."))
            case "consent":
                if written not in ("yes", "no"):
                    missing(name, _("Choose whether you agree or refuse."))
                elif written == "no" and not form["reason"]:
                    missing("reason", _("Say why you refuse; the other side reads it."))
                body[name] = written == "yes"
            case "outcome":
                if written not in ("yes", "no"):
                    missing(name, _("Choose what the provider said."))
                body[name] = written == "yes"
            case "lines":
                body |= {"take_over": form["take_over"] == "on", "safe_haven": form["safe_haven"] == "on"}
            case _ if written:
                body[name] = written
        if kind in ("reason", "optional-reason", "note") and len(written) > LONGEST:
            missing(name, _("Say it shorter: up to 255 characters."))
    return body, faults


async def carried_out(visit: Visit, name: str, path: str, body: Json, found: Json, *, back: str, key: str) -> bool:
    """False where a second person has to approve it first. `found`: the porting or departure that it is about."""
    other = found.get("donor") or found["recipient"]
    deed = Deed(
        f"porting.{AUDITED.get(name, name)}",
        "porting",
        path,
        body,
        order_id=_id(found.get("order_id")),
        customer_id=_id(found.get("customer_id")),
        subject={"donor" if "donor" in found else "recipient": other["name"], "numbers": found["numbers"]},
        back=back,
    )
    return await carry_out(visit, deed, key=key)


def refusal(problem: Problem, act: Act) -> list[Json]:
    """Why the owner refused it, at the field that it is about. Anything but a refusal is raised again."""
    if problem.status not in (403, 409, 422):
        raise problem
    names = [name for name, _kind in act.fields]
    day = next((name for name in names if name in DAYS), "")
    found = faults_of(problem, dict.fromkeys(DAYS, day))
    return [one | {"field": one["field"] if one["field"] in names else ""} for one in found]


def act_page(
    visit: Visit, act: Act, *, values: dict[str, str], faults: list[Json] | None = None, **context: Any
) -> Response:
    """`context` names the page that it belongs to (`back`, `crumbs`), and may hold the days there are to choose."""
    around: dict[str, Any] = {
        "days": None,
        "rule": None,
        "about": [],
        "cases": (),
        "part": None,
        "date": None,
    } | context
    if around["days"]:
        around["days"] = [(one, long_day(date.fromisoformat(one), visit.language)) for one in around["days"]]
    status = 422 if faults else 200
    return visit.page("porting_pages/act.html", status=status, act=act, values=values, faults=faults or [], **around)


def _id(written: str | None) -> UUID | None:
    return UUID(written) if written else None


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True
