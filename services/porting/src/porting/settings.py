"""What the porting service can be told by its environment."""

from functools import cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.settings import ServiceSettings
from porting.application.ports import Terms
from porting.domain.deadlines import Rules
from porting.domain.ids import CarrierCode, PortingCarrier

USUAL = Rules()
"""One carrier's values; they differ between carriers."""


class PortingSettings(BaseSettings):
    """The trade's own settings."""

    model_config = SettingsConfigDict(extra="ignore")

    own_carrier: str = "DEU.TRUNK"
    """Our carrier code in WBCI messages."""
    own_porting_carrier: str = "D0A1"
    """Our porting code (PKI), for which numbers are ported to us."""
    carriers_file: Path | None = None
    """TOML list of the electronic carriers; the one that ships with us is invented."""
    hold_seconds: float = 5.0
    """So long a message can still be stopped by order management."""
    assignment_minutes: int = 30
    """So long after its window has opened a porting may lack provisioning's answer before a person is asked."""
    form_return_address: str = "portierung@carrier.example"
    """Where signed forms go (PORT-4); the same setting as notification's."""
    answer_days: int = USUAL.answer_days
    """Working days that a donor has to answer a pre-agreement."""
    take_over_days: int = USUAL.take_over_days
    """So many working days before the change date AKM-TR is due."""
    ahead_with_end: int = USUAL.ahead_with_end
    """Least working days from the asking to the wished day where the donor's contract ends; cart's setting as well."""
    ahead_numbers_only: int = USUAL.ahead_numbers_only
    """The same where numbers only move; cart's setting as well."""
    confirmed_ahead_with_end: int = USUAL.confirmed_ahead_with_end
    """A confirmed day nearer than so many working days is looked at by a person; where the contract ends."""
    confirmed_ahead_numbers_only: int = USUAL.confirmed_ahead_numbers_only
    """The same where numbers only move."""
    farthest_days: int = USUAL.farthest_days
    """No change date lies farther ahead, in days; cart's setting as well."""
    odd_after_days: int = USUAL.odd_after_days
    """A donor's day that lies so many working days after the wished one is looked at by a person."""
    new_ahead_days: int = USUAL.new_ahead_days
    """So many working days before the change date a new pre-agreement is due after STR-AEN."""
    change_ahead_days: int = USUAL.change_ahead_days
    """So many working days before the change date a change or cancellation must reach the donor."""
    confirmed_warn_days: int = USUAL.confirmed_warn_days
    """Where a contract ends, a change date nearer than so many working days is possible, yet shown as tight."""
    warn_days: int = USUAL.warn_days
    """So many working days before a deadline people are warned."""
    paper_date_days: int = USUAL.paper_date_days
    """Working days that a paper carrier has to name the date."""
    clearing_days: int = USUAL.clearing_days
    """Working days in which a clearing case should be settled."""
    form_reminder_days: int = USUAL.reminder_days
    """So often a missing signed form is asked for; after `form_reminders` times a person is."""
    form_reminders: int = USUAL.reminders
    """How often, see `form_reminder_days`."""

    @property
    def terms(self) -> Terms:
        return Terms(
            own_carrier=str(CarrierCode(self.own_carrier)),
            own_porting_carrier=PortingCarrier(self.own_porting_carrier),
            hold_seconds=self.hold_seconds,
            assignment_minutes=self.assignment_minutes,
            return_to=self.form_return_address,
            rules=Rules(
                answer_days=self.answer_days,
                take_over_days=self.take_over_days,
                ahead_with_end=self.ahead_with_end,
                ahead_numbers_only=self.ahead_numbers_only,
                confirmed_ahead_with_end=self.confirmed_ahead_with_end,
                confirmed_ahead_numbers_only=self.confirmed_ahead_numbers_only,
                farthest_days=self.farthest_days,
                odd_after_days=self.odd_after_days,
                new_ahead_days=self.new_ahead_days,
                change_ahead_days=self.change_ahead_days,
                confirmed_warn_days=self.confirmed_warn_days,
                warn_days=self.warn_days,
                paper_date_days=self.paper_date_days,
                clearing_days=self.clearing_days,
                reminder_days=self.form_reminder_days,
                reminders=self.form_reminders,
            ),
        )


class Settings(PortingSettings, ServiceSettings):
    http_port: int = 8004
    linger_ms: float = 20
    scanner_host: str | None = None
    """A clamd; None checks no file for viruses."""
    scanner_port: int = 3310
    """Its port."""


@cache
def porting_settings() -> PortingSettings:
    """Read once a process; units of work need them where no application is at hand."""
    return PortingSettings()
