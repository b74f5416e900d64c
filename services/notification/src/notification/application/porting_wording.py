"""What mails say about numbers that move: to us (PORT-2 to PORT-8), and to another carrier (PORT-9)."""

from notification.application.letter import Addresses, Facts, Letter, Writers, numbers_row, to_order, window_row
from notification.application.speech import Tongue
from telecom.refusal import _

WRITERS = Writers()
LATE = {
    "answer": _("The previous carrier has not answered in time."),
    "change_answer": _("The previous carrier has not answered in time to what we asked for."),
    "our_answer": _("Our answer to the previous carrier is late."),
    "take_over": _("The take-over of the line has not been announced in time."),
    "new_pre_agreement": _("The porting was called off to be asked for anew; that has not been done in time."),
    "signed_form": _("The signed form has not arrived in time."),
    "paper_date": _("The previous carrier has not named a date in time."),
    "clearing": _("What the previous carrier refused has not been cleared in time."),
    "assignment": _("The numbers have not gone live in time."),
}
STAYS = _("The contract there goes on as it is; please do not cancel it yourself before we tell you.")
BY_LAW = _(
    "By law your numbers must work again on the next working day at the latest, and moving them costs you nothing."
)
STRANGE = _("You know nothing of it? Then please tell us at once: nobody may take your numbers without your order.")


