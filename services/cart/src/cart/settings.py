"""What the cart service can be told by its environment."""

from pathlib import Path

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    http_port: int = 8002
    linger_ms: float = 5
    provisioning_url: str = "http://127.0.0.1:8003"
    feasibility_seconds: float = 2.0
    """After that nothing is ordered, and the answer is 503."""
    link_key_file: Path | None = None
    """Private key (JWK) that signs the tokens exchanged for mailed links."""
    link_issuer: str = "links"
    link_audience: str = "trunkline"
    link_token_seconds: int = 600
    link_misses: int = 20
    """Unknown links an address may try within `link_miss_seconds`. Who is behind a proxy is known by its
    X-Forwarded-For, which is believed from the addresses in FORWARDED_ALLOW_IPS."""
    link_miss_seconds: float = 60
    quote_days: int = 30
    status_link_days: int = 90
    first_term_months: int = 24
    customer_numbers_from: int = 204_000
    customer_numbers_to: int = 899_999
