"""What the provisioning service can be told by its environment."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.settings import ServiceSettings
from provisioning.domain.trade_rules import TradeRules


class ProvisioningSettings(BaseSettings):
    """The trade's own settings."""

    model_config = SettingsConfigDict(extra="ignore")

    activation_lead_days: int = 3
    """Working days before the confirmed porting date (ACT-2)."""
    without_porting_days: int = 180
    """After so many days without a porting a person looks at a trunk that waits (ACT-4)."""
    wait_for_trunk_minutes: float = 10
    """So long a site waits for its trunk before a person is asked."""
    quarantine_days: float = 90
    """So long a released block rests before it is given out again (SITE-5)."""
    fiber_link_days: float = 7
    """So long a pre-registration for fiber can be confirmed; then it is forgotten (FIBER-1)."""
    fiber_from_one_address: int = 10
    """Pre-registrations an hour from one network address."""
    fiber_for_one_mailbox: int = 3
    """Pre-registrations a day for one e-mail address."""

    reservation_minutes: float = 15
    """So long a free block is kept for a customer who chooses."""
    reservations_for_one_customer: int = 10
    """So many blocks and no more are kept for a customer at a time."""

    @property
    def rules(self) -> TradeRules:
        return TradeRules(
            self.activation_lead_days,
            timedelta(days=self.without_porting_days),
            timedelta(minutes=self.wait_for_trunk_minutes),
            timedelta(days=self.quarantine_days),
            timedelta(days=self.fiber_link_days),
            self.fiber_from_one_address,
            self.fiber_for_one_mailbox,
            timedelta(minutes=self.reservation_minutes),
            self.reservations_for_one_customer,
        )


class Settings(ProvisioningSettings, ServiceSettings):
    http_port: int = 8003
    linger_ms: float = 2
    pool_file: Path | None = None
    """Number ranges to load at the start: lines of `area_code,first,last`."""


@cache
def trade_rules() -> TradeRules:
    """Read once a process; units of work need them where no application is at hand."""
    return ProvisioningSettings().rules
