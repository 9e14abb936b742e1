"""A Redis of its own on loopback, and a sentinel."""

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis

from hub.embedded import processes
from tests.support import redis_programs
from tests.support.ports import free_port

_START_S = 10.0


class TcpRedis(processes.Server):
    """One process; it comes back under the same port."""

    def __init__(
        self, folder: Path, *options: str | int, program: Path | None = None, port: int | None = None
    ) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self._folder = folder
        self._options = options
        self._program = program or redis_programs.link("redis-server", folder)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Return when it answers."""
        log = self._folder / "log"
        self._process = processes.spawn(
            [str(word) for word in self._command()],
            cwd=self._folder,
            log=log,
            death_signal=signal.SIGKILL,
        )
        self._wait_until(self._answers, name="Redis", log=log, patience_s=_START_S)

    def ask(self, *command: str | int) -> Any:
        """The answer to one command, by a connection of its own."""
        with redis.Redis(port=self.port, socket_timeout=2, decode_responses=True) as client:
            return client.execute_command(*command)

    def _command(self) -> Sequence[str | int | Path]:
        return [
            self._program,
            *("--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"),
            *("--dir", self._folder),
            *self._options,
        ]

    def _answers(self) -> bool:
        try:
            return bool(self.ask("PING"))
        except redis.RedisError:
            return False


def until(is_true: Callable[[], bool], timeout_s: float = 30.0) -> None:
    """Wait for servers to find together."""
    deadline = time.monotonic() + timeout_s
    while True:
        with suppress(redis.RedisError):  # a server that is still starting
            if is_true():
                return
        assert time.monotonic() < deadline, "the servers do not find together"
        time.sleep(0.05)


QUICK = {"down-after-milliseconds": 500, "failover-timeout": 2000}
"""How soon a sentinel acts."""


class Sentinel(TcpRedis):
    """Watches one master, under the name `pulse`. It writes what it learns into its own configuration."""

    def __init__(self, folder: Path, master: TcpRedis, *, quorum: int) -> None:
        super().__init__(folder, program=redis_programs.link("redis-sentinel", folder))
        self.configuration = folder / "sentinel.conf"
        self.configuration.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor pulse 127.0.0.1 {master.port} {quorum}\n"
            + "".join(f"sentinel {option} pulse {value}\n" for option, value in QUICK.items())
        )

    def _command(self) -> Sequence[str | int | Path]:
        return [self._program, self.configuration, "--sentinel"]
