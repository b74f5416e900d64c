"""What cannot be done about a notice, and why."""

from telecom.refusal import Refusal, _


class NotBounced(Refusal):
    kind = "conflict"
    text = _("This mail did not come back; there is nothing to do about it.")


class AlreadyTold(Refusal):
    kind = "conflict"
    text = _("This address has the mail already.")
    remedy = _("Settle the task without sending again.")
    field = "email"


class AddressUnfit(Refusal):
    text = _("%(email)s is not a mail address.")
    remedy = _("Enter an address like name@company.de.")
    field = "email"


class LinkGivesNoRight(Refusal):
    kind = "forbidden"
    text = _("This link does not open that.")
    remedy = _("Open the newest mail, or log in.")


class LinkReplaced(Refusal):
    kind = "gone"
    text = _("This link was replaced by a newer one.")
    remedy = _("Open the newest mail.")
    rule = "QUOTE-2"
