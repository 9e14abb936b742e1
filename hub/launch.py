"""`./pulse run` once everything is installed: servers, migrations, demo, hub, and their orderly end."""

import argparse
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import TextIO

from hub.embedded import EmbeddedServerError, PostgresServer, RedisServer, processes, settle

_ROOT = Path(__file__).resolve().parents[1]
_READY_PATIENCE_S = 60.0
_WATCH_S = 0.2
_PORT_PATIENCE_S = 1.0
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


EmbeddedServer = PostgresServer | RedisServer


class LaunchFailed(Exception):
    """Why Pulsehub does not run, in one sentence."""


class _Stop(BaseException):
    """Somebody asked us to end."""


def _mark(data: Path) -> Path:
    """The folder the hub's processes work in, by which the next run finds those that were forgotten."""
    return data / "hub"


def end_forgotten(data: Path) -> None:
    """End what a killed run left of the hub, workers included; its database ended before it did."""
    processes.end_all(processes.running_in(_mark(data)))


class Hub(processes.Server):
    """The `serve` process with its workers, and the short-lived words before it."""

    _stop_patience_s = 15.0

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        super().__init__()
        self._mark = _mark(data)
        self._mark.mkdir(exist_ok=True)
        self.log = data / "logs" / "hub.log"
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".before.log"))
        self._environment = {**environment, "PYTHONPATH": str(_ROOT)}

    def do(self, word: str) -> None:
        """Run one word of the command line to its end."""
        process = self._spawn(word)
        try:
            failed = process.wait() != 0
        finally:
            process.kill()
            process.wait()
        if failed:
            raise LaunchFailed(f"'{word}' failed: {processes.last_words(self.log)} (more in {self.log})")

    def serve(self, url: str, *, port: int, workers: int) -> None:
        """Return when the hub says that it is ready."""
        self._process = self._spawn("serve", "--port", str(port), "--workers", str(workers))
        ready = _health_check(f"{url}/health/ready")
        self._wait_until(ready, name="Pulsehub", log=self.log, patience_s=_READY_PATIENCE_S)

    def stop(self) -> None:
        super().stop()
        processes.end_all(processes.running_in(self._mark))  # workers whose parent had to be killed

    def _spawn(self, *words: str) -> "subprocess.Popen[bytes]":
        return processes.spawn(
            [sys.executable, "-m", "hub.cli", *words],
            cwd=self._mark,
            log=self.log,
            death_signal=signal.SIGTERM,
            environment=self._environment,
        )


def main() -> int:
    options = _options()
    for number in _ENDINGS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, _stop)
    try:
        with ExitStack() as running:
            _run(options, running)
    except _Stop:
        _say("Stopped.")
        return 0
    except (LaunchFailed, EmbeddedServerError) as error:
        _say(f"pulse: {error}", to=sys.stderr)
    except PermissionError as error:
        sentence = f"{error.filename} belongs to another user: be that user, or choose another --data."
        _say(f"pulse: {sentence}", to=sys.stderr)
    except OSError as error:
        _say(f"pulse: {error.strerror or error}: {error.filename or options.data}", to=sys.stderr)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./pulse run")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--no-demo", action="store_true")
    return parser.parse_args()


def _stop(number: int, frame: FrameType | None) -> None:
    for each in _ENDINGS:  # a second one must not interrupt the orderly end
        signal.signal(each, signal.SIG_IGN)
    _say("\nStopping ...")
    raise _Stop


