"""Publishing on a real PostgreSQL: once, whole, and never changed."""

from typing import Any

import pytest

from catalog.adapters.files import read_files
from catalog.application.look import current, for_audience
from catalog.application.publish import publish
from catalog.domain.refusals import VersionFrozen
from catalog.main import service
from contracts.shapes import Audience
from tests.catalog.unit.test_checks import shipped


@pytest.mark.rule("CAT-5", "TEN-4")
async def test_a_published_version_never_changes(new_database: Any) -> None:
    url = await new_database(service)
    running = service.open(database_url=url, kafka_url="127.0.0.1:1")
    files = shipped()
    async with running.units.writing() as unit:
        first = await publish(read_files(files), unit)
    async with running.units.writing() as unit:
        assert await publish(read_files(files), unit) == first
    files["trunks.yaml"] = files["trunks.yaml"].replace('"9.90"', '"8.90"')
    with pytest.raises(VersionFrozen):
        async with running.units.writing() as unit:
            await publish(read_files(files), unit)
    async with running.units.reading() as unit:
        valid = await current(first.valid_from, unit)
        sold = {one.code for one in for_audience(valid.catalog, Audience.RESELLER).offerings}
    await running.engine.dispose()
    assert valid == first
    assert "IPFONIE-EXTENDED-LINK" in sold
    assert "IPFONIE-EXTENDED-TEAM" not in sold
