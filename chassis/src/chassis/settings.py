"""What every service can be told by its environment."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, FilePath

from chassis.broker import BrokerSettings


class TrustedIssuer(BaseModel):
    """Whose signed tokens are believed: its name, our name there, and where its public keys are."""

    model_config = ConfigDict(extra="forbid")

    issuer: str
    """As its tokens name it (`iss`)."""
    audience: str
    """As its tokens name us (`aud`)."""
    jwks_url: str | None = None
    """Where its public keys are fetched, and fetched again when an unknown key signs."""
    jwks_file: FilePath | None = None
    """Its public keys as a file, instead of an address."""
    links: bool = False
    """Tokens of this issuer were exchanged for a mailed link, and give only the rights named in them."""


class ServiceSettings(BrokerSettings):
    """Environment names are the field names in upper case."""

    database_url: str = Field(pattern="^postgresql://")
    """The service's own database: `postgresql://user:password@host:port/name`."""
    http_host: str = "127.0.0.1"
    """Where it listens."""
    http_port: int = 8000
    """HTTP of the service, with /health and /metrics."""
    health_port: int | None = None
    """Where a worker or relay by itself answers /health and /metrics; None: nowhere, beside others on a machine."""
    drain_seconds: float = 0
    """So long it goes on answering when told to end, not ready and ending each connection with its answer: as long as
    a balancer takes to notice. Nought where none is before it."""
    trusted_issuers: list[TrustedIssuer] = Field(default=[])
    """Whose tokens are believed: a JSON list of objects with `issuer`, `audience`, `jwks_url` or `jwks_file`, and
    `links` (true for the tokens that mailed links are exchanged for)."""
    staff_roles: frozenset[str] = frozenset({"order_management", "administrator"})
    """Roles that see and touch what belongs to anybody (a JSON list)."""
    machine_key_file: FilePath | None = None
    """Private key (JWK) that signs the service's own calls to other services."""
    machine_issuer: str = "machines"
    """By which name it signs them."""
    machine_audience: str = "trunkline"
    """For whom it signs them."""
    instance: str | None = None
    """A name that stays the same over restarts (static group membership); None where host names don't."""
    lanes: int = Field(default=1, ge=1)
    """Relays that send beside each other, each its share of the keys; the order of a key stays."""
    pool_size: int = Field(default=10, ge=1)
    """Connections to the database at most, besides one a relay."""
    max_body_bytes: int = 1 << 20
    """Larger requests are answered 413."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least urgent line that is written."""
    log_format: Literal["json", "console"] = "json"
    """`json` for machines, `console` for people."""
    inbox_days: int = Field(default=14, ge=1)
    """How long ids of handled messages and Idempotency-Keys are kept; longer than a topic's retention."""
    batch_size: int = Field(default=500, ge=1)
    """Messages handled in one transaction at most."""
    linger_ms: float = 0
    """So long a batch of messages waits for more; who isn't waited for shares his work among them."""
    handler_attempts: int = Field(default=3, ge=1)
    """Tries of a message that fails by itself, before it becomes a dead letter."""
    retry_budget_seconds: float = 60.0
    """So long a message that asks for another try, or whose database is away, holds its partition up."""
    otel_exporter_otlp_endpoint: str | None = None
    """Switches traces on: the address of an OpenTelemetry collector (OTLP over HTTP, such as `http://collector:4318`)."""
