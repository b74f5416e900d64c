"""Behaviours of simulated carriers, as people say them."""

from devstack.donor.behaviours import Behaviour, ChangeWay, Timing, ToChange, ToVa, VaWay
from devstack.donor.garbage import ANSWERED_WITH, GarbageKind

VA_WORDS: dict[VaWay, str] = {
    "agrees": "Agrees as asked",
    "agrees_later": "Agrees to a later date",
    "answers_late": "Agrees, and is late with it",
    "corrects_address": "Agrees and corrects the address",
    "refuses": "Refuses with a code",
    "never_answers": "Never answers",
    "answers_twice": "Answers twice the same",
    "contradicts_itself": "Agrees, then refuses",
    "answers_out_of_order": "Answers out of order",
    "sends_garbage": "Sends garbage",
    "cancels": "Agrees, and calls off later",
}
CHANGE_WORDS: dict[ChangeWay, str] = {
    "agrees": "Agrees",
    "refuses": "Refuses",
    "never_answers": "Never answers",
    "answers_twice": "Answers twice the same",
    "contradicts_itself": "Agrees, then refuses",
    "sends_garbage": "Sends garbage",
}
TAKE_OVER_WORDS = {"accepts": "Accepts in silence", "refuses": "Refuses", "refuses_once": "Refuses the first one"}
GARBAGE_WORDS: dict[GarbageKind, str] = {
    "bad_json": "Broken JSON",
    "unknown_type": "Unknown type of message",
    "unknown_version": "Unknown version",
    "wrong_structure": "Wrong structure",
    "wrong_content": "Well-formed, but self-contradicting",
}
CORRECTION_WORDS = {"8104": "postcode", "8105": "town", "8106": "street", "8107": "house number"}
REFUSAL_WORDS = {
    "8103": "number not in service",
    "8108": "postcode wrong",
    "8109": "town wrong",
    "8110": "street wrong",
    "8111": "house number wrong",
    "8112": "line owner wrong",
    "8113": "first name wrong",
    "8114": "further line owners",
    "8115": "id already used",
    "8116": "other, in words",
    "8117": "customer not identifiable",
    "8118": "another carrier's pre-agreement",
    "8140": "pre-agreement unknown",
    "8149": "project unknown",
}
TAKE_OVER_CODES = {
    "8143": "contract number unknown",
    "8144": "line unknown",
    "8145": "line of another pre-agreement",
    "8146": "contract of another pre-agreement",
    "8147": "take-over impossible",
    "8148": "confirmed before",
}
STATE_WORDS = {
    "unknown": "unknown to the carrier",
    "asked": "asked",
    "agreed": "agreed",
    "refused": "refused",
    "cancelled": "called off",
    "awaiting_new": "awaits a new request",
}


def in_words(behaviour: Behaviour) -> list[str]:
    """What is worth telling: all it does to a VA, and of the rest what isn't plain agreement."""
    told = [f"{_va(behaviour.to_va)}{_timing(behaviour.to_va)}"]
    told += _change("TV", behaviour.to_change) + _change("STR", behaviour.to_cancellation)
    if behaviour.to_take_over.behaviour != "accepts":
        told.append(
            f"AKM-TR: {TAKE_OVER_WORDS[behaviour.to_take_over.behaviour].lower()}, {behaviour.to_take_over.code}"
        )
    if behaviour.as_recipient.behaviour == "forgets_take_over":
        told.append("With our numbers: forgets its AKM-TR")
    return told


def _va(how: ToVa) -> str:
    words = VA_WORDS[how.behaviour]
    match how.behaviour:
        case "agrees_later":
            return f"{words}, {how.later_by} working days on"
        case "corrects_address":
            return f"{words}: {', '.join(CORRECTION_WORDS[code] for code in how.corrections)}"
        case "refuses":
            codes = [code for code in (how.code, *how.further_codes) if code]
            return "Refuses: " + ", ".join(f"{code} {REFUSAL_WORDS.get(code, '')}".strip() for code in codes)
        case "contradicts_itself":
            return f"{words} with {how.code or '8117'}"
        case "sends_garbage":
            return f"{words}: {GARBAGE_WORDS[how.garbage].lower()} (expects {ANSWERED_WITH[how.garbage]})"
        case "cancels":
            kind = "STR-AUF" if how.final else "STR-AEN"
            when = _days(how.then_working_days) if how.then_working_days else "soon"
            return f"Agrees, and calls off {when} ({kind})"
    return words


def _change(name: str, how: ToChange) -> list[str]:
    if how.behaviour == "agrees" and not how.working_days:
        return []
    return [f"{name}: {CHANGE_WORDS[how.behaviour].lower()}{_timing(how)}"]


def _timing(how: Timing) -> str:
    if how.working_days:
        return f", {_days(how.working_days)}"
    return f", after {how.delay:g} s" if how.delay >= 1 else ""


def _days(count: int) -> str:
    return f"after {count} working day{'s' if count > 1 else ''}"
