"""Settings, from the environment, read once."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from realtime import redis_address


class MissingSetting(Exception):
    """The hub cannot start without this; the message says what to set."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that an operator decides.

    `origin` is the address that browsers use, as https://hub.example.org. Without one, a page may only come
    from the very host that it talks to, and cookies are Secure only behind HTTPS.
    """

    database_url: str
    redis_url: str | None
    master_key: bytes
    origin: str | None = None
    trusted_proxies: frozenset[str] = frozenset()
    demo: bool = False
    django_kinds: frozenset[str] = frozenset()
    """The kinds of channels whose events go to Django Channels on the same Redis, as `session`."""
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    log_level: str = "INFO"
    log_json: bool = True
    web_dist: Path | None = None

    @property
    def is_https(self) -> bool:
        return self.origin is not None and self.origin.startswith("https://")


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises MissingSetting."""
    try:
        database_url = env["DATABASE_URL"]
    except KeyError as error:
        raise MissingSetting("Set DATABASE_URL, as postgresql://user:password@host/pulsehub") from error
    return Settings(
        database_url=database_url,
        redis_url=_redis_url(env),
        master_key=_master_key(env),
        origin=_origin(env),
        trusted_proxies=frozenset(env.get("PULSE_TRUSTED_PROXIES", "").replace(",", " ").split()),
        demo=env.get("PULSE_DEMO") == "1",
        django_kinds=frozenset(env.get("PULSE_DJANGO_KINDS", "").replace(",", " ").split()),
        metrics_port=_port(env, "PULSE_METRICS_PORT"),
        metrics_host=env.get("PULSE_METRICS_HOST") or "127.0.0.1",
        log_level=env.get("PULSE_LOG_LEVEL", "INFO").upper(),
        log_json=env.get("PULSE_LOG_FORMAT", "json") == "json",
        web_dist=find_web_dist(),
    )


def find_web_dist() -> Path | None:
    """The built browser application: inside the installed package, else where a checkout builds it."""
    here = Path(__file__).parent
    for folder in (here / "web_dist", here.parent / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def _port(env: Mapping[str, str], name: str) -> int | None:
    text = env.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_536:
        raise MissingSetting(f"{name} is {text!r}; a port is a number from 1 to 65535.")
    return int(text)


def _redis_url(env: Mapping[str, str]) -> str | None:
    url = env.get("REDIS_URL")
    if not url:
        return None
    try:
        address = redis_address.parse(url)
    except redis_address.BadAddress as error:
        raise MissingSetting(f"REDIS_URL: {error}") from error
    if address.kind is redis_address.Kind.CLUSTER and env.get("PULSE_DJANGO_KINDS"):
        raise MissingSetting(
            "PULSE_DJANGO_KINDS needs a REDIS_URL of one server or of sentinels: "
            "Django Channels does not work on a cluster."
        )
    return url


def _origin(env: Mapping[str, str]) -> str | None:
    text = (env.get("PULSE_ORIGIN") or "").rstrip("/")
    if text and not re.fullmatch(r"https?://[^/?#@\s]+", text):
        raise MissingSetting(f"PULSE_ORIGIN is {text!r}; an origin is as https://hub.example.org.")
    return text.lower() or None


def _master_key(env: Mapping[str, str]) -> bytes:
    file = env.get("PULSE_MASTER_KEY_FILE")
    if not file:
        raise MissingSetting("Set PULSE_MASTER_KEY_FILE to a file of 32 random bytes, and keep a copy of it.")
    try:
        key = Path(file).read_bytes()
    except OSError as error:
        raise MissingSetting(f"The master key in {file} cannot be read: {error.strerror}.") from error
    if len(key) != 32:
        raise MissingSetting(f"The master key in {file} has {len(key)} bytes instead of 32.")
    return key
