"""Authorities, and certificates signed by them, for an hour."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM; `both` holds key and certificate, as Java wants them."""

    certificate: Path
    key: Path
    both: Path


class Authority:
    """`file` is what those name as CA who believe it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._key = folder, _named(name), generate_private_key(SECP256R1())
        self.file = folder / f"{name}-ca.crt"
        made = _begun(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.file.write_bytes(made.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def sign(self, name: str) -> Certificate:
        """For `name`, and for this machine by its number only."""
        key = generate_private_key(SECP256R1())
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = _begun(_named(name), self._name, key).add_extension(here, critical=False).sign(self._key, SHA256())
        found = Certificate(*(self._folder / f"{name}.{ending}" for ending in ("crt", "key", "pem")))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        found.certificate.write_bytes(made.public_bytes(Encoding.PEM))
        found.key.write_bytes(secret)
        found.both.write_bytes(secret + made.public_bytes(Encoding.PEM))
        return found


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
    )
