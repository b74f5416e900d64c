"""Mails over a real SMTP server from a real PostgreSQL: once, late rather than never (NOTE-1)."""

import asyncio
import email
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy.exc import InterfaceError

from contracts.ordering import v1 as ordering
from contracts.provisioning import v1 as provisioning
from notification.adapters.claims import Outcome
from notification.adapters.line import Away
from tests.notification.integration.conftest import Desk, example

ORDER, LINK = example(ordering.OrderReceived), example(ordering.QuoteLinkIssued)
BROKEN = InterfaceError("settling", None, OSError("connection lost"))


def by_paper(**changed: Any) -> ordering.OrderReceived:
    """An order with a porting from a carrier without electronic interface."""
    order = ORDER.model_dump(mode="json")
    [site] = order["lines"]
    porting = {
        "porting_id": str(LINK.link_id),
        "site_id": site["site"]["site_id"],
        "donor": {"carrier_code": None, "name": "Stadtnetz"},
        "subscriber": {"name": "Müller & Söhne GmbH", "address": site["site"]["address"]},
        "case": "VA-RRNP",
        "numbers": [{"area_code": "221", "stem": "4790", "extension_from": "00", "extension_to": "99"}],
        "requested_on": "2026-12-14",
    }
    moved = site | {"line_id": str(LINK.link_id), "site": None, "new_numbers": None, "porting": porting}
    found: ordering.OrderReceived = example(
        ordering.OrderReceived, lines=[site | {"new_numbers": None}, moved], **changed
    )
    return found


@pytest.mark.rule("NOTE-1", "QUOTE-4")
async def test_an_order_is_acknowledged_once_to_each_however_often_it_is_heard(desk: Desk) -> None:
    with desk.mail_server():
        for _ in range(3):
            await desk.hear(ORDER)
            await desk.send()
    assert desk.addresses() == sorted([ORDER.customer.email, ORDER.creator.email, ORDER.approver.email])
    assert [kind for kind, _ in await desk.told()] == ["NoticeSent"] * 3


@pytest.mark.rule("PORT-4")
async def test_the_porting_form_goes_with_the_customers_acknowledgement_and_no_other(desk: Desk) -> None:
    await desk.hear(by_paper())
    with desk.mail_server():
        await desk.send()
    with_form = [mail for mail in desk.box.mails() if mail.attachments]
    assert [mail.to.partition("<")[2] for mail in with_form] == [f"{ORDER.customer.email}>"]
    [mail] = with_form
    assert mail.attachments == ("AU-2026-000042-porting-form.pdf",)
    kind, pdf = desk.box.attachment(mail.id, 0)
    (desk.folder / "form.pdf").write_bytes(pdf)
    text = PdfReader(desk.folder / "form.pdf").pages[0].extract_text()
    assert kind == "application/pdf"
    assert "Stadtnetz" in text
    assert desk.settings.form_return_address in text
    assert desk.settings.form_return_address in mail.text
    assert [body["documents"] for _, body in await desk.told() if body["role"] == "customer"] == [["porting-form"]]


@pytest.mark.rule("PORT-4", "QUOTE-4")
async def test_where_addresses_coincide_the_customers_version_goes_out_with_its_form(desk: Desk) -> None:
    himself = {"name": "Karla", "email": ORDER.customer.email, "language": "de"}
    await desk.hear(by_paper(approver=himself, creator=himself))
    with desk.mail_server():
        await desk.send()
    [mail] = desk.box.mails()
    assert ORDER.customer.email in mail.to
    assert mail.attachments == ("AU-2026-000042-porting-form.pdf",)


@pytest.mark.rule("QUOTE-4")
async def test_the_acknowledgement_says_what_was_ordered_and_where(desk: Desk) -> None:
    english = {**ORDER.approver.model_dump(), "language": "en"}
    await desk.hear(example(ordering.OrderReceived, approver=english))
    with desk.mail_server():
        await desk.send()
    texts = {mail.to.partition("<")[2]: mail.text for mail in desk.box.mails()}
    assert "100 neue Rufnummern im Vorwahlbereich 0221" in texts[f"{ORDER.customer.email}>"]
    assert "Rosenstraße 12, 50678 Köln" in texts[f"{ORDER.customer.email}>"]
    assert "100 new numbers in area code 0221" in texts[f"{ORDER.approver.email}>"]


@pytest.mark.rule("QUOTE-2")
async def test_a_links_token_is_kept_sealed_and_forgotten_once_it_is_sent(desk: Desk) -> None:
    await desk.hear(LINK)
    stored = "SELECT (SELECT string_agg(facts::text, '') FROM notice) || (SELECT body::text FROM story)"
    assert LINK.token not in await desk.ask(stored)
    with desk.mail_server():
        await desk.send()
    assert [link.rsplit("/", 1)[1] for link in desk.box.mails()[0].links] == [LINK.token]
    assert "sealed_token" not in await desk.ask("SELECT facts FROM notice")


@pytest.mark.rule("NOTE-1")
async def test_a_mail_server_that_is_away_delays_and_never_loses(desk: Desk) -> None:
    await desk.hear(LINK)
    for _ in range(3):
        with pytest.raises(Away):
            await desk.send()
    assert await desk.ask("SELECT attempts FROM notice") == 0
    with desk.mail_server():
        assert await desk.send() == 1
        assert await desk.send() == 0
    assert len(desk.box.mails()) == 1


