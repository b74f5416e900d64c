"""The invented partners, customers and prospects that a development stack begins with.

Deterministic: the same names have the same ids and versions each time, so that announcing them again changes nothing.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.shapes import Address, Audience
from devstack.login.people import party_id

BEGINNING = datetime(2021, 3, 1, tzinfo=UTC)
TOWNS = (
    ("50667", "Köln"),
    ("20095", "Hamburg"),
    ("80331", "München"),
    ("04109", "Leipzig"),
    ("70173", "Stuttgart"),
    ("24103", "Kiel"),
    ("99084", "Erfurt"),
)
STREETS = ("Hauptstraße", "Lindenweg", "Am Markt", "Gartenstraße", "Mühlenweg", "Bahnhofstraße")
NAMES = ("Becker", "Öztürk", "Schäfer", "Jansen", "Weiß", "Kowalski", "Brandt", "Großmann", "Yilmaz", "Sauer")
TRADES = ("Logistik GmbH", "& Söhne KG", "Steuerberatung", "Maschinenbau AG", "Zahnärzte", "Catering e. K.")
CUSTOMERS, PROSPECTS = 200, 50


def parties() -> Iterator[PartyChanged]:
    """Two partners, a sub-partner, 200 customers (each tenth without customer administration) and 50 prospects."""
    yield _party("nordlicht", "Nordlicht Telekom GmbH", PartyKind.PARTNER)
    yield _party("kuestennetz", "Küstennetz UG", PartyKind.SUB_PARTNER, parent="nordlicht")
    yield _party("suedlink", "Südlink Systeme AG", PartyKind.PARTNER, language="en")
    yield _party("jaeger-logistik", "Jäger Logistik GmbH", PartyKind.CUSTOMER, parent="nordlicht", number=100_000)
    chance = random.Random(2021)  # noqa: S311 - invents the same customers each time
    for number in range(1, CUSTOMERS):
        parent = ("nordlicht", "kuestennetz", "suedlink")[number % 3]
        audience = Audience.RESELLER if number % 9 == 4 else Audience.BUSINESS
        yield _party(
            f"customer-{number}",
            f"{chance.choice(NAMES)} {chance.choice(TRADES)} {number}",
            PartyKind.CUSTOMER,
            parent=parent,
            number=100_000 + number,
            audience=audience,
            administration=number % 10 != 0,
            chance=chance,
        )
    for number in range(PROSPECTS):
        name = f"{chance.choice(NAMES)} {chance.choice(TRADES)}, Neugründung {number + 1}"
        parent = ("nordlicht", "kuestennetz", "suedlink")[number % 3]
        yield _party(f"prospect-{number}", name, PartyKind.PROSPECT, parent=parent, chance=chance)


def _party(
    key: str,
    name: str,
    kind: PartyKind,
    *,
    parent: str | None = None,
    number: int | None = None,
    audience: Audience = Audience.BUSINESS,
    administration: bool = True,
    language: str = "de",
    chance: random.Random | None = None,
) -> PartyChanged:
    chance = chance or random.Random(key)  # noqa: S311 - invents the same address each time
    postcode, town = chance.choice(TOWNS)
    return PartyChanged(
        party_id=party_id(key),
        version=1,
        kind=kind,
        name=name,
        customer_number=None if number is None else f"K-{number}",
        audience=audience,
        language="en" if language == "en" else "de",
        email=f"{key}@kunden.example",
        phone="+49 221 4790",
        address=Address(
            street=chance.choice(STREETS), house_number=str(chance.randint(1, 120)), postcode=postcode, town=town
        ),
        parent_id=None if parent is None else party_id(parent),
        customer_administration=administration and kind is PartyKind.CUSTOMER,
        changed_at=BEGINNING,
    )
