"""A mail before it is set, and what the writers of its words share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from notification.application.speech import Tongue
from telecom.refusal import _

Facts = dict[str, Any]
Tone = Literal["plain", "good", "wait", "bad"]
WINDOWS = {"ZF1": _("6 to 8 in the morning"), "ZF2": _("6 in the morning to noon"), "ZF3": _("any time of the day")}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where mails lead: the portal, and the mailbox for signed forms (PORT-4)."""

    public_url: str
    form_return: str


@dataclass(slots=True)
class Priced:
    name: str
    quantity: int
    monthly: str
    one_time: str
    details: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Letter:
    """A mail before it is set. `mark`: its gist in a word or two."""

    subject: str
    mark: str
    paragraphs: list[str]
    tone: Tone = "plain"
    reasons: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    priced: list[Priced] = field(default_factory=list)
    button: tuple[str, str] | None = None
    after: list[str] = field(default_factory=list)
    why: str = ""
    """Why the reader gets it, where neither an order nor a quote names him."""
    opens: bool = True
    """With our greeting; what people write has one of its own."""
    reply_to: str = ""


Writer = Callable[[Facts, Tongue, str, Addresses], Letter]


class Writers(dict[str, Writer]):
    """Who writes which kind of mail."""

    def __call__(self, kind: str) -> Callable[[Writer], Writer]:
        def register(writer: Writer) -> Writer:
            self[kind] = writer
            return writer

        return register


def numbers_row(facts: Facts, say: Tongue, title: str = _("Numbers"), name: str = "numbers") -> list[tuple[str, str]]:
    if not facts.get(name):
        return []
    return [(say(title), ", ".join(say.block(one) for one in facts[name]))]


def window_row(facts: Facts, say: Tongue) -> tuple[str, str]:
    return say(_("Time of day")), say(WINDOWS[facts["window"]])


def to_order(facts: Facts, say: Tongue, where: Addresses) -> tuple[str, str]:
    return say(_("Look at the order")), f"{where.public_url}/orders/{facts['order_id']}"
