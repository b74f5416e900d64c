"""A real broker as clusters have it: TLS everywhere, and whoever calls shows a password or a certificate."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack.kafka import CLUSTER, Kafka
from tests.chassis.certificates import Authority

USERS = {"catalog": "right", "probe": "right"}


@dataclass(frozen=True, slots=True)
class TlsKafka(Kafka):
    """Asks for a password (SCRAM-SHA-512) at `port`, for a certificate at `certificate_port`."""

    certificate_port: int = 0

    @property
    def by_certificate(self) -> str:
        return f"{self.host}:{self.certificate_port}"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "server.properties").write_text(self._properties(), encoding="utf-8")
        users = [f"--add-scram=SCRAM-SHA-512=[name={name},password={word}]" for name, word in USERS.items()]
        where = ["-t", CLUSTER, "-c", str(self.folder / "server.properties")]
        format_it = [*self._java(), "kafka.tools.StorageTool", "format", *where, *users]
        subprocess.run(format_it, check=True, stdout=subprocess.DEVNULL)

    def _properties(self) -> str:
        opened = f"PLAINTEXT://{self.bind}:{self.port}", f"PLAINTEXT://{self.host}:{self.port}"
        closed = [
            f"SASL_SSL://{host}:{self.port},SSL://{host}:{self.certificate_port}" for host in (self.bind, self.host)
        ]
        told = Kafka._properties(self)
        for before, after in zip(opened, closed, strict=True):
            told = told.replace(before, after)
        return (
            told.replace("listener.name=PLAINTEXT", "listener.name=SSL")
            + f"""\
listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
ssl.keystore.type=PEM
ssl.keystore.location={self.folder / "broker.pem"}
ssl.truststore.type=PEM
ssl.truststore.location={self.folder / "ours-ca.crt"}
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""
        )


def certified(folder: Path) -> Authority:
    """The broker's own certificate, of the authority that its clients need theirs from."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(folder, "ours")
    authority.sign("broker")
    return authority
