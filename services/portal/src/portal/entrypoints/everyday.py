"""What is set for the day-to-day, to be read; it is changed where the services run."""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json
from portal.domain.acts import ACTS
from portal.domain.everyday import EVERYDAY, Setting
from portal.entrypoints.visit import AsAdministrator, Visit
from telecom.formats import decimal_text

router = APIRouter()


@router.get("/settings")
async def everyday(visit: AsAdministrator) -> Response:
    asked = [part for part in EVERYDAY if part != "portal"]
    answers = await visit.ask_all(*((part, "/operations/settings", {}) for part in asked))
    told = dict(zip(asked, answers, strict=True)) | {"portal": _own(visit)}
    groups = [(heading, _rows(visit, settings, told[part])) for part, (heading, settings) in EVERYDAY.items()]
    return visit.page("administration/settings.html", groups=[group for group in groups if group[1]])


def _own(visit: Visit) -> Json:
    acts = sorted(visit._(ACTS.get(act, act)) for act in visit.given.four_eyes)
    return {"four_eyes_acts": acts, "proposal_working_days": visit.given.proposal_working_days}


def _rows(visit: Visit, settings: tuple[Setting, ...], told: Json | None) -> list[tuple[Setting, list[str]]]:
    """Each with its value as the page writes it, a line for each of several; none where that part is away."""
    return [(one, _written(visit, one, told[one.name])) for one in settings if told is not None and one.name in told]


def _written(visit: Visit, setting: Setting, value: Any) -> list[str]:
    if isinstance(value, list):
        return value
    if not isinstance(value, int | float) or not setting.one:
        return [str(value)]
    count = Decimal(str(value)).normalize()
    return [f"{decimal_text(count, visit.language)} {visit._(setting.one if count == 1 else setting.more)}"]
