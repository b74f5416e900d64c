"""What the cart service can be told by its environment."""

from functools import cache

from pydantic import FilePath
from pydantic_settings import BaseSettings, SettingsConfigDict

from cart.domain.porting_days import PortingRules
from chassis.settings import ServiceSettings

USUAL = PortingRules()
"""One carrier's values; they differ between carriers."""


class PortingRuleSettings(BaseSettings):
    """By which days portings are sold. Those that porting has as well are the same settings as porting's."""

    model_config = SettingsConfigDict(extra="ignore")

    farthest_days: int = USUAL.farthest_days
    """No change date lies farther ahead, in days; the same setting as porting's."""
    ahead_with_end: int = USUAL.ahead_with_end
    """Least working days to the wished day where the donor's contract ends; the same setting as porting's."""
    ahead_numbers_only: int = USUAL.ahead_numbers_only
    """The same where numbers only move; the same setting as porting's."""
    comfortable_with_end: int = USUAL.comfortable_with_end
    """Where a contract ends, a wished day nearer than so many working days is possible, yet warned of as tight."""

    @property
    def porting_rules(self) -> PortingRules:
        return PortingRules(
            farthest_days=self.farthest_days,
            ahead_with_end=self.ahead_with_end,
            ahead_numbers_only=self.ahead_numbers_only,
            comfortable_with_end=self.comfortable_with_end,
        )


class Settings(PortingRuleSettings, ServiceSettings):
    http_port: int = 8002
    linger_ms: float = 5
    provisioning_url: str = "http://127.0.0.1:8003"
    """Who is asked whether an address fits and numbers are free."""
    feasibility_seconds: float = 5.0
    """After that nothing is ordered, and the answer is 503; after a quarter of it another one is asked too."""
    link_key_file: FilePath | None = None
    """Private key (JWK) that signs the tokens exchanged for mailed links."""
    link_issuer: str = "links"
    """By which name these tokens are signed."""
    link_audience: str = "trunkline"
    """For whom they are signed."""
    link_token_seconds: int = 600
    """How long such a token is good."""
    link_misses: int = 20
    """Unknown links an address may try within `link_miss_seconds`. Who is behind a proxy is known by its
    X-Forwarded-For, which is believed from the addresses in FORWARDED_ALLOW_IPS."""
    link_miss_seconds: float = 60
    """See `link_misses`."""
    quote_days: int = 30
    """How long a quote can be confirmed."""
    status_link_days: int = 90
    """How long the link that confirmed still shows the order after its end."""
    first_term_months: int = 24
    """The first term of an agreement."""
    customer_numbers_from: int = 204_000
    """The first customer number given to a prospect that becomes a customer."""
    customer_numbers_to: int = 899_999
    """The last one."""


@cache
def porting_rules() -> PortingRules:
    """Read once a process; units of work need them where no application is at hand."""
    return PortingRuleSettings().porting_rules
