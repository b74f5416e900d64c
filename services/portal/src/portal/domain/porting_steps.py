"""Steps of numbers that move, on the timelines of orders and agreements (PORT-5 to PORT-9)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.domain.numbers import national
from portal.domain.step import Step
from telecom.refusal import _

Body = Mapping[str, Any]


WAITED_FOR = {
    "answer": _("The previous provider has not answered in time."),
    "change_answer": _("The previous provider has not answered our change in time."),
    "our_answer": _("Our answer to the previous provider is late."),
    "take_over": _("The take-over of the line was not announced in time."),
    "new_pre_agreement": _("It was not asked for anew in time."),
    "signed_form": _("The signed form has not come in time."),
    "paper_date": _("The previous provider has not named a date in time."),
    "clearing": _("The refusal has not been cleared in time."),
    "assignment": _("The numbers have not become live in time."),
}


def _porting_started(body: Body) -> Step | None:
    """Of a paper carrier's porting, the form that is awaited tells."""
    if not body["electronic"]:
        return None
    return Step(
        _("Porting started"),
        _("The previous provider %(donor)s has been asked electronically."),
        _("%(donor)s answers, usually within a few working days."),
        "wait",
        {"donor": body["donor"]["name"]},
    )


def _form_awaited(body: Body) -> Step:
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


def _form_reminded(body: Body) -> Step:
    return Step(
        _("Reminded of the signed form"),
        _("Reminder %(reminder)s went out by e-mail. Return the form to %(mailbox)s, or upload it on this page."),
        _("The porting goes on when the form is here; the site works meanwhile."),
        "wait",
        {"reminder": body["reminder"], "mailbox": body["return_to"]},
    )


def _form_received(body: Body) -> Step:
    return Step(
        _("Signed form received"),
        _("The form for %(donor)s is here."),
        _("Order management checks it and releases the porting."),
        "wait",
        {"donor": body["donor_name"]},
    )


def _form_accepted(_body: Body) -> Step:
    return Step(_("Signed form accepted"), "", _("The previous provider is asked now."))


def _porting_confirmed(body: Body) -> Step:
    meaning = _("As requested.") if body["as_requested"] else _("The previous provider chose another date.")
    waiting = body.get("awaiting")
    after = _("The other numbers still wait for their date.") if waiting else _("The numbers move on that day.")
    return Step(
        _("Porting confirmed for %(date)s"), meaning, after, places={"date": _day(body["change_date"]), **_which(body)}
    )


def _porting_rescheduled(body: Body) -> Step:
    return Step(
        _("Porting moved to %(date)s"),
        _("It was planned for %(earlier)s."),
        tone="note",
        places={"date": _day(body["change_date"]), "earlier": _day(body["earlier_date"]), **_which(body)},
    )


def _porting_rejected(body: Body) -> Step:
    reason = body["reasons"][0]["text"] if body["reasons"] else None
    after = _("Order management clears it with the customer.") if body["fixable"] else _("This porting ends here.")
    return Step(_("Previous provider refused"), "", after, "fail", _which(body), reason)


def _porting_held_up(body: Body) -> Step:
    after = _("Order management clears it, and asks the previous provider anew.")
    return Step(_("The porting can't be asked for as it stands"), "", after, "wait", _which(body), body["reason"])


def _porting_asked_again(body: Body) -> Step:
    return Step(
        _("Porting asked for anew"),
        _("%(donor)s has a new request, for %(date)s."),
        _("%(donor)s answers, usually within a few working days."),
        "wait",
        {"donor": body["donor"]["name"], "date": _day(body["requested_on"]), **_which(body)},
    )


def _called_off_for_new(body: Body) -> Step:
    earlier = body["earlier_date"]
    return Step(
        _("Called off, to be asked for anew"),
        _("The date %(earlier)s no longer holds.") if earlier else "",
        _("Order management sends the new request."),
        "wait",
        {**({"earlier": _day(earlier)} if earlier else {}), **_which(body)},
    )


def _change_asked(body: Body) -> Step:
    stays = _("Until it is answered, everything stays as agreed.")
    if body["change"] == "date":
        places = {"date": _day(body["new_date"]) if body.get("new_date") else "–", **_which(body)}
        return Step(_("Another date asked for: %(date)s"), stays, "", "wait", places)
    if body["by_donor"]:
        after = _("Order management answers the previous provider.")
        return Step(_("Previous provider wants to call the porting off"), stays, after, "wait", _which(body))
    return Step(_("Cancellation asked for"), stays, _("The previous provider answers."), "wait", _which(body))


def _change_refused(body: Body) -> Step:
    if body["change"] == "date":
        return Step(_("Another date refused; the agreed one holds"), "", "", "note", _which(body), body["reason"])
    if body["by_donor"]:
        return Step(_("Cancellation refused by us; the porting goes on"), "", "", "note", _which(body), body["reason"])
    return Step(_("Cancellation refused; the porting goes on"), "", "", "fail", _which(body), body["reason"])


