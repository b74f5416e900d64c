"""What order management may do about a porting or a departure: in words that say what will happen before it is pressed.

The names are those in a view's `may`. Texts are English message ids; the page translates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from telecom.refusal import _

Kind = Literal["reason", "optional-reason", "note", "day", "open-day", "window", "case", "lines", "consent", "outcome"]


@dataclass(frozen=True, slots=True)
class Act:
    """`will`: what happens then, a sentence each. `fields`: what is asked, by name and kind. `done`: what is said."""

    title: str
    will: tuple[str, ...]
    button: str
    done: str
    path: str
    fields: tuple[tuple[str, Kind], ...] = ()
    fixed: Mapping[str, Any] | None = None
    grave: bool = False


HELD_BACK = _("The message waits a moment before it goes out; until then you can stop it.")
TOLD = _("Customer and creator of the order are told by e-mail.")

OF_PART = {
    "reschedule": Act(
        _("Ask for another date"),
        (
            _("The previous provider is asked to move the date (TV). Until it agrees, the present date holds."),
            _("It answers within a few working days. It can refuse; then the date stays."),
            HELD_BACK,
        ),
        _("Ask for this date"),
        "date-asked",
        "reschedule",
        (("new_date", "day"),),
    ),
    "cancel": Act(
        _("Cancel this part for good"),
        (
            _("The previous provider is asked to call it off (STR-AUF). Once it agrees, nothing can follow any more."),
            _("These numbers stay where they are; other parts of the request go on."),
            HELD_BACK,
            TOLD,
        ),
        _("Cancel for good"),
        "cancellation-asked",
        "cancellation",
        (("reason", "reason"),),
        {"follow_up": False},
        grave=True,
    ),
    "cancel-follow-up": Act(
        _("Cancel and ask anew"),
        (
            _("The present pre-agreement is called off (STR-AEN) so that a new one with the same provider can follow."),
            _("Once it agrees, enter the new date with “Ask again”; it shows the days that are possible."),
            HELD_BACK,
        ),
        _("Cancel, I will ask anew"),
        "cancellation-asked",
        "cancellation",
        (("reason", "reason"),),
        {"follow_up": True},
        grave=True,
    ),
    "ask-again": Act(
        _("Ask again"),
        (
            _("A new pre-agreement with the same numbers goes to the same provider (VA)."),
            _("If the particulars of the contract holder were wrong, make a corrected quote instead."),
            HELD_BACK,
        ),
        _("Ask again"),
        "asked-again",
        "ask-again",
        (("requested_on", "day"), ("window", "window"), ("case", "case")),
    ),
    "accept-corrections": Act(
        _("Take the corrections over"),
        (_("The address is kept as the previous provider knows it. The date is not touched."),),
        _("Take over as the provider knows it"),
        "corrections-accepted",
        "corrections/accept",
    ),
    "send-again": Act(
        _("Send the message once more"),
        (
            _("The message that is not answered yet goes out once more, word for word, under the same id."),
            _("A provider that has it already answers as before; nothing is asked twice."),
        ),
        _("Send once more"),
        "message-sent-again",
        "send-again",
    ),
    "stop-held": Act(
        _("Stop the message"),
        (
            _("It has not gone out; the previous provider never hears of it."),
            _("What it was about is undone: a request is put back, a date or cancellation stays unasked."),
        ),
        _("Stop it"),
        "message-stopped",
        "held/stop",
        (("reason", "optional-reason"),),
        grave=True,
    ),
    "answer": Act(
        _("Answer the provider's cancellation"),
        (
            _("The previous provider wants to call the porting off. Ask the customer before you agree."),
            _("If you agree, these numbers do not move. If you refuse, everything stays as agreed; say why."),
        ),
        _("Send the answer"),
        "answer-sent",
        "answer",
        (("accept", "consent"), ("reason", "optional-reason")),
    ),
    "take-over": Act(
        _("Announce the take-over of the line again"),
        (
            _("The announcement (AKM-TR) goes out anew, with the lines that the provider named."),
            _("Without it the provider ends the line on the day; with safe haven it keeps the line for some days."),
            HELD_BACK,
        ),
        _("Announce again"),
        "take-over-announced",
        "take-over",
        (("take_over", "lines"),),
    ),
    "confirm-date": Act(
        _("Enter a date agreed by telephone or mail"),
        (
            _("Use it only when the provider has agreed in words. The date counts as confirmed at once."),
            TOLD,
        ),
        _("Enter the date"),
        "date-entered",
        "confirm-date",
        (("change_date", "open-day"), ("window", "window")),
    ),
    "settle-by-hand": Act(
        _("Enter the answer given by telephone or mail"),
        (
            _("Use it only when the provider has answered our date change or cancellation in words."),
            _("What it said counts as its answer; nothing goes out."),
        ),
        _("Enter the answer"),
        "answer-entered",
        "settle-by-hand",
        (("agreed", "outcome"), ("note", "note")),
    ),
    "see-message": Act(
        _("Message looked at"),
        (_("The task for this message is done. Nothing goes to the provider."),),
        _("Looked at, done"),
        "saved",
        "message-seen",
        (("note", "note"),),
    ),
}
OF_WHOLE = {
    "cancel": Act(
        _("Cancel the whole porting"),
        (
            _("Parts that have not been sent are withdrawn at once."),
            _("For the others the previous provider is asked (STR-AUF); they end when it agrees."),
            _("A part whose day has come can't be cancelled any more."),
            TOLD,
        ),
        _("Cancel the whole porting"),
        "porting-cancelled",
        "cancellation",
        (("reason", "reason"),),
        grave=True,
    ),
    "stop": Act(
        _("Stop the porting"),
        (_("It ends here; no number moves. Nothing has been agreed with the previous provider."), TOLD),
        _("Stop the porting"),
        "stopped",
        "stop",
        (("reason", "reason"),),
        grave=True,
    ),
}
OF_DEPARTURE = {
    "answer": Act(
        _("Answer their wish"),
        (
            _("Agree where it suits the customer: the other provider leads."),
            _("If you refuse, everything stays as agreed; say why."),
        ),
        _("Send the answer"),
        "answer-sent",
        "answer",
        (("accept", "consent"), ("reason", "optional-reason")),
    ),
    "cancel": Act(
        _("Call it off from our side"),
        (
            _("The other provider is asked to call it off (STR-AUF). Do so only with the customer's word for it."),
            _("Once it agrees, the numbers stay with us."),
            HELD_BACK,
        ),
        _("Ask to call it off"),
        "cancellation-asked",
        "cancellation",
        (("reason", "reason"),),
        {"follow_up": False},
        grave=True,
    ),
    "cancel-follow-up": Act(
        _("Call it off so that they ask anew"),
        (
            _("The present pre-agreement is called off (STR-AEN); the other provider sends a new one."),
            _("Until then the numbers stay with us."),
            HELD_BACK,
        ),
        _("Ask to call it off"),
        "cancellation-asked",
        "cancellation",
        (("reason", "reason"),),
        {"follow_up": True},
        grave=True,
    ),
    "hand-over": Act(
        _("Hand the numbers over again"),
        (_("The hand-over failed or is late. It is tried once more; calls then go to the other provider."),),
        _("Hand over now"),
        "handed-over",
        "hand-over",
    ),
    "send-again": OF_PART["send-again"],
    "settle-by-hand": Act(
        _("Enter the answer given by telephone or mail"),
        (
            _("Use it only when the other provider has answered our cancellation in words."),
            _("What it said counts as its answer; nothing goes out."),
        ),
        _("Enter the answer"),
        "answer-entered",
        "settle-by-hand",
        (("agreed", "outcome"), ("note", "note")),
    ),
    "stop-held": Act(
        _("Stop the message"),
        (
            _("It has not gone out; the other provider never hears of it."),
            _("You decide anew what to answer; the deadline goes on."),
        ),
        _("Stop it"),
        "message-stopped",
        "held/stop",
        (("note", "note"),),
        grave=True,
    ),
    "see-message": OF_PART["see-message"],
    "close": Act(
        _("Close it: no new request will come"),
        (_("It was called off so that a new request follows. As people agreed, none will; the numbers stay with us."),),
        _("Close it"),
        "saved",
        "close",
        (("note", "note"),),
        grave=True,
    ),
}
