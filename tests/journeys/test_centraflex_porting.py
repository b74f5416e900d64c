"""Numbers of a Centraflex contract move like any others, without a site (PORT-1)."""

from datetime import date
from datetime import time as clock_time

import pytest

from devstack.demo.story import Story
from tests.journeys.buying import STANDARD_LICENCE, Basket, confirmed
from tests.journeys.test_questions_portings import porting_of

pytestmark = pytest.mark.timeout(180)


@pytest.mark.rule("PORT-1", "PORT-2", "PORT-8")
async def test_a_centraflex_contract_ports_its_numbers_to_their_day(story: Story) -> None:
    basket = await Basket(story).start()
    await basket.add(STANDARD_LICENCE)
    licences = await basket.confirmed()
    await story.order_in(licences["order_id"], "completed")
    await porting_of(story, licences["lines"][0]["agreement_id"])
    order = await confirmed(story)
    assert [line["category"] for line in order["lines"]] == ["porting"]
    agreed = await story.porting_in(order["order_id"], "confirmed")
    assert agreed["site_id"] is None
    await story.move_clock_to(date.fromisoformat(agreed["change_date"]), clock_time(6, 5))
    done = await story.order_in(order["order_id"], "completed", "failed", "partly_completed", seconds=60)
    assert done["status"] == "completed"
    assert (await story.porting_in(order["order_id"], "completed"))["numbers"] == agreed["numbers"]
