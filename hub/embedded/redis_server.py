"""One real redis-server on a Unix socket. It keeps nothing: PostgreSQL holds the truth."""

import signal
import socket
from urllib.parse import quote

from hub.embedded import processes, programs
from hub.embedded.place import Place

_START_PATIENCE_S = 10.0


class RedisServer(processes.Server):
    """The Redis of one `Place`."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._socket = place.sockets / "redis.sock"
        self._log = place.logs / "redis.log"
        self._programs = programs.find(place)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    def start(self) -> None:
        """Return when it answers. A forgotten server of the same place is ended first."""
        assert not self.is_running, "this Redis runs already"
        processes.end_all(processes.running_in(self._place.redis))
        self._socket.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)
        self._process = processes.spawn(
            [
                self._programs.redis_server,
                *("--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700"),
                *("--save", "", "--appendonly", "no", "--set-proc-title", "no", "--dir", self._place.redis),
            ],
            cwd=self._place.redis,
            log=self._log,
            death_signal=signal.SIGKILL,
            account=self._place.account,
        )
        self._wait_until(self._answers, name="Redis", log=self._log, patience_s=_START_PATIENCE_S)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False
