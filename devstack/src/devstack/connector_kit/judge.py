"""What is asked of every record that a connector publishes, whatever it answers."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from contracts.ordering.v1 import PortingCase
from contracts.wbci.v1 import (
    CancellationRequested,
    DateChangeRequested,
    PreAgreementAnswered,
    PreAgreementRequested,
    Refused,
    ResourceTakeOverRefused,
    Settled,
    WbciMessage,
)
from devstack.connector_kit.checks import Check, check
from devstack.connector_kit.exchange import Exchange, Heard, story_of

REFUSALS = {"8103", *(f"81{number:02}" for number in range(8, 19)), "8140", "8141", "8142", "8149"}
WITH_WORDS = {"8115", "8116", "8141", "8142"}
TAKE_OVER_REFUSALS = {f"814{number}" for number in range(3, 9)}
Faults = Iterator[str]


def judged(exchange: Exchange) -> list[Check]:
    """Of all that came while the kit ran, save what is plainly about pre-agreements of others."""
    ours = {one.pre_agreement_id for one in exchange.said.values()}
    heard = [one for one in exchange.heard if one.message is None or one.is_of(ours)]
    rules: tuple[tuple[str, str, Callable[[Exchange, list[Heard]], Iterable[str]]], ...] = (
        ("C3", "only messages of the contract are published", _garbage),
        ("C3", "what they say is without contradiction", _contents),
        ("C4", "the key is the pre-agreement id", _keys),
        ("C4", "one pre-agreement's messages are in order, on one partition", _order),
        ("C7", "CloudEvents headers are complete", _headers),
        ("C7", "the correlation id of the pre-agreement is carried on", _stories),
        ("C5", "an event id stands for one content", _ids),
        ("C8", "sender and receiver are the other way round", _ends),
    )
    checks = [check("C3", "something was published at all", bool(heard), "the inbound topic stayed empty")]
    for rule, what, find in rules:
        faults = list(dict.fromkeys(find(exchange, heard)))
        why = "; ".join(faults[:3]) + (f"; and {len(faults) - 3} more" if len(faults) > 3 else "")
        checks.append(check(rule, what, not faults, why))
    return checks


def _garbage(_: Exchange, heard: list[Heard]) -> Faults:
    yield from (f"offset {one.offset} of partition {one.partition}: {one.fault}" for one in heard if one.fault)


def _keys(_: Exchange, heard: list[Heard]) -> Faults:
    for one in heard:
        if one.message is not None and one.key != one.message.pre_agreement_id:
            yield f"{one.message.pre_agreement_id} under the key {one.key}"


def _order(_: Exchange, heard: list[Heard]) -> Faults:
    for about, records in _by_pre_agreement(heard).items():
        if len({one.partition for one in records}) > 1:
            yield f"{about} is on several partitions"
        messages = [one.message for one in records if one.message is not None]
        if any(later.sent_at < one.sent_at for one, later in pairwise(messages)):
            yield f"{about}: a message stands behind one that was sent later"
        agreed = [isinstance(one, PreAgreementAnswered) for one in messages]
        settled = [isinstance(one, Settled) for one in messages]
        if True in settled and True in agreed and settled.index(True) < agreed.index(True):
            yield f"{about}: ERLM stands before RUEM-VA"


def _headers(_: Exchange, heard: list[Heard]) -> Faults:
    for one in heard:
        given = one.headers
        name = given.get("ce_type") or f"offset {one.offset} of partition {one.partition}"
        if given.get("ce_specversion") != "1.0":
            yield f"{name}: ce_specversion is not 1.0"
        if not _is_uuid(given.get("ce_id", "")):
            yield f"{name}: ce_id is no UUID"
        if not re.match(r"application/json\b", given.get("content-type", "")):
            yield f"{name}: content-type is not application/json"
        if not given.get("ce_source"):
            yield f"{name}: ce_source is missing"
        if one.message is not None and given.get("ce_subject") != one.message.pre_agreement_id:
            yield f"{name}: ce_subject is not the pre-agreement id"
        if not _is_time(given.get("ce_time", "")):
            yield f"{name}: ce_time is no time with its zone"
        if not given.get("ce_correlationid"):
            yield f"{name}: ce_correlationid is missing"


def _stories(exchange: Exchange, heard: list[Heard]) -> Faults:
    begun_by_us = {one.pre_agreement_id for one in exchange.said.values() if isinstance(one, PreAgreementRequested)}
    for one in heard:
        about = one.message.pre_agreement_id if one.message else None
        if about in begun_by_us and one.headers.get("ce_correlationid", "") not in ("", story_of(about)):
            yield f"{about} under {one.headers['ce_correlationid']}"


def _ids(_: Exchange, heard: list[Heard]) -> Faults:
    first: dict[str, WbciMessage] = {}
    for one in heard:
        if one.message is None or not (name := one.headers.get("ce_id")):
            continue
        known = first.setdefault(name, one.message)
        if known.model_copy(update={"sent_at": one.message.sent_at}) != one.message:
            yield f"{name} stands for two contents"


def _ends(exchange: Exchange, heard: list[Heard]) -> Faults:
    for one in heard:
        if one.message is not None and (one.message.receiver != exchange.own or one.message.sender == exchange.own):
            yield f"{one.message.pre_agreement_id}: from {one.message.sender} to {one.message.receiver}"


def _contents(exchange: Exchange, heard: list[Heard]) -> Faults:
    said = list(exchange.said.values())
    asked = {one.pre_agreement_id: one for one in said if isinstance(one, PreAgreementRequested)}
    changes = {one.change_id: one for one in said if isinstance(one, DateChangeRequested)}
    cancellations = {one.cancellation_id for one in said if isinstance(one, CancellationRequested)}
    for record in heard:
        message = record.message
        about = message.pre_agreement_id if message else ""
        match message:
            case PreAgreementAnswered() if about in asked:
                yield from (f"RUEM-VA {about}: {one}" for one in _answer(message, asked[about]))
            case Refused():
                yield from (f"ABBM {about}: {one}" for one in _refusal(message))
            case ResourceTakeOverRefused() if message.code not in TAKE_OVER_REFUSALS:
                yield f"ABBM-TR {about}: {message.code} does not belong there"
            case Settled() if message.answer == "8003":
                change = changes.get(message.change_id or "")
                if change is None or message.new_date != change.new_date:
                    yield f"ERLM {about}: 8003 names neither the change nor the very date"
            case Settled() if message.cancellation_id not in cancellations:
                yield f"ERLM {about}: 8004 does not name the cancellation"
            case CancellationRequested() if about in asked and not message.reason:
                yield f"STR {about}: a donor gives a reason in words"


def _answer(message: PreAgreementAnswered, asked: PreAgreementRequested) -> Faults:
    moves, ends = asked.case is not PortingCase.END_WITHOUT_NUMBERS, asked.case is not PortingCase.NUMBERS_ONLY
    if message.case is not asked.case:
        yield "another case"
    if (message.answer == "8001") != (message.change_date == asked.requested_on):
        yield "8001 stands with the very date, 8002 with another"
    if ends and not message.technology:
        yield "technology is missing"
    theirs = {(one.block.area_code, one.block.stem, one.block.extension_to) for one in message.numbers}
    wanted = {(one.area_code, one.stem, one.extension_to) for one in asked.numbers} if moves else set()
    if not (theirs & wanted if asked.all_numbers else theirs == wanted):
        yield "other numbers than asked for"
    if message.corrections and asked.address is None:
        yield "an address is corrected that was not told"


def _refusal(message: Refused) -> Faults:
    codes = {one.code for one in message.reasons}
    if unknown := codes - REFUSALS:
        yield f"{', '.join(sorted(unknown))} does not belong there"
    for one in message.reasons:
        if one.words and one.code not in WITH_WORDS:
            yield f"{one.code} with words"
        if one.code in ("8116", "8142") and not one.words:
            yield f"{one.code} without words"
    if "8141" in codes and (message.change_id is None or message.unchanged_date is None):
        yield "8141 names the change and the unchanged date"
    if "8142" in codes and message.cancellation_id is None:
        yield "8142 names the cancellation"


def _by_pre_agreement(heard: list[Heard]) -> dict[str, list[Heard]]:
    found: dict[str, list[Heard]] = {}
    for one in heard:
        if one.message is not None:
            found.setdefault(one.message.pre_agreement_id, []).append(one)
    return found


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