def _run(options: argparse.Namespace, running: ExitStack) -> None:
    """Start everything in order and watch it; what was started is stopped in reverse by `running`."""
    started = time.monotonic()
    url = f"http://localhost:{options.port}"
    data = _data_folder(options.data)
    running.enter_context(_only_run(data, url))
    environment = {**os.environ, "PULSE_DATA": str(data), "PULSE_MASTER_KEY_FILE": _master_key(data)}
    environment["PULSE_DEMO"] = "" if options.no_demo else "1"
    end_forgotten(data)
    _refuse_taken_port(options.port)
    servers = _start_servers(data, environment, running)
    hub = Hub(data, environment)
    with _step("Migrations"):
        hub.do("migrate")
    if not options.no_demo:
        with _step("Demo community"):
            hub.do("demo")
    running.callback(hub.stop)
    with _step("Pulsehub"):
        hub.serve(url, port=options.port, workers=options.workers)
    _say(f"\nReady after {time.monotonic() - started:.1f} s: {url}")
    _say(f"Stop it with Ctrl-C. Its log: {hub.log}\n")
    _watch(hub, servers)


def _start_servers(data: Path, environment: dict[str, str], running: ExitStack) -> dict[str, EmbeddedServer]:
    """Start the embedded servers that no variable stands in for, and name them in the environment."""
    servers: dict[str, EmbeddedServer] = {}
    if not environment.get("DATABASE_URL"):
        postgres = PostgresServer(settle(data))
        environment["DATABASE_URL"] = postgres.url()
        servers["PostgreSQL"] = postgres
    if not environment.get("REDIS_URL"):
        redis = RedisServer(settle(data))
        environment["REDIS_URL"] = redis.url
        servers["Redis"] = redis
    for name, server in servers.items():
        running.callback(server.stop)
        with _step(name):
            server.start()
    return servers


def _watch(hub: Hub, servers: dict[str, EmbeddedServer]) -> None:
    """Start again an embedded server that died; end with a sentence when the hub itself does."""
    while hub.is_running:
        for name, server in servers.items():
            if not server.is_running:
                with _step(f"{name} ended by itself; starting it again"):
                    server.start()
        time.sleep(_WATCH_S)
    raise LaunchFailed(f"Pulsehub ended by itself: {processes.last_words(hub.log)} (more in {hub.log})")


def _data_folder(path: Path) -> Path:
    try:
        path.mkdir(mode=0o711, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise LaunchFailed(f"{path} is not a folder: choose another --data.") from None
    return path.resolve()


@contextmanager
def _only_run(data: Path, url: str) -> Iterator[None]:
    """Hold the data folder. The lock goes with the process that holds it, however that one ends."""
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LaunchFailed(f"Pulsehub already runs with this data folder, at {lock.read()}") from None
        lock.truncate(0)
        lock.write(f"{url} (process {os.getpid()}).")
        lock.flush()
        yield


def _master_key(data: Path) -> str:
    """The file whose key wraps all others: the one that was named, or one made here once."""
    named = os.environ.get("PULSE_MASTER_KEY_FILE")
    if named:
        return named
    key = data / "master.key"
    if not key.exists():
        half_written = data / "master.key.new"
        half_written.unlink(missing_ok=True)
        descriptor = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        half_written.rename(key)
    return str(key)


def _refuse_taken_port(port: int) -> None:
    # A hub that was killed this moment may hold its port a little longer than its working folder.
    deadline = time.monotonic() + _PORT_PATIENCE_S
    while (why := _why_not(port)) is not None:
        if time.monotonic() > deadline:
            raise LaunchFailed(f"port {port} cannot be used ({why}): choose another with --port.")
        time.sleep(_WATCH_S)


def _why_not(port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror
        except OverflowError:
            return "it is no port number"
    return None


def _health_check(url: str) -> Callable[[], bool]:
    # Straight to this machine, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def is_ready() -> bool:
        with suppress(OSError), opener.open(url, timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
        return False

    return is_ready


@contextmanager
def _step(label: str) -> Iterator[None]:
    started = time.monotonic()
    _say(f"  {label} ...", end="")
    try:
        yield
    except BaseException:
        _say(" failed")
        raise
    _say(f" {time.monotonic() - started:.1f} s")


def _say(text: str, *, end: str = "\n", to: TextIO = sys.stdout) -> None:
    with suppress(OSError):  # the terminal may be gone; that is no reason not to end in order
        print(text, end=end, file=to, flush=True)


if __name__ == "__main__":
    sys.exit(main())
