"""One real PostgreSQL 18 on a Unix socket, with the one database and the one role the hub needs."""

import shutil
import signal
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlencode

from hub.embedded import processes, programs
from hub.embedded.errors import EmbeddedServerError
from hub.embedded.place import Place

_PORT = 5432  # it only names the socket
_SUPERUSER = "postgres"
_ROLE = "pulsehub"
_START_PATIENCE_S = 60.0  # recovery after a crash may have to read a good deal of WAL

# The hub's own role is no superuser: a hole in a query must not become a shell (`COPY ... TO PROGRAM`).
_FIRST_STATEMENTS = f"""\
CREATE ROLE {_ROLE} LOGIN
CREATE DATABASE {_ROLE} OWNER {_ROLE}
"""

# No waiting for a disk. Commits still survive a kill of the server, only not one of the machine.
_THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
}


class PostgresServer(processes.Server):
    """The PostgreSQL of one `Place`. With `durable=False` a power cut loses it: for tests."""

    _stop_signal = signal.SIGINT  # "fast": roll back what is open, checkpoint, end

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        super().__init__()
        self._place = place
        self._durable = durable
        self._log = place.logs / "postgres.log"
        self._programs = programs.find(place)

    def url(self, database: str = _ROLE, *, user: str = _ROLE) -> str:
        where = {"host": str(self._place.sockets), "port": _PORT, "user": user}
        return f"postgresql:///{quote(database)}?{urlencode(where, quote_via=quote, safe='/')}"

    @property
    def superuser_url(self) -> str:
        return self.url("postgres", user=_SUPERUSER)

    @property
    def psql(self) -> Path:
        return self._programs.postgres("psql")

    def start(self) -> None:
        """Return when it takes connections.

        A half-made cluster is made anew, a forgotten server is ended first.
        """
        assert not self.is_running, "this PostgreSQL runs already"
        self._end_forgotten()
        if not self._place.cluster.exists():
            self._create()
        self._log.unlink(missing_ok=True)
        self._process = processes.spawn(
            [self._programs.postgres("postgres"), "-D", self._place.cluster, *self._settings()],
            cwd=self._place.cluster,
            log=self._log,
            # "Immediate" keeps every committed row and is quick: after kill -9 of the hub the next start
            # finds nothing running, rather than a shutdown under way.
            death_signal=signal.SIGQUIT,
            account=self._place.account,
        )
        self._wait_until(self._is_ready, name="PostgreSQL", log=self._log, patience_s=_START_PATIENCE_S)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": str(_PORT),
            "unix_socket_directories": f'"{self._place.sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "max_wal_size": "1GB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self._durable else _THROW_AWAY),
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _is_ready(self) -> bool:
        # The last line of this file is the postmaster's own word on its state.
        with suppress(FileNotFoundError):
            lines = (self._place.cluster / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"
        return False

    def _end_forgotten(self) -> None:
        record = self._place.cluster / "postmaster.pid"
        left = processes.running_in(self._place.cluster)
        try:
            postmaster = int(record.read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            postmaster = 0
        if postmaster in left:
            processes.end_all([postmaster], gently=signal.SIGINT)
        # Backends leave by themselves once their postmaster is gone; one that cannot is killed before a new
        # postmaster may touch the same files.
        processes.end_all(processes.running_in(self._place.cluster), gently=signal.SIGTERM)
        # PostgreSQL takes a process id in its lock files for a running server, though it may be a stranger's
        # or a zombie's by now. Nobody works in this folder any more (the line above), so it is neither. A
        # number that is free is left in place: it leads PostgreSQL to shared memory that it then gives back.
        if postmaster < 1 or processes.is_taken(postmaster):
            record.unlink(missing_ok=True)
        socket = self._place.sockets / f".s.PGSQL.{_PORT}"
        for stale in (socket, Path(f"{socket}.lock")):
            stale.unlink(missing_ok=True)

    def _create(self) -> None:
        """Make the cluster under another name, so that one that has its name is whole."""
        half_made = self._place.home / "cluster.new"
        processes.end_all(processes.running_in(half_made))
        shutil.rmtree(half_made, ignore_errors=True)
        self._place.own(half_made)
        # The socket's folder keeps everybody else out, so whoever reaches the socket is trusted. The built-in
        # locale sorts the same on every system and survives an upgrade of its C library.
        self._run(
            [
                *(self._programs.postgres("initdb"), "-D", half_made, "-U", _SUPERUSER),
                *("--auth=trust", "--encoding=UTF8", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(() if self._durable else ("--no-sync",)),
            ],
            cwd=half_made,
        )
        options = [] if self._durable else ["-F"]
        self._run(
            [self._programs.postgres("postgres"), "--single", *options, "-D", half_made, "postgres"],
            cwd=half_made,
            text=_FIRST_STATEMENTS,
        )
        half_made.rename(self._place.cluster)

    def _run(self, command: list[str | Path], *, cwd: Path, text: str = "") -> None:
        result = processes.run_to_end(command, cwd=cwd, account=self._place.account, text=text)
        self._log.write_text(result.stdout)
        if result.returncode != 0:
            raise EmbeddedServerError(f"PostgreSQL could not be set up: {processes.last_words(self._log)}")
