"""Facts of the domain as events of the contracts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from cart.application.speech import in_both
from cart.domain.agreement import Agreement, AgreementLine, Upcoming
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine
from cart.domain.lifecycle import AgreementStatus, OrderStatus
from cart.domain.order import Order, OrderLine, Progressed
from cart.domain.particulars import NewNumbers, Person, Porting, Site, Termination
from cart.domain.party import Party
from cart.domain.porting import pre_agreements_for
from cart.domain.wording import Message, Saying, Wording, message
from contracts.catalog import v1 as catalog
from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.shapes import Address as AddressShape
from contracts.shapes import Audience, Customer, Localized, NumberBlock
from contracts.shapes import Person as PersonShape
from contracts.work import v1 as work
from telecom.addresses import Address
from telecom.numbers import NumberBlock as OwnBlock
from telecom.refusal import _

OWNER = "cart"
NUMBERS_IN_A_ROW = 10
BlockSize = Literal[10, 100, 1000]
UNKNOWN_REASON = message(_("Order management knows the reason."))


def quote_sent(cart: Cart) -> ordering.QuoteSent:
    quote = cart.quoted
    return ordering.QuoteSent(
        **_quote_facts(cart),
        recipient=quote.recipient.email,
        creator=person(quote.creator),
        valid_until=quote.valid_until,
    )


def quote_resent(cart: Cart, by: Person) -> ordering.QuoteResent:
    quote = cart.quoted
    return ordering.QuoteResent(
        **_quote_facts(cart), recipient=quote.recipient.email, resent_by=person(by), valid_until=quote.valid_until
    )


def quote_confirmed(cart: Cart, order: Order, approver: Person, at: datetime) -> ordering.QuoteConfirmed:
    facts = {**_quote_facts(cart), "agreement_ids": order.agreement_ids}
    return ordering.QuoteConfirmed(
        **facts,
        order_id=order.order_id,
        approver=person(approver),
        confirmed_at=at,
        consent_version=cart.quoted.consent.version if cart.quoted.consent else None,
    )


def quote_confirmation_refused(
    cart: Cart, approver: Person, reasons: list[Saying], at: datetime
) -> ordering.QuoteConfirmationRefused:
    return ordering.QuoteConfirmationRefused(
        **_quote_facts(cart),
        approver=person(approver),
        creator=person(cart.quoted.creator),
        reasons=tuple(in_both(reason) for reason in reasons),
        refused_at=at,
    )


def quote_expired(cart: Cart, at: datetime) -> ordering.QuoteExpired:
    return ordering.QuoteExpired(**_quote_facts(cart), expired_at=at)


def quote_withdrawn(cart: Cart, by: Person, at: datetime) -> ordering.QuoteWithdrawn:
    return ordering.QuoteWithdrawn(**_quote_facts(cart), withdrawn_by=person(by), withdrawn_at=at)


def link_issued(cart: Cart, customer: Party, token: str) -> ordering.QuoteLinkIssued:
    quote = cart.quoted
    return ordering.QuoteLinkIssued(
        quote_id=quote.quote_id,
        quote_number=quote.number,
        link_id=quote.link_id,
        token=token,
        customer_id=cart.customer_id,
        customer_name=customer.name,
        recipient=quote.recipient.email,
        language="en" if quote.recipient.language == "en" else "de",
        creator=person(quote.creator),
        business_case=catalog.BusinessCase(cart.business_case),
        lines=tuple(_quoted_line(line) for line in cart.lines),
        one_time_total=cart.one_time,
        monthly_total=cart.monthly,
        term_months=cart.term_months,
        valid_until=quote.valid_until,
        replaces_earlier=quote.times_sent > 1,
        recipient_name=quote.recipient.name,
        agreement_number=cart.agreement_number,
        effective_on=cart.effective_on,
    )


def order_received(order: Order) -> ordering.OrderReceived:
    customer = order.customer
    return ordering.OrderReceived(
        order_id=order.order_id,
        order_number=order.number,
        quote_id=order.quote_id,
        quote_number=order.quote_number,
        business_case=catalog.BusinessCase(order.business_case),
        customer=Customer(
            party_id=customer.party_id,
            customer_number=customer.customer_number,
            name=customer.name,
            email=customer.email,
            language="en" if customer.language == "en" else "de",
            audience=Audience(customer.audience),
        ),
        creator=person(order.creator),
        approver=person(order.approver) if order.approver else None,
        lines=tuple(_order_line(line) for line in order.lines),
        catalog_version=order.catalog_version,
        placed_at=order.placed_at,
        effective_on=order.effective_on,
    )


def order_facts(order: Order) -> Iterator[tuple[Event, object]]:
    """The events of what happened to an order since it was loaded, each with the story it belongs to."""
    for fact in order.facts:
        yield _order_event(order, fact), fact.story
    order.facts.clear()


def agreement_changed(agreement: Agreement) -> ordering.AgreementChanged:
    activation = agreement.immediate_activation
    return ordering.AgreementChanged(
        agreement_id=agreement.agreement_id,
        version=agreement.version,
        number=agreement.number,
        customer_id=agreement.customer_id,
        audience=Audience(agreement.audience),
        family=catalog.Family(agreement.family),
        status=ordering.AgreementStatus(agreement.status),
        lines=tuple(_agreement_line(line) for line in agreement.lines),
        term_months=agreement.term_months,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        activation=None if activation is None else _activation(activation),
        voice_ready=agreement.voice_ready,
        order_id=agreement.order_id,
        changed_at=agreement.changed_at,
        terminates_on=agreement.terminates_on,
        upcoming=_upcoming(agreement.upcoming) if agreement.upcoming else None,
        combination_agreement_id=agreement.combination_agreement_id,
    )


def combination_ended(trunk: Agreement, internet: Agreement) -> work.TaskRaised:
    """KOMBI-3."""
    assert trunk.combination_task is not None, "the agreement knows its open task"
    return work.TaskRaised(
        task_id=trunk.combination_task,
        kind=work.TaskKind.COMBINATION_ENDED,
        owner=OWNER,
        subject_id=trunk.agreement_id,
        title=in_both(message(_("Kombi without internet: contract %(number)s"), number=trunk.number)),
        explanation=in_both(_without_internet(trunk, internet)),
        customer_id=trunk.customer_id,
        agreement_id=trunk.agreement_id,
        raised_at=trunk.changed_at,
    )


def _without_internet(trunk: Agreement, internet: Agreement) -> Message:
    gaps: dict[str, str] = {"internet": internet.number, "trunk": trunk.number}
    upcoming = trunk.upcoming
    if upcoming is not None and upcoming.combination_agreement_id == internet.agreement_id:
        text = _("Internet contract %(internet)s has ended; contract %(trunk)s is to be renewed with it on %(day)s.")
        return message(text, **gaps, day=f"{upcoming.valid_from:%d.%m.%Y}")
    if internet.status is AgreementStatus.FAILED:
        text = _(
            "Internet contract %(internet)s failed. The Kombi price of contract %(trunk)s stays until its renewal."
        )
        return message(text, **gaps)
    text = _("Internet contract %(internet)s has ended. The Kombi price of contract %(trunk)s stays until its renewal.")
    return message(text, **gaps)


def task_settled(task_id: UUID, note: str, by: Person, at: datetime) -> work.TaskSettled:
    outcome = Localized(de=note, en=note) if note else in_both(message(_("Seen.")))
    return work.TaskSettled(task_id=task_id, owner=OWNER, settled_by=by.name, outcome=outcome, settled_at=at)


def party_forgotten(party_id: UUID, at: datetime) -> ordering.PartyForgotten:
    return ordering.PartyForgotten(party_id=party_id, forgotten_at=at)


def deletion_waits(task_id: UUID, party_id: UUID, at: datetime) -> work.TaskRaised:
    return work.TaskRaised(
        task_id=task_id,
        kind=work.TaskKind.MANUAL_WORK,
        owner=OWNER,
        subject_id=party_id,
        title=in_both(message(_("A customer is to be deleted, and contracts or orders of his still run"))),
        explanation=in_both(
            message(_("End or cancel them. What is personal is removed on the day after the last of them has ended."))
        ),
        customer_id=party_id,
        raised_at=at,
    )


def deletion_done(task_id: UUID, at: datetime) -> work.TaskSettled:
    outcome = in_both(message(_("Nothing runs any more; what was personal is removed.")))
    return work.TaskSettled(task_id=task_id, owner=OWNER, settled_by="CRM", outcome=outcome, settled_at=at)


def prospect_became_customer(party: Party, order_id: UUID, at: datetime) -> ordering.ProspectBecameCustomer:
    return ordering.ProspectBecameCustomer(
        party_id=party.party_id, customer_number=party.customer_number or "", order_id=order_id, became_at=at
    )


def person(one: Person) -> PersonShape:
    return PersonShape(name=one.name, email=one.email, language="en" if one.language == "en" else "de")


def details_of(line: CartLine) -> list[Saying]:
    """The further rows of a line that people want to see: price list, place, numbers, donor."""
    found: list[Saying] = []
    if line.price_list_name is not None:
        found.append(message("%(name)s", name=line.price_list_name))
    if line.combination:
        found.append(message(_("With Kombi option")))
    if line.site is not None:
        found.append(
            message(_("Site: %(name)s, %(address)s"), name=line.site.name, address=_written(line.site.address))
        )
    if line.new_numbers is not None:
        found.append(_numbers_wanted(line.new_numbers))
    if line.porting is not None:
        found.extend(_porting_details(line.porting))
    if line.termination is not None:
        found.append(message(_("Ends on %(day)s"), day=f"{line.termination.effective_on:%d.%m.%Y}"))
    return found


def _numbers_wanted(wanted: NewNumbers) -> Message:
    return message(
        _("%(size)s new numbers in area code 0%(area_code)s"), size=wanted.block_size, area_code=wanted.area_code
    )


def _porting_details(porting: Porting) -> Iterator[Message]:
    yield message(_("Present carrier: %(name)s"), name=porting.donor.name)
    yield message(_("Requested date: %(day)s"), day=f"{porting.requested_on:%d.%m.%Y}")
    blocks = [str(number) for number in porting.numbers if not number.is_single]
    singles = [str(number) for number in porting.numbers if number.is_single]
    yield from _listed(_("Number blocks: %(numbers)s"), _("Number blocks %(first)s–%(last)s: %(numbers)s"), blocks)
    yield from _listed(_("Single numbers: %(numbers)s"), _("Single numbers %(first)s–%(last)s: %(numbers)s"), singles)
    if (count := pre_agreements_for(porting)) > 1:
        yield message(_("Asked for in %(count)s pre-agreements"), count=count)


def _listed(few: str, many: str, numbers: list[str]) -> Iterator[Message]:
    """In rows that mails and pages can show."""
    if 0 < len(numbers) <= NUMBERS_IN_A_ROW:
        yield message(few, numbers=", ".join(numbers))
        return
    for start in range(0, len(numbers), NUMBERS_IN_A_ROW):
        row = numbers[start : start + NUMBERS_IN_A_ROW]
        yield message(many, first=start + 1, last=start + len(row), numbers=", ".join(row))


def _written(address: Address) -> str:
    number = f"{address.house_number} {address.addition}" if address.addition else address.house_number
    return f"{address.street} {number}, {address.postcode} {address.town}"


def _quote_facts(cart: Cart) -> dict[str, Any]:
    return {
        "quote_id": cart.quoted.quote_id,
        "quote_number": cart.quoted.number,
        "cart_id": cart.cart_id,
        "customer_id": cart.customer_id,
        "business_case": catalog.BusinessCase(cart.business_case),
        "agreement_ids": (cart.agreement_id,) if cart.agreement_id else (),
    }


def _quoted_line(line: CartLine) -> ordering.QuotedLine:
    return ordering.QuotedLine(
        name=_localized(line.name),
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        details=tuple(in_both(detail) for detail in details_of(line)),
        why=in_both(line.why) if line.why else None,
        held_quantity=line.held_quantity,
    )


def _order_event(order: Order, fact: Progressed) -> Event:
    facts: dict[str, Any] = {
        "order_id": order.order_id,
        "order_number": order.number,
        "customer_id": order.customer.party_id,
        "agreement_ids": order.agreement_ids,
    }
    match fact.status:
        case OrderStatus.COMPLETED:
            return ordering.OrderCompleted(**facts, completed_at=fact.at)
        case OrderStatus.PARTLY_COMPLETED:
            return ordering.OrderPartlyCompleted(
                **facts,
                failed_line_ids=tuple(line.line_id for line in order.short_lines),
                reason=in_both(order.reason or UNKNOWN_REASON),
                completed_at=fact.at,
            )
        case OrderStatus.FAILED:
            return ordering.OrderFailed(**facts, reason=in_both(order.reason or UNKNOWN_REASON), failed_at=fact.at)
        case OrderStatus.CANCELLED:
            return ordering.OrderCancelled(
                **facts, reason=in_both(order.reason or UNKNOWN_REASON), cancelled_at=fact.at
            )
    return ordering.OrderProgressed(
        **facts,
        status="awaiting" if fact.status is OrderStatus.AWAITING else "in_progress",
        awaiting=tuple(whom.value for whom in fact.awaiting),
        step=fact.step,
        line_id=fact.line_id,
        progressed_at=fact.at,
        due_on=fact.due_on,
    )


def _order_line(line: OrderLine) -> ordering.OrderLine:
    activation = line.immediate_activation
    return ordering.OrderLine(
        line_id=line.line_id,
        agreement_id=line.agreement_id,
        agreement_number=line.agreement_number,
        offering=line.offering,
        name=_localized(line.name),
        category=catalog.Category(line.category),
        family=catalog.Family(line.family),
        fulfilment=catalog.Fulfilment(line.fulfilment),
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        term_months=line.term_months,
        computed=line.computed,
        price_list=line.price_list,
        price_list_name=_localized(line.price_list_name) if line.price_list_name else None,
        srtp=line.srtp,
        combination_agreement_id=line.combination_agreement_id,
        activation=None if activation is None else _activation(activation),
        site=_site(line.site) if line.site else None,
        new_numbers=_new_numbers(line.new_numbers) if line.new_numbers else None,
        porting=_porting(line.porting) if line.porting else None,
        termination=_termination(line.termination) if line.termination else None,
        held_quantity=line.held_quantity,
    )


def _termination(ending: Termination) -> ordering.TerminationParticulars:
    return ordering.TerminationParticulars(
        subject=ending.subject.value,
        site_id=ending.site_id,
        numbers=tuple(_number_block(one) for one in ending.numbers),
        effective_on=ending.effective_on,
    )


def _upcoming(upcoming: Upcoming) -> ordering.UpcomingAgreement:
    return ordering.UpcomingAgreement(
        valid_from=upcoming.valid_from,
        order_id=upcoming.cause.order_id,
        lines=tuple(_agreement_line(line) for line in upcoming.lines),
        term_months=upcoming.term_months,
        ends_on=upcoming.ends_on,
    )


def _agreement_line(line: AgreementLine) -> ordering.AgreementLine:
    return ordering.AgreementLine(
        line_id=line.line_id,
        offering=line.offering,
        name=_localized(line.name),
        category=catalog.Category(line.category),
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        price_list=line.price_list,
        srtp=line.srtp,
        combination=line.combination,
    )


def _site(site: Site) -> ordering.SiteParticulars:
    return ordering.SiteParticulars(
        site_id=site.site_id, name=site.name, address=_address(site.address), area_code=site.area_code
    )


def _new_numbers(wanted: NewNumbers) -> ordering.NewNumbers:
    return ordering.NewNumbers(
        site_id=wanted.site_id,
        area_code=wanted.area_code,
        block_size=cast(BlockSize, wanted.block_size),
        reservation_id=wanted.reservation_id,
        reserved=_number_block(wanted.reserved) if wanted.reserved else None,
    )


def _porting(porting: Porting) -> ordering.PortingParticulars:
    subscriber = porting.subscriber
    return ordering.PortingParticulars(
        porting_id=porting.porting_id,
        site_id=porting.site_id,
        donor=ordering.DonorParticulars(carrier_code=porting.donor.carrier_code, name=porting.donor.name),
        subscriber=ordering.Subscriber(
            name=subscriber.name,
            first_name=subscriber.first_name,
            further_owners=subscriber.further_owners,
            address=_address(subscriber.address),
        ),
        case=ordering.PortingCase(porting.case),
        numbers=tuple(_number_block(one) for one in porting.numbers),
        all_numbers=porting.all_numbers,
        requested_on=porting.requested_on,
        window=ordering.Window(porting.window),
        replaces=porting.replaces,
    )


def _number_block(one: OwnBlock) -> NumberBlock:
    return NumberBlock(
        area_code=one.area_code,
        stem=one.stem,
        extension_from=one.extension_from,
        extension_to=one.extension_to,
        answering_extension=one.answering_extension,
    )


def _address(address: Address) -> AddressShape:
    return AddressShape(
        street=address.street,
        house_number=address.house_number,
        addition=address.addition,
        postcode=address.postcode,
        town=address.town,
    )


def _activation(immediate: bool) -> ordering.Activation:
    return ordering.Activation.IMMEDIATE if immediate else ordering.Activation.DELAYED


def _localized(words: Wording) -> Localized:
    return Localized(de=words.de, en=words.en)
