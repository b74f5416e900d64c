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


class UrlUnfit(Refusal):
    text = _("This is not an address that can be posted to.")
    remedy = _("Enter an address like https://crm.company.de/trunkline, without # and at most 500 characters long.")
    field = "url"
    rule = "NOTE-2"


class UrlWithPassword(Refusal):
    text = _("The address carries a name or a password.")
    remedy = _("Leave them out; the signature shows that a message is ours.")
    field = "url"
    rule = "NOTE-2"


class UrlNotSecure(Refusal):
    text = _("The address does not begin with https.")
    remedy = _("Give the address of an endpoint with a certificate.")
    field = "url"
    rule = "NOTE-2"


class UrlInside(Refusal):
    text = _("The address lies inside our own network.")
    remedy = _("Give an address that can be reached from the internet.")
    field = "url"
    rule = "NOTE-2"


class UnknownEventTypes(Refusal):
    text = _("There is no event of the type %(types)s.")
    remedy = _("Choose from the types that /webhook-events lists.")
    field = "events"
    rule = "NOTE-2"


class TooManyWebhooks(Refusal):
    kind = "conflict"
    text = _("You have %(most)s webhooks already.")
    remedy = _("Delete one that is no longer needed.")
    rule = "NOTE-2"


class ContactMissing(Refusal):
    text = _("Nobody would learn that this webhook was disabled.")
    remedy = _("Give the mail address of whoever looks after it.")
    field = "contact"
    rule = "NOTE-2"


class SecretShown(Refusal):
    kind = "conflict"
    text = _("The secret was shown already, and is shown once only.")
    remedy = _("Rotate it to get a new one; both are valid for a while.")
    rule = "NOTE-2"


class NotInThisState(Refusal):
    kind = "conflict"
    text = _("This is not possible while the webhook is %(state)s.")
    rule = "NOTE-2"


class DeliveryWaits(Refusal):
    kind = "conflict"
    text = _("This delivery is on its way already.")
    remedy = _("Wait until it has been delivered or given up.")
    rule = "NOTE-2"


class TooLongAgo(Refusal):
    text = _("Events are kept for %(days)s days only.")
    remedy = _("Choose a later time.")
    field = "since"
    rule = "NOTE-2"
