"""Secrets that prove who somebody is. Only their hashes are stored."""

import hashlib
import hmac
import secrets
import zlib

_TOKEN_PREFIX = "pulse_"  # what secret scanners look for, not a secret


def new_sign_in() -> str:
    """The value of a session's cookie: 256 bits."""
    return secrets.token_urlsafe(32)


def new_personal_token() -> str:
    """A personal access token: a prefix, 256 bits, and a checksum by which scanners know one."""
    body = secrets.token_hex(32)
    return f"{_TOKEN_PREFIX}{body}{zlib.crc32(body.encode()):08x}"


def is_personal_token(secret: str) -> bool:
    """Whether it has the form of one, checksum included: everything else needs no look into the database."""
    if not secret.startswith(_TOKEN_PREFIX) or len(secret) != len(_TOKEN_PREFIX) + 72 or not secret.isascii():
        return False
    body, checksum = secret[len(_TOKEN_PREFIX) : -8], secret[-8:]
    return f"{zlib.crc32(body.encode()):08x}" == checksum


def digest(secret: str) -> bytes:
    """What is stored of a secret with enough randomness to need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_token(sign_in: str) -> str:
    """Bound to the session: who cannot read the cookie cannot know it."""
    return hmac.new(sign_in.encode(), b"csrf", "sha256").hexdigest()
