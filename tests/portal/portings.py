"""Portings and departures in their states, as porting's HTTP shows them, for unit tests and screenshots."""

import copy
from typing import Any

from portal.application.ports import Problem
from tests.portal.samples import at, ident

Json = dict[str, Any]


def both(german: str, english: str) -> Json:
    return {"de": german, "en": english}


MANY, WISHED_AWAY, MOVING, MOVED, CALLED_OFF, ANEW, REFUSED = (
    ident(name) for name in ("many", "wished away", "moving", "moved", "called off", "anew", "refused")
)
"""Portings: of many numbers in three parts, one that the donor wants to cancel, and one in each further state."""
DEPARTING, LEAVING, LEFT = (ident(name) for name in ("departing", "leaving", "left"))
"""Departures: just asked for, agreed with their cancellation open, and over."""
DAY = 24 * 60


def block(stem: str, size: int = 2) -> Json:
    return {
        "area_code": "221",
        "stem": stem,
        "extension_from": "0" * size,
        "extension_to": "9" * size,
        "answering_extension": "0",
    }


def single(stem: str) -> Json:
    return {
        "area_code": "221",
        "stem": stem,
        "extension_from": None,
        "extension_to": None,
        "answering_extension": None,
    }


def code(number: str, german: str, english: str) -> Json:
    return {
        "code": number,
        "text": both(german, english),
        "cause": both("Beim bisherigen Anbieter steht etwas anderes.", "The previous provider has something else."),
        "remedy": both(
            "Fragen Sie den Kunden nach seiner letzten Rechnung.", "Ask the customer for his latest invoice."
        ),
    }


AS_ASKED = code("8001", "Wie gewünscht bestätigt.", "Agreed as asked.")
ANOTHER_DATE = code("8002", "Mit anderem Termin bestätigt.", "Agreed with another date.")
WRONG_OWNER = code("8112", "Der Anschlussinhaber stimmt nicht.", "The line owner is wrong.")
NOT_IN_SERVICE = code("8103", "Die Rufnummer ist dort nicht geschaltet.", "The number is not in service there.")
OTHER = code("8116", "Anderer Grund, in Worten.", "Another reason, in words.")
LINE_UNKNOWN = code("8144", "Die Leitung ist unbekannt.", "The line is unknown.")


def message(kind: str, direction: str, minutes: float, german: str, english: str, **content: Any) -> Json:
    return {
        "type": kind,
        "direction": direction,
        "at": at(minutes),
        "summary": both(german, english),
        "content": content,
    }


ASKED = message(
    "VA",
    "out",
    -3 * DAY,
    "Vorabstimmung angefragt",
    "Pre-agreement requested",
    pre_agreement_id="DEU.TRUNK.V000000001",
    sender="DEU.TRUNK",
    receiver="DEU.VFDE",
    case="VA-KUE-MRN",
    requested_on="2026-12-10",
    customer={"name": "Jäger Logistik GmbH", "first_name": None},
    address={"street": "Hohe Straße", "house_number": "12", "postcode": "50667", "town": "Köln"},
    numbers=[block("47110"), block("47111")],
    window="ZF2",
)
ANSWERED = message(
    "RUEM-VA",
    "in",
    -DAY,
    "8002: Mit anderem Termin bestätigt.",
    "8002: Agreed with another date.",
    pre_agreement_id="DEU.TRUNK.V000000001",
    answer="8002",
    change_date="2026-12-14",
    technology="FTTC",
    lines=["DEU.VFDE.L00000001"],
    corrections=[{"code": "8107", "value": "14"}],
)


def part(number: int, state: str, numbers: list[Json], may: list[str] | None = None, **more: Any) -> Json:
    return {
        "part": number,
        "numbers": numbers,
        "case": "VA-KUE-MRN" if number == 1 else "VA-RRNP",
        "state": state,
        "requested_on": "2026-12-10",
        "change_date": None,
        "window": "ZF2",
        "pre_agreement_id": f"DEU.TRUNK.V00000000{number}",
        "earlier_pre_agreement_ids": [],
        "answer": None,
        "reasons": [],
        "corrections": [],
        "held": None,
        "change": None,
        "take_over": None,
        "messages": [],
        "may": may or [],
        "tasks": [],
    } | more


def task_about(name: str, work: str) -> Json:
    """An open task as a part tells of it."""
    return {"task_id": ident(name), "work": work}


