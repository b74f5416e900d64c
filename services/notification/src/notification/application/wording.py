"""What each kind of mail says, in the reader's language. A kind without words fails the tests."""

from notification.application import ending_wording, form_wording, porting_wording
from notification.application.letter import Addresses, Facts, Letter, Priced, Writers, to_order
from notification.application.speech import Tongue
from telecom.refusal import _

CASES = {
    "new_order": _("New order"),
    "reorder": _("Reorder"),
    "renewal_with_tariff_change": _("Renewal with tariff change"),
    "site_order": _("Site order"),
    "more_numbers": _("More numbers"),
    "porting": _("Porting"),
    "termination": _("Termination"),
}


REVERSIBLE = _("Until that day begins it can be taken back, on the page of the contract and on that of the order.")
WHAT_ENDS = _("What ends")
WRITERS = Writers(porting_wording.WRITERS | ending_wording.WRITERS | form_wording.WRITERS)


def letter(kind: str, facts: Facts, role: str, say: Tongue, where: Addresses) -> Letter:
    """`role` of whom it goes to: some sentences are for the customer only."""
    return WRITERS[kind](facts, say, role, where)


@WRITERS("quote-link")
def _quote_link(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    ends = facts.get("case") == "termination"
    found = Letter(
        say(_("Your quote %(number)s"), number=facts["number"]),
        say(_("Quote")),
        [say(_quote_opening(facts), creator=facts["creator"], customer=facts["customer"])],
        rows=_amended(facts, say),
        button=(say(_("Look at the quote")), facts["link"]),
        after=[say(_("Opening the link confirms nothing; only the button on the page does."))],
    )
    if ends:
        found.subject = say(_("A termination for you to confirm, %(number)s"), number=facts["number"])
        found.mark, found.tone = say(_("Termination")), "wait"
        found.paragraphs.append(say(REVERSIBLE))
    else:
        found.priced = _priced(facts, say)
        found.rows += [
            (say(_("Altogether monthly, net")), say.money(facts["monthly"])),
            (say(_("Altogether once, net")), say.money(facts["one_time"])),
        ]
    found.rows.append((say(_("Valid until")), say.day(facts["valid_until"])))
    if facts["replaces_earlier"]:
        found.after.append(say(_("It replaces the link of an earlier mail, which no longer works.")))
    return found


def _quote_opening(facts: Facts) -> str:
    match facts.get("case"):
        case "termination":
            return _("%(creator)s has prepared a termination for %(customer)s. It is given only when you confirm it.")
        case "renewal_with_tariff_change":
            return _(
                "%(creator)s has put the renewal of a contract together for %(customer)s. It is not binding until you "
                "confirm it; until its day nothing changes."
            )
    return _("%(creator)s has put a quote together for %(customer)s. It is not binding until you confirm it.")


@WRITERS("quote-replaced")
def _quote_replaced(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The link to quote %(number)s no longer works"), number=facts["number"]),
        say(_("Link replaced")),
        [
            say(
                _(
                    "The quote %(number)s for %(customer)s was sent to another recipient. The link in our "
                    "earlier mail to you no longer works."
                ),
                number=facts["number"],
                customer=facts["customer"],
            ),
            say(_("You need not do anything. If you have questions, ask %(creator)s."), creator=facts["creator"]),
        ],
    )


@WRITERS("quote-resent")
def _quote_resent(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your quote %(number)s was sent again"), number=facts["number"]),
        say(_("Sent again")),
        [
            say(
                _("%(by)s has sent the quote %(number)s again, to %(recipient)s. The link before no longer works."),
                by=facts["by"],
                number=facts["number"],
                recipient=facts["recipient"],
            )
        ],
        rows=[(say(_("Valid until")), say.day(facts["valid_until"]))],
        button=_cart(facts, say, where),
    )


@WRITERS("quote-expired")
def _quote_expired(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    if role == "creator":
        then = say(_("The cart can be copied as a new one and quoted again."))
    else:
        then = say(_("If you are still interested, ask %(creator)s for a new one."), creator=facts["creator"])
    return Letter(
        say(_("The quote %(number)s has expired"), number=facts["number"]),
        say(_("Expired")),
        [
            say(_("The quote %(number)s was not confirmed in time and has expired."), number=facts["number"]),
            *_goes_on(facts, say),
            then,
        ],
        "wait",
        button=_cart(facts, say, where) if role == "creator" else None,
    )


@WRITERS("quote-withdrawn")
def _quote_withdrawn(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("The quote %(number)s was withdrawn"), number=facts["number"]),
        say(_("Withdrawn")),
        [
            say(_("%(by)s has withdrawn the quote %(number)s."), by=facts["by"], number=facts["number"]),
            say(_("Its link no longer works. Nothing was ordered.")),
            *_goes_on(facts, say),
        ],
        "wait",
        button=_cart(facts, say, where) if role == "creator" else None,
    )


@WRITERS("quote-confirmation-refused")
def _quote_confirmation_refused(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your quote %(number)s could not be confirmed"), number=facts["number"]),
        say(_("Not confirmed")),
        [
            say(
                _("%(approver)s wanted to confirm the quote %(number)s, but it can no longer be ordered as it stands:"),
                approver=facts["approver"],
                number=facts["number"],
            ),
        ],
        "bad",
        [say.of(reason) for reason in facts["reasons"]],
        button=_cart(facts, say, where),
        after=[say(_("The quote stays as it is. Copy the cart as a new one, correct it and send a new quote."))],
    )


@WRITERS("order-acknowledgement")
def _order_acknowledgement(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    after = [say(_("All prices are net, per unit. We write again with each step."))]
    if facts["by_quote"] and role == "approver":
        after.append(say(_("The link of your quote stays open: it shows how far the order is.")))
    found = Letter(
        say(_("Your order %(number)s has arrived"), number=facts["number"]),
        say(_("Order received")),
        [say(_("The order for %(customer)s has arrived and is being worked on."), customer=facts["customer"])],
        "good",
        priced=_priced(facts, say),
        button=to_order(facts, say, where),
        after=after,
    )
    if facts.get("documents"):
        found.paragraphs.append(
            say(
                _(
                    "One more thing is needed: the present carrier wants your signature. Please sign the "
                    "attached porting form and return it, scanned or photographed, to %(return_to)s, or upload it "
                    "on the page of your order. The porting starts when we have it."
                ),
                return_to=where.form_return,
            )
        )
    return found


@WRITERS("renewal-acknowledgement")
def _renewal_acknowledgement(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    found = _order_acknowledgement(facts, say, role, where)
    found.subject = say(_("Your renewal %(number)s has arrived"), number=facts["number"])
    found.paragraphs[0] = say(
        _(
            "The renewal for %(customer)s has arrived. Until %(day)s the contract runs on as it is; from that day on "
            "it has the lines below."
        ),
        customer=facts["customer"],
        day=say.day(facts["effective_on"]),
    )
    found.rows = _amended(facts, say)
    return found


@WRITERS("renewal-begun")
def _renewal_begun(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your renewed contract has begun, order %(number)s"), number=facts["number"]),
        say(_("Renewed")),
        [say(_("Since today your contract has its new lines, prices and term."))],
        "good",
        rows=_amended(facts, say),
        button=to_order(facts, say, where),
    )


@WRITERS("termination-acknowledgement")
def _termination_acknowledgement(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your termination %(number)s has arrived"), number=facts["number"]),
        say(_("Termination planned")),
        [
            say(_("The termination for %(customer)s has arrived and is planned."), customer=facts["customer"]),
            say(_("Until its day everything works as before.")),
        ],
        "wait",
        rows=_amended(facts, say),
        button=to_order(facts, say, where),
        after=[
            say(REVERSIBLE),
            say(_("Numbers that you want to keep must have been ported to another carrier by then.")),
        ],
    )


@WRITERS("termination-taken-back")
def _termination_taken_back(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your termination %(number)s was taken back"), number=facts["number"]),
        say(_("Taken back")),
        [say(_("The termination was taken back in time. Everything stays as it was."))],
        "good",
        rows=_terminated(facts, say, _("What was to end")),
        button=to_order(facts, say, where),
    )


@WRITERS("termination-carried-out")
def _termination_carried_out(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your termination %(number)s has taken effect"), number=facts["number"]),
        say(_("Ended")),
        [say(_("What you terminated has ended. It can no longer be taken back; what you need again is ordered anew."))],
        "wait",
        rows=[
            *_terminated(facts, say, _("What has ended")),
            (say(_("Ended at 0:00 on")), say.day(facts["effective_on"])),
        ],
        button=to_order(facts, say, where),
    )


@WRITERS("order-completed")
def _order_completed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your order %(number)s is completed"), number=facts["number"]),
        say(_("Completed")),
        [say(_("Everything ordered with %(number)s is set up."), number=facts["number"])],
        "good",
        button=to_order(facts, say, where),
    )


@WRITERS("order-partly-completed")
def _order_partly_completed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your order %(number)s is partly completed"), number=facts["number"]),
        say(_("Partly completed")),
        [
            say(_("Not everything ordered with %(number)s could be set up. The reason:"), number=facts["number"]),
        ],
        "wait",
        [say.of(facts["reason"])],
        [(say(_("Not set up")), ", ".join(say.of(one) for one in facts["failed"]))],
        button=to_order(facts, say, where),
        after=[say(_("All the rest is in place. Order management looks into it and gets in touch with you."))],
    )


@WRITERS("order-failed")
def _order_failed(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your order %(number)s could not be carried out"), number=facts["number"]),
        say(_("Not carried out")),
        [say(_("We are sorry: your order could not be carried out. The reason:"))],
        "bad",
        [say.of(facts["reason"])],
        button=to_order(facts, say, where),
        after=[say(_("Order management looks into it and gets in touch with you."))],
    )


@WRITERS("order-cancelled")
def _order_cancelled(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your order %(number)s was cancelled"), number=facts["number"]),
        say(_("Cancelled")),
        [say(_("The order %(number)s was cancelled. The reason:"), number=facts["number"])],
        "wait",
        [say.of(facts["reason"])],
        button=to_order(facts, say, where),
    )


@WRITERS("trunk-activated")
def _trunk_activated(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your SIP trunk is active, order %(number)s"), number=facts["number"]),
        say(_("Active")),
        [
            say(
                _("The SIP trunk has been active since %(day)s. Its term and billing started with that day."),
                day=say.day(facts["activated_at"]),
            )
        ],
        "good",
        button=to_order(facts, say, where),
    )


@WRITERS("site-ready")
def _site_ready(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    rows = [(say(_("Site")), facts["site"]), (say(_("Address")), facts["address"])]
    rows += [(say(_("New numbers")), say.block(block)) for block in facts["blocks"]]
    return Letter(
        say(_("Your usage site %(site)s is ready, order %(number)s"), site=facts["site"], number=facts["number"]),
        say(_("Site ready")),
        [say(_("The usage site %(site)s is ready."), site=facts["site"])],
        "good",
        rows=rows,
        button=to_order(facts, say, where),
    )


@WRITERS("numbers-assigned")
def _numbers_assigned(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Your new numbers, order %(number)s"), number=facts["number"]),
        say(_("Numbers ready")),
        [say(_("Your new numbers can be used at once."))],
        "good",
        rows=[(say(_("New numbers")), say.block(block)) for block in facts["blocks"]],
        button=to_order(facts, say, where),
    )


@WRITERS("webhook-disabled")
def _webhook_disabled(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    gone = facts["why"] == "gone"
    return Letter(
        say(_("Your webhook was disabled")),
        say(_("Webhook disabled")),
        [
            say(_("Its endpoint has answered that it is gone for good (410)."))
            if gone
            else say(_("No message has got through since %(since)s."), since=say.day(facts["since"])),
            say(_("Nothing is sent there any more.")),
            say(_("Mend the endpoint, switch the webhook on again, and have what was missed sent once more.")),
        ],
        "bad",
        rows=[(say(_("Address")), facts["url"]), (say(_("Description")), facts["description"] or "–")],
        button=(say(_("Look at the webhook")), f"{where.public_url}/webhooks/{facts['webhook_id']}"),
        why=say(_("You get this mail because you set the webhook up.")),
    )


@WRITERS("fiber-link")
def _fiber_link(facts: Facts, say: Tongue, role: str, where: Addresses) -> Letter:
    return Letter(
        say(_("Please confirm your pre-registration for fiber")),
        say(_("Fiber")),
        [
            say(
                _(
                    "With your e-mail address the address below was pre-registered for fiber, with the consent to be "
                    "contacted about it. Please confirm that this was you."
                )
            ),
            say(_("We tell you when your address is in the build-out area.")),
        ],
        rows=[
            (say(_("Address")), facts["address"]),
            (say(_("To be confirmed until")), say.moment(facts["valid_until"])),
        ],
        button=(say(_("Confirm or withdraw")), facts["link"]),
        after=[
            say(_("Opening the link confirms nothing; only the button on the page does.")),
            say(_("Was it not you? Then you need not do anything: we delete the entries when the link has expired.")),
            say(_("Keep this mail: through its link you can withdraw the consent at any time.")),
        ],
        why=say(_("You get this mail because your e-mail address was entered on our page for fiber.")),
    )


def _amended(facts: Facts, say: Tongue) -> list[tuple[str, str]]:
    """Of a renewal or a termination: which contract, what of it, from which day on, how long."""
    if not facts.get("effective_on"):
        return []
    if facts["case"] == "termination":
        return [*_terminated(facts, say, WHAT_ENDS), (say(_("Ends at 0:00 on")), say.day(facts["effective_on"]))]
    rows = [(say(_("Contract")), facts["agreement"]), (say(_("Starts on")), say.day(facts["effective_on"]))]
    if facts.get("term_months"):
        rows.append((say(_("New term")), say(_("%(months)s months"), months=facts["term_months"])))
    return rows


def _terminated(facts: Facts, say: Tongue, title: str) -> list[tuple[str, str]]:
    return [(say(_("Contract")), facts["agreement"]), *what_ends(facts["ending"], say, title)]


def what_ends(ending: Facts | None, say: Tongue, title: str = WHAT_ENDS) -> list[tuple[str, str]]:
    """`ending` as an order's line has it; a quote is of a whole contract."""
    title = say(title)
    if ending is None or ending["subject"] == "agreement":
        return [(title, say(_("the whole contract")))]
    if ending["subject"] == "site":
        return [(title, say(_("the usage site %(site)s"), site=ending.get("site", "")))]
    blocks = ", ".join(say.block(one) for one in ending["numbers"])
    site = say(_("numbers of the usage site %(site)s"), site=ending.get("site", ""))
    return [(title, site), (say(_("Numbers")), blocks)]


def _goes_on(facts: Facts, say: Tongue) -> list[str]:
    """Of a renewal or a termination that came to nothing."""
    return (
        [say(_("The contract %(agreement)s goes on as it is."), agreement=facts["agreement"])]
        if facts.get("case")
        else []
    )


def _priced(facts: Facts, say: Tongue) -> list[Priced]:
    """What a contract holds already costs nothing once more (AMEND-2)."""
    return [
        Priced(
            say.of(line["name"]),
            line["quantity"],
            say.money(line["monthly"]),
            say.money(line["one_time"] if line.get("held_quantity", 0) < line["quantity"] else "0.00"),
            [say.of(detail) for detail in (*line.get("details", ()), *filter(None, [line.get("why")]))],
        )
        for line in facts["lines"]
    ]


def _cart(facts: Facts, say: Tongue, where: Addresses) -> tuple[str, str]:
    return say(_("Look at the cart")), f"{where.public_url}/carts/{facts['cart_id']}"
