"""What callers see: aggregates as JSON, texts in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from cart.application.ports import Listed
from cart.application.published import details_of
from cart.application.speech import in_language
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine
from cart.domain.consents import Consent
from cart.domain.copies import CopiedFrom, UnitPrice
from cart.domain.order import Order, OrderLine
from cart.domain.particulars import NewNumbers, Person, Porting, Site, Termination
from cart.domain.party import Party
from cart.domain.porting import Warned
from cart.domain.quote import Quote
from cart.domain.rules import Broken
from cart.domain.ways import Action, Way
from cart.domain.wording import Wording
from cart.entrypoints.asking import Speech
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class Name:
    de: str
    en: str


class CustomerView(BaseModel):
    party_id: UUID
    name: str
    customer_number: str | None
    kind: str
    audience: str


class PartyView(CustomerView):
    """`open` is false where customer administration is off: listed, but closed (TEN-3)."""

    open: bool
    parent_id: UUID | None


class ContactView(BaseModel):
    contact_id: UUID
    name: str
    email: str
    phone: str | None


class ProfileView(PartyView):
    email: str
    phone: str | None
    language: str
    address: Any
    customer_administration: bool
    contacts: list[ContactView]


class PersonView(BaseModel):
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class LineView:
    """Plain, since a cart may have hundreds, and they are made of what was checked."""

    line_id: UUID
    offering: str
    name: Name
    category: str
    family: str
    quantity: int
    one_time: Decimal
    monthly: Decimal
    one_time_total: Decimal
    monthly_total: Decimal
    computed: bool
    locked: str | None
    why: str | None
    reasons: list[str]
    ends_on: date | None
    price_list: str | None
    price_list_name: Name | None
    srtp: bool
    combination: bool
    held_quantity: int
    site: Site | None
    porting: Porting | None
    details: list[str]


class Totals(BaseModel):
    one_time: Decimal
    monthly: Decimal


class WayView(BaseModel):
    """One press that mends a broken rule; what it needs besides the action is given, the rest is null.

    add: POST a line with offering, quantity, combination. remove: DELETE the line. exchange, set_quantity and
    choose_price_list: PATCH the line with offering, quantity, price_list. choose_term, choose_internet and
    drop_combination: PATCH the cart with term_months, internet, combination false. renew, new_order: another cart.
    """

    action: Action
    label: str
    offering: str | None
    line_id: UUID | None
    quantity: int | None
    price_list: str | None
    term_months: int | None
    agreement_id: UUID | None
    combination: bool | None


class BrokenView(BaseModel):
    """`lines` are all the lines concerned, `line_id` the first of them."""

    rule: str
    text: str
    remedy: str
    line_id: UUID | None
    lines: list[UUID]
    ways: list[WayView]


class WarningView(BaseModel):
    """What may be ordered, but is worth a second look; `field` as in the porting form."""

    field: str
    text: str
    remedy: str


class ConsentView(BaseModel):
    """What is to be agreed to when confirming; `version` goes into the confirmation."""

    version: str
    language: str
    text: str


class GivenConsentView(ConsentView):
    """The evidence, for order management."""

    name: str
    email: str
    given_at: datetime
    link_id: UUID


class QuoteView(BaseModel):
    """`consent` is there while the quote can be confirmed."""

    quote_id: UUID
    number: str
    recipient: PersonView
    creator: PersonView
    approver: PersonView | None
    sent_at: datetime
    valid_until: datetime
    times_sent: int
    consent: ConsentView | None = None


class InternetView(BaseModel):
    agreement_id: UUID | None
    line_id: UUID | None


class UnitPriceView(BaseModel):
    one_time: Decimal
    monthly: Decimal


class PriceChangeView(BaseModel):
    """`now` is null where the product is no longer sold, so that the copy is without it."""

    name: Name
    before: UnitPriceView
    now: UnitPriceView | None


class CopiedView(BaseModel):
    """What this cart is a copy of, and what the newest catalog changed in it."""

    cart_id: UUID
    number: str
    changes: list[PriceChangeView]


class CartView(BaseModel):
    cart_id: UUID
    number: str
    version: int
    state: str
    customer: CustomerView
    business_case: str
    agreement_id: UUID | None
    agreement_number: str | None
    term_months: int | None
    immediate_activation: bool
    combination: bool
    internet: InternetView | None
    starts: str | None
    effective_on: date | None
    catalog_version: str
    lines: list[LineView]
    totals: Totals
    broken_rules: list[BrokenView]
    warnings: list[WarningView] = []
    quote: QuoteView | None
    order_id: UUID | None
    copied_from: CopiedView | None
    changed_at: datetime
    changed_by: str


class OrderLineView(BaseModel):
    line_id: UUID
    offering: str
    name: Name
    category: str
    family: str
    quantity: int
    one_time: Decimal
    monthly: Decimal
    term_months: int | None
    computed: bool
    price_list: str | None
    srtp: bool
    combination: bool
    state: str
    awaiting: str | None
    reason: str | None
    agreement_id: UUID
    agreement_number: str
    site: Site | None
    new_numbers: NewNumbers | None
    porting: Porting | None
    termination: Termination | None
    held_quantity: int
    not_ported: list[NumberBlock]


class OrderView(BaseModel):
    """`consent` shows what the approver agreed to; only order management sees it."""

    order_id: UUID
    number: str
    status: str
    awaiting: list[str]
    business_case: str
    customer: CustomerView
    creator: PersonView
    approver: PersonView | None
    lines: list[OrderLineView]
    quote_id: UUID | None
    quote_number: str | None
    placed_at: datetime
    finished_at: datetime | None
    effective_on: date | None
    consent: GivenConsentView | None = None


class LinkView(BaseModel):
    """A dead link says its state and nothing else (QUOTE-3)."""

    state: str
    access_token: str | None = None
    expires_in: int | None = None
    quote_id: UUID | None = None
    order_id: UUID | None = None
    rights: list[str] = []


def cart_view(cart: Cart, customer: Party, broken: list[Broken], language: Speech) -> CartView:
    internet = cart.internet
    return CartView(
        cart_id=cart.cart_id,
        number=cart.number,
        version=cart.version,
        state=cart.state,
        customer=customer_view(customer),
        business_case=cart.business_case,
        agreement_id=cart.agreement_id,
        agreement_number=cart.agreement_number,
        term_months=cart.term_months,
        immediate_activation=cart.immediate_activation,
        combination=cart.combination,
        internet=InternetView(agreement_id=internet.agreement_id, line_id=internet.line_id) if internet else None,
        starts=cart.starts,
        effective_on=cart.effective_on,
        catalog_version=cart.catalog_version,
        lines=[_line(line, language) for line in cart.lines],
        totals=Totals(one_time=cart.one_time, monthly=cart.monthly),
        broken_rules=broken_views(broken, language),
        quote=_quote(cart.quote) if cart.quote else None,
        order_id=cart.order_id,
        copied_from=_copied(cart.copied_from) if cart.copied_from else None,
        changed_at=cart.changed_at,
        changed_by=cart.changed_by,
    )


def consent_view(consent: Consent, language: Speech) -> ConsentView:
    return ConsentView(version=consent.version, language=language, text=in_language(consent.text, language))


def given_consent_view(quote: Quote) -> GivenConsentView | None:
    given, approver = quote.consent, quote.approver
    if given is None or approver is None:
        return None
    return GivenConsentView(
        version=given.version,
        language=given.language,
        text=given.text,
        name=approver.name,
        email=approver.email,
        given_at=given.given_at,
        link_id=given.link_id,
    )


def broken_views(broken: list[Broken], language: Speech) -> list[BrokenView]:
    return [
        BrokenView(
            rule=one.rule,
            text=in_language(one.text, language),
            remedy=in_language(one.remedy, language),
            line_id=one.line_id,
            lines=list(one.lines),
            ways=[_way(way, language) for way in one.ways],
        )
        for one in broken
    ]


def warning_views(warnings: Iterable[Warned], language: Speech) -> list[WarningView]:
    return [
        WarningView(field=one.field, text=in_language(one.text, language), remedy=in_language(one.remedy, language))
        for one in warnings
    ]


def _way(way: Way, language: Speech) -> WayView:
    return WayView(
        action=way.action,
        label=in_language(way.label, language),
        offering=way.offering,
        line_id=way.line_id,
        quantity=way.quantity,
        price_list=way.price_list,
        term_months=way.term_months,
        agreement_id=way.agreement_id,
        combination=way.combination,
    )


def order_view(order: Order, language: Speech) -> OrderView:
    customer = order.customer
    return OrderView(
        order_id=order.order_id,
        number=order.number,
        status=order.status,
        awaiting=[whom.value for whom in order.awaiting],
        business_case=order.business_case,
        customer=CustomerView(
            party_id=customer.party_id,
            name=customer.name,
            customer_number=customer.customer_number,
            kind="customer",
            audience=customer.audience,
        ),
        creator=_person(order.creator),
        approver=_person(order.approver) if order.approver else None,
        lines=[_order_line(line, language) for line in order.lines],
        quote_id=order.quote_id,
        quote_number=order.quote_number,
        placed_at=order.placed_at,
        finished_at=order.finished_at,
        effective_on=order.effective_on,
    )


def customer_view(party: Party) -> CustomerView:
    return CustomerView(
        party_id=party.party_id,
        name=party.name,
        customer_number=party.customer_number,
        kind=party.kind,
        audience=party.audience,
    )


def party_view(listed: Listed) -> PartyView:
    party = listed.party
    return PartyView(**customer_view(party).model_dump(), open=listed.open, parent_id=party.parent_id)


def profile_view(party: Party) -> ProfileView:
    return ProfileView(
        **party_view(Listed(party, open=True)).model_dump(),
        email=party.email,
        phone=party.phone,
        language=party.language,
        address=party.address,
        customer_administration=party.customer_administration,
        contacts=[
            ContactView(contact_id=one.contact_id, name=one.name, email=one.email, phone=one.phone)
            for one in party.contacts
        ],
    )


def _line(line: CartLine, language: Speech) -> LineView:
    return LineView(
        line_id=line.line_id,
        offering=line.offering,
        name=name_view(line.name),
        category=line.category,
        family=line.family,
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        one_time_total=line.one_time_total,
        monthly_total=line.monthly_total,
        computed=line.computed,
        locked=line.locked,
        why=in_language(line.why, language) if line.why else None,
        reasons=[in_language(reason, language) for reason in line.reasons],
        ends_on=line.ends_on,
        price_list=line.price_list,
        price_list_name=name_view(line.price_list_name) if line.price_list_name else None,
        srtp=line.srtp,
        combination=line.combination,
        held_quantity=line.held_quantity,
        site=line.site,
        porting=line.porting,
        details=[in_language(detail, language) for detail in details_of(line)],
    )


def _order_line(line: OrderLine, language: Speech) -> OrderLineView:
    return OrderLineView(
        line_id=line.line_id,
        offering=line.offering,
        name=name_view(line.name),
        category=line.category,
        family=line.family,
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        term_months=line.term_months,
        computed=line.computed,
        price_list=line.price_list,
        srtp=line.srtp,
        combination=line.combination,
        state=line.state,
        awaiting=line.awaiting,
        reason=in_language(line.shown_reason, language) if line.shown_reason else None,
        agreement_id=line.agreement_id,
        agreement_number=line.agreement_number,
        site=line.site,
        new_numbers=line.new_numbers,
        porting=line.porting,
        termination=line.termination,
        held_quantity=line.held_quantity,
        not_ported=list(line.not_ported),
    )


def _quote(quote: Quote) -> QuoteView:
    return QuoteView(
        quote_id=quote.quote_id,
        number=quote.number,
        recipient=_person(quote.recipient),
        creator=_person(quote.creator),
        approver=_person(quote.approver) if quote.approver else None,
        sent_at=quote.sent_at,
        valid_until=quote.valid_until,
        times_sent=quote.times_sent,
    )


def _copied(copied: CopiedFrom) -> CopiedView:
    return CopiedView(
        cart_id=copied.cart_id,
        number=copied.number,
        changes=[
            PriceChangeView(
                name=name_view(one.name),
                before=_unit_price(one.before),
                now=_unit_price(one.now) if one.now else None,
            )
            for one in copied.changes
        ],
    )


def _unit_price(price: UnitPrice) -> UnitPriceView:
    return UnitPriceView(one_time=price.one_time, monthly=price.monthly)


def _person(person: Person) -> PersonView:
    return PersonView(name=person.name, email=person.email)


def name_view(words: Wording) -> Name:
    return Name(de=words.de, en=words.en)
