"""How a service is told to reach a broker that isn't open to everybody."""

import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from pydantic import ValidationError

from chassis.broker import BrokerSettings, parse_security, security_of


def options(**settings: Any) -> dict[str, Any]:
    return parse_security(security_of(BrokerSettings(kafka_url="broker:9093", **settings)))


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    made, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cart", "-days", "1"]
    subprocess.run([*command, "-out", made, "-keyout", key], check=True, capture_output=True)
    return made, key


def test_in_the_clear_unless_told_otherwise() -> None:
    assert options() == {"security_protocol": "PLAINTEXT", "ssl_context": None}


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_password_is_shown_by_the_mechanism_that_the_broker_knows(mechanism: Any) -> None:
    told = options(
        kafka_security="SASL_PLAINTEXT", kafka_mechanism=mechanism, kafka_user="cart", kafka_password="secret"
    )
    assert (told["security_protocol"], told["sasl_mechanism"]) == ("SASL_PLAINTEXT", mechanism)
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("cart", "secret")


def test_over_tls_only_the_named_authority_is_believed(certificate: tuple[Path, Path]) -> None:
    context = options(kafka_security="SSL", kafka_ca_file=certificate[0])["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert [dict(*one["subject"]) for one in context.get_ca_certs()] == [{"commonName": "cart"}]


async def test_the_client_takes_the_options_with_a_certificate_of_our_own(certificate: tuple[Path, Path]) -> None:
    made, key = certificate
    told = options(kafka_security="SSL", kafka_ca_file=made, kafka_certificate_file=made, kafka_key_file=key)
    AIOKafkaProducer(bootstrap_servers="broker:9093", **told)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"kafka_security": "SASL_SSL", "kafka_user": "cart"}, "KAFKA_PASSWORD"),
        ({"kafka_security": "SSL", "kafka_key_file": __file__}, "KAFKA_CERTIFICATE_FILE"),
    ],
)
def test_half_a_setting_is_refused_and_the_other_half_named(settings: Any, named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        BrokerSettings(kafka_url="broker:9093", **settings)
