"""Aggregates as JSON text and back."""

import json
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from cart.application.ports import ReadySite
from cart.domain.agreement import Agreement, AgreementVersion
from cart.domain.cart import Cart
from cart.domain.catalog import Catalog
from cart.domain.order import Order
from cart.domain.particulars import Person
from cart.domain.party import Party
from telecom.forgetting import forgotten

T = TypeVar("T")


class Codec(Generic[T]):
    """`left_out` are fields that belong to a loaded aggregate, not to its stored state."""

    def __init__(self, kind: type[T], *left_out: str) -> None:
        self._kind, self._left_out = kind, set(left_out)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        """Made when first used: all of them together are a noticeable part of a service's start."""
        return TypeAdapter(self._kind)

    def text(self, one: T) -> str:
        return self._adapter.dump_json(one, exclude=self._left_out or None).decode()

    def read(self, text: Any) -> T:
        return self._adapter.validate_json(text)

    def without_people(self, text: str) -> str:
        """What is stored, after those in it were forgotten; can still be read."""
        return self.text(self.read(json.dumps(forgotten(json.loads(text)))))


CARTS = Codec(Cart, "stored_version")
ORDERS = Codec(Order, "facts")
AGREEMENTS = Codec(Agreement, "stored_version", "recorded")
VERSIONS = Codec(AgreementVersion)
PARTIES = Codec(Party)
CATALOGS = Codec(Catalog)
PEOPLE = Codec(Person)
SITES = Codec(ReadySite)
