"""A mail as bytes. Written by hand: the standard library's message classes cost more than all the rest of a mail."""

from base64 import b64encode, encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache

WORD = 45
"""Bytes in an encoded word, which has at most 75 characters (RFC 2047)."""
SPECIAL = frozenset('()<>[]:;@\\,."')
UNFIT = SPECIAL - frozenset("@.") | {" "}
"""In an address that stands between angle brackets."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    """A PDF; its name is plain ASCII."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`sender` as a whole header; `message_id` without brackets, also the boundary between the parts."""

    sender: str
    name: str
    address: str
    subject: str
    message_id: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""

    def __bytes__(self) -> bytes:
        both = _multipart("alternative", self.message_id, [_text("plain", self.text), _text("html", self.html)])
        if self.attachments:
            both = _multipart("mixed", f"{self.message_id}.pdf", [both, *map(_pdf, self.attachments)])
        head = (
            f"From: {self.sender}\r\n"
            f"To: {_phrase(self.name)} <{self.address}>\r\n"
            f"Subject: {_words(_line(self.subject))}\r\n"
            f"{self._reply_to}"
            f"Date: {formatdate()}\r\n"
            f"Message-ID: <{self.message_id}>\r\n"
            "MIME-Version: 1.0\r\n"
            "Auto-Submitted: auto-generated\r\n"
        )
        return head.encode() + both

    @property
    def _reply_to(self) -> str:
        """Only an address that can stand in a header as it is."""
        address = _line(self.reply_to)
        fits = "@" in address and address.isascii() and not UNFIT.intersection(address)
        return f"Reply-To: <{address}>\r\n" if fits else ""


def _multipart(kind: str, mark: str, parts: list[bytes]) -> bytes:
    # "=_" cannot stand in a quoted-printable or base64 body.
    line = f"--=_{mark}".encode()
    head = f'Content-Type: multipart/{kind}; boundary="=_{mark}"\r\n\r\n'.encode()
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _text(kind: str, text: str) -> bytes:
    body = b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + body


def _pdf(attachment: Attachment) -> bytes:
    head = (
        f'Content-Type: application/pdf; name="{attachment.name}"\r\n'
        f'Content-Disposition: attachment; filename="{attachment.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encodebytes(attachment.content).replace(b"\n", b"\r\n")


@lru_cache(1024)
def _phrase(name: str) -> str:
    """A name before an address."""
    plain = _line(name)
    if not plain.isascii() or not plain.isprintable():
        return _words(plain)
    return f'"{plain.translate(QUOTED)}"' if SPECIAL.intersection(plain) else plain


QUOTED = str.maketrans({'"': r"\"", "\\": r"\\"})


def _line(text: str) -> str:
    """Without line ends: nobody's name adds a header."""
    return " ".join(text.split())


def _words(text: str) -> str:
    """As it is where it can be, else encoded words of whole characters."""
    if text.isascii() and text.isprintable() and len(text) < 70:
        return text
    words, taken = [], b""
    for character in text:
        if len(taken) + len(found := character.encode()) > WORD:
            words.append(taken)
            taken = b""
        taken += found
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in (*words, taken))
