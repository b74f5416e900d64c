"""What codes are called, as English message ids."""

from telecom.refusal import _

BUSINESS_CASES = {
    "new_order": _("New order"),
    "reorder": _("Reorder"),
    "renewal_with_tariff_change": _("Renewal with tariff change"),
    "site_order": _("Site order"),
    "more_numbers": _("More numbers"),
    "porting": _("Porting"),
    "termination": _("Termination"),
}
FAMILIES = {
    "trunk": _("IPfonie SIP trunk"),
    "centraflex": "Tengo Centraflex",
    "internet": _("Internet"),
    "device": _("Devices"),
    "consulting": _("Consulting"),
}
ORIGINS = {"own": _("our own"), "ported": _("ported")}
