"""What is usually wrong with a signed form, in the words in which its customer is told."""

from collections.abc import Collection


def _(text: str) -> str:
    """Marks an English text for the translators' catalogue; changes nothing."""
    return text


FAULTS = {
    "signature": _("The signature is missing."),
    "place_and_date": _("Place or date is missing."),
    "signer": _("Somebody else than the owner of the line has signed, without a power of attorney."),
    "pages": _("Pages are missing."),
    "unreadable": _("It can't be read well enough."),
    "changed": _("Something was changed or added by hand."),
    "other": _("It is the form of another order."),
}


def reason_of(faults: Collection[str]) -> list[str]:
    """The texts of those chosen, in the order in which they are offered."""
    return [text for name, text in FAULTS.items() if name in faults]