def porting(porting_id: str, state: str, parts: list[Json], **more: Any) -> Json:
    order = ident("order") if porting_id == MANY else ident("order of portings")
    dates = [one["change_date"] for one in parts if one["change_date"]]
    return {
        "porting_id": porting_id,
        "order_id": order,
        "agreement_id": ident("agreement"),
        "site_id": ident("site"),
        "customer_id": ident("Jäger Logistik GmbH"),
        "state": state,
        "case": parts[0]["case"],
        "donor": {"carrier_code": "DEU.VFDE", "name": "Vodafone"},
        "numbers": [numbers for one in parts for numbers in one["numbers"]],
        "all_numbers": False,
        "requested_on": parts[0]["requested_on"],
        "change_date": min(dates, default=None),
        "window": "ZF2",
        "electronic": True,
        "form": {"state": "none", "uploaded_at": None},
        "messages": [],
        "timeline": [],
        "parts": parts,
        "deadlines": [],
        "waiting_for": "donor",
        "meaning": both("Der bisherige Anbieter wurde angefragt.", "The previous provider has been asked."),
        "next": both("Er antwortet bis Freitag, 27. November 2026.", "It answers by Friday, 27 November 2026."),
        "can_change": both(
            "Termin und Storno nur noch gemeinsam mit dem bisherigen Anbieter, durch das Auftragsmanagement.",
            "Date and calling off only together with the previous provider, by order management.",
        ),
        "may": [],
    } | more


def all_portings() -> dict[str, Json]:
    confirmed = part(
        1,
        "changing",
        [block("47110"), block("47111"), block("47112"), block("47113"), block("47114")],
        [
            "reschedule",
            "cancel",
            "cancel-follow-up",
            "accept-corrections",
            "send-again",
            "settle-by-hand",
            "see-message",
        ],
        change_date="2026-12-14",
        answer=ANOTHER_DATE,
        corrections=[
            {"code": "8107", "field": "house_number", "ours": "12", "theirs": "14", "accepted": False},
            {"code": "8106", "field": "street", "ours": "Hohe Str.", "theirs": "Hohe Straße", "accepted": True},
        ],
        change={
            "kind": "date",
            "by_donor": False,
            "id": "DEU.TRUNK.T000000001",
            "state": "sent",
            "new_date": "2026-12-17",
            "follow_up": False,
            "reason": None,
            "due_at": at(3 * DAY),
        },
        take_over={"sent_at": at(-DAY + 20), "refused": None},
        messages=[ASKED, ANSWERED],
        tasks=[task_about("task look", "carrier_message")],
    )
    clearing = part(
        2,
        "clearing",
        [block("4750", 3)],
        ["ask-again", "cancel", "confirm-date"],
        reasons=[
            WRONG_OWNER | {"words": None, "numbers": []},
            NOT_IN_SERVICE | {"words": None, "numbers": [single("4750123")]},
            OTHER | {"words": "Bitte rufen Sie uns an: 0800 123", "numbers": []},
        ],
        messages=[
            message("VA", "out", -2 * DAY, "Vorabstimmung angefragt", "Pre-agreement requested"),
            message("ABBM", "in", -60, "8112, 8103, 8116", "8112, 8103, 8116", reasons=[{"code": "8112"}]),
        ],
        tasks=[task_about("task clearing", "clearing")],
    )
    held = part(
        3,
        "held",
        [single("998877"), single("998878")],
        ["stop-held", "cancel"],
        held={"type": "VA", "goes_out_at": at(9)},
        pre_agreement_id="DEU.TRUNK.V000000003",
    )
    return {
        MANY: porting(
            MANY,
            "clearing",
            [confirmed, clearing, held],
            deadlines=[
                {"deadline": "change_answer", "part": 1, "due_at": at(3 * DAY), "level": "open"},
                {"deadline": "clearing", "part": 2, "due_at": at(DAY), "level": "warning"},
                {"deadline": "answer", "part": 3, "due_at": at(-DAY), "level": "overdue"},
            ],
            waiting_for="order_management",
            may=["cancel", "write-mail"],
        ),
        WISHED_AWAY: porting(
            WISHED_AWAY,
            "changing",
            [
                part(
                    1,
                    "changing",
                    [block("4760")],
                    ["answer"],
                    change_date="2026-12-14",
                    answer=AS_ASKED,
                    change={
                        "kind": "cancellation",
                        "by_donor": True,
                        "id": "DEU.VFDE.S000000001",
                        "state": "sent",
                        "new_date": None,
                        "follow_up": False,
                        "reason": "Der Kunde hat bei uns verlängert.",
                        "due_at": at(2 * DAY),
                    },
                    take_over={"sent_at": at(-DAY), "refused": LINE_UNKNOWN},
                    tasks=[task_about("task wish", "donor_cancels")],
                )
            ],
            waiting_for="order_management",
        ),
        MOVING: porting(
            MOVING,
            "due",
            [part(1, "due", [block("4770")], change_date="2026-11-23", answer=AS_ASKED)],
            waiting_for="provisioning",
        ),
        MOVED: porting(
            MOVED,
            "completed",
            [
                part(1, "completed", [block("4780")], change_date="2026-11-20", answer=AS_ASKED),
                part(2, "rejected", [single("4789999")], reasons=[NOT_IN_SERVICE | {"words": None, "numbers": []}]),
            ],
            waiting_for="nobody",
        ),
        CALLED_OFF: porting(CALLED_OFF, "cancelled", [part(1, "cancelled", [block("4790")])], waiting_for="nobody"),
        ANEW: porting(
            ANEW,
            "awaiting_new",
            [
                part(
                    1,
                    "awaiting_new",
                    [block("4791")],
                    ["ask-again", "take-over"],
                    earlier_pre_agreement_ids=["DEU.TRUNK.V000000001"],
                )
            ],
            deadlines=[{"deadline": "new_pre_agreement", "part": 1, "due_at": at(4 * DAY), "level": "open"}],
            waiting_for="order_management",
            may=["cancel"],
        ),
        REFUSED: porting(
            REFUSED,
            "rejected",
            [part(1, "rejected", [block("4792")], reasons=[WRONG_OWNER | {"words": None, "numbers": []}])],
            waiting_for="nobody",
        ),
    }