@pytest.mark.rule("NOTE-1")
async def test_a_mail_server_that_comes_back_is_found_while_the_sender_runs(desk: Desk) -> None:
    await desk.hear(LINK)
    stopping = asyncio.Event()
    running = asyncio.create_task(desk.post.run(stopping))
    await asyncio.sleep(0)
    with desk.mail_server():
        await desk.until("SELECT state FROM notice", "sent")
    stopping.set()
    await running
    assert len(desk.box.mails()) == 1


@pytest.mark.rule("NOTE-1")
async def test_a_server_that_hangs_up_in_between_gets_the_rest_later(desk: Desk) -> None:
    class HangingUp:
        def __init__(self) -> None:
            self.taken = 0

        async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
            self.taken += 1
            if self.taken == 2:
                return "421 closing"
            desk.box.put(envelope.content)
            return "250 taken"

    await desk.hear(ORDER, example(provisioning.TrunkActivated), example(provisioning.SiteProvisioned))
    with desk.mail_server(HangingUp()):
        while await desk.ask("SELECT count(*) FROM notice WHERE state = 'waiting'"):
            await desk.send()
            await desk.claims_run_out()
    ids = [email.message_from_bytes(path.read_bytes())["Message-ID"] for path in (desk.folder / "mails").iterdir()]
    assert len(ids) == len(set(ids)) == 9


@pytest.mark.rule("NOTE-1")
async def test_a_crash_between_the_servers_answer_and_the_commit_doubles_only_the_same_message_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(outcomes: list[Outcome]) -> None:
        raise RuntimeError("killed")

    await desk.hear(LINK)
    with desk.mail_server():
        with monkeypatch.context() as patched:
            patched.setattr(desk.post, "_settle_patiently", crash)
            with pytest.raises(RuntimeError):
                await desk.send()
        assert await desk.send() == 0, "the claim still holds"
        await desk.claims_run_out()
        assert await desk.send() == 1
    paths = list((desk.folder / "mails").iterdir())
    assert len(paths) == 2
    assert len({email.message_from_bytes(path.read_bytes())["Message-ID"] for path in paths}) == 1
    assert [kind for kind, _ in await desk.told()] == ["NoticeSent"]


async def test_a_database_that_is_away_after_sending_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    settle, failures = desk.post._settle, [BROKEN, BROKEN]

    async def falter(outcomes: list[Outcome]) -> int:
        if failures:
            raise failures.pop()
        return await settle(outcomes)

    await desk.hear(LINK)
    monkeypatch.setattr(desk.post, "_settle", falter)
    with desk.mail_server():
        assert await desk.send() == 1
    assert len(desk.box.mails()) == 1
    assert await desk.ask("SELECT state FROM notice") == "sent"


async def test_a_mail_that_is_refused_for_the_moment_is_tried_again_later_and_the_others_go_out(desk: Desk) -> None:
    class Busy:
        async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:
            if address == ORDER.customer.email:
                return "450 mailbox busy"
            envelope.rcpt_tos.append(address)
            return "250 fine"

        async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
            desk.box.put(envelope.content)
            return "250 taken"

    await desk.hear(ORDER)
    with desk.mail_server(Busy()):
        assert await desk.send() == 2
        assert await desk.ask("SELECT state FROM notice WHERE attempts = 1 AND not_before > now()") == "waiting"
    await desk.claims_run_out()
    with desk.mail_server():
        assert await desk.send() == 1
    assert len(desk.box.mails()) == 3


@pytest.mark.rule("NOTE-1")
async def test_a_mail_that_the_server_never_answers_holds_up_no_other(desk: Desk) -> None:
    class Stalling:
        def __init__(self) -> None:
            self.enough = asyncio.Event()

        async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:
            if address == ORDER.customer.email:
                await self.enough.wait()
            envelope.rcpt_tos.append(address)
            return "250 fine"

        async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
            desk.box.put(envelope.content)
            return "250 taken"

    await desk.hear(*[example(ordering.OrderReceived, order_id=uuid4()) for _ in range(3)])
    await desk.change(f"DELETE FROM notice WHERE email = '{ORDER.customer.email}'")
    await desk.hear(ORDER)
    with desk.mail_server(Stalling()):
        assert await desk.send() == 8
    assert ORDER.customer.email not in desk.addresses()
    assert await desk.ask("SELECT email FROM notice WHERE state = 'waiting' AND attempts = 1") == ORDER.customer.email


async def test_two_senders_share_the_work_and_send_nothing_twice(desk: Desk) -> None:
    orders = [example(ordering.OrderReceived, order_id=f"01930000-0000-7000-8000-0000000001{n:02}") for n in range(60)]
    await desk.hear(*orders)
    other = type(desk.post)(desk.running)
    with desk.mail_server():
        done = await asyncio.gather(*(post.send_due() for post in (desk.post, other)))
        while await desk.send():
            pass
    await other.close()
    assert sum(done) <= 180
    ids = [email.message_from_bytes(path.read_bytes())["Message-ID"] for path in (desk.folder / "mails").iterdir()]
    assert len(ids) == len(set(ids)) == 180


async def test_what_is_written_carries_the_story_that_caused_it(desk: Desk) -> None:
    await desk.hear(ORDER)
    with desk.mail_server():
        await desk.send()
    stories = set(await desk.all("SELECT headers ->> 'ce_correlationid' FROM outbox"))
    assert stories == {"story-OrderReceived"}
