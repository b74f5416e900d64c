"""Shapes of the events ↔ values of the domain."""

from contracts import shapes
from contracts.ordering import v1 as ordering
from porting.domain.particulars import Donor, Numbers, Subscriber
from telecom.addresses import Address
from telecom.numbers import NumberBlock


def numbers_from(blocks: tuple[shapes.NumberBlock, ...]) -> Numbers:
    """Raises telecom's refusal for what can't be a number."""
    return tuple(
        NumberBlock(one.area_code, one.stem, one.extension_from, one.extension_to, one.answering_extension)
        for one in blocks
    )


def numbers_to(numbers: Numbers) -> tuple[shapes.NumberBlock, ...]:
    return tuple(
        shapes.NumberBlock(
            area_code=one.area_code,
            stem=one.stem,
            extension_from=one.extension_from,
            extension_to=one.extension_to,
            answering_extension=one.answering_extension,
        )
        for one in numbers
    )


def address_from(one: shapes.Address) -> Address:
    return Address(one.street, one.house_number, one.postcode, one.town, one.addition)


def address_to(one: Address) -> shapes.Address:
    return shapes.Address(
        street=one.street, house_number=one.house_number, addition=one.addition, postcode=one.postcode, town=one.town
    )


def donor_from(one: ordering.DonorParticulars) -> Donor:
    return Donor(one.carrier_code, one.name)


def donor_to(one: Donor) -> ordering.DonorParticulars:
    return ordering.DonorParticulars(carrier_code=one.carrier_code, name=one.name)


def subscriber_from(one: ordering.Subscriber) -> Subscriber:
    return Subscriber(one.name, address_from(one.address), one.first_name, one.further_owners)
