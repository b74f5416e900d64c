"""The service over HTTP and a real Kafka: who sees which catalog, who publishes, and what is told to everybody."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from catalog.adapters.files import read_folder
from catalog.application.publish import publish
from catalog.main import DATA, service
from chassis.service import Running
from chassis.settings import TrustedIssuer
from chassis.tokens import new_key, sign_token
from chassis.topics import create_topics
from contracts.catalog.v1 import VERSIONS, CatalogPublished
from contracts.crm.v1 import PARTIES, PartyChanged
from contracts.envelope import headers
from contracts.shapes import Audience
from tests.catalog.unit.test_checks import shipped
from tests.catalog.unit.test_forty_faults import plant, planted
from tests.clock import days_pass
from tests.waiting import until

EXAMPLE = PartyChanged.read(Path("contracts/examples/crm.PartyChanged.v1.json").read_bytes())


@dataclass
class Desk:
    """Asks the service as one person or another."""

    running: Running[Any]
    key: Path
    numbers: "count[int]"

    def _client(self, role: str, party: UUID | None) -> httpx.AsyncClient:
        claims = {"sub": role, "role": role, "party_id": str(party) if party else None}
        token = sign_token(self.key, issuer="people", audience="trunkline", lifetime=300, claims=claims)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.running.app(consumes=False)),
            base_url="http://catalog",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
        )

    async def get(self, path: str, role: str = "partner", party: UUID | None = None) -> httpx.Response:
        async with self._client(role, party) as client:
            return await client.get(path)

    async def upload(
        self, files: dict[str, str], role: str = "administrator", path: str = "/catalog/versions"
    ) -> httpx.Response:
        async with self._client(role, None) as client:
            key = {"Idempotency-Key": f"upload-{next(self.numbers)}"}
            return await client.post(path, json={"files": files}, headers=key)

    async def hear(self, party: UUID, audience: Audience, version: int) -> None:
        async with self.running.units.writing() as unit:
            await unit.audiences.keep(party, audience, version)


@pytest_asyncio.fixture
async def desk(new_database: Any, tmp_path: Path) -> AsyncIterator[Desk]:
    """The service with the shipped version published; nothing consumes."""
    new_key(tmp_path / "people.json", tmp_path / "people.jwks")
    url = await new_database(service)
    issuer = TrustedIssuer(issuer="people", audience="trunkline", jwks_file=tmp_path / "people.jwks")
    running = service.open(database_url=url, kafka_url="127.0.0.1:1", trusted_issuers=[issuer])
    async with running.units.writing() as unit:
        await publish(read_folder(DATA / "2021-03.1"), unit)
    yield Desk(running, tmp_path / "people.json", count())
    await running.engine.dispose()


def next_version(number: str = "2021-03.2") -> dict[str, str]:
    files = shipped()
    files["version.yaml"] = files["version.yaml"].replace("2021-03.1", number)
    return files


def by_category(view: Any) -> dict[str, list[dict[str, Any]]]:
    return {one["category"]: one["offerings"] for one in view["categories"]}


@pytest.mark.rule("CAT-3", "CAT-4", "CAT-6")
async def test_a_catalog_comes_by_category_with_exact_prices_and_how_to_order(desk: Desk) -> None:
    answer = await desk.get("/catalog/current?audience=business")
    assert answer.status_code == 200
    view = answer.json()
    assert view["prices_are_invented"] is True
    offerings = by_category(view)
    assert list(offerings)[:2] == ["trunk", "voice_channel"]
    trunk = offerings["trunk"][0]
    assert trunk["prices"][0] == {"term_months": 12, "one_time": "49.00", "monthly": "9.90"}
    manual = [one for one in offerings["internet"] if one["orderability"] == "manual"]
    assert [set(one["manual_process"]) for one in manual] == [{"de", "en"}]
    assert "discontinued" in {one["orderability"] for one in offerings["trunk"]}


@pytest.mark.rule("KOMBI-1")
async def test_the_combination_costs_less_every_month_and_once(desk: Desk) -> None:
    channels = by_category((await desk.get("/catalog/current?audience=business")).json())["voice_channel"]
    prices = {one["code"]: one["prices"] for one in channels}
    for plain, combined in (
        ("VOICE-CHANNEL", "VOICE-CHANNEL-KOMBI"),
        ("VOICE-CHANNEL-SRTP", "VOICE-CHANNEL-KOMBI-SRTP"),
    ):
        for dear, cheap in zip(prices[plain], prices[combined], strict=True):
            assert Decimal(cheap["monthly"]) < Decimal(dear["monthly"])
            assert Decimal(cheap["one_time"]) < Decimal(dear["one_time"])


@pytest.mark.rule("TEN-4", "CAT-2")
async def test_a_customer_sees_its_own_catalog_whatever_it_asks_for(desk: Desk) -> None:
    reseller = uuid4()
    await desk.hear(reseller, Audience.RESELLER, 1)
    for path in ("/catalog/current", "/catalog/current?audience=business", "/catalog/versions/2021-03.1"):
        view = (await desk.get(path, "customer", reseller)).json()
        assert view["audience"] == "reseller"
        assert "IPFONIE-EXTENDED-TEAM" not in {one["code"] for one in by_category(view)["trunk"]}
        assert by_category(view)["licence"] == []


@pytest.mark.rule("TEN-4", "CRM-2")
async def test_an_older_word_of_the_crm_undoes_no_newer_one(desk: Desk) -> None:
    party = uuid4()
    await desk.hear(party, Audience.RESELLER, 5)
    await desk.hear(party, Audience.BUSINESS, 4)
    assert (await desk.get("/catalog/current", "customer", party)).json()["audience"] == "reseller"


@pytest.mark.rule("TEN-4")
async def test_who_looks_after_customers_says_whose_catalog_and_a_stranger_gets_none(desk: Desk) -> None:
    unsaid = await desk.get("/catalog/current")
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "audience")
    assert (await desk.get("/catalog/current", "customer", uuid4())).status_code == 404


@pytest.mark.rule("CAT-5")
async def test_only_an_administrator_publishes(desk: Desk) -> None:
    assert (await desk.upload(next_version(), role="partner")).status_code == 403
    assert (await desk.upload(next_version())).status_code == 201
    listed = (await desk.get("/catalog/versions")).json()
    assert [one["version"] for one in listed] == ["2021-03.1", "2021-03.2"]


@pytest.mark.rule("CAT-5")
async def test_a_broken_upload_is_refused_with_every_fault_and_leaves_nothing(desk: Desk) -> None:
    files = next_version()
    files["trunks.yaml"] = files["trunks.yaml"].replace('"9.90"', "9.90")
    files["internet.yaml"] += "\n- words\n"
    answer = await desk.upload(files)
    assert answer.status_code == 422
    places = {one["field"].partition(":")[0] for one in answer.json()["errors"]}
    assert places == {"trunks.yaml", "internet.yaml"}
    assert len((await desk.get("/catalog/versions")).json()) == 1


@pytest.mark.rule("CAT-5")
async def test_an_upload_with_forty_faults_is_answered_with_all_forty(desk: Desk) -> None:
    files = next_version()
    for one in planted():
        if one.file != "version.yaml":
            plant(files, one)
    answer = await desk.upload(files)
    assert answer.status_code == 422
    assert all(re.fullmatch(r"[a-z-]+\.yaml:\d+", one["field"]) for one in answer.json()["errors"])
    assert len(answer.json()["errors"]) == len([one for one in planted() if one.file != "version.yaml"])


@pytest.mark.rule("CAT-5")
async def test_a_published_version_is_not_changed_and_the_refusal_lists_the_differences(desk: Desk) -> None:
    files = shipped()
    files["trunks.yaml"] = files["trunks.yaml"].replace('"9.90"', '"8.90"')
    files["rules.yaml"] = files["rules.yaml"].replace("kind: excludes\n", "kind: excludes\n  quantity_one: true\n")
    answer = await desk.upload(files)
    assert answer.status_code == 409
    told = {one["message"] for one in answer.json()["errors"]}
    assert told == {"IPFONIE-EXTENDED-CONNECT-REG: changed (prices)", "TRUNK-1 excludes: changed (quantity_one)"}


@pytest.mark.rule("CAT-5")
async def test_a_version_is_looked_at_before_it_is_published(desk: Desk) -> None:
    files = next_version()
    files["trunks.yaml"] = files["trunks.yaml"].replace('"9.90"', '"8.90"')
    seen = await desk.upload(files, path="/catalog/versions/check")
    assert seen.status_code == 200
    assert (seen.json()["version"], seen.json()["since"], seen.json()["is_published"]) == (
        "2021-03.2",
        "2021-03.1",
        False,
    )
    assert seen.json()["differences"] == [
        {"name": "IPFONIE-EXTENDED-CONNECT-REG", "change": "changed", "fields": ["prices"]}
    ]
    assert len((await desk.get("/catalog/versions")).json()) == 1
    assert (await desk.upload(files, path="/catalog/versions/check", role="partner")).status_code == 403
    files["trunks.yaml"] = files["trunks.yaml"].replace('"8.90"', "8.90")
    refused = await desk.upload(files, path="/catalog/versions/check")
    assert [one["field"] for one in refused.json()["errors"]] == ["trunks.yaml:11"]
    assert (await desk.upload(shipped(), path="/catalog/versions/check")).json()["is_published"]


@pytest.mark.rule("CAT-5", "TEN-4")
async def test_what_is_not_valid_yet_is_seen_by_administrators_only(desk: Desk) -> None:
    files = next_version()
    files["version.yaml"] = files["version.yaml"].replace("2021-03-01", "2999-01-01")
    await desk.upload(files)
    path = "/catalog/versions/2021-03.2?audience=business"
    assert (await desk.get(path, "administrator")).status_code == 200
    assert (await desk.get(path, "partner")).status_code == 404
    assert [one["version"] for one in (await desk.get("/catalog/versions", "partner")).json()] == ["2021-03.1"]


@pytest.mark.rule("CAT-5")
async def test_of_versions_valid_from_the_same_day_the_higher_number_counts(desk: Desk) -> None:
    for number in ("2021-03.10", "2021-03.9"):
        assert (await desk.upload(next_version(number))).status_code == 201
    assert (await desk.get("/catalog/current?audience=business")).json()["version"] == "2021-03.10"


@pytest.mark.rule("CAT-5")
async def test_a_version_is_valid_from_midnight_in_berlin_on(desk: Desk) -> None:
    now = datetime.now(UTC)
    before_midnight = datetime.combine(now.date() + timedelta(days=1), time(23, 30), UTC)
    files = next_version()
    day = before_midnight.date() + timedelta(days=1)
    files["version.yaml"] = files["version.yaml"].replace("2021-03-01", str(day))
    await desk.upload(files)
    assert (await desk.get("/catalog/current?audience=business")).json()["version"] == "2021-03.1"
    await days_pass(desk.running.engine, (before_midnight - now) / timedelta(days=1))
    assert (await desk.get("/catalog/current?audience=business")).json()["version"] == "2021-03.2"
    assert (await desk.get("/catalog/versions/2021-03.2?audience=business")).status_code == 200
    assert len((await desk.get("/catalog/versions")).json()) == 2


async def test_two_versions_are_compared(desk: Desk) -> None:
    files = next_version()
    files["trunks.yaml"] = files["trunks.yaml"].replace('"9.90"', '"8.90"')
    files["version.yaml"] = files["version.yaml"].replace("2021-03-01", "2021-04-01")
    await desk.upload(files)
    path = "/catalog/versions/2021-03.2/differences?since=2021-03.1"
    assert (await desk.get(path, "administrator")).json() == [
        {"name": "version", "change": "changed", "fields": ["valid_from"]},
        {"name": "IPFONIE-EXTENDED-CONNECT-REG", "change": "changed", "fields": ["prices"]},
    ]
    assert (await desk.get(path.replace("2021-03.1", "1999-01.1"), "administrator")).status_code == 404


@pytest.mark.rule("CAT-5")
async def test_two_who_publish_the_same_at_once_publish_it_once(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.upload(next_version()) for _ in range(4)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["published_at"] for one in answers}) == 1


@pytest.mark.rule("CAT-5", "TEN-4", "CRM-1")
async def test_at_the_start_the_catalog_is_told_and_parties_are_heard(new_database: Any, kafka_url: str) -> None:
    url = await new_database(service)
    await create_topics(kafka_url, service.topics())
    running = service.open(database_url=url, kafka_url=kafka_url)
    stopping = asyncio.Event()
    job = asyncio.create_task(service.run_until(running, stopping, frozenset({"worker", "relay"})))
    reader = AIOKafkaConsumer(VERSIONS.name, bootstrap_servers=kafka_url, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url)
    await reader.start()
    await producer.start()
    try:
        async with asyncio.timeout(60):
            message = await reader.getone()
        assert CatalogPublished.read(message.value).catalog_version == "2021-03.1"
        assert len(message.value) < 900 * 1024
        party = EXAMPLE.model_copy(update={"party_id": uuid4(), "audience": Audience.RESELLER})
        made = headers(
            event_id=uuid4(),
            type_name=party.type_name(),
            source="test",
            subject=party.partition_key(),
            correlation_id="story",
        )
        sent = [(name, value.encode()) for name, value in made.items()]
        await producer.send_and_wait(PARTIES.name, party.body(), key=party.partition_key().encode(), headers=sent)

        async def known() -> bool:
            async with running.units.reading() as unit:
                return bool(await unit.audiences.find(party.party_id) is Audience.RESELLER)

        await until(known, 60)
    finally:
        await reader.stop()
        await producer.stop()
        stopping.set()
        await job