def _porting_reduced(body: Body) -> Step:
    return Step(
        _("Some numbers stay with the previous provider"),
        "",
        _("The others go on."),
        "fail",
        _which(body),
        body["reason"],
    )


def _porting_cancelled(body: Body) -> Step:
    return Step(_("Porting cancelled"), tone="fail", reason=body["reason"])


def _porting_at_risk(body: Body) -> Step | None:
    """What is only near is order management's to watch."""
    if body["level"] != "overdue":
        return None
    return Step(
        _("Later than planned"),
        WAITED_FOR.get(body["deadline"], ""),
        _("Order management takes care of it."),
        "wait",
    )


def _clearing_mail(body: Body) -> Step:
    return Step(
        _("Order management has written to the customer"),
        _("“%(subject)s”"),
        _("The customer answers the mail."),
        "wait",
        {"subject": body["subject"]},
    )


def _porting_due(body: Body) -> Step:
    return Step(_("Porting day: the numbers are moving"), tone="wait", places=_which(body))


def _part_completed(body: Body) -> Step:
    return Step(_("Some numbers have moved and are live"), "", _("The others follow."), places=_which(body))


def _porting_completed(body: Body) -> Step:
    if body.get("not_ported"):
        return Step(_("Porting completed in part"), _("Some numbers stay with the previous provider."), tone="note")
    return Step(_("Porting completed"))


def _departure_asked(body: Body) -> Step:
    return Step(
        _("%(recipient)s has asked for these numbers"),
        _("Requested for %(date)s."),
        _("We check it and answer."),
        "wait",
        {"recipient": body["recipient"]["name"], "date": _day(body["requested_on"]), **_which(body)},
    )


def _departure_agreed(body: Body) -> Step:
    return Step(
        _("The numbers move to %(recipient)s on %(date)s"),
        _("Until then they work with us as before."),
        places={"recipient": body["recipient"]["name"], "date": _day(body["change_date"]), **_which(body)},
    )


def _departure_refused(body: Body) -> Step:
    reason = body["reasons"][0]["text"] if body["reasons"] else None
    return Step(
        _("We could not agree; the numbers stay"),
        "",
        _("%(recipient)s can ask again with corrected particulars."),
        "note",
        {"recipient": body["recipient"]["name"], **_which(body)},
        reason,
    )


def _departure_rescheduled(body: Body) -> Step:
    return Step(
        _("The move to %(recipient)s is now on %(date)s"),
        _("It was planned for %(earlier)s."),
        tone="note",
        places={
            "recipient": body["recipient"]["name"],
            "date": _day(body["change_date"]),
            "earlier": _day(body["earlier_date"]),
            **_which(body),
        },
    )


def _departure_cancelled(body: Body) -> Step:
    return Step(_("Called off: the numbers stay"), tone="note", places=_which(body), reason=body["reason"])


def _departure_due(body: Body) -> Step:
    return Step(_("Day of the move: the numbers are being handed over"), tone="wait", places=_which(body))


def _departure_completed(body: Body) -> Step:
    return Step(
        _("The numbers are with %(recipient)s"), places={"recipient": body["recipient"]["name"], **_which(body)}
    )


def _which(body: Body) -> dict[str, object]:
    """The numbers that a step is about, where it names some: a porting may have several parts."""
    numbers = body.get("numbers") or ()
    return {"numbers": ", ".join(national(one) for one in numbers)} if numbers else {}


def _day(written: str) -> date:
    return date.fromisoformat(written)


STEPS: dict[str, Callable[[Body], Step | None]] = {
    "PortingStarted": _porting_started,
    "SignedFormAwaited": _form_awaited,
    "SignedFormReminded": _form_reminded,
    "SignedFormReceived": _form_received,
    "SignedFormAccepted": _form_accepted,
    "PortingConfirmed": _porting_confirmed,
    "PortingRescheduled": _porting_rescheduled,
    "PortingRejected": _porting_rejected,
    "PortingHeldUp": _porting_held_up,
    "PortingAskedAgain": _porting_asked_again,
    "PortingCalledOffForNew": _called_off_for_new,
    "PortingChangeAsked": _change_asked,
    "PortingChangeRefused": _change_refused,
    "PortingReduced": _porting_reduced,
    "PortingCancelled": _porting_cancelled,
    "PortingAtRisk": _porting_at_risk,
    "ClearingMailWritten": _clearing_mail,
    "PortingDue": _porting_due,
    "PortingPartCompleted": _part_completed,
    "PortingCompleted": _porting_completed,
    "DepartureAsked": _departure_asked,
    "DepartureAgreed": _departure_agreed,
    "DepartureRefused": _departure_refused,
    "DepartureRescheduled": _departure_rescheduled,
    "DepartureCancelled": _departure_cancelled,
    "DepartureDue": _departure_due,
    "DepartureCompleted": _departure_completed,
}
"""Those that only repeat another have none: PortingBackOnTrack."""
