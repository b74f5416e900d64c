"""The control room and the CRM of a running stack."""

import asyncio
import re
from dataclasses import asdict
from uuid import uuid4

import httpx
import psutil
import pytest
from aiokafka import AIOKafkaProducer
from rich.console import Console

from contracts.envelope import headers
from contracts.work.v1 import TASKS, TaskRaised
from devstack.control_room.processes import processes
from devstack.demo.report import play
from devstack.demo.story import Details, Story, crm_announces
from devstack.demo.waiting import DidNotHappen, until
from devstack.doctor import examine
from devstack.layout import Layout
from devstack.supervision import Supervision

pytestmark = pytest.mark.timeout(400)


async def page(stack: Layout, path: str = "/") -> str:
    async with httpx.AsyncClient(timeout=30) as browser:
        answer = await browser.get(stack.url("control-room") + path)
    assert answer.status_code == 200
    return answer.text


async def test_all_that_runs_is_shown_and_the_flow_of_an_order_from_click_to_mail(story: Story) -> None:
    order_id, _ = await story.ordered_trunk(2)
    await story.order_in(order_id, "completed")
    overview = await page(story.layout)
    assert "does not answer" not in overview
    assert "away</span>" not in overview
    running, of = re.search(r"<b>(\d+) of (\d+)</b>", overview).groups()  # type: ignore[union-attr]
    assert running == of

    async def told() -> str | None:
        flow = await page(story.layout, f"/flow?id={story.correlation_id}")
        return flow if "<strong>NoticeSent</strong>" in flow and "<strong>OrderCompleted</strong>" in flow else None

    flow = await until("the whole flow", told, 30)
    for kind in ("PartyChanged", "QuoteLinkIssued", "OrderReceived", "TrunkProvisioned", "TrunkActivated"):
        assert f"<strong>{kind}</strong>" in flow


async def test_a_killed_service_comes_back_and_what_waited_for_it_flows(story: Story) -> None:
    supervision = Supervision(story.layout.data)
    before = next(one.pid for one in processes(supervision) if one.name == "provisioning")
    assert before is not None
    psutil.Process(before).kill()
    order_id, agreement_id = await story.ordered_trunk(2)
    await story.order_in(order_id, "completed", seconds=60)
    await story.trunk_in(agreement_id, "active")
    after = next(one.pid for one in processes(supervision) if one.name == "provisioning")
    assert after not in (None, before)


@pytest.mark.rule("PORT-9")
async def test_the_other_carriers_have_a_page_that_names_them_and_has_one_ask_for_our_numbers(story: Story) -> None:
    told = await page(story.layout, "/carriers")
    assert "Altnetz Telefon GmbH (erfunden)" in told
    assert "Agrees, and calls off after 1 working day (STR-AUF)" in told
    wish = {"carrier": "DEU.FREMD", "case": "VA-RRNP", "requested_on": "2099-03-10", "numbers": "0221 999 00-99"}
    async with httpx.AsyncClient(timeout=60, base_url=story.layout.url("control-room")) as browser:
        asked = await browser.post("/carriers/asks", data=wish | {"name": story.tag[:30]}, follow_redirects=True)
    assert "DEU.FREMD asks for our numbers." in asked.text

    async def answered() -> str | None:
        told = await page(story.layout, "/carriers/live")
        case = told.split('id="DEU.FREMD.V')[-1].split('class="case"')[0] if 'id="DEU.FREMD.V' in told else ""
        return case if "from us" in case else None

    assert "ABBM" in await until("our answer to the carrier", answered), "the number is not in service with us"


@pytest.mark.rule("TEN-3", "CRM-1")
async def test_the_crm_closes_a_customer_to_its_partner_and_opens_it_again(story: Story) -> None:
    async def profile() -> int:
        answer = await story.partner.ask("GET", "cart", f"/parties/{story.customer_id}")
        return answer.status

    for switched, wanted in ((False, 403), (True, 200)):
        change = {"customer_administration": switched}
        await story.machine.patch("crm", f"/api/parties/{story.customer_id}", change)

        async def answered(status: int = wanted) -> bool | None:
            return True if await profile() == status else None

        await until(f"the customer answers {wanted}", answered)


async def test_the_doctor_finds_nothing_broken_on_a_stack_that_runs(stack: Layout) -> None:
    found = await asyncio.to_thread(lambda: list(examine(stack)))
    broken = [one.what for one in found if one.good is False]
    assert [what for what in broken if "requirements.lock" not in what] == []  # that is the machine's, not the stack's


async def test_a_step_that_does_not_happen_ends_the_demo_and_says_where_to_look(stack: Layout) -> None:
    async def nothing_comes(story: Story) -> Details:
        """A mail that nobody sends"""
        raise DidNotHappen("a mail to nobody")

    done = await play(stack, Console(quiet=True), (crm_announces, nothing_comes, crm_announces))
    assert [(one.step, one.ok) for one in done] == [(1, True), (2, False)]
    assert asdict(done[-1]).keys() == {"step", "title", "ok", "seconds", "details"}, "what programs read"
    details = done[-1].details
    assert details["did_not_happen"] == "a mail to nobody"
    assert details["correlation_id"] in details["control_room"]
    assert any("PartyChanged" in event for event in details["last_events"])


async def test_a_dead_letter_is_shown_with_its_reason_played_again_and_given_up(story: Story) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=story.layout.kafka_url)
    await producer.start()
    made = headers(
        event_id=uuid4(), type_name=TaskRaised.type_name(), source="test", subject=story.tag,
        correlation_id=story.correlation_id,
    )  # fmt: skip
    carried = [(name, value.encode()) for name, value in made.items()]
    await producer.send_and_wait(TASKS.name, b"{no json", key=story.tag.encode(), headers=carried)
    await producer.stop()

    async def shown() -> str | None:
        overview = await page(story.layout)
        return overview if story.tag in overview else None

    overview = await until("the dead letter is shown", shown)
    row = next(one for one in overview.split("<tr>") if story.tag in one)
    assert "portal.work-task" in row
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', row))
    async with httpx.AsyncClient(timeout=60, base_url=story.layout.url("control-room")) as browser:
        again = await browser.post("/redrive", data=form, follow_redirects=True)
        assert "failed again" in again.text
        gone = await browser.post("/discard", data=form, follow_redirects=True)
    assert "was given up" in gone.text
    assert story.tag not in await page(story.layout)


async def test_link_tokens_are_shown_nowhere(story: Story) -> None:
    cart = await story.trunk_cart(2)
    await story.partner.post("cart", f"/carts/{cart['cart_id']}/quote", seen=cart["version"])
    token = (await story.mailbox.link(story.customer_mail)).rsplit("/", 1)[-1]
    flow = await page(story.layout, f"/flow?id={story.correlation_id}")
    assert "<strong>QuoteLinkIssued</strong>" in flow
    assert token not in flow
