"""The rights that the chart gives each service, on a real broker that asks for a password and believes in rights."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.protocol.admin import CreateAclsRequest

import cart.main
import catalog.main
import notification.main
import portal.main
import porting.main
import provisioning.main
from chassis.broker import BrokerSettings, parse_security, security_of
from chassis.topics import create_topics
from contracts.envelope import Topic
from contracts.readers import dead_letter_topics
from contracts.registry import all_topics
from devstack.kafka import Kafka
from devstack.programs import free_ports
from tests.deploy.generated import CHART
from tests.waiting import eventually

MAINS = (catalog.main, cart.main, provisioning.main, porting.main, notification.main, portal.main)
SERVICES: dict[str, Any] = {main.service.name: main.service for main in MAINS}
RIGHTS = yaml.safe_load((CHART / "files" / "topics.yaml").read_text(encoding="utf-8"))["services"]
TOPIC, GROUP = 2, 3
READ, WRITE, DESCRIBE = 3, 4, 8
LITERAL, ALLOW = 3, 3
"""Kafka's numbers for these, in its protocol."""


class GuardedKafka(Kafka):
    """Who has no right has none; each user's password is the name."""

    def _properties(self) -> str:
        users = " ".join(f'user_{name}="{name}"' for name in ("admin", *SERVICES))
        open_to_all = Kafka._properties(self)
        return (
            open_to_all.replace("PLAINTEXT://", "SASL_PLAINTEXT://").replace("name=PLAINTEXT", "name=SASL_PLAINTEXT")
            + "listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT\n"
            + "sasl.enabled.mechanisms=PLAIN\nsasl.mechanism.inter.broker.protocol=PLAIN\n"
            + "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
            + "super.users=User:admin;User:ANONYMOUS\n"
            + "listener.name.sasl_plaintext.plain.sasl.jaas.config="
            + "org.apache.kafka.common.security.plain.PlainLoginModule required "
            + f'username="admin" password="admin" {users};\n'
        )


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, controller = free_ports(2)
    kafka = GuardedKafka(tmp_path_factory.mktemp("kafka"), port, controller)
    process = kafka.start()
    asyncio.run(furnish(kafka.url))
    yield kafka.url
    process.kill()
    process.wait()


def shown(user: str) -> dict[str, str]:
    return {
        "kafka_security": "SASL_PLAINTEXT",
        "kafka_mechanism": "PLAIN",
        "kafka_user": user,
        "kafka_password": user,
    }


def options(url: str, user: str) -> dict[str, Any]:
    settings: dict[str, Any] = {"kafka_url": url, **shown(user)}
    return {"bootstrap_servers": url, **parse_security(security_of(BrokerSettings(**settings)))}


async def furnish(url: str) -> None:
    """All topics, and the rights as the chart has them for Strimzi."""
    settings: dict[str, Any] = {"kafka_url": url, **shown("admin")}
    security = security_of(BrokerSettings(**settings))
    await create_topics(url, [*all_topics(), *dead_letter_topics()], security=security)
    admin = AIOKafkaAdminClient(**options(url, "admin"))
    await admin.start()
    for user in SERVICES:
        may = RIGHTS[user]
        rights = [(TOPIC, name, what) for name in may["writes"] for what in (DESCRIBE, WRITE)]
        rights += [(TOPIC, name, what) for name in may["reads"] for what in (DESCRIBE, READ)]
        rights += [(GROUP, name, what) for name in may["groups"] for what in (DESCRIBE, READ)]
        for kind, name, what in rights:
            await admin._send_to_controller(CreateAclsRequest(kind, name, LITERAL, f"User:{user}", "*", what, ALLOW))
    await admin.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_with_its_rights_a_service_hears_all_it_listens_to_and_says_all_it_publishes(
    guarded: str, name: str
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    running, stopping = SERVICES[name].open(database_url=nowhere, kafka_url=guarded, **shown(name)), asyncio.Event()
    consuming = asyncio.create_task(running.consume(stopping))
    await eventually(running.broker_trouble, None)
    stopping.set()
    await consuming
    async with AIOKafkaProducer(**options(guarded, name), enable_idempotence=False, acks="all") as producer:
        for topic in RIGHTS[name]["writes"]:
            await producer.send_and_wait(topic, b"{}", key=b"key")


async def test_who_may_make_no_topics_is_told_so(guarded: str) -> None:
    settings: dict[str, Any] = {"kafka_url": guarded, **shown("portal")}
    with pytest.raises(TopicAuthorizationFailedError, match=r"new\.topic\.v1"):
        await create_topics(guarded, [Topic("new.topic.v1")], security=security_of(BrokerSettings(**settings)))


async def test_the_portal_can_neither_write_a_link_nor_know_of_its_topic(guarded: str) -> None:
    async with AIOKafkaProducer(**options(guarded, "portal"), enable_idempotence=False) as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("ordering.quote-link.v1", b"{}")
    admin = AIOKafkaAdminClient(**options(guarded, "portal"))
    await admin.start()
    known = set(await admin.list_topics())
    await admin.close()
    assert "ordering.order.v1" in known
    assert not known & {"ordering.quote-link.v1", "provisioning.fiber-link.v1"}
