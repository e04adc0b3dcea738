"""Keys and tokens as Microsoft has them, and a certificate for a server on this machine."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

ISSUER = "https://api.botframework.com"
APP_ID = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True)
class SigningKey:
    """``endorsements``: the channels that it signs for."""

    name: str
    private: rsa.RSAPrivateKey
    endorsements: tuple[str, ...] = ("msteams", "webchat")

    @property
    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA", "use": "sig", "kid": self.name, "x5t": self.name, "n": _base64(numbers.n), "e": "AQAB",
            "endorsements": [*self.endorsements],
        }  # fmt: skip

    @property
    def pem(self) -> bytes:
        public = self.private.public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@cache
def signing_key(name: str, *endorsements: str) -> SigningKey:
    made = rsa.generate_private_key(65537, 2048)
    return SigningKey(name, made, endorsements) if endorsements else SigningKey(name, made)


def claims(service_url: str, **more: Any) -> dict[str, Any]:
    """Of a token that counts; None leaves a claim out."""
    now = int(time.time())
    found = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 300, "exp": now + 3600, "serviceurl": service_url} | more
    return {name: value for name, value in found.items() if value is not None}


def signed(given: dict[str, Any], key: SigningKey, **headers: Any) -> str:
    return jwt.encode(given, key.private, algorithm="RS256", headers={"kid": key.name, **headers})


@cache
def certificate() -> bytes:
    """PEM of a key and its own certificate for 127.0.0.1: MSAL speaks https alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Handbok's tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def _base64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
