"""Words for portings and departures: cases, deadlines, messages, and the fields in them."""

from collections.abc import Mapping
from typing import Any

from portal.domain.numbers import national
from telecom.refusal import _

Json = Mapping[str, Any]


CASES = {
    "VA-KUE-MRN": _("the contract there ends, the numbers move"),
    "VA-KUE-ORN": _("the contract there ends, no numbers move"),
    "VA-RRNP": _("only the numbers move, the contract there goes on"),
}
WINDOWS = {"ZF1": _("6 to 8 o'clock"), "ZF2": _("6 to 12 o'clock"), "ZF3": _("free, by agreement")}
DEADLINES = {
    "answer": _("Answer of the previous provider"),
    "change_answer": _("Answer to our change or cancellation"),
    "our_answer": _("Our answer"),
    "our_change_answer": _("Our answer to a change"),
    "take_over": _("Announcing the take-over of the line"),
    "new_pre_agreement": _("Asking anew"),
    "signed_form": _("Signed form"),
    "paper_date": _("Date on paper"),
    "clearing": _("Clearing with the customer"),
    "assignment": _("Numbers live here"),
    "hand_over": _("Hand-over of the numbers"),
}
WAITING = {
    "donor": _("the previous provider"),
    "recipient": _("the other provider"),
    "customer": _("the customer"),
    "order_management": _("order management"),
    "day": _("the agreed day"),
    "provisioning": _("our systems"),
    "nobody": _("nobody"),
}
MESSAGES = {
    "VA": _("Pre-agreement"),
    "RUEM-VA": _("Answer to the pre-agreement"),
    "ABBM": _("Refusal"),
    "AKM-TR": _("Take-over of the line"),
    "ABBM-TR": _("Take-over refused"),
    "TV": _("Date change"),
    "STR": _("Cancellation"),
    "STR-AUF": _("Cancellation for good"),
    "STR-AEN": _("Cancellation, a new one follows"),
    "ERLM": _("Change settled"),
    "technical": _("Refused technically"),
}
ADDRESS_FIELDS = {
    "postcode": _("Postcode"),
    "town": _("Town"),
    "street": _("Street"),
    "house_number": _("House number"),
}
CONTENT = ADDRESS_FIELDS | {
    "pre_agreement_id": _("Pre-agreement id"),
    "change_id": _("Change id"),
    "cancellation_id": _("Cancellation id"),
    "sender": _("From"),
    "receiver": _("To"),
    "sent_at": _("Sent"),
    "case": _("Case"),
    "requested_on": _("Requested for"),
    "customer": _("End customer"),
    "name": _("Name"),
    "first_name": _("First name"),
    "further_owners": _("Further owners"),
    "address": _("Address"),
    "numbers": _("Numbers"),
    "all_numbers": _("All numbers of the line"),
    "window": _("Part of the day"),
    "answer": _("Answer"),
    "change_date": _("Change date"),
    "new_date": _("New date"),
    "unchanged_date": _("Date that holds"),
    "technology": _("Technology"),
    "lines": _("Lines"),
    "corrections": _("Corrections"),
    "reasons": _("Reasons"),
    "code": _("Code"),
    "words": _("In words"),
    "value": _("Value"),
    "reason": _("Reason in words"),
    "take_over": _("Take the line over"),
    "safe_haven": _("Safe haven"),
    "final": _("For good"),
    "recipient_porting_carrier": _("Porting id of the new provider"),
    "donor_porting_carrier": _("Porting id of the previous provider"),
    "refused_type": _("Refused message"),
}
NOTHING: tuple[Any, ...] = (None, "", [], {}, ())


def most_pressing(view: Json) -> Json | None:
    """The deadline that presses most: overdue before near; None where nothing is at risk."""
    risky = [one for one in view.get("deadlines") or () if one["level"] != "open"]
    return min(risky, key=lambda one: (one["level"] != "overdue", one["due_at"]), default=None)


def rows_of(content: Json | None) -> list[tuple[str, str | bool]]:
    """A message's fields as rows: their names here, and what they hold; empty ones are left out."""
    return [(name, _written(value)) for name, value in (content or {}).items() if value not in NOTHING]


def _written(value: Any) -> str | bool:
    match value:
        case bool():
            return value
        case {"stem": _stem, "area_code": _area_code}:
            return national(value)
        case dict():
            return " ".join(str(_written(one)) for one in value.values() if one not in NOTHING)
        case list() | tuple():
            return ", ".join(str(_written(one)) for one in value)
    return str(value)
