"""What a person reads and agrees to on the fiber page (FIBER-1).

A text that has been shown never changes: registrations name its version. A new one is a new edition, at the end.
"""

from dataclasses import dataclass

from provisioning.domain.work_order import Wording


@dataclass(frozen=True, slots=True)
class Edition:
    """`notice` is the privacy notice, by paragraphs; `privacy` and `consent` stand beside the two boxes."""

    version: str
    notice: tuple[Wording, ...]
    privacy: Wording
    consent: Wording


EDITIONS = (
    Edition(
        "2021-03.1",
        (
            Wording(
                "Verantwortlich ist die Plusnet GmbH. Wir speichern Ihren Namen, Ihre Anschrift, Ihre E-Mail-Adresse "
                "und, wenn Sie sie angeben, Ihre Telefonnummer, um Ihnen zu sagen, wann Ihre Adresse im Ausbaugebiet "
                "für Glasfaser liegt, und um Sie dazu zu beraten.",
                "Plusnet GmbH is responsible. We keep your name, your address, your e-mail address and, if you give "
                "it, your phone number, in order to tell you when your address is in the build-out area for fiber "
                "and to advise you about it.",
            ),
            Wording(
                "Bestätigen Sie die Vormerkung nicht über den Link in unserer E-Mail, löschen wir diese Angaben, wenn "
                "der Link abgelaufen ist. Nach einem Widerruf behalten wir nur den Nachweis, dass es die Einwilligung "
                "gab: ihren Wortlaut, die Zeitpunkte und eine Prüfsumme Ihrer E-Mail-Adresse.",
                "If you do not confirm the pre-registration through the link in our e-mail, we delete these "
                "particulars when the link has expired. After a withdrawal we keep only the evidence that there was a "
                "consent: its wording, the times and a checksum of your e-mail address.",
            ),
            Wording(
                "Sie können Auskunft, Berichtigung und Löschung verlangen, die Einwilligung jederzeit mit Wirkung für "
                "die Zukunft widerrufen und sich bei einer Datenschutzaufsicht beschweren.",
                "You may ask for information, correction and deletion, withdraw the consent at any time for the "
                "future, and complain to a data protection authority.",
            ),
        ),
        Wording(
            "Ich habe die aktuellen Datenschutzbestimmungen gelesen und akzeptiere diese.",
            "I have read the current privacy notice and accept it.",
        ),
        Wording(
            "Ich stimme zu, dass mich die Plusnet GmbH zum Zwecke der Beratung hinsichtlich des Glasfaserausbaus an "
            "meiner Anschlussadresse und den verfügbaren Plusnet Glasfaser Home / Office Produkten persönlich, "
            "telefonisch, per E-Mail oder per anderer Textform unter Nutzung meiner Bestandsdaten (z.B. Name und "
            "Adresse) kontaktiert und die dabei gewonnenen Daten zu vorstehendem Zwecke verarbeitet und nutzt.",
            "I agree that Plusnet GmbH may contact me in person, by phone, by e-mail or in another text form, using "
            "the customer data it holds (for instance name and address), in order to advise me about the fiber "
            "build-out at my address and the fiber products Home and Office available, and may process and use the "
            "data gained in doing so for this purpose.",
        ),
    ),
)


def newest() -> Edition:
    return EDITIONS[-1]
