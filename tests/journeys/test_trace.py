"""One trace from the press of the button to the site that is ready, over every service that took part."""

import pytest

from devstack.demo.story import Story
from devstack.demo.waiting import until
from porting.application.published import HOLD
from tests.journeys.collector import Collector, Seen

pytestmark = pytest.mark.timeout(400)
SITE_READY = "process provisioning.SiteProvisioned.v1"
LISTENING = ("cart", "notification", "portal", "porting")
Way = list[tuple[str, str]]


async def test_a_confirmed_quote_is_one_trace_up_to_the_site_that_is_provisioned(
    story: Story, collector: Collector
) -> None:
    order_id, agreement_id = await story.ordered_trunk(2)
    await story.order_in(order_id, "completed")
    await story.quoted_porting(agreement_id)
    link = await story.mailbox.link(story.customer_mail)
    await story.visitor.confirm(link, "Karla Jürß")
    assert await ways_to(SITE_READY, story, collector, len(LISTENING)) == [
        [
            (reader, SITE_READY),
            ("provisioning", "process ordering.OrderReceived.v1"),
            ("cart", "POST /quotes/{quote_id}/confirm"),
            ("portal", "POST /q/{token}/confirm"),
        ]
        for reader in LISTENING
    ]


async def test_asking_whether_a_site_fits_is_part_of_the_trace_of_its_order(story: Story, collector: Collector) -> None:
    order_id, agreement_id = await story.ordered_trunk(2)
    await story.order_in(order_id, "completed")
    await story.quoted_porting(agreement_id)
    assert await ways_to("POST /feasibility", story, collector, 1) == [
        [("provisioning", "POST /feasibility"), ("cart", "POST /agreements/{agreement_id}/portings")]
    ]


async def test_from_a_timer_one_gets_to_the_story_that_set_it(story: Story, collector: Collector) -> None:
    order_id, agreement_id = await story.ordered_trunk(2)
    await story.order_in(order_id, "completed")
    await story.quoted_porting(agreement_id)
    link = await story.mailbox.link(story.customer_mail)
    await story.visitor.confirm(link, "Karla Jürß")

    async def rung() -> list[Way] | None:
        spans = {span.id: span for span in collector.of(story.correlation_id)}
        timers = [span for span in spans.values() if span.name == f"timer {HOLD}"]
        ways = [_way(spans[one], spans) for timer in timers for one in timer.links if one in spans]
        if not timers or len(ways) < len(timers) or any(way[-1].parent for way in ways):
            return None
        assert all(timer.parent == b"" and timer.trace != way[0].trace for timer, way in zip(timers, ways, strict=True))
        return [[(span.service, span.name) for span in way] for way in ways]

    assert await until("the end of the porting's hold, linked to what began it", rung, 60) == [
        [
            ("porting", "process ordering.OrderReceived.v1"),
            ("cart", "POST /quotes/{quote_id}/confirm"),
            ("portal", "POST /q/{token}/confirm"),
        ]
    ]


async def ways_to(name: str, story: Story, collector: Collector, count: int) -> list[Way]:
    """The ways to the spans of that name from what all began with, backwards, once they are there from end to end."""

    async def collected() -> list[Way] | None:
        spans = {span.id: span for span in collector.of(story.correlation_id)}
        ways = [_way(span, spans) for span in spans.values() if span.name == name]
        if len(ways) < count or any(way[-1].parent for way in ways):
            return None
        assert all(len({span.trace for span in way}) == 1 for way in ways)
        return sorted([(span.service, span.name) for span in way] for way in ways)

    return await until(f"{count} spans {name} with all that led to them", collected, 30)


def _way(span: Seen, spans: dict[bytes, Seen]) -> list[Seen]:
    found = [span]
    while found[-1].parent in spans:
        found.append(spans[found[-1].parent])
    return found
