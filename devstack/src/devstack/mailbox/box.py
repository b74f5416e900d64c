"""Mails kept as files, newest first."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from chassis.ids import uuid7

HEADS = BytesHeaderParser(policy=email.policy.default)
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Mail:
    id: str
    to: str
    sender: str
    subject: str
    date: datetime
    text: str
    html: str
    attachments: tuple[str, ...]

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)


class Box:
    """A folder of `.eml` files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Mail] = {}
        self._recipients: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> None:
        path = self._folder / f"{uuid7()}.eml"
        partial = path.with_suffix(".partial")
        partial.write_bytes(content)
        partial.rename(path)

    def mails(self, to: str | None = None) -> list[Mail]:
        """All mails, or those whose recipient contains `to`, newest first."""
        names = sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)
        return [self.mail(name) for name in names if to is None or to.casefold() in self._recipient(name)]

    def mail(self, name: str) -> Mail:
        """Raises KeyError if there is no such mail. Read once: a mail in the box never changes."""
        if name not in self._known:
            self._known[name] = self._parsed(name)
        return self._known[name]

    def _recipient(self, name: str) -> str:
        """In small letters. Only the head is read: who waits for one mail among thousands waits for no more."""
        if name not in self._recipients:
            with self._path(name).open("rb") as file:
                self._recipients[name] = str(HEADS.parse(file)["To"]).casefold()
        return self._recipients[name]

    def _parsed(self, name: str) -> Mail:
        message = self._read(name)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        return Mail(
            name,
            str(message["To"]),
            str(message["From"]),
            str(message["Subject"]),
            datetime.fromtimestamp(self._path(name).stat().st_mtime).astimezone(),
            text.get_content() if text else "",
            html.get_content() if html else "",
            tuple(part.get_filename() or "attachment" for part in message.iter_attachments()),
        )

    def attachment(self, name: str, number: int) -> tuple[str, bytes]:
        """Content type and content. Raises KeyError if there is none."""
        parts = list(self._read(name).iter_attachments())
        if number >= len(parts):
            raise KeyError(number)
        content = parts[number].get_payload(decode=True)
        assert isinstance(content, bytes)
        return parts[number].get_content_type(), content

    def empty(self) -> None:
        for path in self._folder.glob("*.eml"):
            path.unlink()
        self._known.clear()
        self._recipients.clear()

    def _path(self, name: str) -> Path:
        if not re.fullmatch(r"[0-9a-f-]{36}", name):
            raise KeyError(name)
        return self._folder / f"{name}.eml"

    def _read(self, name: str) -> EmailMessage:
        path = self._path(name)
        if not path.exists():
            raise KeyError(name)
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message
