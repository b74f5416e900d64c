"""A mail that comes back reaches order management, which sends it again or settles it otherwise (NOTE-1)."""

from typing import Any

import pytest

from contracts.ordering import v1 as ordering
from notification.adapters import post
from tests.notification.integration.conftest import Desk, example

ORDER, LINK = example(ordering.OrderReceived), example(ordering.QuoteLinkIssued)


class Refusing:
    """Takes no mail for `wrong`."""

    def __init__(self, desk: Desk, wrong: str) -> None:
        self.desk, self.wrong = desk, wrong

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:
        if address == self.wrong:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
        self.desk.box.put(envelope.content)
        return "250 taken"


async def bounced(desk: Desk) -> str:
    """The id of the quote's mail, which came back."""
    await desk.hear(LINK)
    with desk.mail_server(Refusing(desk, LINK.recipient)):
        assert await desk.send() == 1
    return str(await desk.ask("SELECT notice_id FROM notice WHERE state = 'bounced'"))


@pytest.mark.rule("NOTE-1")
async def test_an_address_that_is_refused_for_good_raises_a_task(desk: Desk) -> None:
    notice_id = await bounced(desk)
    (first, came_back), (second, task) = await desk.told()
    assert (first, second) == ("NoticeBounced", "TaskRaised")
    assert came_back["recipient"] == "e***@muellerundsoehne.example"
    assert task["kind"] == "notice_bounced"
    assert task["owner"] == "notification"
    assert task["subject_id"] == came_back["notice_id"] == notice_id
    assert "550" in task["explanation"]["de"]
    assert LINK.recipient not in str(came_back | task)


@pytest.mark.rule("NOTE-1")
async def test_order_management_sends_it_again_to_a_corrected_address_with_its_link(desk: Desk) -> None:
    notice_id = await bounced(desk)
    answer = await desk.do(f"/notices/{notice_id}/resend", {"email": "right@muellerundsoehne.example"})
    assert answer.status_code == 200
    with desk.mail_server():
        assert await desk.send() == 1
    [mail] = desk.box.mails()
    assert "right@muellerundsoehne.example" in mail.to
    assert mail.links[0].endswith(LINK.token)
    told = await desk.told()
    assert [kind for kind, _ in told] == ["NoticeBounced", "TaskRaised", "TaskSettled", "NoticeSent"]
    assert told[2][1]["task_id"] == told[1][1]["task_id"]
    await desk.hear(example(ordering.QuoteExpired))
    later = await desk.all("SELECT email FROM notice WHERE kind = 'quote-expired' AND role = 'recipient'")
    assert later == ["right@muellerundsoehne.example"]


async def test_the_same_address_can_be_tried_once_more_and_may_come_back_again(desk: Desk) -> None:
    notice_id = await bounced(desk)
    assert (await desk.do(f"/notices/{notice_id}/resend", {})).status_code == 200
    with desk.mail_server(Refusing(desk, LINK.recipient)):
        assert await desk.send() == 1
    tasks = [body["task_id"] for kind, body in await desk.told() if kind == "TaskRaised"]
    assert len(set(tasks)) == 2


async def test_it_can_be_settled_without_a_mail_and_forgets_the_link(desk: Desk) -> None:
    notice_id = await bounced(desk)
    answer = await desk.do(f"/notices/{notice_id}/settle", {"note": "Am Telefon geklärt."})
    assert answer.json()["state"] == "given_up"
    kind, settled = (await desk.told())[-1]
    assert (kind, settled["outcome"]["de"], settled["settled_by"]) == (
        "TaskSettled",
        "Am Telefon geklärt.",
        "Order_Management",
    )
    assert "sealed_token" not in await desk.ask("SELECT facts FROM notice")


