"""What mails say about a form that its customer has to sign (PORT-4)."""

from notification.application.letter import Addresses, Facts, Letter, Writers, to_order
from notification.application.speech import Tongue
from telecom.refusal import _

WRITERS = Writers()
RETURN = _(
    "Please sign the attached porting form and return it, scanned or photographed, to %(return_to)s, or upload it on "
    "the page of your order."
)
CUSTOMER_HAS_IT = _(
    "The customer has the porting form by mail; signed, it goes to %(return_to)s or is uploaded on the page of the "
    "order."
)
WORKS = _("The site works meanwhile; only the move of the numbers waits for the form.")


@WRITERS("signed-form-awaited")
def _awaited(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    if role == "customer":
        wish = _(
            "%(donor)s does not take part in electronic porting and wants your signature. Please sign the "
            "porting form and return it, scanned or photographed, to %(return_to)s, or upload it on the page of your "
            "order."
        )
    else:
        wish = _(
            "%(donor)s does not take part in electronic porting and wants the customer's signature. The "
            "customer has the porting form by mail; signed, it goes to %(return_to)s or is uploaded on the "
            "page of the order."
        )
    return Letter(
        say(_("A signature is needed, order %(number)s"), number=facts["number"]),
        say(_("Signature needed")),
        [
            say(wish, donor=facts["donor"], return_to=facts["return_to"]),
            say(_("The porting starts when we have the signed form.")),
        ],
        "wait",
        button=to_order(facts, say, where),
    )


@WRITERS("signed-form-refused")
def _refused(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your signed form can't be used, order %(number)s"), number=facts["number"]),
        say(_("Form sent back")),
        [say(_("We have looked at the signed form for %(donor)s and can't use it as it is:"), donor=facts["donor"])],
        "bad",
        [facts["refused_because"]],
        button=to_order(facts, say, where),
        after=[say(RETURN if role == "customer" else CUSTOMER_HAS_IT, return_to=facts["return_to"]), say(WORKS)],
    )


@WRITERS("signed-form-reminded")
def _reminded(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The signed form is still missing, order %(number)s"), number=facts["number"]),
        say(_("Signature missing")),
        [
            say(
                _("Since %(day)s we have been waiting for the signed form for %(donor)s."),
                day=say.day(facts["awaited_since"]),
                donor=facts["donor"],
            ),
            say(RETURN if role == "customer" else CUSTOMER_HAS_IT, return_to=facts["return_to"]),
        ],
        "wait",
        button=to_order(facts, say, where),
        after=[say(WORKS)],
    )
