"""Reviewing a signed form: what is compared with the order, and what is usually wrong."""

from collections.abc import Collection

from telecom.refusal import _

CHECKS = {
    "name": _("Owner of the line"),
    "address": _("Address there"),
    "numbers": _("Numbers"),
    "change": _("Change of provider"),
    "place_and_date": _("Place and date are filled in"),
    "signature": _("Signed by the owner, or by whoever may sign for him"),
}
"""In the form's order."""
FAULTS = {
    "signature": _("The signature is missing."),
    "place_and_date": _("Place or date is missing."),
    "signer": _("Somebody else than the owner of the line has signed, without a power of attorney."),
    "pages": _("Pages are missing."),
    "unreadable": _("It can't be read well enough."),
    "changed": _("Something was changed or added by hand."),
    "other": _("It is the form of another order."),
}
"""In the words in which the customer is told."""


def reason_of(faults: Collection[str]) -> list[str]:
    """The texts of those chosen, in the order in which they are offered."""
    return [text for name, text in FAULTS.items() if name in faults]
