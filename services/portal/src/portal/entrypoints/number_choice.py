"""Whoever orders new numbers may choose them: searched by digits, kept for a few minutes, then ordered (SITE-3)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.numbers import national, size
from portal.entrypoints.visit import Form, Visit, as_uuid, faults_of

REFUSED = (404, 409, 422)
NOT_ALONG = ("step", "order_key", "block", "containing")


@dataclass(frozen=True, slots=True)
class Choosing:
    """An order form for new numbers of an area code, with the reservation that it has so far."""

    visit: Visit
    form: Form
    agreement: Json
    area_code: str

    @property
    def size(self) -> int:
        return self.form.number("block_size") or 10

    @property
    def reservation_id(self) -> str | None:
        found = as_uuid(self.form["reservation_id"])
        return str(found) if found else None

    async def decide(self) -> str | None:
        """The reservation that the order is to name, by the button that was pressed. Raises Problem."""
        match self.form["step"]:
            case "keep":
                return str((await self.keep())["reservation_id"])
            case "any":
                await self.give_up()
                return None
        return self.reservation_id

    async def keep(self) -> Json:
        """The reservation of the block that was picked, in place of an earlier one. Raises Problem."""
        body = {"customer_id": self.agreement["customer"]["party_id"], "block": block_of(self.form["block"])}
        made: Json = await self.visit.send("POST", "provisioning", "/reservations", key=self.form.key, json=body)
        await self.give_up()
        return made

    async def kept(self, address: Json) -> Json | None:
        """What was kept so far, as it is by now."""
        if self.reservation_id is None:
            return None
        question = {"address": address, "area_code": self.area_code, "block_size": self.size}
        question["reservation_id"] = self.reservation_id
        verdict = await self.visit.send("POST", "provisioning", "/feasibility", key=self.form.key, json=question)
        found: Json = verdict["reserved"]
        return found | {"reservation_id": self.reservation_id, "reserved_until": found["until"]}

    async def give_up(self) -> None:
        """What was kept so far is free again; a reservation that has ended needs nothing."""
        if self.reservation_id is not None:
            path = f"/reservations/{self.reservation_id}/give-up"
            with suppress(Problem):
                await self.visit.send("POST", "provisioning", path, key=f"{self.form.key}-give-up")

    async def outdated(self, reserved: Json | None) -> list[Json]:
        """Why what was kept can't be ordered any more: time ran out, or the form says something else by now."""
        if reserved is None:
            return []
        block = reserved["block"]
        if not reserved["holds"]:
            why = self.visit._("Your chosen numbers %(block)s are not kept any more.", block=national(block))
        elif (block["area_code"], size(block)) != (self.area_code, self.size):
            await self.give_up()
            why = self.visit._("Your chosen numbers %(block)s are not what you order now.", block=national(block))
        else:
            return []
        return [{"field": "block", "text": why, "remedy": self.visit._("Choose again, or leave the choice to us.")}]

    async def page(self, faults: Sequence[Json] = ()) -> Response:
        """Free blocks to choose from. What else was typed goes along."""
        digits = "".join(one for one in self.form["containing"] if one.isascii() and one.isdecimal())[:11]
        path = f"/number-pools/{self.area_code}/free"
        found = await self.visit.ask("provisioning", path, size=self.size, containing=digits)
        return self.visit.page(
            "trunks/choose.html",
            status=422 if faults else 200,
            agreement=self.agreement,
            area_code=self.area_code,
            size=self.size,
            containing=digits,
            blocks=found["blocks"] if found else [],
            values={name: value for name, value in self.form.values().items() if name not in NOT_ALONG},
            faults=faults,
        )


def about_choice(problem: Problem) -> bool:
    return problem.document.get("field") == "reservation_id"


def why_not_kept(problem: Problem) -> list[Json]:
    """Raises what is no refusal."""
    if problem.status not in REFUSED:
        raise problem
    return [one | {"field": "block"} for one in faults_of(problem)]


def block_of(written: str) -> dict[str, Any]:
    """`221/479000/2`: area code, base number, digits of the extensions."""
    parts = written.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts) or len(parts[2]) > 1:
        raise Problem(422, {})
    area_code, stem, width = parts[0], parts[1], int(parts[2])
    block: Json = {"area_code": area_code, "stem": stem}
    if width:
        block |= {"extension_from": "0" * width, "extension_to": "9" * width}
    return block
