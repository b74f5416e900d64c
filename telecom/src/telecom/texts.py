"""English texts in the code, German ones in each package's `locale/de.po`; read at start, no compile step."""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from telecom.formats import day, decimal_text, moment
from telecom.refusal import _

__all__ = ["Language", "Texts", "_", "contradictions", "language_of", "missing", "unused"]

Language = Literal["de", "en"]
FOUND_IN = [
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
    ("**.j2", "jinja2"),
    ("**.mjml", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
EXTRACTION = {"**": {"trimmed": "true", "silent": "false"}}
MADE = "made at run time"
"""The translators' comment on a text that stands nowhere as it is shown."""


class Texts:
    """The catalogues of the packages named, the first one winning; `untranslated` counts what had no German."""

    def __init__(self, *packages: str) -> None:
        self.untranslated: Counter[str] = Counter()
        self._german: dict[str, str] = {}
        for package in packages:
            for text, translation in _translations(package):
                self._german.setdefault(text, translation)

    def translate(self, text: str, language: Language = "de", **params: Any) -> str:
        """The text in the language, its `%(name)s` places filled; without German, the English."""
        found = text
        if language == "de":
            found = self._german.get(text, "")
            if not found:
                self.untranslated[text] += 1
                found = text
        if not params:
            return found
        return found % {name: self._written(value, language) for name, value in params.items()}

    def both(self, text: str, **params: Any) -> dict[str, str]:
        """`{"de": ..., "en": ...}`, for events and documents that speak to everybody."""
        return {"de": self.translate(text, "de", **params), "en": self.translate(text, "en", **params)}

    def _written(self, value: object, language: Language) -> object:
        """Days, times and decimals as the language writes them; marked texts among the params are translated."""
        match value:
            case datetime():
                return moment(value, language)
            case date():
                return day(value, language)
            case Decimal():
                return decimal_text(value, language)
            case str():
                return self._german.get(value, value) if language == "de" else value
        return value


def language_of(accept_language: str | None, default: Language = "de") -> Language:
    """The language a browser or client prefers, of those we speak."""
    wishes: list[tuple[float, int, Language]] = []
    for place, part in enumerate((accept_language or "").split(",")):
        written = re.fullmatch(r"\s*([a-zA-Z]{2,8})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part)
        if written is None or float(written[2] or 1) == 0:
            continue
        match written[1].lower():
            case "de":
                wishes.append((-float(written[2] or 1), place, "de"))
            case "en":
                wishes.append((-float(written[2] or 1), place, "en"))
    return min(wishes)[2] if wishes else default


def missing(package: str) -> list[str]:
    """Texts marked in the package's code and templates that have no German, with their place."""
    known = {text for text, translation in _translations(package) if translation}
    return sorted(f"{place}: {text}" for text, place in _marked(package).items() if text not in known)


def unused(package: str) -> list[str]:
    """Texts with German that are marked nowhere in the package, nor by the translators as made at run time."""
    marked = _marked(package)
    return sorted(str(one.id) for one in _messages(package) if one.id not in marked and MADE not in one.user_comments)


def contradictions(*packages: str) -> list[str]:
    """Texts that two packages translate differently: one thing, one word."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for package in packages:
        for text, translation in _translations(package):
            if translation:
                found[text][translation].append(package)
    return [
        f"{text}: " + "; ".join(f"{translation} ({', '.join(where)})" for translation, where in by_words.items())
        for text, by_words in sorted(found.items())
        if len(by_words) > 1
    ]


def _marked(package: str) -> dict[str, str]:
    """Each text marked in the package's code and templates, with the first place."""
    found: dict[str, str] = {}
    for folder in _folders(package):
        for name, line, message, _comments, _context in extract_from_dir(
            folder, method_map=FOUND_IN, keywords=KEYWORDS, options_map=EXTRACTION
        ):
            for text in (message,) if isinstance(message, str) else message:
                if text:
                    found.setdefault(text, f"{package}/{name}:{line}")
    return found


def _translations(package: str) -> Iterator[tuple[str, str]]:
    for message in _messages(package):
        yield str(message.id), str(message.string)


def _messages(package: str) -> Iterator[Message]:
    source = _root(package).joinpath("locale", "de.po")
    if not source.is_file():
        return
    with source.open("rb") as file:
        catalogue: Catalog = read_po(file, locale="de", abort_invalid=True)
    for message in catalogue:
        if isinstance(message.id, str) and message.id and not message.fuzzy:
            yield message


def _root(package: str) -> Traversable:
    return files(package)


def _folders(package: str) -> list[Path]:
    module = sys.modules.get(package) or __import__(package)
    return [Path(folder) for folder in module.__path__]
