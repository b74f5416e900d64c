"""What mails say where the contract with the present carrier moves to us, and its numbers don't (VA-KUE-ORN)."""

from notification.application.letter import Addresses, Facts, Letter, Writers, to_order
from notification.application.porting_wording import STAYS, bygone_date
from notification.application.speech import Tongue
from telecom.refusal import _

WRITERS = Writers()


@WRITERS("ending-asked")
def _ending_asked(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The end of your contract with %(donor)s was asked for, order %(number)s"), **_named(facts)),
        say(_("End asked for")),
        [
            say(_("We have asked %(donor)s to end your contract there. No numbers move."), donor=facts["donor"]),
            say(_("Please do not cancel it yourself. As soon as the date is agreed, we tell you.")),
        ],
        rows=[(say(_("Requested date")), say.day(facts["requested_on"]))],
        button=to_order(facts, say, where),
    )


@WRITERS("ending-agreed")
def _ending_agreed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    """The first date, or another one."""
    day = facts["day"]
    found = Letter(
        say(_("Your old contract ends on %(day)s, order %(number)s"), day=say.short_day(day), number=facts["number"]),
        say(_("Date confirmed")),
        [
            say(_("It is agreed: your contract with the present carrier ends on %(day)s."), day=say.day(day)),
            say(_("The numbers that you have there end with it; they do not move to us.")),
        ],
        "good",
        rows=[(say(_("Date")), say.day(day))],
        button=to_order(facts, say, where),
    )
    if earlier := facts.get("earlier"):
        found.rows.insert(0, (say(_("Until now")), say.day(earlier)))
    return found


@WRITERS("ending-refused")
def _ending_refused(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    if facts["fixable"]:
        then = say(_("Order management looks into it and gets in touch with you."))
    else:
        then = say(_("The order has ended with that. A new quote with corrected particulars is the way on."))
    return Letter(
        say(_("Your contract with %(donor)s could not be ended, order %(number)s"), **_named(facts)),
        say(_("End refused")),
        [say(_("%(donor)s has refused to end the contract:"), donor=facts["donor"])],
        "bad",
        [say.of(reason) for reason in facts["reasons"]],
        button=to_order(facts, say, where),
        after=[then, say(STAYS)],
    )


@WRITERS("ending-called-off")
def _ending_called_off(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your old contract goes on, order %(number)s"), number=facts["number"]),
        say(_("Called off")),
        [say(_("The end of your contract with the present carrier was called off; it goes on. The reason:"))],
        "wait",
        [say.of(facts["reason"])],
        button=to_order(facts, say, where),
    )


@WRITERS("ending-called-off-for-new")
def _ending_called_off_for_new(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The end of your old contract will be asked for anew, order %(number)s"), number=facts["number"]),
        say(_("To be asked anew")),
        [
            say(_("Both carriers have called the present request off so that a new one can follow.")),
            say(_("Order management asks anew. As soon as the date is agreed, we tell you.")),
        ],
        "wait",
        rows=bygone_date(facts, say),
        button=to_order(facts, say, where),
        after=[say(STAYS)],
    )


@WRITERS("ending-done")
def _ending_done(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your old contract has ended, order %(number)s"), number=facts["number"]),
        say(_("Contract ended")),
        [say(_("The day has come: your contract with the former carrier has ended, and you are with us now."))],
        "good",
        button=to_order(facts, say, where),
    )


def _named(facts: Facts) -> dict[str, str]:
    return {"donor": facts["donor"], "number": facts["number"]}
