"""What the business watches of sites, work orders and numbers."""

from uuid import uuid4

from prometheus_client import REGISTRY

from provisioning.adapters.metrics import read_gauges
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works


def shown(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0


async def look(works: Works) -> None:
    async with works.running.units.reading() as unit:
        await read_gauges(unit)


async def test_a_site_that_is_not_ready_is_seen_with_its_age_and_then_how_long_it_took(works: Works) -> None:
    trunk, took = sample.trunk(uuid4()), "provisioning_site_seconds_count"
    before = shown(took)
    await works.hear(sample.site(trunk.lines[0].agreement_id, size=100))
    await look(works)
    assert shown("provisioning_sites_open") == 1
    assert shown("provisioning_sites_oldest_seconds") > 0
    assert shown("provisioning_work_orders_open", state="waiting_for_trunk") == 1
    assert shown(took) == before
    await works.hear(trunk)
    await look(works)
    assert shown("provisioning_sites_open") == 0
    assert shown("provisioning_work_orders_open", state="waiting_for_trunk") == 0
    assert shown(took) == before + 1


async def test_how_long_the_numbers_last_is_told_once_some_were_given_out(works: Works) -> None:
    await works.call("POST", "/number-pools/check")
    await look(works)
    assert shown("provisioning_numbers_days_left", area_code="221") == float("inf")
    trunk = sample.trunk(uuid4())
    await works.hear(trunk)
    await works.hear(sample.site(trunk.lines[0].agreement_id, size=100))
    await works.call("POST", "/number-pools/check")
    await look(works)
    assert shown("provisioning_numbers_days_left", area_code="221") == 900 * 30 // 100
    assert shown("provisioning_pool_numbers", area_code="221", place="given out") == 100
    assert shown("provisioning_pool_numbers", area_code="221", place="free") == 900
