"""What provisioning answers about numbers, for the portal's unit tests."""

from typing import Any

from portal.application.ports import Problem

Json = dict[str, Any]
MOMENT = "2026-11-20T08:00:00+00:00"
CUSTOMER = "7c1a2b34-0000-4000-8000-000000000001"
RESERVATION = "7c1a2b34-0000-4000-8000-000000000002"
AGREEMENT = "7c1a2b34-0000-4000-8000-000000000003"


def block(stem: str, width: int = 2) -> Json:
    low, high = ("0" * width, "9" * width) if width else (None, None)
    return {"area_code": "221", "stem": stem, "extension_from": low, "extension_to": high}


def stay(state: str, since: str | None, until: str | None = None, **more: Any) -> Json:
    names = ("block", "origin", "holder", "porting_id", "departure_id", "carrier", "ended", "went_to", "put_until")
    return {"state": state, "since": since, "until": until} | dict.fromkeys(names) | more


HOLDER = {
    "site_id": AGREEMENT,
    "site_name": "Zentrale Köln",
    "agreement_id": AGREEMENT,
    "agreement_number": "V-700123",
    "customer_id": CUSTOMER,
    "customer_name": "Jäger Logistik GmbH",
}
LIFE = [
    stay(
        "ported_out",
        "2026-10-01T08:00:00+00:00",
        block=block("479000"),
        origin="own",
        carrier="Anderes Netz (DEU.OTHER)",
    ),
    stay(
        "held",
        "2026-03-01T08:00:00+00:00",
        "2026-10-01T08:00:00+00:00",
        block=block("479000"),
        origin="own",
        holder=HOLDER,
        ended="ported_out",
        went_to="Anderes Netz (DEU.OTHER)",
    ),
    stay("free", "2026-01-01T08:00:00+00:00", "2026-03-01T08:00:00+00:00"),
    stay("elsewhere", None, "2026-01-01T08:00:00+00:00"),
]


class Pools:
    """`wrong`: what does not add up. `taken`: a colleague was quicker. `order_refused`: not for its numbers."""

    def __init__(self) -> None:
        self.wrong: list[Json] = []
        self.taken = False
        self.lapsed = self.order_refused = False
        self.looked: Json = {
            "new_ranges": [{"area_code": "221", "first": "48000000", "last": "48000999"}],
            "known_ranges": [],
            "new_numbers": 1000,
            "faults": [],
        }

    def answer(self, method: str, names: list[str], json: Any) -> Any:
        match method, names:
            case "GET", ["number-pools"]:
                return [self._pool()]
            case "POST", ["number-pools", "check"]:
                return [self._balance()]
            case "POST", ["number-pools", "dry-run"]:
                return self.looked
            case "POST", ["number-pools"]:
                if self.taken:
                    raise Problem(409, {"code": "pool-overlaps", "detail": "Der Bereich überschneidet sich."})
                return {"new_ranges": len(json["ranges"])}
            case "GET", ["number-pools", _, "free"]:
                return {"blocks": [block("479000"), block("479001")]}
            case "GET", ["number-pools", _, "ported-out"]:
                return {"items": [{**block("479000"), "carrier": "Anderes Netz", "since": MOMENT}], "next": None}
            case "GET", ["numbers", written, "history"]:
                if len(written) < 6:
                    raise Problem(422, {"code": "not-a-phone-number", "detail": f"{written} ist keine Rufnummer."})
                number = {"e164": "+492214790042", "national": "0221 4790042", "international": "+49 221 4790042"}
                return number | {"history": LIFE, "on": {"day": "2026-04-01", "stays": [LIFE[1]]}}
            case "POST", ["numbers", "come-back"]:
                if self.taken:
                    raise Problem(409, {"code": "not-ported-out", "detail": "Die Nummer ist nicht fort."})
                return json
            case "GET", ["reservations"]:
                return {"items": [self._reservation()], "next": None}
            case "POST", ["reservations"]:
                if self.taken:
                    raise Problem(409, {"code": "block-taken", "detail": "Der Block ist nicht mehr frei."})
                return self._reservation()
            case "POST", ["reservations", _, "give-up"]:
                return {"state": "ended"}
        return None

    def reserved(self) -> Json:
        """As feasibility tells of a reservation."""
        block_ = block("479000")
        return {"customer_id": CUSTOMER, "block": block_, "until": MOMENT, "holds": not self.lapsed}

    def _balance(self) -> Json:
        difference = sum(int(one["last"]) - int(one["first"]) + 1 for one in self.wrong)
        return {
            "area_code": "221",
            "checked_at": MOMENT,
            "difference": difference,
            "missing": self.wrong,
            "surplus": [],
            "twice": [],
        }

    def _pool(self) -> Json:
        return {
            "area_code": "221",
            "name": "Köln",
            "total": 40000,
            "free": 38120,
            "held": 1670,
            "resting": 100,
            "reserved": 10,
            "ported_out": 100,
            "blocks": [{"size": 10, "blocks": 2}, {"size": 1000, "blocks": 38}],
            "days_left": 12,
            "balance": self._balance(),
        }

    def _reservation(self) -> Json:
        return {
            "reservation_id": RESERVATION,
            "customer_id": CUSTOMER,
            "block": block("479000"),
            "reserved_by": "Olga",
            "reserved_at": MOMENT,
            "reserved_until": MOMENT,
        }
