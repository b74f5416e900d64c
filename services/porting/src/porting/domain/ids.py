"""Formats of the codes and ids that carriers exchange."""

import re
from dataclasses import dataclass
from typing import ClassVar

from telecom.refusal import Refusal, _

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER_LENGTH = 9


class NotACode(Refusal):
    text = _("%(written)s is not a code of carriers' messages.")
    remedy = _("Compare it with the format in the manual of the carrier exchange.")


@dataclass(frozen=True, slots=True)
class Coded:
    """A text of a certain format; another one cannot be built."""

    pattern: ClassVar[str]
    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(self.pattern, self.text):
            raise NotACode(written=self.text)

    def __str__(self) -> str:
        return self.text


class CarrierCode(Coded):
    pattern = r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}"


class PreAgreementId(Coded):
    pattern = r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.V[0-9A-Z]{9}"

    @classmethod
    def of(cls, carrier: str, number: int) -> "PreAgreementId":
        return cls(f"{CarrierCode(carrier)}.V{_numbered(number)}")


class ChangeId(Coded):
    pattern = r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.T[0-9A-Z]{9}"

    @classmethod
    def of(cls, carrier: str, number: int) -> "ChangeId":
        return cls(f"{CarrierCode(carrier)}.T{_numbered(number)}")


class CancellationId(Coded):
    pattern = r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.S[0-9A-Z]{9}"

    @classmethod
    def of(cls, carrier: str, number: int) -> "CancellationId":
        return cls(f"{CarrierCode(carrier)}.S{_numbered(number)}")


class LineId(Coded):
    pattern = r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.[0-9A-Z]{1,10}"


class PortingCarrier(Coded):
    """PKI, the code by which networks route ported numbers."""

    pattern = r"D[0-9A-F]{3}"


HIGHEST = len(ALPHABET) ** NUMBER_LENGTH


def _numbered(number: int) -> str:
    """`number` in nine of 0-9A-Z."""
    digits = ""
    for _place in range(NUMBER_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
