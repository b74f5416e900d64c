"""What a termination ends, as it stands in an address: `agreement`, `site:<id>`, or `numbers:<id>` with its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """One choice of the wizard, beside what the owner says about it (`earliest_on`, `why` not, `notice_days`)."""

    what: str
    subject: str
    terms: Json
    site: Json | None = None
    blocks: tuple[Json, ...] = ()

    @property
    def allowed(self) -> bool:
        return bool(self.terms.get("allowed"))

    @property
    def earliest(self) -> date | None:
        written = self.terms.get("earliest_on")
        return date.fromisoformat(written) if written else None

    @property
    def needs_quote(self) -> bool:
        return bool(self.terms.get("needs_quote"))

    @property
    def body(self) -> Json:
        """As cart takes it, without the day."""
        found: Json = {"subject": self.subject}
        if self.site is not None:
            found["site_id"] = self.site["site_id"]
        if self.subject == "numbers":
            found["numbers"] = [{name: block[name] for name in BLOCK if block.get(name)} for block in self.blocks]
        return found


BLOCK = ("area_code", "stem", "extension_from", "extension_to")


def ending_of(options: Json, what: str, blocks: Sequence[str] = ()) -> Ending | None:
    """The choice named; None where it is none of the contract's."""
    subject, _, site_id = what.partition(":")
    if what == "agreement":
        return Ending(what, subject, options["agreement"])
    site = next((one for one in options["sites"] if one["site_id"] == site_id), None)
    if site is None or subject not in ("site", "numbers"):
        return None
    chosen = tuple(one for one in site["blocks"] if block_key(one) in blocks) if subject == "numbers" else ()
    terms = site if subject == "site" else {**site, "allowed": any(one["allowed"] for one in site["blocks"])}
    return Ending(what, subject, terms, site, chosen)


def block_key(block: Json) -> str:
    """A block in an address: `221/4711/00/99`."""
    return "/".join(str(block.get(name) or "") for name in BLOCK)
