"""What the notification service can be told by its environment."""

from typing import Annotated, Literal, Self

from cryptography.fernet import Fernet
from pydantic import AfterValidator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.settings import ServiceSettings
from notification.application.documents import House
from notification.application.letter import Addresses


def _is_fernet_key(given: str) -> str:
    try:
        Fernet(given)
    except ValueError:
        raise ValueError("is no Fernet key: 32 random bytes in URL-safe Base64") from None
    return given


class SealSettings(BaseSettings):
    """What units of work need where no application is at hand."""

    model_config = SettingsConfigDict(extra="ignore")

    token_key: Annotated[str, AfterValidator(_is_fernet_key)]
    """Fernet key under which link tokens are kept until their mail is sent, and webhooks' secrets: 32 random bytes in
    URL-safe Base64 (`openssl rand -base64 32`, with `-_` for `+/`). Who loses it loses what it sealed."""


class Settings(SealSettings, ServiceSettings):
    http_port: int = 8005
    linger_ms: float = 50
    public_url: str = "http://127.0.0.1:8000"
    """Where links in mails lead: the portal."""
    smtp_host: str = "127.0.0.1"
    """The mail server that takes our mails."""
    smtp_port: int = 8026
    """Its port."""
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    """`starttls` or `tls` for anything but development."""
    smtp_user: str = ""
    """Where the mail server wants a login; not without `smtp_tls`."""
    smtp_password: str = ""
    """Of `smtp_user`."""
    smtp_connections: int = 4
    """Mails sent at the same time."""
    smtp_timeout: float = 10
    """Seconds for each answer of the mail server."""
    claim_seconds: float = 20
    """A sender that was killed delays what it was about to send by so much."""
    webhook_local: bool = False
    """Webhooks may lead into our own network, and over http: for development only."""
    webhook_timeout: float = 10
    """Seconds that an endpoint has to take a delivery."""
    webhook_connections: int = 20
    """Endpoints that are told at the same time."""
    webhook_retry_seconds: tuple[float, ...] = (5, 60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    """Pauses between the tries of a delivery, three days altogether."""
    webhook_disable_days: float = 5
    """A webhook whose tries have all failed for so long is disabled."""
    webhook_overlap_hours: float = 24
    """So long an earlier secret signs as well after a rotation."""
    sender: str = "Trunkline <bestellung@carrier.example>"
    """From whom mails are."""
    house_name: str = "Trunkline"
    """The carrier, as mails and documents name it."""
    house_address: str = "Musterallee 1, 50667 Köln"
    """Its address on documents."""
    house_contact: str = "auftrag@carrier.example"
    """Whom customers may write to."""
    form_return_address: str = "portierung@carrier.example"
    """Where signed porting forms go (PORT-4); the same setting as porting's."""

    @model_validator(mode="after")
    def _keeps_its_login(self) -> Self:
        if self.smtp_user and not self.smtp_password:
            raise ValueError("SMTP_USER logs in: set SMTP_PASSWORD")
        if self.smtp_user and self.smtp_tls == "none":
            raise ValueError("SMTP_PASSWORD would travel in the clear: set SMTP_TLS to starttls or tls")
        return self

    @property
    def house(self) -> House:
        return House(self.house_name, self.house_address, self.house_contact, self.form_return_address)

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.public_url.rstrip("/"), self.form_return_address)
