"""Porting requests as JSON and back; facts and version belong to a loaded one, not to what is stored."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from porting.domain.porting import Porting

_ADAPTER: TypeAdapter[Porting] = TypeAdapter(Porting)
_NOT_STORED = {"facts", "version"}
_STATES = {"sent": "asked"}


def stored(porting: Porting) -> Any:
    return _ADAPTER.dump_python(porting, mode="json", exclude=_NOT_STORED)


def loaded(body: Any, version: int) -> Porting:
    found = _ADAPTER.validate_python(body if "parts" in body else _in_one_part(body))
    found.version = version
    return found


def _in_one_part(body: Any) -> Any:
    """A request that was written before requests had parts."""
    same = ("numbers", "case", "all_numbers", "requested_on", "window", "state", "change_date")
    part = {"number": 1, **{name: body.get(name) for name in same}}
    waiting = {}
    if (asked := body.get("pre_agreement")) is not None:
        part["pre_agreement"] = _asked(asked, body)
        if body["state"] == "asked":
            due_at = datetime.fromisoformat(asked["sent_at"]) + timedelta(days=7)
            waiting["answer/1"] = {"due_at": due_at.isoformat()}
    return body | {
        "parts": [part],
        "waiting": waiting,
        "tasks": {f"{_WORKS.get(work, work)}/1": task_id for work, task_id in body.get("tasks", {}).items()},
    }


_WORKS = {"answer_late": "overdue"}


def _asked(asked: Any, body: Any) -> Any:
    ends, moves = body["case"] != "VA-RRNP", body["case"] != "VA-KUE-ORN"
    subscriber, named = body["subscriber"], {"text": asked["pre_agreement_id"]}
    return {
        "role": "recipient",
        "request": {
            "pre_agreement_id": named,
            "case": body["case"],
            "requested_on": body["requested_on"],
            "customer": {"name": subscriber["name"], "first_name": subscriber.get("first_name")},
            "further_owners": [{"name": name} for name in subscriber.get("further_owners", ())],
            "address": subscriber["address"] if ends else None,
            "numbers": body["numbers"],
            "all_numbers": body["all_numbers"],
            "window": body["window"] if moves else None,
        },
        "state": _STATES.get(asked["state"], asked["state"]),
        "at": asked.get("sent_at"),
        "answered_at": asked.get("answered_at"),
        "change_date": asked.get("answered_date"),
        "take_over": {
            "announced": {"pre_agreement_id": named, "take_over": False, "safe_haven": False},
            "state": "sent",
            "at": asked["take_over_sent_at"],
        }
        if asked.get("take_over_sent_at")
        else None,
    }
