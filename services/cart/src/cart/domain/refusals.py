"""What a cart, a quote or an order refuses, in the customer's terms."""

from collections.abc import Iterable, Sequence
from datetime import date

from cart.domain.consents import Consent
from cart.domain.rules import Broken
from cart.domain.wording import Message, Saying, Wording
from telecom.refusal import Refusal, _


class UnknownProduct(Refusal):
    kind = "invalid"
    text = _("There is no product %(code)s in this customer's catalog.")
    remedy = _("Choose a product from the catalog.")
    rule = "CAT-2"
    field = "offering"

    def __init__(self, code: str) -> None:
        super().__init__(code=code)


class Discontinued(Refusal):
    text = _("%(product)s is no longer sold.")
    remedy = _("Choose another product.")
    rule = "CAT-4"
    field = "offering"

    def __init__(self, product: Wording) -> None:
        super().__init__(product=product)


class OrderedManually(Refusal):
    text = _("%(product)s can't be ordered digitally yet.")
    rule = "CAT-4"
    field = "offering"

    def __init__(self, product: Wording, process: Wording | None) -> None:
        super().__init__(product=product, process=process or "")
        self.remedy = "%(process)s" if process else _("Order it by the usual form.")


class OrderedFromTrunk(Refusal):
    text = _("Usage sites, numbers and portings can't be in a cart.")
    remedy = _("Order the trunk first, then order them from its contract.")
    rule = "TRUNK-1"
    field = "offering"


class WrongQuantity(Refusal):
    text = _("The quantity must be a whole number from 1 to %(most)s.")
    remedy = _("Enter another quantity.")
    rule = "CART-2"
    field = "quantity"

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class UnknownPriceList(Refusal):
    text = _("There is no connection price list %(code)s for this product.")
    remedy = _("Choose one of the price lists offered.")
    rule = "TRUNK-2"
    field = "price_list"

    def __init__(self, code: str) -> None:
        super().__init__(code=code)


class NoPriceListHere(Refusal):
    text = _("This product has no connection price list.")
    remedy = _("Choose the price list at the voice channel.")
    rule = "TRUNK-2"
    field = "price_list"


class PriceListOfAgreement(Refusal):
    kind = "conflict"
    text = _("The connection price list is the contract's and can't be changed here.")
    remedy = _("Change it in a renewal with tariff change.")
    rule = "PRICE-1"
    field = "price_list"


class CombinationGoesWithTrunk(Refusal):
    text = _("The Kombi option is chosen with the trunk variant.")
    remedy = _("Add the trunk with the Kombi option, then its voice channels.")
    rule = "KOMBI-1"
    field = "combination"


class OtherCategory(Refusal):
    text = _("%(product)s can't take this line's place.")
    remedy = _("Remove the line and add the product.")
    rule = "CART-2"
    field = "offering"

    def __init__(self, product: Wording) -> None:
        super().__init__(product=product)


class UnknownTerm(Refusal):
    text = _("This term isn't offered.")
    remedy = _("Choose one of these terms, in months: %(terms)s.")
    rule = "CAT-6"
    field = "term_months"

    def __init__(self, terms: Iterable[int]) -> None:
        super().__init__(terms=", ".join(str(term) for term in terms))


class TermOfAgreement(Refusal):
    kind = "conflict"
    text = _("New lines end with the contract, so the term can't be chosen.")
    remedy = _("Choose another term in a renewal with tariff change.")
    rule = "AMEND-1"
    field = "term_months"


class LineLocked(Refusal):
    kind = "conflict"
    text = _("This line is computed and can't be changed. %(why)s")
    remedy = _("Change the lines it follows from.")
    rule = "CART-3"

    def __init__(self, why: Saying) -> None:
        super().__init__(why=why)


class NoSuchLine(Refusal):
    kind = "not_found"
    text = _("There is no such line in this cart.")
    remedy = _("Load the cart again.")
    rule = "CART-2"


