"""The stories that the kit plays, all at once, each about a pre-agreement of its own."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

from contracts.wbci.v1 import (
    CancellationRequested,
    DateChangeRequested,
    PortedNumber,
    PreAgreementAnswered,
    PreAgreementRequested,
    Reason,
    Refused,
    ResourceTakeOver,
    ResourceTakeOverRefused,
    Settled,
    TechnicallyRefused,
    WbciMessage,
)
from devstack.connector_kit.checks import Check, check, skipped
from devstack.connector_kit.exchange import Exchange
from devstack.connector_kit.requests import (
    NUMBERS_ONLY,
    OWN_PORTING_CARRIER,
    VARIATIONS,
    about,
    day_in,
    request,
)

QUIET = 1.5
"""Seconds after which nothing more is expected."""
AGREES_FIRST = "the carrier did not agree; name one that does with --carrier"
Scenario = Callable[[Exchange], Coroutine[Any, Any, list[Check]]]


def is_answer(message: WbciMessage) -> bool:
    """RUEM-VA, or an ABBM of the whole pre-agreement."""
    return isinstance(message, PreAgreementAnswered) or (isinstance(message, Refused) and of_request(message))


def of_request(message: Refused) -> bool:
    return message.change_id is None and message.cancellation_id is None


async def every_request_is_answered(exchange: Exchange) -> list[Check]:
    async def ask(name: str, changes: dict[str, Any]) -> Check:
        asked = request(exchange, **changes)
        await exchange.say(asked)
        answer = await exchange.hear(asked.pre_agreement_id, is_answer)
        return check("C1", f"{name} is answered", answer is not None, "neither RUEM-VA nor ABBM came in time")

    return list(await asyncio.gather(*(ask(name, changes) for name, changes in VARIATIONS.items())))


async def changes_are_answered(exchange: Exchange) -> list[Check]:
    """RUEM-VA, AKM-TR, TV, STR-AEN: one after the other."""
    asked = request(exchange)
    await exchange.say(asked)
    names = ("AKM-TR is taken", "TV is answered with its id", "STR-AEN is answered with its id")
    agreed = await exchange.hear(asked.pre_agreement_id, is_answer)
    if not isinstance(agreed, PreAgreementAnswered):
        return [skipped("C2", name, AGREES_FIRST) for name in names]
    known = about(exchange, asked.pre_agreement_id)
    carrier = OWN_PORTING_CARRIER
    await exchange.say(ResourceTakeOver(**known, take_over=False, safe_haven=False, recipient_porting_carrier=carrier))
    change = DateChangeRequested(**known, change_id=exchange.new_id("T"), new_date=day_in(3, after=agreed.change_date))
    await exchange.say(change)
    moved = await exchange.hear(asked.pre_agreement_id, lambda one: getattr(one, "change_id", None) == change.change_id)
    off = await _called_off(exchange, asked, final=False)
    technical = await exchange.hear(asked.pre_agreement_id, lambda one: isinstance(one, TechnicallyRefused), within=0)
    return [
        check("C2", names[0], technical is None, "it was refused technically"),
        check("C2", names[1], moved is not None, "neither ERLM nor ABBM with the change's id came in time"),
        check("C2", names[2], off is not None, "neither ERLM nor ABBM with the cancellation's id came in time"),
    ]


async def a_final_cancellation_is_answered(exchange: Exchange) -> list[Check]:
    asked = request(exchange, **NUMBERS_ONLY)
    await exchange.say(asked)
    name = "STR-AUF is answered with its id"
    if not isinstance(await exchange.hear(asked.pre_agreement_id, is_answer), PreAgreementAnswered):
        return [skipped("C2", name, AGREES_FIRST)]
    off = await _called_off(exchange, asked, final=True)
    return [check("C2", name, off is not None, "neither ERLM nor ABBM with the cancellation's id came in time")]


async def _called_off(exchange: Exchange, asked: PreAgreementRequested, *, final: bool) -> WbciMessage | None:
    name = exchange.new_id("S")
    await exchange.say(
        CancellationRequested(**about(exchange, asked.pre_agreement_id), cancellation_id=name, final=final)
    )
    return await exchange.hear(asked.pre_agreement_id, lambda one: getattr(one, "cancellation_id", None) == name)


async def messages_of_a_donor_are_taken(exchange: Exchange) -> list[Check]:
    """Types that we send as the one who loses numbers; that nobody asked us may be said, but not 0993 or 0995."""
    asked = request(exchange)
    known = {**about(exchange, exchange.new_id("V", exchange.carrier))}
    ported = tuple(PortedNumber(block=one, donor_porting_carrier=OWN_PORTING_CARRIER) for one in asked.numbers)
    own: dict[str, WbciMessage] = {
        "RUEM-VA": PreAgreementAnswered(
            **known,
            case=asked.case,
            answer="8001",
            change_date=asked.requested_on,
            technology="010",
            numbers=ported,
        ),
        "ABBM": Refused(**known, reasons=(Reason(code="8116", words="Bitte rufen Sie uns an."),)),
        "ABBM-TR": ResourceTakeOverRefused(**known, code="8144"),
        "ERLM": Settled(**known, answer="8004", cancellation_id=exchange.new_id("S", exchange.carrier)),
        "STR-AUF": CancellationRequested(
            **known, cancellation_id=exchange.new_id("S"), final=True, reason="Der Kunde hat es sich anders überlegt."
        ),
        "technical refusal": TechnicallyRefused(**known, code="0995", refused_type="VA"),
    }

    async def say(name: str, message: WbciMessage) -> Check:
        alone = message.model_copy(update={"pre_agreement_id": exchange.new_id("V", exchange.carrier)})
        await exchange.say(alone)
        refused = await exchange.hear(
            alone.pre_agreement_id, lambda one: isinstance(one, TechnicallyRefused), within=QUIET
        )
        return check("C1", f"{name} of ours is taken", refused is None, "it was refused technically")

    return list(await asyncio.gather(*(say(name, message) for name, message in own.items())))


async def doubles_change_nothing(exchange: Exchange) -> list[Check]:
    """The same record twice, and the same message once more under a new event id."""
    asked, event_id = request(exchange), uuid4()
    names = ("the same record twice gets no second, other answer", "a message sent again gets the same answer")
    await exchange.say(asked, event_id=event_id)
    if await exchange.hear(asked.pre_agreement_id, is_answer) is None:
        return [skipped("C5", name, "the first was not answered") for name in names]
    await exchange.say(asked, event_id=event_id)
    twice = await exchange.hear_all(asked.pre_agreement_id, is_answer, count=2, within=QUIET)
    await exchange.say(asked)
    again = await exchange.hear_all(asked.pre_agreement_id, is_answer, count=len(twice) + 1, within=QUIET)
    other = "two answers differ in more than the time of sending"
    return [check("C5", names[0], _alike(twice), other), check("C5", names[1], _alike(again), other)]


def _alike(messages: list[WbciMessage]) -> bool:
    at = messages[0].sent_at
    return len({one.model_copy(update={"sent_at": at}).body() for one in messages}) == 1


async def the_unknown_is_named(exchange: Exchange) -> list[Check]:
    known = about(exchange, exchange.new_id("V"))
    change = DateChangeRequested(**known, change_id=exchange.new_id("T"), new_date=day_in(15))
    await exchange.say(change)
    answer = await exchange.hear(change.pre_agreement_id, lambda one: isinstance(one, Refused))
    codes = [one.code for one in answer.reasons] if isinstance(answer, Refused) else []
    why = f"ABBM with {', '.join(codes)}" if codes else "no ABBM came in time"
    return [check("C6", "a change to an unknown pre-agreement is refused with 8140", codes == ["8140"], why)]


async def what_cannot_be_read_is_refused(exchange: Exchange) -> list[Check]:
    newer, wrong = request(exchange), request(exchange)
    told = json.loads(wrong.body())
    await exchange.say(newer, type_name=newer.type_name().replace(".v1", ".v99"))
    await exchange.say(wrong, body=json.dumps({**told, "requested_on": "bald", "numbers": "alle"}).encode())
    checks = []
    for asked, code, name in (
        (newer, "0993", "an unknown version is refused with 0993"),
        (wrong, "0995", "a bad structure is refused with 0995"),
    ):
        answer = await exchange.hear(asked.pre_agreement_id)
        found = answer.code if isinstance(answer, TechnicallyRefused) else None
        checks.append(check("C6", name, found == code, f"{found or 'nothing of the kind'} came"))
    return checks


async def poison_stops_nobody(exchange: Exchange) -> list[Check]:
    """Neither broken JSON, an empty body, a stranger's type nor a header that is no text; all under one key."""
    asked = request(exchange)
    await exchange.say(asked, body=b"{torn")
    await exchange.say(asked, body=b"")
    await exchange.say(asked, type_name="wbci.Smalltalk.v1")
    await exchange.say(asked, body=b"\xff\xfe", more={"ce_subject": b"\xff", "x": b"\xc3\x28"})
    await exchange.say(asked)
    answer = await exchange.hear(asked.pre_agreement_id, is_answer)
    return [check("C6", "after what cannot be read, the next message is answered", answer is not None, "it was not")]


