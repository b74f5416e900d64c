"""The mail that confirms a pre-registration for fiber, and what is kept of it (FIBER-1)."""

from typing import Any

import pytest

from chassis.alarm import Alarm
from contracts.provisioning.v1 import FiberLinkIssued
from notification.entrypoints.timers import timers
from tests.clock import days_pass
from tests.notification.integration.conftest import Desk, example
from tests.notification.integration.test_bounces import Refusing


def issued(**changed: Any) -> FiberLinkIssued:
    found: FiberLinkIssued = example(FiberLinkIssued, **{"valid_until": "2999-01-01T10:00:00Z"} | changed)
    return found


async def kept(desk: Desk) -> str:
    """All that is written down about mails."""
    found: str = await desk.ask("SELECT coalesce(string_agg(notice::text, ' '), '') FROM notice")
    return found


@pytest.mark.rule("FIBER-1", "NOTE-1")
@pytest.mark.parametrize(("language", "subject"), [("de", "Bitte bestätigen Sie"), ("en", "Please confirm your")])
async def test_the_link_goes_to_the_mailbox_once_in_the_readers_language(
    desk: Desk, language: str, subject: str
) -> None:
    event = issued(language=language)
    await desk.hear(event)
    await desk.hear(event)
    assert event.token not in await kept(desk)
    with desk.mail_server():
        while await desk.send():
            pass
    [mail] = desk.box.mails()
    assert event.recipient in mail.to
    assert subject in mail.subject
    assert f"/glasfaser/link/{event.token}" in mail.text
    assert "Rosenstraße 12, 50678 Köln" in mail.text
    assert "sealed_token" not in await kept(desk)


@pytest.mark.rule("FIBER-1")
async def test_when_the_link_has_run_out_name_and_address_are_forgotten(desk: Desk) -> None:
    async with desk.running.units.reading() as unit:
        now = await unit.now()
    await desk.hear(issued(valid_until=now.replace(year=now.year + 1)))
    await days_pass(desk.running.engine, 363)
    alarm: Alarm[Any] = Alarm(desk.running.engine, timers, desk.running.units.writing)  # type: ignore[type-var]
    await alarm.ring()
    assert "Müller" in await kept(desk)
    await days_pass(desk.running.engine, 4)
    await alarm.ring()
    assert await kept(desk) == ""


@pytest.mark.rule("FIBER-1")
async def test_a_mistyped_address_is_nobodys_task_and_its_link_is_dead(desk: Desk) -> None:
    event = issued()
    await desk.hear(event)
    with desk.mail_server(Refusing(desk, event.recipient)):
        await desk.send()
    assert [kind for kind, _body in await desk.told()] == ["NoticeBounced"]
    assert await desk.ask("SELECT state FROM notice") == "given_up"
    assert "sealed_token" not in await kept(desk)
    notice_id = await desk.ask("SELECT notice_id FROM notice")
    assert (await desk.do(f"/notices/{notice_id}/resend", {"email": "other@x.example"})).status_code == 409