class CartFrozen(Refusal):
    kind = "conflict"
    text = _("This cart can't be changed any more.")
    remedy = _("Copy it as a new cart.")
    rule = "QUOTE-1"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class CartChangedMeanwhile(Refusal):
    kind = "conflict"
    text = _("The cart was changed by %(by)s in the meantime.")
    remedy = _("Look at its present state and decide again.")
    rule = "CART-4"

    def __init__(self, by: str) -> None:
        super().__init__(by=by)


class VersionMissing(Refusal):
    text = _("The header If-Match must name the version of the cart that you saw.")
    remedy = _("Send the ETag of the cart as If-Match.")
    rule = "CART-4"
    field = "If-Match"


class CartInvalid(Refusal):
    """Neither quoted nor ordered; `broken` are the rules that don't hold."""

    kind = "conflict"
    text = _("The cart breaks rules and can be neither quoted nor ordered.")
    remedy = _("Mend what the cart says is broken.")
    rule = "CART-2"

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__()
        self.broken = broken


class NotQuoted(Refusal):
    kind = "conflict"
    text = _("This cart is no quote.")
    remedy = _("Create a quote first.")
    rule = "QUOTE-2"


class QuoteExpired(Refusal):
    kind = "gone"
    text = _("This quote has expired.")
    remedy = _("Ask for a new quote.")
    rule = "QUOTE-2"


class QuoteWithdrawn(Refusal):
    kind = "gone"
    text = _("This quote was withdrawn.")
    remedy = _("Ask for a new quote.")
    rule = "QUOTE-3"


class ConsentOutdated(Refusal):
    """`consent` is the text that is shown today."""

    kind = "conflict"
    text = _("The text that you agreed to has been replaced by a newer one.")
    remedy = _("Read the present text and confirm again.")
    rule = "QUOTE-3"
    field = "consent_version"

    def __init__(self, consent: Consent) -> None:
        super().__init__()
        self.consent = consent


class LinkReplaced(Refusal):
    kind = "gone"
    text = _("This link was replaced by a newer one.")
    remedy = _("Open the newest mail.")
    rule = "QUOTE-2"


class LinkGivesNoRight(Refusal):
    kind = "not_found"
    text = _("There is nothing here that this link opens.")
    remedy = _("Open the link of your mail again.")
    rule = "QUOTE-3"


class AlwaysByQuote(Refusal):
    kind = "forbidden"
    text = _("This can only be ordered by a quote that the customer confirms.")
    remedy = _("Send a quote.")
    rule = "QUOTE-5"


class NobodyToOrderFor(Refusal):
    text = _("Carts are made for customers and prospects only.")
    remedy = _("Choose a customer or a prospect.")
    rule = "CART-1"
    field = "customer_id"


class NoCatalogYet(Refusal):
    kind = "unavailable"
    text = _("No catalog has been published yet.")
    remedy = _("Try again later.")
    rule = "CAT-5"


class AgreementNeeded(Refusal):
    text = _("A reorder needs a contract.")
    remedy = _("Choose the contract to reorder from.")
    rule = "AMEND-1"
    field = "agreement_id"


class NoSuchAgreement(Refusal):
    kind = "not_found"
    text = _("There is no such contract.")
    remedy = _("Choose one of the customer's contracts.")
    rule = "TEN-2"
    field = "agreement_id"


class NotFound(Refusal):
    """Said in the very words in which strangers are turned away: an id guessed right gives no hint (TEN-2)."""

    kind = "not_found"
    text = _("There is nothing here by that name.")


class CallerWithoutAddress(Refusal):
    kind = "forbidden"
    text = _("Your login has no e-mail address, so nobody could be told about the order.")
    remedy = _("Ask the administrator to complete your login.")
    rule = "QUOTE-4"


