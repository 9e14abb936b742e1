"""A cluster of Redis: three primaries, and a replica for the first of them."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from tests.support.places import temporary_data
from tests.support.redis_servers import TcpRedis, until

_SLOTS = 16_384
_BUS_OFFSET = 10_000


class ClusterRedis:
    """Kill a server, or move a slot to another one; `settle` starts what is not running and waits."""

    def __init__(self, folder: Path, *, program: Path | None = None, replicas: int = 0) -> None:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", 1000,
                   "--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", 0,
                   "--cluster-replica-validity-factor", 0)  # fmt: skip
        self.servers = [
            TcpRedis(folder / f"redis{n}", *options, program=program, port=_port())
            for n in range(3 + replicas)
        ]

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in self.servers[:3])

    def start(self) -> None:
        for server in self.servers:
            server.start()
        share = _SLOTS // 3 + 1
        for n, server in enumerate(self.servers):
            server.ask("CLUSTER", "SET-CONFIG-EPOCH", n + 1)
            if n < 3:
                server.ask("CLUSTER", "ADDSLOTS", *range(n * share, min(_SLOTS, (n + 1) * share)))
            server.ask("CLUSTER", "MEET", "127.0.0.1", self.servers[0].port)
        until(lambda: all(self._knows_all(server) for server in self.servers))
        for server in self.servers[3:]:
            server.ask("CLUSTER", "REPLICATE", self.servers[0].ask("CLUSTER", "MYID"))
        self.settle()

    def settle(self) -> None:
        for server in self.servers:
            if server.is_running:
                server.thaw()
            else:
                server.start()
        until(lambda: all(self._is_content(server) for server in self.servers))

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    def flush(self) -> None:
        for server in self.servers:
            if server.ask("ROLE")[0] == "master":
                server.ask("FLUSHALL")

    def owner(self, tag: str) -> TcpRedis:
        """The server that holds the partition with this hash tag."""
        slot = key_slot(tag.encode())
        for first, last, (_, port, *_), *_ in self._slots():
            if first <= slot <= last:
                return next(server for server in self.servers if server.port == port)
        raise AssertionError("every slot has an owner")

    @property
    def guarded(self) -> TcpRedis:
        """The primary that has a replica."""
        roles = [(server, server.ask("ROLE")) for server in self.servers]
        return next(server for server, role in roles if role[0] == "master" and role[2])

    def move(self, tag: str, to: TcpRedis) -> None:
        """Give the slot of this hash tag, which holds no keys, to another primary."""
        slot, source = key_slot(tag.encode()), self.owner(tag)
        new_id = to.ask("CLUSTER", "MYID")
        to.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.ask("CLUSTER", "MYID"))
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", new_id)
        for server in (to, source):
            server.ask("CLUSTER", "SETSLOT", slot, "NODE", new_id)

    def _slots(self) -> list[list[Any]]:
        server = next(server for server in self.servers if server.is_running)
        with redis.Redis(port=server.port) as client:
            client.response_callbacks.clear()
            answer: list[list[Any]] = client.execute_command("CLUSTER", "SLOTS")
        return answer

    def _knows_all(self, server: TcpRedis) -> bool:
        return self._info(server)["cluster_known_nodes"] == str(len(self.servers))

    def _is_content(self, server: TcpRedis) -> bool:
        info = self._info(server)
        link = server.ask("ROLE")
        is_linked = link[0] == "master" or link[3] == "connected"
        return info["cluster_state"] == "ok" and info["cluster_slots_ok"] == str(_SLOTS) and is_linked

    def _info(self, server: TcpRedis) -> dict[str, str]:
        answer = server.ask("CLUSTER", "INFO")
        return dict(line.split(":", 1) for line in answer.split()) if isinstance(answer, str) else answer


def _port() -> int:
    """A free port whose companion, for the servers among themselves, is free too, and not a temporary one."""
    while True:
        port = random.randint(51_001, 55_500)
        try:
            for one in (port, port + _BUS_OFFSET):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", one))
        except OSError:
            continue
        return port


@contextmanager
def cluster_redis(*, program: Path | None = None, replicas: int = 0) -> Iterator[ClusterRedis]:
    with temporary_data() as folder:
        cluster = ClusterRedis(folder, program=program, replicas=replicas)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
