"""What each event means on an order's timeline: what happened, what comes next, who is waited for.

Texts are English message ids with `%(name)s` places; the page translates them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Tone = Literal["done", "wait", "fail", "note"]


def _(text: str) -> str:
    """Marks an English text for the translators' catalogue; changes nothing."""
    return text


@dataclass(frozen=True, slots=True)
class Step:
    """`meaning` says what the step is about, `after` what comes next."""

    title: str
    meaning: str = ""
    after: str = ""
    tone: Tone = "done"
    places: Mapping[str, object] = field(default_factory=dict)
    reason: Mapping[str, str] | None = None


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


def _porting_started(body: Mapping[str, Any]) -> Step | None:
    """Of a paper carrier's porting, the form that is awaited tells."""
    donor = body["donor"]["name"]
    if body["electronic"]:
        return Step(
            _("Porting started"),
            _("The previous provider %(donor)s has been asked electronically."),
            _("%(donor)s answers, usually within a few working days."),
            "wait",
            {"donor": donor},
        )
    return None


def _form_awaited(body: Mapping[str, Any]) -> Step:
    if why := body.get("refused_because"):
        return Step(
            _("Signed form sent back"),
            _("Return another one to %(mailbox)s, or upload it on this page. The form is in the mail once more."),
            _("Order management checks it and releases the porting."),
            "wait",
            {"mailbox": body["return_to"]},
            {"de": why, "en": why},
        )
    return Step(
        _("Porting paused until the signed form is here"),
        _("%(donor)s takes no electronic requests. Return the form to %(mailbox)s, or upload it on this page."),
        _("Order management checks it and releases the porting."),
        "wait",
        {"mailbox": body["return_to"], "donor": body["donor_name"]},
    )


def _form_reminded(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Reminded of the signed form"),
        _("Reminder %(reminder)s went out by e-mail. Return the form to %(mailbox)s, or upload it on this page."),
        _("The porting goes on when the form is here; the site works meanwhile."),
        "wait",
        {"reminder": body["reminder"], "mailbox": body["return_to"]},
    )


def _form_accepted(_body: Mapping[str, Any]) -> Step:
    return Step(_("Signed form accepted"), "", _("The previous provider is asked now."))


def _porting_confirmed(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Porting confirmed for %(date)s"),
        _("As requested.") if body["as_requested"] else _("The previous provider chose another date."),
        _("The numbers move on that day."),
        places={"date": date.fromisoformat(body["change_date"])},
    )


def _porting_rescheduled(body: Mapping[str, Any]) -> Step:
    return Step(
        _("Porting moved to %(date)s"),
        _("It was planned for %(earlier)s."),
        tone="note",
        places={
            "date": date.fromisoformat(body["change_date"]),
            "earlier": date.fromisoformat(body["earlier_date"]),
        },
    )


def _porting_rejected(body: Mapping[str, Any]) -> Step:
    reason = body["reasons"][0]["text"] if body["reasons"] else None
    after = _("Order management clears it with the customer.") if body["fixable"] else _("This porting ends here.")
    return Step(_("Previous provider refused"), "", after, "fail", reason=reason)


def _porting_cancelled(body: Mapping[str, Any]) -> Step:
    return Step(_("Porting cancelled"), tone="fail", reason=body["reason"])


def _porting_due(_body: Mapping[str, Any]) -> Step:
    return Step(_("Porting day: the numbers are moving"), tone="wait")


def _porting_completed(_body: Mapping[str, Any]) -> Step:
    return Step(_("Porting completed"))


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
    "PortingStarted": _porting_started,
    "SignedFormAwaited": _form_awaited,
    "SignedFormReminded": _form_reminded,
    "SignedFormAccepted": _form_accepted,
    "PortingConfirmed": _porting_confirmed,
    "PortingRescheduled": _porting_rescheduled,
    "PortingRejected": _porting_rejected,
    "PortingCancelled": _porting_cancelled,
    "PortingDue": _porting_due,
    "PortingCompleted": _porting_completed,
    "OrderCompleted": _order_completed,
    "OrderPartlyCompleted": _order_partly,
    "OrderFailed": _order_failed,
    "OrderCancelled": _order_cancelled,
    "NoticeBounced": _notice_bounced,
    "TaskRaised": _task_raised,
    "TaskSettled": _task_settled,
}
