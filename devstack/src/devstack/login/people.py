"""Who can log in to a development stack, and which party each belongs to.

Party ids are derived from names, so that demo data and logins agree without asking each other.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

PARTIES = UUID("7d3f0f0e-5a52-5d8e-9a7e-2f1c8b0d4e11")


def party_id(name: str) -> UUID:
    """The id of a demo party: `party_id("nordlicht")`."""
    return uuid5(PARTIES, name)


@dataclass(frozen=True, slots=True)
class Login:
    """`party` names the party as in `party_id`; staff belong to none."""

    subject: str
    name: str
    email: str
    role: str
    language: str
    party: str | None
    about: str

    def claims(self) -> dict[str, object]:
        """What the ID token says besides the subject."""
        found: dict[str, object] = {
            "name": self.name,
            "email": self.email,
            "role": self.role,
            "language": self.language,
        }
        if self.party is not None:
            found["party_id"] = str(party_id(self.party))
        return found


LOGINS = (
    Login(
        "petra",
        "Petra Nordmann",
        "petra@nordlicht.example",
        "partner",
        "de",
        "nordlicht",
        "Mandant Nordlicht Telekom: eigene Kunden und die des Submandanten",
    ),
    Login(
        "sven",
        "Sven Küster",
        "sven@kuestennetz.example",
        "sub_partner",
        "de",
        "kuestennetz",
        "Submandant Küstennetz, unter Nordlicht Telekom",
    ),
    Login(
        "maria",
        "Maria Südhof",
        "maria@suedlink.example",
        "partner",
        "en",
        "suedlink",
        "Another Mandant, Südlink Systeme; pages in English",
    ),
    Login(
        "karl",
        "Karl Jäger",
        "karl@jaeger-logistik.example",
        "customer",
        "de",
        "jaeger-logistik",
        "Kunde Jäger Logistik GmbH, betreut von Nordlicht Telekom",
    ),
    Login(
        "olga",
        "Olga Brandt",
        "olga@carrier.example",
        "order_management",
        "de",
        None,
        "Auftragsmanagement: Aufgaben, Formulare, Störungen",
    ),
    Login(
        "otto",
        "Otto Lindner",
        "otto@carrier.example",
        "order_management",
        "de",
        None,
        "Auftragsmanagement: die zweite Person, wo zwei entscheiden müssen",
    ),
    Login(
        "anton",
        "Anton Weber",
        "anton@carrier.example",
        "administrator",
        "de",
        None,
        "Administrator: Katalogversionen und alles Übrige",
    ),
)
