"""What each mail is called on a page."""

from telecom.refusal import _

NAMES = {
    "quote-link": _("Quote with its link"),
    "quote-resent": _("Quote was sent again"),
    "quote-replaced": _("Earlier link replaced"),
    "quote-expired": _("Quote expired"),
    "quote-withdrawn": _("Quote withdrawn"),
    "quote-confirmation-refused": _("Confirmation refused"),
    "order-acknowledgement": _("Order acknowledgement"),
    "renewal-acknowledgement": _("Renewal acknowledgement"),
    "renewal-begun": _("Renewed contract has begun"),
    "termination-acknowledgement": _("Termination acknowledgement"),
    "termination-taken-back": _("Termination taken back"),
    "termination-carried-out": _("Termination carried out"),
    "order-completed": _("Order completed"),
    "order-partly-completed": _("Order partly completed"),
    "order-failed": _("Order failed"),
    "order-cancelled": _("Order cancelled"),
    "trunk-activated": _("Trunk activated"),
    "site-ready": _("Site ready"),
    "numbers-assigned": _("Numbers ready"),
    "porting-started": _("Porting started"),
    "signed-form-awaited": _("Signed form awaited"),
    "signed-form-refused": _("Signed form sent back"),
    "signed-form-reminded": _("Signed form still missing"),
    "porting-confirmed": _("Porting date confirmed"),
    "porting-rescheduled": _("Porting date moved"),
    "porting-date-asked": _("Another porting date asked for"),
    "porting-date-refused": _("Porting date stays"),
    "porting-rejected": _("Porting refused"),
    "porting-asked-again": _("Porting asked for anew"),
    "porting-cancellation-asked": _("Previous provider wants to call it off"),
    "porting-cancellation-averted": _("Porting goes on"),
    "porting-cancellation-refused": _("Porting could not be called off"),
    "porting-reduced": _("Some numbers stay"),
    "porting-cancelled": _("Porting cancelled"),
    "porting-at-risk": _("Porting is late"),
    "porting-due": _("Porting day"),
    "porting-completed": _("Porting completed"),
    "clearing-mail": _("Question about the porting"),
    "departure-asked": _("Another provider asks for numbers"),
    "departure-agreed": _("Numbers leave: date agreed"),
    "departure-rescheduled": _("Numbers leave: date moved"),
    "departure-refused": _("Numbers leave: refused for now"),
    "departure-cancelled": _("Numbers stay"),
    "departure-completed": _("Numbers have left"),
}


def name_of(kind: str) -> str:
    """English message id; a kind that is new to us is just a mail."""
    return NAMES.get(kind, _("E-mail"))
