"""How the broker is reached: in the clear as in development, or by TLS, with a user's password or a certificate."""

import ssl
from typing import Literal, Self

from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import Field, FilePath, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

import chassis.connection  # noqa: F401 - makes aiokafka's connections ours

__all__ = ["BrokerSettings", "parse_security", "security_of"]

PASSWORDS = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


class BrokerSettings(BaseSettings):
    """Environment names are the field names in upper case."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    kafka_url: str = Field(pattern=r"^[^\s,/]+:\d+(,[^\s,/]+:\d+)*$")
    """The brokers to begin with: `host:port,host:port`."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """Kafka's own words for: in the clear, TLS, a password in the clear, a password over TLS."""
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How the password is shown; counts where `kafka_security` begins with SASL."""
    kafka_user: str = ""
    """Whom the broker knows us as."""
    kafka_password: str = ""
    """Of `kafka_user`."""
    kafka_ca_file: FilePath | None = None
    """Who may have signed the broker's certificate (PEM); None: whom this machine trusts."""
    kafka_certificate_file: FilePath | None = None
    """Our own certificate (PEM), where the broker knows its clients by theirs; with `kafka_key_file`."""
    kafka_key_file: FilePath | None = None
    """The private key of that certificate (PEM)."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.kafka_security.startswith("SASL") and not (self.kafka_user and self.kafka_password):
            raise ValueError("KAFKA_SECURITY asks for a user: set KAFKA_USER and KAFKA_PASSWORD")
        if (self.kafka_certificate_file is None) != (self.kafka_key_file is None):
            raise ValueError("set KAFKA_CERTIFICATE_FILE and KAFKA_KEY_FILE together, or neither")
        return self


def security_of(settings: BrokerSettings) -> BaseSecurity:
    """For FastStream; `parse_security` makes aiokafka's options of it."""
    secret = settings.kafka_security in ("SSL", "SASL_SSL")
    context = _context(settings) if secret else None
    if not settings.kafka_security.startswith("SASL"):
        return BaseSecurity(ssl_context=context, use_ssl=secret)
    return PASSWORDS[settings.kafka_mechanism](
        settings.kafka_user, settings.kafka_password, ssl_context=context, use_ssl=secret
    )


def _context(settings: BrokerSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.kafka_ca_file)
    if settings.kafka_certificate_file is not None:
        context.load_cert_chain(settings.kafka_certificate_file, settings.kafka_key_file)
    return context
