"""What each event means on an order's timeline: what happened, what comes next, who is waited for.

Texts are English message ids with `%(name)s` places; the page translates them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.domain import porting_steps
from portal.domain.step import Step
from telecom.refusal import _

AWAITED = {
    "customer": _("the customer"),
    "donor": _("the previous provider"),
    "order_management": _("order management"),
    "porting_date": _("the porting date"),
}


def step_of(kind: str, body: Mapping[str, Any]) -> Step | None:
    """The step an event shows as; None for those that would only repeat another."""
    make = _STEPS.get(kind)
    return make(body) if make else None


def _received(body: Mapping[str, Any]) -> Step:
    approver = body.get("approver") or body.get("creator") or {}
    return Step(
        _("Order received"),
        _("Placed by %(name)s. The acknowledgement goes out by e-mail."),
        _("Set-up starts at once, without anybody's help."),
        places={"name": approver.get("name", "")},
    )


def _progressed(body: Mapping[str, Any]) -> Step | None:
    """Only what is planned for a day; the other steps have events of their own."""
    if not body.get("due_on"):
        return None
    return Step(
        _("Planned for %(date)s"),
        _("Nothing changes before that day."),
        _("It is carried out by itself when the day begins."),
        "wait",
        {"date": date.fromisoformat(body["due_on"])},
    )


def _quote_sent(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Quote %(number)s sent"),
        _("The link went to %(recipient)s."),
        _("The customer opens the link and confirms."),
        "note",
        {"number": body["quote_number"], "recipient": body["recipient"]},
    )


def _quote_resent(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Quote sent again"),
        _("A new link went to %(recipient)s; the earlier one no longer works."),
        "",
        "note",
        {"recipient": body["recipient"]},
    )


def _quote_confirmed(body: Mapping[str, Any]) -> Step:
    return Step(_("Quote confirmed by %(name)s"), places={"name": body["approver"]["name"]})


def _trunk_provisioned(body: Mapping[str, Any]) -> Step:
    delayed = body["activation"] == "delayed"
    return Step(
        _("Trunk set up"),
        _("%(channels)s voice channels are ready."),
        _("It is activated some working days before the porting.") if delayed else _("It is activated right away."),
        places={"channels": body["channels"]},
    )


def _trunk_activated(body: Mapping[str, Any]) -> Step:
    causes = {
        "immediate": _("As chosen in the cart: immediate activation."),
        "porting_near": _("The porting is near, so the trunk is switched on in time."),
        "own_numbers": _("A site got numbers of our own, which ends the delayed activation."),
        "lead_time_passed": _("The lead time had already passed."),
        "order_management": _("Switched on by order management."),
    }
    return Step(_("Trunk activated"), causes.get(body["cause"], ""), _("Term and billing start today."))


def _site_provisioned(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Site %(name)s is ready"),
        _("Numbers can be used at once.") if body["blocks"] else _("The numbers follow with the porting."),
        places={"name": body["name"]},
    )


def _site_rejected(body: Mapping[str, Any]) -> Step:
    return Step(
        _("The site could not be set up"), _("Nothing was made: no half-made site."), tone="fail", reason=body["reason"]
    )


def _site_terminated(_body: Mapping[str, Any]) -> Step:
    return Step(_("The site has ended"), tone="note")


def _trunk_changed(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Trunk changed"),
        _("It now has %(channels)s voice channels, encrypted with SRTP.")
        if body["srtp"]
        else _("It now has %(channels)s voice channels, without SRTP."),
        places={"channels": body["channels"]},
    )


def _trunk_terminated(_body: Mapping[str, Any]) -> Step:
    return Step(_("Trunk switched off"), tone="note")


def _numbers_assigned(body: Mapping[str, Any]) -> Step:
    ported = body["origin"] == "ported"
    return Step(_("Ported numbers are live") if ported else _("New numbers assigned"))


def _numbers_released(_body: Mapping[str, Any]) -> Step:
    return Step(_("Numbers given back"), tone="note")


def _work_failed(body: Mapping[str, Any]) -> Step:
    return Step(_("A work order failed"), tone="fail", reason=body["reason"])


def _order_completed(_body: Mapping[str, Any]) -> Step:
    return Step(_("Order completed"), _("Everything ordered is in place."))


def _order_partly(body: Mapping[str, Any]) -> Step:
    return Step(_("Order partly completed"), tone="fail", reason=body["reason"])


def _order_failed(body: Mapping[str, Any]) -> Step:
    return Step(_("Order failed"), tone="fail", reason=body["reason"])


def _order_cancelled(body: Mapping[str, Any]) -> Step:
    return Step(_("Order cancelled"), tone="note", reason=body["reason"])


def _notice_bounced(body: Mapping[str, Any]) -> Step:
    return Step(
        _("E-mail could not be delivered"),
        _("To %(recipient)s"),
        _("Order management has been told."),
        "fail",
        {"recipient": body["recipient"]},
        body["reason"],
    )


def _task_raised(body: Mapping[str, Any]) -> Step:
    return Step(_("Order management has been asked"), "", "", "wait", reason=body["title"])


def _task_settled(body: Mapping[str, Any]) -> Step:
    return Step(_("Order management is done"), tone="done", reason=body["outcome"])


_STEPS: dict[str, Callable[[Mapping[str, Any]], Step | None]] = {
    **porting_steps.STEPS,
    "OrderReceived": _received,
    "OrderProgressed": _progressed,
    "QuoteSent": _quote_sent,
    "QuoteResent": _quote_resent,
    "QuoteConfirmed": _quote_confirmed,
    "TrunkProvisioned": _trunk_provisioned,
    "TrunkActivated": _trunk_activated,
    "TrunkChanged": _trunk_changed,
    "SiteProvisioned": _site_provisioned,
    "SiteRejected": _site_rejected,
    "SiteTerminated": _site_terminated,
    "TrunkTerminated": _trunk_terminated,
    "NumbersAssigned": _numbers_assigned,
    "NumbersReleased": _numbers_released,
    "WorkOrderFailed": _work_failed,
    "OrderCompleted": _order_completed,
    "OrderPartlyCompleted": _order_partly,
    "OrderFailed": _order_failed,
    "OrderCancelled": _order_cancelled,
    "NoticeBounced": _notice_bounced,
    "TaskRaised": _task_raised,
    "TaskSettled": _task_settled,
}
