"""What is set of that by which staff work: how it is called, in what it counts, and who sets it.

Texts are English message ids; the page translates them.
"""

from dataclasses import dataclass

from telecom.refusal import _


@dataclass(frozen=True, slots=True)
class Setting:
    """`one` and `more`: what its number counts."""

    name: str
    label: str
    one: str = ""
    more: str = ""


DAYS = (_("day"), _("days"))
WORKING_DAYS = (_("working day"), _("working days"))
MINUTES = (_("minute"), _("minutes"))
EVERYDAY: dict[str, tuple[str, tuple[Setting, ...]]] = {
    "cart": (
        _("Quotes and orders"),
        (
            Setting("quote_days", _("Validity of a quote"), *DAYS),
            Setting("status_link_days", _("How long the link that confirmed shows the order after its end"), *DAYS),
            Setting("first_term_months", _("First term of a contract"), _("month"), _("months")),
            Setting("customer_numbers_from", _("First customer number that we give")),
            Setting("customer_numbers_to", _("Last customer number that we give")),
        ),
    ),
    "provisioning": (
        _("Trunks and numbers"),
        (
            Setting("activation_lead_days", _("Lead of a trunk’s activation before its porting"), *WORKING_DAYS),
            Setting("without_porting_days", _("Time until a trunk that waits without a porting becomes a task"), *DAYS),
            Setting("wait_for_trunk_minutes", _("Time until a site that waits for its trunk becomes a task"), *MINUTES),
            Setting("quarantine_days", _("Rest of released numbers"), *DAYS),
            Setting("reservation_minutes", _("Time for which chosen numbers are kept"), *MINUTES),
            Setting("reservations_for_one_customer", _("Blocks kept for one customer at most")),
            Setting("fiber_link_days", _("Time to confirm a pre-registration for fiber"), *DAYS),
        ),
    ),
    "porting": (
        _("Portings"),
        (
            Setting("own_carrier", _("Our carrier code")),
            Setting("answer_days", _("Time of the previous provider to answer"), *WORKING_DAYS),
            Setting("take_over_days", _("Lead of the take-over’s announcement before the day"), *WORKING_DAYS),
            Setting("ahead_with_end", _("Lead of the wished day where the contract there ends"), *WORKING_DAYS),
            Setting("ahead_numbers_only", _("Lead of the wished day where only numbers move"), *WORKING_DAYS),
            Setting("farthest_days", _("Longest time to the day of a porting"), *DAYS),
            Setting("change_ahead_days", _("Lead of a change or cancellation before the day"), *WORKING_DAYS),
            Setting("warn_days", _("Lead of a warning before a deadline"), *WORKING_DAYS),
            Setting("paper_date_days", _("Time of a provider on paper to name the date"), *WORKING_DAYS),
            Setting("clearing_days", _("Time for a clearing case"), *WORKING_DAYS),
            Setting("form_reminder_days", _("Time between reminders of a missing signed form"), *WORKING_DAYS),
            Setting("form_reminders", _("Reminders before a person asks")),
            Setting("form_return_address", _("Signed forms go to")),
            Setting("hold_seconds", _("Time in which a message can be stopped"), _("second"), _("seconds")),
        ),
    ),
    "portal": (
        _("Order management"),
        (
            Setting("four_eyes_acts", _("Acts that two people decide on")),
            Setting(
                "proposal_working_days", _("Time to approve a proposal, besides the day it is made"), *WORKING_DAYS
            ),
        ),
    ),
}
"""By service, its heading and settings."""
