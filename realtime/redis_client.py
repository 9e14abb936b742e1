"""A client of redis-py for whatever REDIS_URL names: one server, a master behind sentinels, or a cluster."""

from typing import Any

from redis.asyncio import BlockingConnectionPool, Connection, Redis, RedisCluster, SSLConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError

from realtime.redis_address import Address, Kind, Server, parse
from realtime.redis_sentinel import NotMaster, Sentinels, require_master

Client = Redis | RedisCluster


def client(address: Address | str, *, connections: int = 8, timeout_s: float = 2.0) -> Client:
    """A client that answers within `timeout_s` or fails: it never tries again by itself.

    At most `connections` commands are under way at once, the others wait. (A cluster has no such queue: more
    than 256 at once to one of its servers fail.) Behind sentinels, each connection is made to the current
    master, and only to a master. Keys that are used together need a common hash tag. Its failures are
    RedisError and OSError. Close it with `aclose`.
    """
    address = parse(address) if isinstance(address, str) else address
    if address.kind is Kind.CLUSTER:
        return RedisCluster(
            startup_nodes=[ClusterNode(server.host, server.port) for server in address.servers],
            max_connections=max(256, connections),
            # A cluster that lacks some slots still serves the others.
            require_full_coverage=False,
            # A slot that has moved is learned by itself. (To learn the whole map anew, redis-py closes every
            # connection, those in use too.)
            reinitialize_steps=0,
            ssl=address.tls is not None,
            **_options(address, timeout_s),
        )
    options = pool_options(address, timeout_s=timeout_s)
    return Redis.from_pool(BlockingConnectionPool(max_connections=connections, timeout=timeout_s, **options))


def pool_options(address: Address, *, timeout_s: float) -> dict[str, Any]:
    """What a pool of redis-py needs to make such connections. There is none for a cluster."""
    assert address.kind is not Kind.CLUSTER, "a cluster has a pool for each of its servers"
    return {
        "connection_class": _connection_class(address),
        "db": address.db,
        **_options(address, timeout_s),
        **_whereabouts(address),
    }


def _options(address: Address, timeout_s: float) -> dict[str, Any]:
    return {
        "username": address.login.username,
        "password": address.login.password,
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        **_tls_options(address),
    }


def _tls_options(address: Address) -> dict[str, Any]:
    tls = address.tls
    if tls is None:
        return {}
    return {
        "ssl_ca_certs": tls.ca_certs,
        "ssl_certfile": tls.certfile,
        "ssl_keyfile": tls.keyfile,
        "ssl_cert_reqs": "required" if tls.verify else "none",
        "ssl_check_hostname": tls.verify and tls.check_hostname,
    }


def _connection_class(address: Address) -> type[Any]:
    if address.kind is Kind.SENTINEL:
        return _MasterTlsConnection if address.tls else _MasterConnection
    if address.servers[0].is_socket:
        return UnixDomainSocketConnection
    return SSLConnection if address.tls else Connection


def _whereabouts(address: Address) -> dict[str, Any]:
    if address.kind is Kind.SENTINEL:
        return {"sentinels": Sentinels(address)}
    server = address.servers[0]
    return {"path": server.host} if server.is_socket else {"host": server.host, "port": server.port}


class _MasterConnection(Connection):
    """Asks the sentinels each time it connects, and stays with a master only."""

    def __init__(self, *, sentinels: Sentinels, **options: Any) -> None:
        super().__init__(**options)
        self._sentinels = sentinels

    async def _connect(self) -> None:
        self.host, self.port = await self._sentinels.master()
        await super()._connect()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped

    async def on_connect_check_health(self, check_health: bool = True) -> None:
        await super().on_connect_check_health(check_health)
        await self.send_command("ROLE", check_health=False)
        try:
            require_master(await self.read_response(), Server(self.host, self.port))
        except NotMaster as error:
            raise RedisConnectionError(str(error)) from error

    async def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().read_response(*args, **options)
        except ReadOnlyError as error:
            # It was the master when we connected. The next command finds the new one.
            await self.disconnect()
            raise RedisConnectionError("the master has become a replica") from error


class _MasterTlsConnection(_MasterConnection, SSLConnection):
    """The same, encrypted."""
