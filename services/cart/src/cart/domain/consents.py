"""What an approver agrees to when he confirms a quote (QUOTE-3).

A text that has been shown never changes: quotes name its version. A new one is a new edition, with the day from which
it is shown; the older ones stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cart.domain.catalog import BusinessCase
from cart.domain.wording import Wording


@dataclass(frozen=True, slots=True)
class Consent:
    """What is shown beside the button."""

    version: str
    text: Wording


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """The evidence: what was read, in which language, through which link, when. Who gave it is the quote's approver."""

    version: str
    language: str
    text: str
    link_id: UUID
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """The texts of one version: what every quote says, and what a business case adds."""

    version: str
    shown_from: date
    always: Wording
    besides: Mapping[BusinessCase, Wording]


EDITIONS = (
    Edition(
        "2021-03.1",
        date(2021, 3, 1),
        Wording(
            "Ich habe das Angebot mit seinen Preisen und Laufzeiten gelesen. Ich bestelle zahlungspflichtig, was es "
            "nennt, und darf diesen Auftrag für den genannten Kunden erteilen. Mein Name, meine E-Mail-Adresse, "
            "dieser Text und der Zeitpunkt meiner Bestätigung werden als Nachweis beim Angebot gespeichert.",
            "I have read the quote with its prices and terms. I order what it names, with the obligation to pay, and "
            "may place this order for the customer named. My name, my e-mail address, this text and the time of my "
            "confirmation are kept with the quote as evidence.",
        ),
        {
            BusinessCase.RENEWAL: Wording(
                "Ab dem genannten Tag treten die Positionen, Preise und die Laufzeit des Angebots an die Stelle der "
                "bisherigen des Vertrags.",
                "From the day named, the lines, prices and term of the quote take the place of the contract's present "
                "ones.",
            ),
            BusinessCase.PORTING: Wording(
                "Ich beauftrage den Wechsel der genannten Rufnummern vom bisherigen Anbieter und, wo das Angebot es "
                "sagt, die Kündigung des Vertrags bei ihm. Ein Auftrag zum Anbieterwechsel kann im Portal nicht mehr "
                "geändert werden.",
                "I order the numbers named to be taken over from the present carrier and, where the quote says so, the "
                "contract with it to be cancelled. An order of a porting can't be changed in the portal any more.",
            ),
            BusinessCase.TERMINATION: Wording(
                "Ich kündige, was das Angebot nennt, zum genannten Tag. Bis dahin kann die Kündigung zurückgenommen "
                "werden; danach sind die Rufnummern für den Kunden verloren.",
                "I terminate what the quote names for the day named. Until then the termination can be taken back; "
                "afterwards the numbers are lost to the customer.",
            ),
        },
    ),
)


def consent_for(case: BusinessCase, on: date) -> Consent:
    """The text of the newest edition that is shown on that day."""
    shown = [one for one in EDITIONS if one.shown_from <= on]
    edition = max(shown or EDITIONS[:1], key=lambda one: one.shown_from)
    added = edition.besides.get(case)
    if added is None:
        return Consent(edition.version, edition.always)
    both = Wording(f"{edition.always.de} {added.de}", f"{edition.always.en} {added.en}")
    return Consent(edition.version, both)
