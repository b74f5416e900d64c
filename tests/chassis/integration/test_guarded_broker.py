"""TLS and passwords as clusters have them, on a real broker: who is let in, and what is said to who is not."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from catalog.main import service as catalog
from chassis.broker import BrokerSettings, security_of
from chassis.topics import create_topics
from contracts.envelope import Topic
from devstack.programs import free_ports
from tests.chassis.certificates import Authority, Certificate
from tests.chassis.guarded import TlsKafka, certified
from tests.chassis.probe import prepare, service_on, thing_on
from tests.chassis.stage import Stage
from tests.chassis.started import Start
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)
REFUSED = ("the broker refuses the user or the password", "correct KAFKA_USER and KAFKA_PASSWORD")
ENDED = (
    "the broker takes the connection and ends it",
    "it may want TLS or a login, or neither: check KAFKA_SECURITY and the port in KAFKA_URL",
)
TRUST = "let KAFKA_CA_FILE name who signed it, and KAFKA_URL the host it was made for"
SIGNED = "let KAFKA_CERTIFICATE_FILE be valid, and signed by an authority that the broker trusts"


def missing(topics: Iterable[Topic]) -> str:
    return "topics are missing or hidden: " + ", ".join(sorted(topic.name for topic in topics))


@dataclass(frozen=True, slots=True)
class House:
    """The broker, and what its clients may hold in hands: who signs for it, and a stranger who signs as well."""

    kafka: TlsKafka
    ours: Authority
    theirs: Authority
    mine: Certificate
    forged: Certificate

    @property
    def password(self) -> dict[str, str]:
        return {
            "kafka_url": self.kafka.url,
            "kafka_security": "SASL_SSL",
            "kafka_ca_file": str(self.ours.file),
            "kafka_user": "probe",
            "kafka_password": "right",
        }

    @property
    def certificate(self) -> dict[str, str]:
        return {
            "kafka_url": self.kafka.by_certificate,
            "kafka_security": "SSL",
            "kafka_ca_file": str(self.ours.file),
            "kafka_certificate_file": str(self.mine.certificate),
            "kafka_key_file": str(self.mine.key),
        }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("guarded")
    ours, theirs = certified(folder / "kafka"), Authority(folder, "theirs")
    port, controller, by_certificate = free_ports(3)
    kafka = TlsKafka(folder / "kafka", port, controller, certificate_port=by_certificate)
    process = kafka.start()
    yield House(kafka, ours, theirs, ours.sign("probe"), theirs.sign("forged"))
    process.kill()
    process.wait()


@pytest_asyncio.fixture(params=["password", "certificate"])
async def shown(request: pytest.FixtureRequest, house: House, new_database: Any) -> AsyncIterator[tuple[Stage, Any]]:
    """The probe's stage on that broker, and how to be let in."""
    told: Any = getattr(house, request.param)
    topic = Topic(f"test.{uuid4().hex[:12]}.v1", partitions=3)
    letters = Topic(topic.dead_letters_of("probe"), partitions=1)
    await create_topics(told["kafka_url"], [topic, letters], security=security_of(BrokerSettings(**told)))
    database_url, thing = await new_database("probe"), thing_on(topic)
    await prepare(database_url)
    yield Stage(database_url, told.pop("kafka_url"), topic, thing, set(), service_on(topic, thing)), told


async def test_who_shows_what_the_broker_asks_for_sends_and_hears_over_tls(shown: tuple[Stage, Any]) -> None:
    stage, told = shown
    async with stage.run("worker", "relay", **told) as service:
        await eventually(service.broker_trouble, None)
        for _ in range(3):
            await stage.tell(service, "thing")
        await eventually(lambda: stage.effects(service, "thing"), [1, 2, 3])


@pytest.mark.parametrize(
    ("way", "part", "wrong", "said"),
    [
        ("password", "all", {"kafka_ca_file": "{theirs}"}, ("unable to get local issuer certificate", TRUST)),
        ("password", "relay", {"kafka_url": "localhost:{port}"}, ("not valid for 'localhost'", TRUST)),
        ("password", "worker", {"kafka_password": "wrong"}, REFUSED),
        ("password", "relay", {"kafka_password": "wrong"}, REFUSED),
        ("password", "all", {"kafka_user": "stranger"}, REFUSED),
        (
            "password",
            "worker",
            {"kafka_mechanism": "PLAIN"},
            ("the broker does not know this way to log in", "set KAFKA_MECHANISM to one it offers"),
        ),
        ("password", "all", {"kafka_security": "PLAINTEXT"}, ENDED),
        ("password", "worker", {"kafka_security": "SASL_PLAINTEXT"}, ENDED),
        ("password", "relay", {"kafka_security": "SSL"}, ENDED),
        (
            "certificate",
            "all",
            {"kafka_certificate_file": None, "kafka_key_file": None},
            ("the broker asks for a certificate", "set KAFKA_CERTIFICATE_FILE and KAFKA_KEY_FILE"),
        ),
        (
            "certificate",
            "relay",
            {"kafka_certificate_file": "{forged}", "kafka_key_file": "{key}"},
            ("the broker does not accept our certificate", SIGNED),
        ),
        ("password", "worker", {}, (missing(catalog.topics()), "create them as docs/topics.md lists them")),
        (
            "certificate",
            "relay",
            {},
            (missing([*catalog.publishes, *catalog.dead_letters]), "create them as docs/topics.md lists them"),
        ),
    ],
)
async def test_who_is_not_let_in_or_misses_topics_waits_not_ready_and_says_why_in_one_line(
    house: House,
    start: Start,
    new_database: Any,
    way: str,
    part: str,
    wrong: dict[str, str | None],
    said: tuple[str, str],
) -> None:
    held = {
        "theirs": house.theirs.file,
        "port": house.kafka.port,
        "forged": house.forged.certificate,
        "key": house.forged.key,
    }
    told = getattr(house, way) | {name: value and value.format(**held) for name, value in wrong.items()}
    url = told.pop("kafka_url")
    given = {name.upper(): value for name, value in told.items() if value is not None}
    service = start(await new_database(catalog), url, part, **given)
    cause, remedy = await service.settled("broker")
    assert said[0] in cause
    assert remedy.startswith(said[1])
    for _ in range(20):
        assert await service.trouble("broker") == (cause, remedy)
    assert service.complaints == [(cause, remedy)]