class AgreementTakesNoSites(Refusal):
    kind = "conflict"
    text = _("No sites or numbers can be ordered from this contract.")
    remedy = _("Choose a trunk contract that has neither failed nor ended nor been terminated.")
    rule = "ORD-3"


class AgreementTakesNoRenewal(Refusal):
    kind = "conflict"
    text = _("Only an active contract can be renewed, and only once at a time.")
    remedy = _("Wait until the contract is active, or until the renewal that is agreed has begun.")
    rule = "AMEND-2"


class StartChoiceNeedsRenewal(Refusal):
    text = _("Only a renewal with tariff change has a start to choose.")
    remedy = _("Leave the start out.")
    rule = "AMEND-2"
    field = "starts"


class OrderFixed(Refusal):
    kind = "conflict"
    text = _("An order can't be changed or called off afterwards.")
    remedy = _("Ask order management.")
    rule = "ORD-1"


class TooLateToReverse(Refusal):
    kind = "conflict"
    text = _("The termination has taken effect or was taken back already.")
    remedy = _("Order anew what you need.")
    rule = "ORD-2"


class AgreementTakesNoTermination(Refusal):
    kind = "conflict"
    text = _("This contract can't be terminated now.")
    remedy = _("Only contracts that are ready or active can be terminated.")
    rule = "ORD-2"


class AlreadyTerminating(Refusal):
    kind = "conflict"
    text = _("This is already terminated; it ends on %(day)s.")
    remedy = _("Take the termination back if it was a mistake.")
    rule = "ORD-2"

    def __init__(self, day: date) -> None:
        super().__init__(day=f"{day:%d.%m.%Y}")


class LastSite(Refusal):
    kind = "conflict"
    text = _("This is the only site of the trunk.")
    remedy = _("Order another site first, or terminate the whole contract.")
    rule = "ORD-2"
    field = "site_id"


class PortingUnderWay(Refusal):
    kind = "conflict"
    text = _("Numbers are being ported to it by order %(number)s.")
    remedy = _("Wait until the porting has ended, or ask order management to call it off.")
    rule = "ORD-2"

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class NoSuchNumbers(Refusal):
    text = _("There are no such numbers at this site.")
    remedy = _("Choose whole number blocks of the site.")
    rule = "ORD-2"
    field = "numbers"


class NumbersAlreadyTerminating(Refusal):
    kind = "conflict"
    text = _("These numbers are already terminated.")
    remedy = _("Take that termination back if it was a mistake.")
    rule = "ORD-2"
    field = "numbers"
    code = "already-terminating"


class TerminatedDirectly(Refusal):
    text = _("Sites and numbers are terminated without a quote.")
    remedy = _("Terminate them directly.")
    rule = "QUOTE-5"
    field = "subject"


class ReversedByCustomer(Refusal):
    kind = "forbidden"
    text = _("The customer has confirmed this termination.")
    remedy = _("Ask the customer or order management to take it back.")
    rule = "ORD-2"


class NothingChosen(Refusal):
    text = _("What should end isn't named.")
    remedy = _("Name a site of the contract, and for numbers its number blocks.")
    rule = "ORD-2"
    field = "site_id"


class NoticeTooShort(Refusal):
    text = _("The earliest possible day is %(day)s.")
    remedy = _("Choose this day or a later one.")
    rule = "ORD-2"
    field = "effective_on"

    def __init__(self, day: date) -> None:
        super().__init__(day=f"{day:%d.%m.%Y}")


class NotYetHeld(Refusal):
    kind = "not_found"
    text = _("On that day the contract didn't exist yet.")
    remedy = _("Choose a later day.")
    rule = "ORD-3"
    field = "on"
    code = "not-yet"


class AgreementTakesNoReorders(Refusal):
    kind = "conflict"
    text = _("Reorders need a contract that is ready or active.")
    remedy = _("Wait until the contract is set up.")
    rule = "ORD-3"


