"""What every service can be told by its environment."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic_settings import BaseSettings

from chassis.broker import BrokerSettings


class TrustedIssuer(BaseModel):
    """Whose signed tokens are believed: its name, our name there, and where its public keys are."""

    model_config = ConfigDict(extra="forbid")

    issuer: str
    audience: str
    jwks_url: str | None = None
    jwks_file: Path | None = None
    links: bool = False
    """Tokens of this issuer were exchanged for a mailed link, and give only the rights named in them."""


class ServiceSettings(BrokerSettings, BaseSettings):
    """Environment names are the field names in upper case."""

    database_url: str
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    health_port: int | None = None
    """Where a worker or relay by itself answers /health and /metrics; None: nowhere, beside others on a machine."""
    trusted_issuers: list[TrustedIssuer] = []
    staff_roles: frozenset[str] = frozenset({"order_management", "administrator"})
    machine_key_file: Path | None = None
    machine_issuer: str = "machines"
    machine_audience: str = "trunkline"
    instance: str | None = None
    """A name that stays the same over restarts (static group membership); None where host names don't."""
    lanes: int = 1
    pool_size: int = 10
    max_body_bytes: int = 1 << 20
    log_level: str = "INFO"
    log_format: Literal["json", "console"] = "json"
    inbox_days: int = 14
    batch_size: int = 500
    linger_ms: float = 0
    """So long a batch of messages waits for more; who isn't waited for shares his work among them."""
    handler_attempts: int = 3
    retry_budget_seconds: float = 60.0
    otel_exporter_otlp_endpoint: str | None = None