async def test_what_cannot_be_done_is_refused_with_the_reason(desk: Desk) -> None:
    notice_id = await bounced(desk)
    await desk.hear(ORDER)
    with desk.mail_server():
        await desk.send()
    sent = await desk.ask("SELECT notice_id FROM notice WHERE state = 'sent' AND role = 'customer'")
    assert (await desk.do(f"/notices/{sent}/resend", {})).json()["code"] == "not-bounced"
    assert (await desk.do(f"/notices/{sent}/settle", {})).json()["code"] == "not-bounced"
    assert (await desk.do(f"/notices/{notice_id}/resend", {"email": "nobody"})).json()["code"] == "address-unfit"
    assert (await desk.do(f"/notices/{LINK.link_id}/resend", {})).status_code == 404
    partner = desk.token("partner", party_id=str(LINK.customer_id))
    assert (await desk.do(f"/notices/{notice_id}/resend", {}, partner)).status_code == 403
    assert await desk.ask(f"SELECT state FROM notice WHERE notice_id = '{notice_id}'") == "bounced"


async def test_an_address_that_has_the_mail_already_gets_it_once(desk: Desk) -> None:
    await desk.hear(ORDER)
    with desk.mail_server(Refusing(desk, ORDER.customer.email)):
        assert await desk.send() == 3
    notice_id = await desk.ask("SELECT notice_id FROM notice WHERE state = 'bounced'")
    answer = await desk.do(f"/notices/{notice_id}/resend", {"email": ORDER.approver.email})
    assert (answer.status_code, answer.json()["code"]) == (409, "already-told")


async def test_an_address_that_is_none_comes_back_without_troubling_the_mail_server(desk: Desk) -> None:
    await desk.hear(example(ordering.QuoteLinkIssued, recipient="a..b@x.example"))
    with desk.mail_server():
        assert await desk.send() == 1
    assert desk.box.mails() == []
    assert [kind for kind, _ in await desk.told()] == ["NoticeBounced", "TaskRaised"]


async def test_whatever_a_server_says_is_kept_and_told(desk: Desk) -> None:
    long = f"{'x' * 60}@{'y' * 60}.{'z' * 60}.example"

    class Babbling:
        async def handle_RCPT(self, server: Any, *_: Any) -> str:
            await server.push(b"550 \xff\x00 no " + b"w" * 400)
            return "550 never"

    await desk.hear(example(ordering.QuoteLinkIssued, recipient=long))
    with desk.mail_server(Babbling()):
        assert await desk.send() == 1
    assert [kind for kind, _ in await desk.told()] == ["NoticeBounced", "TaskRaised"]
    assert "no www" in await desk.ask("SELECT reason FROM notice")


async def test_what_cannot_be_told_is_settled_all_the_same_and_not_mailed_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = post.tell_of_sending

    def fail(notice: Any, *more: Any) -> None:
        if notice.role == "customer":
            raise ValueError("an event that does not fit")
        tell(notice, *more)

    monkeypatch.setattr(post, "tell_of_sending", fail)
    await desk.hear(ORDER)
    with desk.mail_server():
        assert await desk.send() == 3
        await desk.claims_run_out()
        assert await desk.send() == 0
    assert len(desk.box.mails()) == 3
    assert [body["role"] for _, body in await desk.told()].count("customer") == 0
    assert len(await desk.told()) == 2


async def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it(desk: Desk) -> None:
    await desk.hear(example(ordering.QuoteLinkIssued, recipient="jürgen@exämple.example"))
    with desk.mail_server():
        assert await desk.send() == 1
    assert "jürgen@" in desk.box.mails()[0].to


async def test_a_mail_that_we_fail_to_write_stops_no_other_and_reaches_a_person_in_the_end(desk: Desk) -> None:
    await desk.hear(ORDER)
    await desk.change("UPDATE notice SET facts = facts - 'lines', attempts = 8 WHERE role = 'customer'")
    with desk.mail_server():
        assert await desk.send() == 3
    assert len(desk.box.mails()) == 2
    assert "konnte nicht geschrieben werden" in next(
        body["reason"]["de"] for kind, body in await desk.told() if kind == "NoticeBounced"
    )
