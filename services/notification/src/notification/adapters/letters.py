"""Writes the mails: what they say comes from `wording`, how they look from two templates that are compiled once."""

from email.utils import parseaddr
from typing import Any

from cryptography.fernet import Fernet
from email_validator import validate_email
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notification.adapters.mime import Attachment, Mail
from notification.application.letter import Letter
from notification.application.speech import tongue_of
from notification.application.wording import letter
from notification.settings import Settings
from telecom.refusal import _

COLOURS = {
    "plain": ("#1d4f91", "#e6eefa"),
    "good": ("#17663a", "#e4f3e9"),
    "wait": ("#7a4d00", "#fbefd6"),
    "bad": ("#a3241b", "#fbe9e7"),
}
"""Ink and ground of the mark, by tone."""
PATHS = {"fiber-link": "glasfaser/link"}
"""Where links lead that don't lead to a quote."""


class Letters:
    """One for a process."""

    def __init__(self, settings: Settings) -> None:
        self._addresses, self._fernet = settings.addresses, Fernet(settings.token_key)
        self._sender, self._house = settings.sender, settings.house
        self._host = parseaddr(settings.sender)[1].rpartition("@")[2]
        pages = Environment(
            loader=PackageLoader("notification"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._text, self._html = pages.get_template("mail.txt"), pages.get_template("mail.html")

    def write(self, notice: Any, attachments: tuple[Attachment, ...] = ()) -> Mail:
        """The mail for a notice's row. Its Message-ID is the notice's, so that a second copy can be recognised.

        Raises EmailNotValidError for an address that no mail server would take.
        """
        address = validate_email(notice.email, check_deliverability=False, globally_deliverable=False)
        found = self.letter(notice)
        say = tongue_of(notice.language)
        ink, ground = COLOURS[found.tone]
        around = {
            "letter": found,
            "language": say.language,
            "greeting": say(_("Good day %(name)s,"), name=notice.name) if found.opens else "",
            "ink": ink,
            "ground": ground,
            "house": self._house,
            "monthly": say(_("monthly")),
            "once": say(_("once")),
            "why": found.why or say(_("You get this mail because an order or a quote names you.")),
            "paste": say(_("If the button does not work, copy this address into your browser:")),
        }
        return Mail(
            self._sender,
            notice.name,
            address.ascii_email or address.normalized,
            found.subject,
            f"{notice.notice_id}@{self._host}",
            self._text.render(around),
            self._html.render(around),
            attachments,
            found.reply_to,
        )

    def letter(self, notice: Any) -> Letter:
        facts = {**notice.facts, "order_id": notice.order_id, "documents": notice.documents}
        if token := facts.pop("sealed_token", None):
            path = PATHS.get(notice.kind, "q")
            facts["link"] = f"{self._addresses.public_url}/{path}/{self._fernet.decrypt(token).decode()}"
        return letter(notice.kind, facts, notice.role, tongue_of(notice.language), self._addresses)
