"""The story that must always work, and what happens where it takes another turn; a whole stack, from outside."""

import asyncio
from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
from rich.console import Console

from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from devstack.demo.client import Caller
from devstack.demo.report import play
from devstack.demo.story import STEPS, Story
from devstack.demo.waiting import until
from devstack.flow import events_of
from devstack.layout import Layout
from telecom.workdays import add_working_days
from tests.porting.pdfs import made as pdf
from tests.porting.pictures import JPEG

pytestmark = pytest.mark.timeout(400)
ELSEWHERE = {"street": "Marktstraße", "house_number": "1", "postcode": "99423", "town": "Weimar"}
SMALL_AREA = "3643"
ANSWER_DAYS = 3
JPEG_TYPE = "image/jpeg"


async def ordered_porting(story: Story, donor: dict[str, Any]) -> dict[str, Any]:
    """A trunk that waits and on it a site with a porting from this donor, confirmed by link: the porting."""
    order_id, story.second_agreement_id = await story.ordered_trunk(4, immediate=False)
    await story.order_in(order_id, "completed")
    await story.quoted_porting(story.second_agreement_id, donor)
    story.link = await story.mailbox.link(story.customer_mail)
    story.porting_order_id = await story.visitor.confirm(story.link, "Karla Jürß")
    return await story.porting_in(story.porting_order_id, "started", "paused", "requested")


async def task_raised(story: Story, kind: TaskKind) -> TaskRaised:
    """The task of this story, as order management gets it."""

    async def ask() -> TaskRaised | None:
        for event in await events_of(story.correlation_id, story.layout.kafka_url):
            if event.type == TaskRaised.type_name() and event.body is not None:
                task = TaskRaised.read(event.body)
                if task.kind is kind:
                    return task
        return None

    return await until(f"a task {kind} of {story.correlation_id}", ask, 30)


@pytest.mark.rule(
    "CRM-1", "TEN-3", "CART-2", "TRUNK-1", "TRUNK-2", "FLAT-1", "QUOTE-2", "QUOTE-3", "QUOTE-4", "ORD-3", "SITE-2",
    "ACT-1", "ACT-2", "PORT-1", "PORT-2", "PORT-5", "PORT-8", "NOTE-1",
)  # fmt: skip
async def test_all_ten_steps_happen_and_happen_again_on_the_same_stack(stack: Layout) -> None:
    for _ in range(2):
        done = await play(stack, Console(quiet=True))
        assert [(one.step, one.ok, one.details.get("did_not_happen")) for one in done] == [
            (number, True, None) for number in range(1, len(STEPS) + 1)
        ]


@pytest.mark.rule("QUOTE-2", "QUOTE-3")
async def test_an_unknown_link_and_that_of_a_withdrawn_quote_order_nothing_and_give_nothing_away(story: Story) -> None:
    unknown = await story.visitor.open(f"{story.layout.url('portal')}/q/{'x' * 43}")
    assert unknown.status_code == 404
    cart = await story.trunk_cart(2)
    quoted = await story.partner.post("cart", f"/carts/{cart['cart_id']}/quote", seen=cart["version"])
    link = await story.mailbox.link(story.customer_mail)
    await story.partner.post("cart", f"/quotes/{quoted['quote']['quote_id']}/withdraw")
    dead = await story.visitor.open(link)
    assert dead.status_code == 410
    assert story.tag not in dead.text
    assert not {"access_token", "quote_id"} & (await story.visitor.exchange(link)).keys()
    assert (await story.partner.get("cart", "/orders", customer_id=story.customer_id))["items"] == []


@pytest.mark.rule("SITE-3")
async def test_more_orders_than_an_area_code_has_blocks_each_get_a_block_or_a_clear_answer(story: Story) -> None:
    order_id, agreement_id = await story.ordered_trunk(2)
    await story.order_in(order_id, "completed")
    pools = await story.olga.get("provisioning", "/number-pools")
    blocks = sum(one["free"] for one in pools if one["area_code"] == SMALL_AREA) // 10

    async def order(number: int) -> str:
        wanted = {"name": f"Filiale {number}", "address": ELSEWHERE, "area_code": SMALL_AREA}
        body = {"site": wanted, "block_size": 10}
        answer = await story.partner.ask("POST", "cart", f"/agreements/{agreement_id}/sites", json=body)
        if answer.status != 201:
            assert answer.body["code"]
            assert answer.body["remedy"]
            return "refused"
        done = await story.order_in(answer.body["order_id"], "completed", "failed")
        if done["status"] == "failed":
            assert SMALL_AREA in done["lines"][0]["reason"]
            await story.mailbox.mail(story.customer_mail, done["number"])
        return str(done["status"])

    ends = Counter(await asyncio.gather(*(order(number) for number in range(blocks + 3))))
    assert ends["completed"] == blocks
    assert ends["failed"] + ends["refused"] == 3
    sites = (await story.partner.get("provisioning", f"/trunks/{agreement_id}"))["sites"]
    assert len(sites) == blocks, "no half-made site"
    assert await order(blocks + 3) in ("refused", "failed")