def departure(departure_id: str, state: str, may: list[str] | None = None, **more: Any) -> Json:
    return {
        "departure_id": departure_id,
        "pre_agreement_id": "DEU.VFDE.V000000009",
        "recipient": {"carrier_code": "DEU.VFDE", "name": "Vodafone"},
        "state": state,
        "case": "VA-KUE-MRN",
        "customer_id": ident("Jäger Logistik GmbH"),
        "customer_name": "Jäger Logistik GmbH",
        "agreement_id": ident("agreement"),
        "agreement_number": "V-700123",
        "numbers": [block("47110")],
        "requested_on": "2026-12-10",
        "change_date": None,
        "checks": [
            {"what": "open", "ok": None, "text": both("Eine Kündigung läuft.", "A termination is under way.")},
            {"what": "numbers", "ok": True, "text": both("Die Rufnummern sind bei uns.", "The numbers are with us.")},
            {
                "what": "customer",
                "ok": False,
                "text": both(
                    "Der Name weicht ab: gefragt ist „Jaeger“, bei uns „Jäger Logistik GmbH“.",
                    "The name differs: asked for is “Jaeger”, with us “Jäger Logistik GmbH”.",
                ),
            },
        ],
        "answers": [],
        "corrections": [],
        "held": None,
        "change": None,
        "deadlines": [{"deadline": "our_answer", "due_at": at(2 * DAY), "level": "warning"}],
        "messages": [message("VA", "in", -60, "Vorabstimmung angefragt", "Pre-agreement requested")],
        "meaning": both(
            "Ein anderer Anbieter möchte die Rufnummern übernehmen.", "Another carrier wants to take the numbers over."
        ),
        "next": both("Antworten Sie bis Mittwoch.", "Answer by Wednesday."),
        "may": may or [],
    } | more


def all_departures() -> dict[str, Json]:
    held = {"type": "ABBM", "goes_out_at": at(4)}
    wish = {
        "kind": "cancellation",
        "by_donor": False,
        "id": "DEU.VFDE.S000000003",
        "state": "sent",
        "new_date": None,
        "follow_up": False,
        "reason": None,
        "due_at": at(DAY),
    }
    return {
        DEPARTING: departure(
            DEPARTING,
            "asked",
            ["agree", "refuse"],
            corrections=[{"code": "8107", "field": "house_number", "ours": "12", "theirs": "21", "accepted": False}],
        ),
        LEAVING: departure(
            LEAVING,
            "agreed",
            ["answer", "cancel", "hand-over", "stop-held", "see-message"],
            change_date="2026-12-14",
            change=wish,
            answers=[AS_ASKED | {"words": None}],
            held=held,
        ),
        LEFT: departure(LEFT, "completed", change_date="2026-11-20", deadlines=[], checks=[]),
    }


