"""Shapes that the events of several services share."""

from datetime import UTC
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from contracts.envelope import Shape

Language = Literal["de", "en"]
Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=4)]
"""Money, net; exact decimal text in JSON, never a float. The currency stands beside it."""
Utc = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Mail = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Audience(StrEnum):
    """TEN-4: which catalog a customer sees."""

    BUSINESS = "business"
    RESELLER = "reseller"


class Localized(Shape):
    de: Text
    en: Text


class Person(Shape):
    name: Text
    email: Mail
    language: Language = "de"


class Customer(Shape):
    """Who orders, as known when the event was written. `customer_number` is None for a prospect."""

    party_id: UUID
    customer_number: str | None
    name: Text
    email: Mail
    language: Language
    audience: Audience


class Address(Shape):
    street: Annotated[str, Field(min_length=1, max_length=40)]
    house_number: Annotated[str, Field(min_length=1, max_length=4)]
    addition: Annotated[str, Field(max_length=6)] | None = None
    postcode: Annotated[str, Field(pattern=r"^\d{5}$")]
    town: Annotated[str, Field(min_length=1, max_length=40)]


class NumberBlock(Shape):
    """`area_code` without 0, `stem`, extensions from..to of equal length; a single number has no extensions."""

    area_code: Annotated[str, Field(pattern=r"^[1-9]\d{1,4}$")]
    stem: Annotated[str, Field(pattern=r"^\d{1,10}$")]
    extension_from: Annotated[str, Field(pattern=r"^0+$")] | None = None
    extension_to: Annotated[str, Field(pattern=r"^9+$")] | None = None
    answering_extension: Annotated[str, Field(pattern=r"^\d{1,4}$")] | None = None
