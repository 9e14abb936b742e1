"""A Redis that speaks TLS alone, and certificates made for the moment."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.redis_servers import TcpRedis


class Authority:
    """Signs certificates; who trusts it names `certificate`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        itself = _draft(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.certificate = folder / f"{name}.crt"
        self.certificate.write_bytes(_pem(itself.sign(self._key, hashes.SHA256())))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for 127.0.0.1, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        draft = _draft(_named(name), self._name, key).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        certificate, key_file = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        certificate.write_bytes(_pem(draft.sign(self._key, hashes.SHA256())))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate, key_file


class TlsRedis(TcpRedis):
    """Shows a certificate of `authority`, and asks for none."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self._authority = authority
        certificate, key = authority.issue("redis")
        super().__init__(
            folder,
            *("--tls-cert-file", str(certificate), "--tls-key-file", str(key)),
            *("--tls-ca-cert-file", str(authority.certificate), "--tls-auth-clients", "no"),
        )
        self._options = (*self._options, "--tls-port", self.port, "--port", 0)

    @property
    def url(self) -> str:
        return self.url_trusting(self._authority)

    def url_trusting(self, authority: Authority) -> str:
        return f"rediss://127.0.0.1:{self.port}?ssl_ca_certs={authority.certificate}"

    def ask(self, *command: str | int) -> Any:
        with redis.Redis.from_url(self.url, socket_timeout=2, decode_responses=True) as client:
            return client.execute_command(*command)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _draft(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
