"""What people do about a porting: the signed form from upload to release (PORT-4), dates agreed, stopping, looking."""

from dataclasses import dataclass
from datetime import date

from porting.application.ports import PdfGate, Unit
from porting.application.published import save_and_publish
from porting.application.take_answer import await_window
from porting.domain import refusals
from porting.domain.facts import Saying
from porting.domain.lifecycle import PORTING, PortingTrigger
from porting.domain.particulars import Window
from porting.domain.porting import Porting


@dataclass(frozen=True, slots=True)
class DateAgreed:
    change_date: date
    window: Window


async def upload_form(porting: Porting, pdf: bytes, by: str, gate: PdfGate, unit: Unit) -> Porting:
    """A new upload replaces one that nobody has accepted yet."""
    if not PORTING.allows(porting.state, PortingTrigger.UPLOAD_FORM):
        raise refusals.NoFormAwaited()
    await gate.check(pdf)
    porting.upload_form(await unit.now(), by)
    await unit.forms.put(porting.porting_id, pdf)
    await save_and_publish(porting, unit)
    return porting


async def release(porting: Porting, note: str | None, by: str, unit: Unit) -> Porting:
    porting.release(await unit.now(), by, note)
    await save_and_publish(porting, unit)
    return porting


async def refuse_form(porting: Porting, reason: str, by: str, unit: Unit) -> Porting:
    porting.refuse_form(reason, await unit.now(), by)
    await save_and_publish(porting, unit)
    return porting


async def confirm_date(porting: Porting, agreed: DateAgreed, by: str, unit: Unit) -> Porting:
    porting.confirm_date(agreed.change_date, agreed.window, unit.terms.rules, await unit.now(), by)
    await save_and_publish(porting, unit)
    await await_window(porting, unit)
    return porting


async def see_message(porting: Porting, note: str | None, by: str, unit: Unit) -> Porting:
    porting.message_seen(await unit.now(), by, note)
    await save_and_publish(porting, unit)
    return porting


async def stop(porting: Porting, reason: str, by: str, unit: Unit) -> Porting:
    """While nobody else is involved yet, or nobody any more."""
    porting.cancel(Saying("%(reason)s", {"reason": reason}), await unit.now(), by)
    await save_and_publish(porting, unit)
    return porting
