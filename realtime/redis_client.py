"""A client of redis-py for whatever REDIS_URL names: one server, a master behind sentinels, or a cluster."""

import asyncio
from collections.abc import Iterable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Connection, Redis, RedisCluster, SSLConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection, UnixDomainSocketConnection
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
        return _cluster(address, connections=max(256, connections), timeout_s=timeout_s)
    options = pool_options(address, timeout_s=timeout_s)
    return Redis.from_pool(BlockingConnectionPool(max_connections=connections, timeout=timeout_s, **options))


def _cluster(address: Address, *, connections: int, timeout_s: float) -> RedisCluster:
    cluster = _Cluster(
        startup_nodes=[ClusterNode(server.host, server.port) for server in address.servers],
        max_connections=connections,
        # A cluster that lacks some slots still serves the others.
        require_full_coverage=False,
        # A slot that has moved is learned by itself. (To learn the whole map anew, redis-py closes every
        # connection, those in use too.)
        reinitialize_steps=0,
        ssl=address.tls is not None,
        **_options(address, timeout_s),
    )
    # It takes no class of connections: the servers it begins with have one already, the others get it here.
    kind = _TlsConnection if address.tls else _PlainConnection
    cluster.nodes_manager.connection_kwargs["connection_class"] = kind
    for node in cluster.nodes_manager.startup_nodes.values():
        node.connection_class = kind
    return cluster


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
        return _SocketConnection
    return _TlsConnection if address.tls else _PlainConnection


def _whereabouts(address: Address) -> dict[str, Any]:
    if address.kind is Kind.SENTINEL:
        return {"sentinels": Sentinels(address)}
    server = address.servers[0]
    return {"path": server.host} if server.is_socket else {"host": server.host, "port": server.port}


class _Cluster(RedisCluster):
    """Closes its connections also while it means to read the map of slots anew, which redis-py forgets."""

    async def aclose(self) -> None:
        await super().aclose()
        for nodes in ("nodes_cache", "startup_nodes"):
            await self.nodes_manager.aclose(nodes)


class _Cancellable(AbstractConnection):
    """Can be cancelled while it sends.

    redis-py sends by `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that comes in the
    turn in which the sending ends: a task that asks much would go on, and whoever waits for its end hang.
    """

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await super().send_packed_command(command, check_health)
        if task and task.cancelling() > before:
            await self.disconnect(nowait=True)  # its answer would be taken for that of the next command
            raise asyncio.CancelledError


class _PlainConnection(_Cancellable, Connection):
    """To a server."""


class _TlsConnection(_Cancellable, SSLConnection):
    """To a server, encrypted."""


class _SocketConnection(_Cancellable, UnixDomainSocketConnection):
    """To a server on this machine."""


class _MasterConnection(_PlainConnection):
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


class _MasterTlsConnection(_MasterConnection, _TlsConnection):
    """The same, encrypted."""