@pytest.mark.rule("PORT-7")
async def test_a_donor_that_refuses_makes_a_clearing_case_with_its_reason_code(story: Story) -> None:
    await ordered_porting(story, {"carrier_code": "DEU.STRENG", "name": "Strengnetz KG (erfunden)"})
    porting = await story.porting_in(story.porting_order_id, "clearing")
    assert any("8103" in one["summary"]["de"] for one in porting["messages"] if one["direction"] == "in")
    task = await task_raised(story, TaskKind.CLEARING)
    assert (str(task.order_id), task.owner) == (story.porting_order_id, "porting")


@pytest.mark.rule("PORT-5")
async def test_a_donor_that_never_answers_becomes_a_task_when_its_time_is_over(story: Story) -> None:
    await ordered_porting(story, {"carrier_code": "DEU.STUMM", "name": "Stummfunk SE (erfunden)"})
    await story.porting_in(story.porting_order_id, "requested")
    overdue = add_working_days(await story.today(), ANSWER_DAYS + 1, "NW")
    await story.move_clock_to(overdue + timedelta(days=1), time(1))
    task = await task_raised(story, TaskKind.DEADLINE_PASSED)
    assert str(task.order_id) == story.porting_order_id


@pytest.mark.rule("PORT-4")
async def test_a_paper_carriers_porting_waits_for_the_signed_form_and_its_release(story: Story) -> None:
    porting = await ordered_porting(story, {"carrier_code": None, "name": "Kleinfunk Jürß e. K."})
    assert (porting["state"], porting["electronic"]) == ("paused", False)
    token = (await story.visitor.exchange(story.link))["access_token"]
    customer = Caller(story.layout, story.correlation_id, token)
    path = f"/portings/{porting['porting_id']}"
    early = await story.olga.ask("POST", "porting", f"{path}/release", json={})
    assert early.status == 409, "nothing was signed yet"
    photo = {"content": JPEG, "headers": {"Content-Type": JPEG_TYPE}}
    assert (await customer.ask("PUT", "porting", f"{path}/signed-form", **photo)).body["form"][
        "media_type"
    ] == JPEG_TYPE
    await task_raised(story, TaskKind.SIGNED_FORM)
    await story.olga.post("porting", f"{path}/form-refusal", {"reason": "Die Unterschrift fehlt."})
    mail = await story.mailbox.mail(story.customer_mail, "Die Unterschrift fehlt.")
    assert any(name.endswith(".pdf") for name in mail["attachments"])
    trunk = await story.partner.get("provisioning", f"/trunks/{story.second_agreement_id}")
    assert [one["status"] for one in trunk["sites"]] == ["ready"], "the site works while the porting is paused"
    assert (await story.olga.get("porting", path))["state"] == "paused"
    sent = await customer.ask(
        "PUT", "porting", f"{path}/signed-form", content=pdf(), headers={"Content-Type": "application/pdf"}
    )
    await customer.close()
    assert (sent.status, sent.body["form"]["state"]) == (200, "uploaded")
    released = await story.olga.post("porting", f"{path}/release", {"note": "Unterschrift geprüft"})
    assert released["state"] == "requested"
    day = date.fromisoformat(porting["requested_on"])
    await story.olga.post("porting", f"{path}/confirm-date", {"change_date": day.isoformat(), "window": "ZF2"})
    await story.move_clock_to(day, time(6, 5))
    done = await story.order_in(story.porting_order_id, "completed", "failed", seconds=30)
    assert done["status"] == "completed"
    assert TaskSettled.type_name() in {
        event.type for event in await events_of(story.correlation_id, story.layout.kafka_url)
    }
