"""The control room's line to the simulated carriers, and the forms by which people choose what they do."""

from datetime import datetime
from typing import Annotated, Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.wbci.v1 import CorrectionCode
from devstack.donor.behaviours import Behaviour, ChangeWay, TakeOverWay, VaWay
from devstack.donor.garbage import GarbageKind
from devstack.donor.initiative import number_written
from telecom.formats import BERLIN

PATIENCE = 8.0
CARRIERS = TypeAdapter(dict[str, Behaviour])
Line = Annotated[str, Field(max_length=255)]


class Chosen(BaseModel):
    """The form of a carrier's or number's behaviour; empty fields are as if they weren't there."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=30)]
    behaviour: VaWay
    code: Annotated[str, Field(max_length=40)] = ""
    words: Line = ""
    numbers: Annotated[str, Field(max_length=1000)] = ""
    later_by: int = 5
    corrections: list[CorrectionCode] = []
    garbage: GarbageKind = "wrong_structure"
    final: bool = True
    reason: Line = ""
    delay: float = 0.3
    working_days: int = 0
    then_working_days: int = 0
    change: ChangeWay = "agrees"
    change_words: Line = ""
    change_working_days: int = 0
    cancellation: ChangeWay = "agrees"
    cancellation_words: Line = ""
    cancellation_working_days: int = 0
    take_over: TakeOverWay = "accepts"
    take_over_code: str = "8144"
    takes_line: bool = False
    forgets_take_over: bool = False

    def behaviour_of(self) -> Behaviour:
        """Raises ValueError, or telecom's refusal for what is no number."""
        has_code = self.behaviour in ("refuses", "contradicts_itself")
        codes = self.code.replace(",", " ").split() if has_code else []
        to_va: dict[str, Any] = {
            "behaviour": self.behaviour,
            "code": codes[0] if codes else None,
            "further_codes": codes[1:],
            "words": self.words or None,
            "numbers": [number_written(line) for line in self.numbers.splitlines() if line.strip()],
            "later_by": self.later_by,
            "garbage": self.garbage,
            "final": self.final,
            "delay": self.delay,
            "working_days": self.working_days,
            "then_working_days": self.then_working_days,
        }
        if self.corrections:
            to_va["corrections"] = self.corrections
        if self.reason:
            to_va["reason"] = self.reason
        return Behaviour.model_validate(
            {
                "to_va": to_va,
                "to_change": {
                    "behaviour": self.change,
                    "words": self.change_words or None,
                    "working_days": self.change_working_days,
                },
                "to_cancellation": {
                    "behaviour": self.cancellation,
                    "words": self.cancellation_words or None,
                    "working_days": self.cancellation_working_days,
                },
                "to_take_over": {"behaviour": self.take_over, "code": self.take_over_code},
                "as_recipient": {
                    "behaviour": "forgets_take_over" if self.forgets_take_over else "takes_over",
                    "take_over": self.takes_line,
                },
            }
        )


class Asks(BaseModel):
    """The form by which a carrier asks for our numbers."""

    model_config = ConfigDict(extra="forbid")

    carrier: str
    case: str
    requested_on: str
    numbers: Annotated[str, Field(max_length=1000)] = ""
    all_numbers: bool = False
    window: str = "ZF2"
    name: str
    first_name: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    town: str = ""

    def wish(self) -> dict[str, Any]:
        """As the donor takes it; the donor judges it."""
        place = {part: getattr(self, part).strip() for part in ("street", "house_number", "postcode", "town")}
        return {
            "carrier": self.carrier.strip(),
            "case": self.case,
            "requested_on": self.requested_on,
            "numbers": [line for line in self.numbers.splitlines() if line.strip()],
            "all_numbers": self.all_numbers,
            "window": self.window,
            "name": self.name,
            "first_name": self.first_name or None,
            "address": place if any(place.values()) else None,
        }


class Donor:
    """Asks and tells the donor's program; what came of it, in words."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=PATIENCE)

    async def close(self) -> None:
        await self._client.aclose()

    async def behaviours(self) -> tuple[dict[str, Behaviour], dict[str, Behaviour]] | None:
        """By carrier, and by number; None while it is away."""
        try:
            told = (await self._client.get("/behaviours")).json()
            return CARRIERS.validate_python(told["carriers"]), CARRIERS.validate_python(told["numbers"])
        except (httpx.HTTPError, ValueError, KeyError):
            return None

    async def cases(self) -> list[dict[str, Any]] | None:
        """The latest first, each message with its time in Berlin; None while it is away."""
        try:
            answer = await self._client.get("/cases")
            found: list[dict[str, Any]] = answer.json()
            for said in (one for case in found for one in case["messages"]):
                said["at"] = f"{datetime.fromisoformat(said['sent_at']).astimezone(BERLIN):%Y-%m-%d %H:%M}"
        except (httpx.HTTPError, ValueError):
            return None
        return found

    async def tell(self, method: str, path: str, body: dict[str, Any] | None, done: str) -> tuple[str, bool]:
        """`done` if it was, else why not; and whether it was."""
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            return f"The carriers did not answer: {error!r}", False
        if answer.is_success:
            return done, True
        return f"The carriers refused: {_why(answer)}", False


def _why(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in detail)
    return str(detail)
