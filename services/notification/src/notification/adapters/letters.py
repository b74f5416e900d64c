"""Writes the mails: subject, text and HTML from templates that are compiled once."""

from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Any

from cryptography.fernet import Fernet
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notification.settings import Settings
from telecom.formats import berlin_day, long_day, money
from telecom.texts import Language, Texts


class Letters:
    """One for a process; templates are compiled when first used and kept."""

    def __init__(self, settings: Settings, texts: Texts) -> None:
        self._settings, self._texts, self._fernet = settings, texts, Fernet(settings.token_key)
        self._templates = Environment(
            loader=PackageLoader("notification"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def write(self, notice: Any) -> EmailMessage:
        """The mail for a notice's row. Its Message-ID is the notice's, so that a second copy can be recognised."""
        language: Language = "en" if notice.language == "en" else "de"

        def translate(text: str, **params: Any) -> str:
            return self._texts.translate(text, language, **params)

        facts = dict(notice.facts)
        if token := facts.pop("sealed_token", None):
            facts["link"] = f"{self._settings.public_url}/q/{self._fernet.decrypt(token).decode()}"
        around = {
            **facts,
            "_": translate,
            "language": language,
            "name": notice.name,
            "money": lambda amount: money(Decimal(amount), language),
            "day": lambda moment: long_day(berlin_day(datetime.fromisoformat(moment)), language),
        }
        template = self._templates.get_template(f"{notice.kind}.txt")
        subject, _, body = template.render(around).partition("\n")
        message = EmailMessage()
        message["Subject"] = " ".join(subject.split())
        message["From"] = self._settings.sender
        message["To"] = formataddr((notice.name, notice.email))
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{notice.notice_id}@trunkline>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body.strip() + "\n")
        page = self._templates.get_template("letter.html")
        message.add_alternative(
            page.render(around, subject=message["Subject"], paragraphs=body.strip().split("\n\n")), subtype="html"
        )
        return message