async def as_donor(exchange: Exchange) -> list[Check]:
    """A person has the carrier ask for our numbers while the kit runs; the kit agrees and awaits the AKM-TR."""
    names = ("VA of another carrier arrives", "AKM-TR arrives after our RUEM-VA")
    asked: PreAgreementRequested | None = None
    end = asyncio.get_running_loop().time() + exchange.patience
    while asked is None and asyncio.get_running_loop().time() < end:
        found = (one.message for one in exchange.heard)
        asked = next(
            (one for one in found if isinstance(one, PreAgreementRequested) and one.receiver == exchange.own), None
        )
        await asyncio.sleep(0.1)
    if asked is None:
        return [check("C1", names[0], False, "none came in time"), skipped("C1", names[1], "nobody asked")]
    ends = asked.case.value.startswith("VA-KUE")
    await exchange.say(
        PreAgreementAnswered(
            **{**about(exchange, asked.pre_agreement_id), "receiver": asked.sender},
            case=asked.case,
            answer="8001",
            change_date=asked.requested_on,
            technology="010" if ends else None,
            numbers=tuple(PortedNumber(block=one, donor_porting_carrier=OWN_PORTING_CARRIER) for one in asked.numbers),
        )
    )
    if not ends:
        return [check("C1", names[0], True), skipped("C1", names[1], "VA-RRNP knows none")]
    take_over = await exchange.hear(asked.pre_agreement_id, lambda one: isinstance(one, ResourceTakeOver))
    return [check("C1", names[0], True), check("C1", names[1], take_over is not None, "none came in time")]


SCENARIOS: tuple[Scenario, ...] = (
    every_request_is_answered,
    changes_are_answered,
    a_final_cancellation_is_answered,
    messages_of_a_donor_are_taken,
    doubles_change_nothing,
    the_unknown_is_named,
    what_cannot_be_read_is_refused,
    poison_stops_nobody,
)