class PortingDesk:
    """Porting's side of the acts; what each asks for stands in the upstream's calls."""

    def __init__(self) -> None:
        self.portings = all_portings()
        self.departures = all_departures()
        self.thread: list[Json] = [
            {
                "at": at(-30),
                "by": "Olga Ordnung",
                "direction": "out",
                "subject": "Ihr Anbieterwechsel",
                "text": "Guten Tag,\n\nwie heißt der Anschlussinhaber genau?",
            },
            {
                "at": at(-5),
                "by": "Karl Jäger",
                "direction": "in",
                "subject": "",
                "text": "Auf der Rechnung steht „Jäger Logistik & Söhne“.",
            },
        ]

    def answer(self, method: str, names: list[str], params: Json, json: Any) -> Any:
        match method, names:
            case "GET", ["portings"]:
                found = [one for one in self.portings.values() if params.get("state", one["state"]) == one["state"]]
                if params.get("order_id"):
                    found = [one for one in found if one["order_id"] == params["order_id"]]
                if params.get("q", "").startswith("nothing"):
                    found = []
                return {"items": copy.deepcopy(found), "next": None}
            case "GET", ["portings", porting_id, "clearing"]:
                self._porting(porting_id)
                prepared = {
                    "subject": "Ihr Anbieterwechsel von Vodafone: eine Rückfrage",
                    "text": "Guten Tag Karl Jäger,\n\nVodafone hat die Portierung abgelehnt.",
                    "language": "de",
                }
                return {"prepared": prepared, "thread": self.thread}
            case "GET", ["portings", porting_id, "parts", _, "days"]:
                self._porting(porting_id)
                return {
                    "days": ["2026-12-15", "2026-12-16", "2026-12-17"],
                    "rule": both("Nur Arbeitstage.", "Working days only."),
                }
            case "GET", ["portings", porting_id]:
                return self._porting(porting_id)
            case "POST", ["portings", porting_id, "clearing", "mails"]:
                self.thread.append(json | {"at": at(0), "by": "Olga Ordnung", "direction": "out"})
                return self._porting(porting_id)
            case "POST", ["portings", porting_id, "clearing", "replies"]:
                self.thread.append(
                    {"at": at(1), "by": json["sender"], "direction": "in", "subject": "", "text": json["text"]}
                )
                return self._porting(porting_id)
            case "POST", ["portings", porting_id, "parts", _, "reschedule"] if json["new_date"] == "2026-12-16":
                self._porting(porting_id)
                raise Problem(
                    409,
                    {
                        "detail": "Der vereinbarte Termin liegt weniger als 3 Arbeitstage voraus.",
                        "remedy": "Sprechen Sie mit dem bisherigen Anbieter.",
                        "field": "new_date",
                    },
                )
            case "POST", ["portings", porting_id, *_]:
                return self._porting(porting_id)
            case "GET", ["departures"]:
                found = [one for one in self.departures.values() if params.get("state", one["state"]) == one["state"]]
                return {"items": found, "next": None}
            case "GET", ["departures", departure_id]:
                return self._departure(departure_id)
            case "POST", ["departures", departure_id, "refuse"] if any(
                one["code"] == "8116" and not one.get("words") for one in json["reasons"]
            ):
                self._departure(departure_id)
                raise Problem(422, {"detail": "8116 braucht einen Grund in Worten.", "field": "words"})
            case "POST", ["departures", departure_id, *_]:
                return self._departure(departure_id)
        raise Problem(404, {"detail": "nothing here"})

    def _porting(self, porting_id: str) -> Json:
        if porting_id not in self.portings:
            raise Problem(404, {"detail": "unknown"})
        return copy.deepcopy(self.portings[porting_id])

    def _departure(self, departure_id: str) -> Json:
        if departure_id not in self.departures:
            raise Problem(404, {"detail": "unknown"})
        return copy.deepcopy(self.departures[departure_id])
