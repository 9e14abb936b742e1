"""Where Redis is: what REDIS_URL may say, read once and in one place.

    redis://[user:password@]host[:port][/db]                              one server
    unix://[user:password@]/path[?db=0]                                   one server, on this machine
    redis+sentinel://[user:password@]host[:port][,host[:port]...]/SERVICE[/db]
    redis+cluster://[user:password@]host[:port][,host[:port]...]

`rediss` in place of `redis` speaks TLS; `?ssl_ca_certs=`, `ssl_certfile=`, `ssl_keyfile=`,
`ssl_check_hostname=no` and `ssl_cert_reqs=none` are as redis-py has them. Sentinels that ask for a password
of their own get `?sentinel_password=` (and `sentinel_username=`).
"""

import re
import ssl
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct


class BadAddress(ValueError):
    """REDIS_URL cannot be understood; the message says why, and tells no password."""


class Kind(Enum):
    """How the servers behind an address hang together."""

    SINGLE = "single"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


class Server(NamedTuple):
    """A process that speaks Redis: a host and a port, or the path of a socket and 0."""

    host: str
    port: int

    @property
    def is_socket(self) -> bool:
        return self.host.startswith("/")

    def __str__(self) -> str:
        if self.is_socket:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Login(Struct, frozen=True):
    """Who we say we are. Without a password nobody asks."""

    username: str | None = None
    password: str | None = None


class Tls(Struct, frozen=True):
    """How servers prove who they are, and we to them."""

    ca_certs: str | None = None
    certfile: str | None = None
    keyfile: str | None = None
    verify: bool = True
    check_hostname: bool = True

    def context(self) -> ssl.SSLContext:
        """Raises OSError where a file is missing or holds no certificate."""
        context = ssl.create_default_context(cafile=self.ca_certs)
        context.check_hostname = self.verify and self.check_hostname
        if not self.verify:
            context.verify_mode = ssl.CERT_NONE
        if self.certfile:
            context.load_cert_chain(self.certfile, self.keyfile)
        return context


class Address(Struct, frozen=True, kw_only=True):
    """What a REDIS_URL says. `servers` are the one server, the sentinels, or some servers of the cluster."""

    kind: Kind
    servers: tuple[Server, ...]
    service: str = ""
    """The name that the sentinels know the master by."""
    db: int = 0
    login: Login = Login()
    sentinel_login: Login = Login()
    tls: Tls | None = None


_OPTIONS = {
    "db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname",
    "sentinel_username", "sentinel_password",
}  # fmt: skip
_PORTS = {Kind.SINGLE: 6379, Kind.SENTINEL: 26_379, Kind.CLUSTER: 6379}


def parse(url: str) -> Address:
    """Raises BadAddress."""
    scheme, _, rest = url.partition("://")
    read = _READERS.get(scheme.lower())
    if read is None:
        raise BadAddress(
            f"An address of Redis begins with one of {', '.join(f'{name}://' for name in _READERS)}."
        )
    # Several hosts are no URL to the standard library; what follows them is.
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    parts = urlsplit(rest.removeprefix(netloc))
    if parts.fragment:
        raise BadAddress("A # in a password is written as %23.")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _OPTIONS):
        raise BadAddress(f"The address of Redis has an option that is not known: {unknown[0]}.")
    login, _, hosts = netloc.rpartition("@")
    address = read(hosts, unquote(parts.path), options, _login(login))
    return _encrypted(address, options) if scheme.lower().startswith("rediss") else address


def _single(hosts: str, path: str, options: dict[str, str], login: Login) -> Address:
    if "," in hosts:
        raise BadAddress("Several servers are reached as redis+sentinel:// or redis+cluster://.")
    return Address(
        kind=Kind.SINGLE,
        servers=_servers(hosts or "localhost", Kind.SINGLE),
        db=_db(path.strip("/") or options.get("db", "")),
        login=login,
    )


def _socket(hosts: str, path: str, options: dict[str, str], login: Login) -> Address:
    if hosts or not path:
        raise BadAddress("A socket is named by its whole path, as unix:///run/redis/redis.sock.")
    server = Server(path, 0)
    return Address(kind=Kind.SINGLE, servers=(server,), db=_db(options.get("db", "")), login=login)


def _sentinel(hosts: str, path: str, options: dict[str, str], login: Login) -> Address:
    service, _, db = path.strip("/").partition("/")
    if not service:
        raise BadAddress(
            "Sentinels know several masters: name the service, as redis+sentinel://host:26379/SERVICE."
        )
    return Address(
        kind=Kind.SENTINEL,
        servers=_servers(hosts, Kind.SENTINEL),
        service=service,
        db=_db(db or options.get("db", "")),
        login=login,
        sentinel_login=Login(options.get("sentinel_username"), options.get("sentinel_password")),
    )


def _cluster(hosts: str, path: str, options: dict[str, str], login: Login) -> Address:
    if _db(path.strip("/") or options.get("db", "")) != 0:
        raise BadAddress("A cluster has the database 0 alone.")
    return Address(kind=Kind.CLUSTER, servers=_servers(hosts, Kind.CLUSTER), login=login)


_READERS: dict[str, Callable[[str, str, dict[str, str], Login], Address]] = {
    "redis": _single,
    "rediss": _single,
    "unix": _socket,
    "redis+sentinel": _sentinel,
    "rediss+sentinel": _sentinel,
    "redis+cluster": _cluster,
    "rediss+cluster": _cluster,
}


def _servers(hosts: str, kind: Kind) -> tuple[Server, ...]:
    return tuple(_server(host.strip(), _PORTS[kind]) for host in hosts.split(","))


def _server(text: str, default_port: int) -> Server:
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]]+))(?::(\d{1,5}))?", text)
    if found is None:
        raise BadAddress(f"{text!r} is no host with a port.")
    port = int(found[3] or default_port)
    if not 0 < port < 65_536:
        raise BadAddress(f"{port} is no port.")
    return Server(found[1] or found[2], port)


def _login(text: str) -> Login:
    username, _, password = text.partition(":")
    if username and not password:
        raise BadAddress("A user without a password: a password alone is written as :password@.")
    return Login(unquote(username) or None, unquote(password) or None)


def _db(text: str) -> int:
    if text and not (text.isascii() and text.isdigit()):
        raise BadAddress(f"{text!r} is no number of a database.")
    return int(text or 0)


def _encrypted(address: Address, options: dict[str, str]) -> Address:
    no = {"no", "false", "0", "none", "n", "f"}
    tls = Tls(
        ca_certs=options.get("ssl_ca_certs"),
        certfile=options.get("ssl_certfile"),
        keyfile=options.get("ssl_keyfile"),
        verify=options.get("ssl_cert_reqs", "required").lower() not in no,
        check_hostname=options.get("ssl_check_hostname", "yes").lower() not in no,
    )
    try:
        tls.context()
    except OSError as error:
        raise BadAddress(f"The certificates for Redis cannot be used: {error}.") from error
    return Address(**{name: getattr(address, name) for name in Address.__struct_fields__} | {"tls": tls})
