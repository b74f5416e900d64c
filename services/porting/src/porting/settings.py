"""What the porting service can be told by its environment."""

from functools import cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.settings import ServiceSettings
from porting.application.ports import Terms
from porting.domain.deadlines import Rules
from porting.domain.ids import CarrierCode, PortingCarrier


class PortingSettings(BaseSettings):
    """The trade's own settings; values of `Rules` are one carrier's (?) and differ between carriers."""

    model_config = SettingsConfigDict(extra="ignore")

    own_carrier: str = "DEU.TRUNK"
    own_porting_carrier: str = "D0A1"
    carriers_file: Path | None = None
    """TOML list of the electronic carriers; the one that ships with us is invented."""
    hold_seconds: float = 5.0
    """So long a message can still be stopped by order management."""
    assignment_minutes: int = 30
    form_return_address: str = "portierung@carrier.example"
    answer_days: int = 3
    take_over_days: int = 8
    ahead_with_end: int = 7
    ahead_numbers_only: int = 1
    confirmed_ahead_with_end: int = 5
    confirmed_ahead_numbers_only: int = 1
    farthest_days: int = 180
    odd_after_days: int = 10
    new_ahead_days: int = 7
    change_ahead_days: int = 3
    confirmed_warn_days: int = 7
    warn_days: int = 1
    paper_date_days: int = 5
    clearing_days: int = 3
    form_reminder_days: int = 5
    """So often a missing signed form is asked for; after `form_reminders` times a person is."""
    form_reminders: int = 3

    @property
    def terms(self) -> Terms:
        return Terms(
            own_carrier=str(CarrierCode(self.own_carrier)),
            own_porting_carrier=PortingCarrier(self.own_porting_carrier),
            hold_seconds=self.hold_seconds,
            assignment_minutes=self.assignment_minutes,
            return_to=self.form_return_address,
            rules=Rules(
                self.answer_days,
                self.take_over_days,
                self.ahead_with_end,
                self.ahead_numbers_only,
                self.confirmed_ahead_with_end,
                self.confirmed_ahead_numbers_only,
                self.farthest_days,
                self.odd_after_days,
                self.new_ahead_days,
                self.change_ahead_days,
                self.confirmed_warn_days,
                self.warn_days,
                self.paper_date_days,
                self.clearing_days,
                self.form_reminder_days,
                self.form_reminders,
            ),
        )


class Settings(PortingSettings, ServiceSettings):
    http_port: int = 8004
    linger_ms: float = 20
    scanner_host: str | None = None
    """A clamd; None checks no file for viruses."""
    scanner_port: int = 3310


@cache
def porting_settings() -> PortingSettings:
    """Read once a process; units of work need them where no application is at hand."""
    return PortingSettings()
