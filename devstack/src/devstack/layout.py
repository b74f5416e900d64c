"""Where everything of a development stack is: folder, addresses, ports. Settings come from the environment."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

SERVICES = ("catalog", "cart", "provisioning", "porting", "notification", "portal")
"""Started with `python -m NAME all`; each has a database and a role of its name."""
OFFSETS = {
    "portal": 0,
    "catalog": 1,
    "cart": 2,
    "provisioning": 3,
    "porting": 4,
    "notification": 5,
    "login": 9,
    "mailbox": 25,
    "smtp": 26,
    "crm": 90,
    "donor": 91,
    "kafka": 92,
    "kafka controller": 93,
    "postgres": 94,
    "prometheus": 95,
    "control-room": 99,
}
"""Added to the base port, 8000 unless TRUNKLINE_PORT_BASE says otherwise."""
CRM_SECRET = "whsec_ZGV2ZWxvcG1lbnQtb25seQ=="  # noqa: S105 - clusters set their own
"""With which the portal's webhook takes the CRM's messages, to try it out."""
SECRETS = {
    "CRM_WEBHOOK_SECRETS": json.dumps([CRM_SECRET]),
    "LOGIN_CLIENT_SECRET": "portal-of-a-development-stack",
    "SESSION_SECRET": "for development only: everybody can read it here",
    "TOKEN_KEY": "ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM=",
}
"""What services have no default for, because everybody could read it here."""


def _text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def _given(services: tuple[str, ...]) -> dict[str, str]:
    """By name, where a variable such as CART_URL says where it is."""
    found = {name: os.environ.get(_variable(name), "").rstrip("/") for name in services}
    return {name: url for name, url in found.items() if url}


def _variable(service: str) -> str:
    return f"{service.upper()}_URL"


@dataclass(frozen=True)
class Layout:
    """`bind` is where programs listen, `host` what others are told to connect to. What is given runs elsewhere."""

    data: Path = field(default_factory=lambda: Path(_text("TRUNKLINE_DATA", ".run")).resolve())
    bind: str = field(default_factory=lambda: _text("TRUNKLINE_BIND", "127.0.0.1"))
    host: str = field(default_factory=lambda: _text("TRUNKLINE_HOST", "127.0.0.1"))
    base: int = field(default_factory=lambda: int(_text("TRUNKLINE_PORT_BASE", "8000")))
    kafka_given: str | None = field(default_factory=lambda: os.environ.get("KAFKA_URL") or None)
    database_given: str | None = field(default_factory=lambda: os.environ.get("DATABASE_URL") or None)
    services_given: dict[str, str] = field(default_factory=lambda: _given(SERVICES))

    def port(self, name: str) -> int:
        return self.base + OFFSETS[name]

    def url(self, name: str) -> str:
        return self.services_given.get(name) or f"http://{self.host}:{self.port(name)}"

    @property
    def own_services(self) -> tuple[str, ...]:
        """Those that this stack starts, and whose databases it migrates."""
        return tuple(name for name in SERVICES if name not in self.services_given)

    @property
    def kafka_url(self) -> str:
        return self.kafka_given or f"{self.host}:{self.port('kafka')}"

    @property
    def database_server(self) -> str:
        """A superuser's URL."""
        return self.database_given or f"postgresql://postgres@127.0.0.1:{self.port('postgres')}/postgres"

    def database_of(self, service: str) -> str:
        """The service's own database, as its own role."""
        address = self.database_server.split("@", 1)[-1].split("/", 1)[0]
        return f"postgresql://{service}:{service}@{address}/{service}"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def agreements_mark(self) -> Path:
        """There once the demo agreements are placed."""
        return self.data / "demo-agreements"

    @property
    def environment(self) -> dict[str, str]:
        """What a program of the stack needs to find the same layout by itself."""
        return {
            "TRUNKLINE_DATA": str(self.data),
            "TRUNKLINE_BIND": self.bind,
            "TRUNKLINE_HOST": self.host,
            "TRUNKLINE_PORT_BASE": str(self.base),
            "KAFKA_URL": self.kafka_given or "",
            "DATABASE_URL": self.database_given or "",
            **{_variable(name): self.services_given.get(name, "") for name in SERVICES},
        }

    def environment_of(self, service: str) -> dict[str, str]:
        """What a service is told besides its defaults."""
        issuers = [
            {"issuer": self.url("login"), "audience": "portal", "jwks_url": f"{self.url('login')}/jwks"},
            {"issuer": "machines", "audience": "trunkline", "jwks_file": str(self.keys / "machines.jwks")},
            {"issuer": "links", "audience": "trunkline", "jwks_file": str(self.keys / "links.jwks"), "links": True},
        ]
        return {
            "DATABASE_URL": self.database_of(service),
            "KAFKA_URL": self.kafka_url,
            "HTTP_HOST": self.bind,
            "HTTP_PORT": str(self.port(service)),
            "INSTANCE": "1",
            "TRUSTED_ISSUERS": json.dumps(issuers),
            "MACHINE_KEY_FILE": str(self.keys / "machines.jwk"),
            "LINK_KEY_FILE": str(self.keys / "links.jwk"),
            "PUBLIC_URL": self.url("portal"),
            "WEBHOOK_LOCAL": "1",
            "SMTP_PORT": str(self.port("smtp")),
            "LOGIN_ISSUER": self.url("login"),
            "AUTHLIB_INSECURE_TRANSPORT": "1",
            **SECRETS,
            "POOL_FILE": str(Path(__file__).parent / "data" / "number-pool.csv"),
            **{_variable(name): self.url(name) for name in SERVICES},
        }