@WRITERS("porting-started")
def _porting_started(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your porting is under way, order %(number)s"), number=facts["number"]),
        say(_("Porting under way")),
        [
            say(
                _(
                    "We are asking %(donor)s to hand your numbers over. As soon as it has confirmed the date, "
                    "we tell you."
                ),
                donor=facts["donor"],
            ),
            say(
                _(
                    "Please do not cancel the contract with your present carrier yourself: that could cost you the "
                    "numbers."
                )
            ),
        ],
        rows=[*numbers_row(facts, say), (say(_("Requested date")), say.day(facts["requested_on"]))],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-confirmed")
def _porting_confirmed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    found = Letter(
        say(
            _("Your numbers move on %(day)s, order %(number)s"),
            day=say.short_day(facts["day"]),
            number=facts["number"],
        ),
        say(_("Date confirmed")),
        [
            say(
                _("%(donor)s has agreed: your numbers move to us on %(day)s."),
                donor=facts["donor"],
                day=say.day(facts["day"]),
            )
        ],
        "good",
        rows=[*numbers_row(facts, say), (say(_("Date")), say.day(facts["day"])), window_row(facts, say)],
        button=to_order(facts, say, where),
        after=[say(BY_LAW)],
    )
    if not facts["as_requested"]:
        found.paragraphs.append(say(_("That is another date than the one asked for.")))
    if facts["awaiting"]:
        found.paragraphs.append(
            say(_("The other numbers of this order have no date yet; we tell you as soon as they do."))
        )
        found.rows += numbers_row(facts, say, _("Still without a date"), "awaiting")
    return found


@WRITERS("porting-date-asked")
def _porting_date_asked(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Another porting date was asked for, order %(number)s"), number=facts["number"]),
        say(_("New date asked for")),
        [
            say(_("We have asked the previous carrier to move the date.")),
            say(_("Until it has agreed, the present date holds; we tell you as soon as it answers.")),
        ],
        "wait",
        rows=[*numbers_row(facts, say), (say(_("Date asked for")), say.day(facts["new_date"]))],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-date-refused")
def _porting_date_refused(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    found = Letter(
        say(_("The porting date stays, order %(number)s"), number=facts["number"]),
        say(_("Date stays")),
        [say(_("The previous carrier does not agree to another date:"))],
        "wait",
        [say.of(facts["reason"])],
        rows=numbers_row(facts, say),
        button=to_order(facts, say, where),
    )
    if facts["unchanged_date"]:
        found.rows.append((say(_("Date that holds")), say.day(facts["unchanged_date"])))
    return found


@WRITERS("porting-rescheduled")
def _porting_rescheduled(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(
            _("Your numbers now move on %(day)s, order %(number)s"),
            day=say.short_day(facts["day"]),
            number=facts["number"],
        ),
        say(_("Date changed")),
        [say(_("The date on which your numbers move has changed."))],
        "wait",
        rows=[
            *numbers_row(facts, say),
            (say(_("Until now")), say.day(facts["earlier"])),
            (say(_("New date")), say.day(facts["day"])),
            window_row(facts, say),
        ],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-rejected")
def _porting_rejected(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    if facts["fixable"]:
        then = say(_("Order management looks into it and gets in touch with you."))
    else:
        then = say(_("The porting has ended with that. A new quote with corrected particulars is the way on."))
    return Letter(
        say(_("Your porting was refused, order %(number)s"), number=facts["number"]),
        say(_("Porting refused")),
        [
            say(_("%(donor)s has refused to port the numbers:"), donor=facts["donor"]),
        ],
        "bad",
        [say.of(reason) for reason in facts["reasons"]],
        rows=numbers_row(facts, say),
        button=to_order(facts, say, where),
        after=[then, say(STAYS)],
    )


@WRITERS("porting-asked-again")
def _porting_asked_again(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your porting was asked for anew, order %(number)s"), number=facts["number"]),
        say(_("Asked anew")),
        [
            say(
                _("We have asked %(donor)s anew. As soon as it has confirmed the date, we tell you."),
                donor=facts["donor"],
            )
        ],
        rows=[*numbers_row(facts, say), (say(_("Requested date")), say.day(facts["requested_on"]))],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-called-off-for-new")
def _porting_called_off_for_new(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your porting will be asked for anew, order %(number)s"), number=facts["number"]),
        say(_("To be asked anew")),
        [
            say(_("Both carriers have called the present request off so that a new one can follow.")),
            say(_("Order management asks anew. Until a new date is confirmed, your numbers stay where they are.")),
        ],
        "wait",
        rows=[*numbers_row(facts, say), *bygone_date(facts, say)],
        button=to_order(facts, say, where),
        after=[say(STAYS)],
    )


@WRITERS("porting-cancellation-asked")
def _porting_cancellation_asked(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The previous carrier wants to call a porting off, order %(number)s"), number=facts["number"]),
        say(_("Calling off wished for")),
        [
            say(_("The previous carrier wants to call the porting off. Order management answers it.")),
            say(_("If the customer still wants the porting, please tell order management now.")),
        ],
        "wait",
        [facts["reason"]] if facts["reason"] else [],
        rows=numbers_row(facts, say),
        button=to_order(facts, say, where),
    )


@WRITERS("porting-cancellation-averted")
def _porting_cancellation_averted(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The porting goes on, order %(number)s"), number=facts["number"]),
        say(_("Porting goes on")),
        [say(_("We have not agreed to call the porting off. Everything stays as it was agreed."))],
        "good",
        [say.of(facts["reason"])],
        rows=_with_date(facts, say),
        button=to_order(facts, say, where),
    )


@WRITERS("porting-cancellation-refused")
def _porting_cancellation_refused(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The porting could not be called off, order %(number)s"), number=facts["number"]),
        say(_("Not called off")),
        [say(_("The previous carrier does not agree to call the porting off; it goes on as agreed. The reason:"))],
        "bad",
        [say.of(facts["reason"])],
        rows=_with_date(facts, say),
        button=to_order(facts, say, where),
    )


@WRITERS("porting-reduced")
def _porting_reduced(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Some of your numbers do not move, order %(number)s"), number=facts["number"]),
        say(_("Numbers stay")),
        [say(_("These numbers stay with the previous carrier. The porting of the others goes on. The reason:"))],
        "wait",
        [say.of(facts["reason"])],
        rows=numbers_row(facts, say, _("Stay with the previous carrier")),
        button=to_order(facts, say, where),
    )


@WRITERS("porting-cancelled")
def _porting_cancelled(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your porting was cancelled, order %(number)s"), number=facts["number"]),
        say(_("Porting cancelled")),
        [say(_("The porting was cancelled; your numbers stay where they are. The reason:"))],
        "wait",
        [say.of(facts["reason"])],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-at-risk")
def _porting_at_risk(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("A porting is late, order %(number)s"), number=facts["number"]),
        say(_("Late")),
        [
            say(LATE[facts["deadline"]]),
            say(_("Order management takes care of it. You need not do anything.")),
        ],
        "wait",
        rows=[(say(_("Was due")), say.moment(facts["due_at"]))],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-due")
def _porting_due(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your numbers are moving now, order %(number)s"), number=facts["number"]),
        say(_("Porting day")),
        [
            say(_("Your numbers are moving to us now. Calls may not get through for a while during the day.")),
            say(_("As soon as they are live, we tell you.")),
        ],
        rows=numbers_row(facts, say),
        button=to_order(facts, say, where),
        after=[say(BY_LAW)],
    )


@WRITERS("porting-part-completed")
def _porting_part_completed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Some of your numbers have moved, order %(number)s"), number=facts["number"]),
        say(_("Numbers moved")),
        [
            say(_("These numbers have moved to us and are live.")),
            say(_("The other numbers of this order follow; we tell you as soon as they are live.")),
        ],
        "good",
        rows=[*numbers_row(facts, say), *numbers_row(facts, say, _("Still to move"), "awaiting")],
        button=to_order(facts, say, where),
    )


@WRITERS("porting-completed")
def _porting_completed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    found = Letter(
        say(_("Your numbers have moved, order %(number)s"), number=facts["number"]),
        say(_("Numbers moved")),
        [say(_("Your numbers have moved to us and are live."))],
        "good",
        rows=[*numbers_row(facts, say), *numbers_row(facts, say, _("Moved before"), "earlier")],
        button=to_order(facts, say, where),
    )
    if not facts["numbers"]:
        found.subject = say(_("Your porting is completed, order %(number)s"), number=facts["number"])
        found.mark = say(_("Porting completed"))
        found.paragraphs = [say(_("The porting is completed. What has moved already stays live."))]
    if facts["not_ported"]:
        found.paragraphs.append(say(_("The numbers listed last have not moved; they stay with the previous carrier.")))
        found.rows += numbers_row(facts, say, _("Stay with the previous carrier"), "not_ported")
    return found


@WRITERS("clearing-mail")
def _clearing_mail(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    """As order management wrote it, with its own greeting."""
    return Letter(
        facts["subject"],
        say(_("A question about your porting")),
        [one.strip() for one in facts["text"].replace("\r\n", "\n").split("\n\n") if one.strip()],
        button=to_order(facts, say, where),
        after=[say(_("Just answer this mail; your answer reaches order management."))],
        opens=False,
        reply_to=facts["reply_to"],
    )


@WRITERS("departure-asked")
def _departure_asked(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("%(recipient)s asks for numbers of contract %(number)s"), **_carrier(facts)),
        say(_("Another carrier asks for numbers")),
        [
            say(
                _("%(recipient)s has told us that it takes over the numbers below for you and has asked us for them."),
                recipient=facts["recipient"],
            ),
            say(
                _(
                    "If you have ordered that there, you need not do anything. "
                    "Please do not cancel the numbers yourself."
                )
            ),
            say(STRANGE),
        ],
        "wait",
        rows=[*numbers_row(facts, say), (say(_("Requested date")), say.day(facts["day"]))],
        button=_agreement(facts, say, where),
    )


@WRITERS("departure-agreed")
def _departure_agreed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(
            _("Numbers of contract %(number)s move on %(day)s"), number=facts["number"], day=say.short_day(facts["day"])
        ),
        say(_("Date agreed")),
        [
            say(
                _("We have agreed with %(recipient)s: your numbers move there on %(day)s."),
                recipient=facts["recipient"],
                day=say.day(facts["day"]),
            ),
            say(_("Until then they work with us as before.")),
        ],
        rows=[*numbers_row(facts, say), (say(_("Date")), say.day(facts["day"]))],
        button=_agreement(facts, say, where),
        after=[say(STRANGE)],
    )


@WRITERS("departure-rescheduled")
def _departure_rescheduled(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(
            _("Numbers of contract %(number)s now move on %(day)s"),
            number=facts["number"],
            day=say.short_day(facts["day"]),
        ),
        say(_("Date changed")),
        [say(_("The date on which your numbers move to %(recipient)s has changed."), recipient=facts["recipient"])],
        "wait",
        rows=[
            *numbers_row(facts, say),
            (say(_("Until now")), say.day(facts["earlier"])),
            (say(_("New date")), say.day(facts["day"])),
        ],
        button=_agreement(facts, say, where),
    )


@WRITERS("departure-refused")
def _departure_refused(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Numbers of contract %(number)s stay with us for now"), number=facts["number"]),
        say(_("Could not be agreed")),
        [
            say(
                _("We could not agree to what %(recipient)s asked for; it has our answer:"),
                recipient=facts["recipient"],
            )
        ],
        "wait",
        [say.of(reason) for reason in facts["reasons"]],
        rows=numbers_row(facts, say),
        button=_agreement(facts, say, where),
        after=[
            say(
                _(
                    "If you want to move the numbers, please speak to %(recipient)s; it can ask again with "
                    "corrected particulars."
                ),
                recipient=facts["recipient"],
            )
        ],
    )


@WRITERS("departure-cancelled")
def _departure_cancelled(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Numbers of contract %(number)s stay with us"), number=facts["number"]),
        say(_("Numbers stay")),
        [
            say(
                _("Your numbers do not move to %(recipient)s; they stay with us and work as before. The reason:"),
                recipient=facts["recipient"],
            )
        ],
        "good",
        [say.of(facts["reason"])],
        rows=numbers_row(facts, say),
        button=_agreement(facts, say, where),
    )


@WRITERS("departure-completed")
def _departure_completed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Numbers of contract %(number)s have moved to %(recipient)s"), **_carrier(facts)),
        say(_("Numbers moved")),
        [say(_("Your numbers are with %(recipient)s now."), recipient=facts["recipient"])],
        rows=numbers_row(facts, say),
        button=_agreement(facts, say, where),
    )


def _carrier(facts: Facts) -> dict[str, str]:
    return {"recipient": facts["recipient"], "number": facts["number"]}


def _with_date(facts: Facts, say: Tongue) -> list[tuple[str, str]]:
    rows = numbers_row(facts, say)
    if facts["unchanged_date"]:
        rows.append((say(_("Date that holds")), say.day(facts["unchanged_date"])))
    return rows


def bygone_date(facts: Facts, say: Tongue) -> list[tuple[str, str]]:
    earlier = facts["earlier_date"]
    return [(say(_("Date that no longer holds")), say.day(earlier))] if earlier else []


def _agreement(facts: Facts, say: Tongue, where: Addresses) -> tuple[str, str]:
    return say(_("Look at the contract")), f"{where.public_url}/agreements/{facts['agreement_id']}"
