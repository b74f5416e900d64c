"""A status answers: what does it mean, what comes next, who is waited for, can it still be changed."""

from dataclasses import dataclass
from typing import Literal

from telecom.refusal import _

Colour = Literal["calm", "busy", "wait", "good", "bad", "off"]


@dataclass(frozen=True, slots=True)
class Status:
    label: str
    colour: Colour
    meaning: str = ""


ORDER = {
    "received": Status(_("Received"), "busy", _("The order has arrived; set-up starts. It can no longer be changed.")),
    "in_progress": Status(_("In progress"), "busy", _("Being set up. It can no longer be changed.")),
    "awaiting": Status(_("Awaiting"), "wait", _("Goes on as soon as those we wait for have acted.")),
    "completed": Status(_("Completed"), "good", _("Everything ordered is in place.")),
    "partly_completed": Status(_("Partly completed"), "wait", _("Some lines could not be set up; see below why.")),
    "failed": Status(_("Failed"), "bad", _("Nothing was set up; see below why.")),
    "cancelled": Status(_("Cancelled"), "off", _("The order was called off.")),
}
CART = {
    "open": Status(_("Open"), "calm", _("Can be changed freely; saved with every change.")),
    "quoted": Status(_("Quote sent"), "wait", _("Frozen. Waits for the customer's confirmation.")),
    "ordered": Status(_("Ordered"), "good", _("Has become an order.")),
    "expired": Status(_("Expired"), "off", _("The quote ran out unconfirmed.")),
    "withdrawn": Status(_("Withdrawn"), "off", _("Put away. Nothing was ordered; a link to it no longer works.")),
}
AGREEMENT = {
    "in_set_up": Status(_("In set-up"), "busy", _("Being set up; sites can already be ordered.")),
    "ready": Status(_("Ready, not yet active"), "wait", _("Set up; activated and billed later.")),
    "active": Status(_("Active"), "good", _("In use and billed.")),
    "terminating": Status(_("Terminated, still running"), "wait", _("In use until the day of its end.")),
    "ended": Status(_("Ended"), "off", _("No longer in use.")),
    "failed": Status(_("Failed"), "bad", _("Could not be set up.")),
}
TRUNK = {
    "in_set_up": AGREEMENT["in_set_up"],
    "ready": AGREEMENT["ready"],
    "provisioned": AGREEMENT["ready"],
    "active": AGREEMENT["active"],
    "terminating": AGREEMENT["terminating"],
    "ended": AGREEMENT["ended"],
    "terminated": AGREEMENT["ended"],
    "failed": AGREEMENT["failed"],
}
SITE = {
    "planned": Status(_("Being set up"), "busy", _("Ready within seconds.")),
    "waiting": Status(_("Waits for the trunk"), "wait", _("Goes on as soon as the trunk is set up.")),
    "ready": Status(_("Ready"), "good", _("Numbers can be used.")),
    "rejected": Status(_("Not set up"), "bad", _("Nothing was made.")),
    "terminating": Status(_("Terminated, still running"), "wait", _("In use until the day of its end.")),
    "terminated": Status(_("Terminated"), "off"),
}
PORTING = {
    "held": Status(_("About to be asked"), "busy", _("The request waits a moment before it goes out.")),
    "asked": Status(_("Requested"), "busy", _("The previous provider has been asked.")),
    "paused": Status(_("Paused: signed form awaited"), "wait", _("Goes on once order management has the signed form.")),
    "awaiting_form": Status(_("Signed form awaited"), "wait", _("Goes on once order management has the signed form.")),
    "form_uploaded": Status(_("Form is being checked"), "busy", _("Order management compares it with the order.")),
    "awaiting_date": Status(_("Date awaited"), "busy", _("The previous provider names the date.")),
    "started": Status(_("Requested"), "busy", _("The previous provider has been asked.")),
    "requested": Status(_("Requested"), "busy", _("The previous provider has been asked.")),
    "confirmed": Status(_("Date confirmed"), "good", _("The numbers move on the agreed day.")),
    "changing": Status(_("Change asked for"), "wait", _("Until it is answered, everything stays as agreed.")),
    "clearing": Status(_("In clearing"), "wait", _("Order management clears it with the customer.")),
    "awaiting_new": Status(_("To be asked anew"), "wait", _("It was called off so that a new request can follow.")),
    "rejected": Status(_("Refused"), "bad", _("The previous provider refused.")),
    "due": Status(_("Porting day"), "busy", _("The numbers are moving.")),
    "completed": Status(_("Completed"), "good", _("The numbers are live here.")),
    "cancelled": Status(_("Cancelled"), "off", _("The numbers stay where they are.")),
}
DEPARTURE = {
    "asked": Status(_("Asked for"), "wait", _("Another provider wants to take the numbers over; we answer.")),
    "agreed": Status(_("Date agreed"), "busy", _("The numbers move to the other provider on the agreed day.")),
    "awaiting_new": Status(_("New request awaited"), "wait", _("The other provider asks anew.")),
    "replaced": Status(_("Asked anew"), "off", _("Another request of the same provider has taken its place.")),
    "refused": Status(_("Refused by us"), "off", _("The numbers stay with us; the other provider can ask again.")),
    "due": Status(_("Day of the move"), "busy", _("The numbers are being handed over.")),
    "completed": Status(_("Handed over"), "good", _("The numbers are with the other provider.")),
    "cancelled": Status(_("Called off"), "off", _("The numbers stay with us.")),
}
FORM = {
    "none": Status(_("not needed"), "off"),
    "awaited": Status(
        _("awaited from the customer"),
        "wait",
        _("Nothing to do until the form is here. It comes by upload or by mail."),
    ),
    "uploaded": Status(
        _("here, being checked"), "busy", _("Compare it with the order, then accept it or send it back.")
    ),
    "accepted": Status(_("accepted"), "good", _("The porting goes on.")),
}
WEBHOOK = {
    "active": Status(_("On"), "good", _("Events are sent there.")),
    "paused": Status(_("Paused"), "wait", _("Events wait.")),
    "disabled": Status(_("Disabled"), "bad", _("Nothing is sent there any more.")),
}
DELIVERY = {
    "waiting": Status(_("On its way"), "busy", _("Is sent, or tried again later.")),
    "delivered": Status(_("Delivered"), "good", _("The endpoint has taken it.")),
    "given_up": Status(_("Given up"), "bad", _("Tried for days without success.")),
    "withheld": Status(_("Withheld"), "off", _("You may not act for this customer, or no longer.")),
}
CRM_MESSAGE = {
    "taken_in": Status(_("Taken in"), "busy", _("Is about to be published.")),
    "published": Status(_("Published"), "good", _("All services can read it.")),
    "refused": Status(_("Refused"), "bad", _("It could not be read.")),
}
NUMBER = {
    "held": Status(_("In use"), "good", _("A customer has it.")),
    "resting": Status(_("Resting"), "wait", _("It was given up, and is given out again when its quarantine is over.")),
    "reserved": Status(_("Reserved"), "busy", _("It is kept for a customer for a few minutes.")),
    "ported_out": Status(_("Ported out"), "off", _("Ours, but another carrier has it.")),
    "free": Status(_("Free"), "calm", _("It can be given out.")),
    "elsewhere": Status(_("Not with us"), "off", _("It is no number of ours.")),
}
ALL = {
    "order": ORDER,
    "cart": CART,
    "agreement": AGREEMENT,
    "trunk": TRUNK,
    "site": SITE,
    "porting": PORTING,
    "form": FORM,
    "departure": DEPARTURE,
    "webhook": WEBHOOK,
    "delivery": DELIVERY,
    "crm_message": CRM_MESSAGE,
    "number": NUMBER,
}


def status_of(kind: str, state: str) -> Status:
    """How a state shows; an unknown one shows as its own word."""
    return ALL[kind].get(state, Status(state.replace("_", " ").capitalize() or "–", "calm"))