class NoSuchSite(Refusal):
    text = _("There is no such site at this contract.")
    remedy = _("Choose one of the contract's sites.")
    rule = "SITE-1"
    field = "site_id"


class NotOfferedNow(Refusal):
    kind = "conflict"
    text = _("The catalog doesn't offer this at the moment.")
    remedy = _("Ask order management.")
    rule = "CAT-4"


class NumbersExhausted(Refusal):
    kind = "conflict"
    text = _("No block of %(size)s numbers is free in the area code 0%(area_code)s.")
    remedy = _("Choose a smaller block or another area code.")
    rule = "SITE-3"
    field = "block_size"

    def __init__(self, size: int, area_code: str) -> None:
        super().__init__(size=size, area_code=area_code)


class NoSuchReservation(Refusal):
    text = _("There is no such reservation of this customer.")
    remedy = _("Reserve free numbers for the customer first, or order without choosing.")
    rule = "SITE-3"
    field = "reservation_id"


class ReservationEnded(Refusal):
    kind = "conflict"
    text = _("The numbers %(block)s are not reserved any more, so nothing was ordered.")
    remedy = _("Choose among the free numbers again.")
    rule = "SITE-3"
    field = "reservation_id"


class ReservationOrdered(Refusal):
    kind = "conflict"
    text = _("The numbers %(block)s are ordered already.")
    remedy = _("Look at the customer's orders, or choose other numbers.")
    rule = "SITE-3"
    field = "reservation_id"


class ReservationUnfit(Refusal):
    text = _("The reserved numbers %(block)s are not %(size)s numbers in area code 0%(area_code)s.")
    remedy = _("Order as many as are reserved, at a place in their area code, or choose others.")
    rule = "SITE-3"
    field = "reservation_id"


class FeasibilityRefused(Refusal):
    """Provisioning's own words about an address that doesn't fit; already in the reader's language."""

    rule = "SITE-1"

    def __init__(self, text: str, remedy: str | None, field: str | None) -> None:
        super().__init__(said=text, advice=remedy or "", field=field)
        self.text = "%(said)s"
        self.remedy = "%(advice)s" if remedy else None


class FeasibilityUnknown(Refusal):
    kind = "unavailable"
    text = _("The address can't be checked at the moment, so nothing was ordered.")
    remedy = _("Try again in a minute.")
    rule = "SITE-1"


class PortingFormWrong(Refusal):
    """One fault of the form; `field` names the entry."""

    rule = "PORT-1"

    @classmethod
    def saying(cls, text: Message, remedy: Message, field: str) -> "PortingFormWrong":
        wrong = cls(text.id, remedy=remedy.id, field=field)
        wrong.params = dict(text.gaps)
        return wrong


class PortingFormFaulty(Refusal):
    """All faults of the form at once; it is known by the first."""

    code = "porting-form-wrong"

    def __init__(self, faults: Sequence[Refusal]) -> None:
        first = faults[0]
        super().__init__(first.text, field=first.field, remedy=first.remedy, rule=first.rule, **first.params)
        self.faults = faults


class NoSuchPorting(Refusal):
    text = _("There is no such porting at this contract.")
    remedy = _("Leave it out, or name a porting of the contract that was refused or called off.")
    rule = "PORT-3"
    field = "replaces"


class PortingGoesOn(Refusal):
    kind = "conflict"
    text = _("That porting isn't in clearing: it goes on, or its numbers have moved.")
    remedy = _("Look at it on the page of order %(number)s.")
    rule = "PORT-3"
    field = "replaces"

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class CustomerNumbersUsedUp(Refusal):
    kind = "unavailable"
    text = _("No customer number is left, so the order can't be placed.")
    remedy = _("Tell the administrator to widen the range of customer numbers.")
    rule = "TEN-5"


class OrderedFromAgreement(Refusal):
    text = _("This business case starts from a contract, not from an empty cart.")
    remedy = _("Choose the contract and order there.")
    rule = "CART-1"
    field = "business_case"
