"""What callers send, checked at the door: formats here, meaning in the domain."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cart.application.porting_form import NewSite, PortingForm, refuse
from cart.domain.cart import Internet
from cart.domain.catalog import BusinessCase
from cart.domain.particulars import Donor, Ending, Person, PortingCase, Subscriber, Window
from cart.domain.porting import block
from cart.domain.renewal import Starts
from telecom.addresses import Address
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,59}$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{1,4}$")]
BlockSize = Literal[10, 100, 1000]
MOST_ROWS = 200
"""Of a list of numbers; how many of each kind may be ported is the domain's to say."""


def _words(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest, pattern=PRINTABLE)


Name = Annotated[str, _words(120)]
Mail = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewCart(Body):
    customer_id: UUID
    business_case: BusinessCase
    agreement_id: UUID | None = None
    term_months: Annotated[int, Field(ge=1, le=120)] | None = None
    starts: Starts | None = None


class NewLine(Body):
    offering: Code
    quantity: Annotated[int, Field(strict=True)] | None = None
    price_list: Code | None = None
    combination: bool = False


class LineChange(Body):
    """`offering`: another product of the same category in the line's place."""

    quantity: Annotated[int, Field(strict=True)] | None = None
    price_list: Code | None = None
    offering: Code | None = None


class InternetBody(Body):
    """One of the two (KOMBI-2)."""

    agreement_id: UUID | None = None
    line_id: UUID | None = None

    @model_validator(mode="after")
    def one_of_them(self) -> "InternetBody":
        if (self.agreement_id is None) == (self.line_id is None):
            raise ValueError("name either agreement_id or line_id")
        return self

    def internet(self) -> Internet:
        return Internet(self.agreement_id, self.line_id)


class CartChange(Body):
    immediate_activation: bool | None = None
    term_months: Annotated[int, Field(ge=1, le=120)] | None = None
    internet: InternetBody | None = None
    starts: Starts | None = None
    combination: Literal[False] | None = None


class RecipientBody(Body):
    name: Name
    email: Mail
    language: Literal["de", "en"] = "de"

    def person(self) -> Person:
        return Person(self.name, self.email, self.language)


class SendBody(Body):
    recipient: RecipientBody | None = None

    def person(self) -> Person | None:
        return self.recipient.person() if self.recipient else None


class LinkBody(Body):
    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ConfirmBody(Body):
    """`consent_version` names the text that was shown; without `consent_language` it was in the request's language."""

    name: Name
    consent_version: Annotated[str, _words(40)]
    consent_language: Literal["de", "en"] | None = None


class AddressBody(Body):
    street: Annotated[str, _words(40)]
    house_number: Annotated[str, _words(4)]
    addition: Annotated[str, StringConstraints(strip_whitespace=True, max_length=6, pattern=PRINTABLE)] | None = None
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
    town: Annotated[str, _words(40)]

    def address(self) -> Address:
        return Address(self.street, self.house_number, self.postcode, self.town, self.addition or None)


class SiteBody(Body):
    name: Annotated[str, _words(80)]
    address: AddressBody
    area_code: AreaCode


class NewSiteBody(Body):
    """`reservation_id`: the block that provisioning keeps for the customer by it, and no other."""

    site: SiteBody
    block_size: BlockSize
    reservation_id: UUID | None = None


class NewNumbersBody(Body):
    """`reservation_id` as with a site."""

    site_id: UUID
    block_size: BlockSize
    reservation_id: UUID | None = None


class DonorBody(Body):
    """`carrier_code` null is "Sonstige": then the name is what was typed (PORT-4)."""

    carrier_code: str | None = None
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=PRINTABLE)]

    def donor(self) -> Donor:
        return Donor(self.carrier_code, self.name)


class SubscriberBody(Body):
    name: Annotated[str, _words(30)]
    first_name: Annotated[str, _words(30)] | None = None
    further_owners: tuple[Annotated[str, _words(60)], ...] = ()
    address: AddressBody

    def subscriber(self) -> Subscriber:
        return Subscriber(self.name, self.address.address(), self.first_name, self.further_owners)


class NumberBody(Body):
    area_code: AreaCode
    stem: Annotated[str, StringConstraints(pattern=r"^\d{1,10}$")]
    extension_from: str | None = None
    extension_to: str | None = None
    answering_extension: str | None = None


class NewPorting(Body):
    site: SiteBody | None = None
    site_id: UUID | None = None
    donor: DonorBody
    subscriber: SubscriberBody
    case: PortingCase
    numbers: Annotated[tuple[NumberBody, ...], Field(max_length=MOST_ROWS)] = ()
    all_numbers: bool = False
    requested_on: date
    window: Window = Window.MORNING
    recipient: RecipientBody | None = None
    replaces: UUID | None = None
    """A porting of the contract that was refused or called off, and that this one is asked instead of (PORT-3)."""

    @model_validator(mode="after")
    def one_site_at_most(self) -> "NewPorting":
        if self.site is not None and self.site_id is not None:
            raise ValueError("name either a new site or the id of an existing one")
        return self

    def form(self, agreement_id: UUID, language: str) -> PortingForm:
        site = self.site
        return PortingForm(
            agreement_id=agreement_id,
            site=NewSite(site.name, site.address.address(), site.area_code) if site else None,
            site_id=self.site_id,
            donor=self.donor.donor(),
            subscriber=self.subscriber.subscriber(),
            case=self.case,
            numbers=self._blocks(),
            all_numbers=self.all_numbers,
            requested_on=self.requested_on,
            window=self.window,
            recipient=self.recipient.person() if self.recipient else None,
            language=language,
            replaces=self.replaces,
        )

    def _blocks(self) -> tuple[NumberBlock, ...]:
        """Refuses all wrong rows at once."""
        blocks, faults = list[NumberBlock](), list[Refusal]()
        for place, one in enumerate(self.numbers):
            try:
                blocks.append(_block(place, one))
            except Refusal as fault:
                faults.append(fault)
        refuse(faults)
        return tuple(blocks)


class TerminationBody(Body):
    """`site_id` for a site and its numbers, `numbers` for those; without `effective_on` the earliest day (ORD-2)."""

    subject: Ending
    site_id: UUID | None = None
    numbers: Annotated[tuple[NumberBody, ...], Field(max_length=50)] = ()
    effective_on: date | None = None


class TerminationQuoteBody(TerminationBody):
    recipient: RecipientBody | None = None


class SettleBody(Body):
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400, pattern=PRINTABLE)] = ""


def blocks_of(numbers: tuple[NumberBody, ...]) -> tuple[NumberBlock, ...]:
    return tuple(_block(place, one) for place, one in enumerate(numbers))


def _block(place: int, one: NumberBody) -> NumberBlock:
    return block(place, one.area_code, one.stem, one.extension_from, one.extension_to, one.answering_extension)
