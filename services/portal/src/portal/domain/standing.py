"""What an agreement's state means to its reader: what comes next, who is waited for, what can still be changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from telecom.refusal import _

Json = Mapping[str, Any]
BY_HAND = ("internet", "device", "consulting")
OVER = ("ended", "failed")


@dataclass(frozen=True, slots=True)
class Saying:
    """An English message id and what fills its places."""

    text: str
    places: Mapping[str, object] = field(default_factory=dict)


def what_comes_next(agreement: Json) -> Saying:
    """When the state changes by itself, and who is waited for."""
    ends_on, upcoming = agreement.get("ends_on"), agreement.get("upcoming")
    match agreement["status"]:
        case "in_set_up" if agreement["family"] in BY_HAND:
            return Saying(_("Waits for order management, who set it up. You get an e-mail then."))
        case "in_set_up":
            return Saying(_("It is set up without anybody's help, usually within a minute."))
        case "ready":
            return Saying(
                _("Waits for the porting date, or for the first numbers of our own. Term and billing start then.")
            )
        case "active" if upcoming:
            return Saying(
                _("The renewed contract begins on %(date)s, by itself."), {"date": _day(upcoming["valid_from"])}
            )
        case "active" if ends_on:
            return Saying(_("Its term runs until %(date)s. Nobody needs to act."), {"date": _day(ends_on)})
        case "active":
            return Saying(_("It has no end date. Nobody needs to act."))
        case "terminating":
            return Saying(
                _("It ends when %(date)s begins. Until then everything works, and the termination can be taken back."),
                {"date": _day(agreement["terminates_on"])} if agreement.get("terminates_on") else {"date": "–"},
            )
        case "failed":
            return Saying(_("Nothing follows. The order's page says why; a new order is possible."))
    return Saying(_("Nothing follows."))


def what_can_change(agreement: Json) -> Saying:
    """What is still open to those who may order."""
    may = agreement.get("may") or {}
    if agreement["status"] in OVER:
        return Saying(_("It can no longer be changed."))
    if agreement["status"] == "terminating":
        return Saying(_("Nothing can be added any more, unless the termination is taken back."))
    if agreement.get("upcoming"):
        return Saying(_("A renewal is agreed already; the next one is possible once it has begun."))
    if may.get("renew"):
        return Saying(_("Price list, encryption, flatrates and minute packages change only with a renewal."))
    if may.get("reorder"):
        return Saying(_("More can be ordered. A renewal is possible as soon as it is active."))
    return Saying(_("It can be changed as soon as it is set up."))


def _day(written: str) -> date:
    return date.fromisoformat(written)
