"""A master, a replica, and three sentinels that watch over them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.places import temporary_data
from tests.support.redis_servers import QUICK, Sentinel, TcpRedis, until


class WatchedRedis:
    """Kill or freeze `master`; the sentinels make the other one master. `settle` makes all well again."""

    service = "pulse"

    def __init__(self, folder: Path) -> None:
        quick = ("--repl-diskless-sync-delay", 0, "--repl-ping-replica-period", 1)
        self.servers = [TcpRedis(folder / f"redis{n}", *quick) for n in range(2)]
        self._sentinels = [Sentinel(folder / f"sentinel{n}", self.servers[0], quorum=2) for n in range(3)]

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self._sentinels)
        return f"redis+sentinel://{hosts}/{self.service}"

    def url_of(self, service: str) -> str:
        return self.url.replace(f"/{self.service}", f"/{service}")

    @property
    def master(self) -> TcpRedis:
        """As the sentinels have it."""
        port = int(self._sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.service)[1])
        return next(server for server in self.servers if server.port == port)

    @property
    def replica(self) -> TcpRedis:
        master = self.master
        return next(server for server in self.servers if server is not master)

    def start(self) -> None:
        for server in self.servers:
            server.start()
        self.servers[1].ask("REPLICAOF", "127.0.0.1", self.servers[0].port)
        until(lambda: self.servers[0].ask("ROLE")[2] != [])
        for sentinel in self._sentinels:
            sentinel.start()
        self.settle()

    def settle(self) -> None:
        """Return when there is one master with its replica, and the sentinels could do another failover."""
        for server in self.servers:
            if server.is_running:
                server.thaw()
            else:
                server.start()
        master = self.master
        if self.replica.ask("ROLE")[0] == "master":
            self.follow(self.replica)
        until(lambda: self.replica.ask("ROLE")[3] == "connected")
        if not all(map(self._is_content, self._sentinels)):
            # They look at a replica every ten seconds only; a service that is new to them they look at now.
            self.forget(self.service)
            self.watch_also(self.service, master, quorum=2)
        until(lambda: all(map(self._is_content, self._sentinels)))

    def fail_over(self) -> TcpRedis:
        """Kill the master, and return the new one."""
        killed, heir = self.master, self.replica
        killed.kill()
        self.wait_for_master(heir)
        return heir

    def wait_for_master(self, server: TcpRedis) -> None:
        until(lambda: self.master is server and server.ask("ROLE")[0] == "master")

    def follow(self, old: TcpRedis) -> None:
        """Make a master that has come back a replica, as the sentinels do too, ten seconds later."""
        old.ask("REPLICAOF", "127.0.0.1", self.master.port)

    def separate(self) -> None:
        """The replica becomes a master of its own. (The sentinels will undo it, ten seconds later.)"""
        self.replica.ask("REPLICAOF", "NO", "ONE")

    def stop(self) -> None:
        for server in (*self._sentinels, *self.servers):
            server.stop()

    def watch_also(self, service: str, server: TcpRedis, *, quorum: int = 3) -> None:
        """The sentinels take `server` for the master of a further service, whatever it is."""
        for sentinel in self._sentinels:
            sentinel.ask("SENTINEL", "MONITOR", service, "127.0.0.1", server.port, quorum)
            for option, value in QUICK.items():
                sentinel.ask("SENTINEL", "SET", service, option, value)

    def forget(self, service: str) -> None:
        for sentinel in self._sentinels:
            sentinel.ask("SENTINEL", "REMOVE", service)

    def _is_content(self, sentinel: Sentinel) -> bool:
        replicas = [_fields(fields) for fields in sentinel.ask("SENTINEL", "REPLICAS", self.service)]
        others = sentinel.ask("SENTINEL", "SENTINELS", self.service)
        master = _fields(sentinel.ask("SENTINEL", "MASTER", self.service))
        return (
            len(others) == 2
            and master["flags"] == "master"
            and int(master["port"]) == self.master.port
            and [fields["flags"] for fields in replicas] == ["slave"]
            and replicas[0]["master-link-status"] == "ok"
        )


def _fields(answer: "list[str] | dict[str, str]") -> dict[str, str]:
    return answer if isinstance(answer, dict) else dict(zip(answer[::2], answer[1::2], strict=True))


@contextmanager
def watched_redis() -> Iterator[WatchedRedis]:
    with temporary_data() as folder:
        servers = WatchedRedis(folder)
        try:
            servers.start()
            yield servers
        finally:
            servers.stop()
