"""Child processes that never outlive us by accident, and the search for those of a killed run that did."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypedDict

from hub.embedded.errors import EmbeddedServerError

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.01


BARE_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class RunsAs(Protocol):
    @property
    def uid(self) -> int: ...
    @property
    def gid(self) -> int: ...


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def spawn(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    log: Path,
    death_signal: signal.Signals,
    account: RunsAs | None = None,
    environment: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start `command` in a session of its own, so that Ctrl-C reaches us alone and we stop things in order.

    On Linux it is sent `death_signal` when the thread that called this ends, however that comes about.
    Without `environment` it gets a bare one: nothing of ours is its business.
    """
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        with _quiet_fork():
            return subprocess.Popen(  # noqa: S603 - our own binaries
                [str(part) for part in command],
                cwd=cwd,
                env=environment if environment is not None else BARE_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                preexec_fn=_leash(death_signal),  # noqa: PLW1509 - see _quiet_fork
                **_identity(account),
            )
    finally:
        os.close(descriptor)


def _identity(account: RunsAs | None) -> _Identity:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def run_to_end(
    command: Sequence[str | Path], *, cwd: Path, account: RunsAs | None, text: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run a short program with `text` on its standard input; the caller judges the return code."""
    with _quiet_fork():
        return subprocess.run(  # noqa: S603 - our own binaries
            [str(part) for part in command],
            cwd=cwd,
            env=BARE_ENVIRONMENT,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            preexec_fn=_leash(signal.SIGKILL),
            **_identity(account),
        )


@contextmanager
def _quiet_fork() -> Iterator[None]:
    """3.12 and later warn of any preexec_fn beside threads; ours makes system calls and takes no lock."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _leash(death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def set_death_signal() -> None:
        # After the change of user, which would clear it.
        prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return set_death_signal


def running_in(folder: Path) -> list[int]:
    """The processes that work in `folder`: what a killed run of ours left, and nobody else's.

    A process id in a file may by now be a stranger's; the working folder of a process cannot be.
    """
    if not Path("/proc/self/cwd").exists():
        return _running_with_argument(folder)
    wanted = {str(folder), f"{folder} (deleted)"}
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                cwd = str((entry / "cwd").readlink())
            except OSError:  # ended meanwhile, or another user's
                continue
            if cwd in wanted:
                found.append(int(entry.name))
    return found


def _running_with_argument(folder: Path) -> list[int]:
    command = ["ps", "-axo", "pid=,args="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - a constant
    lines = (line.split(None, 1) for line in listing.stdout.splitlines())
    return [int(pid) for pid, *rest in lines if rest and str(folder) in rest[0]]


def end_all(pids: Iterable[int], *, gently: signal.Signals = signal.SIGKILL, patience_s: float = 5) -> None:
    """Signal the processes and wait until all are gone; what is left after `patience_s` is killed."""
    left = _signal_each(pids, gently)
    for last_resort in (True, False):
        deadline = time.monotonic() + patience_s
        while left and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            left = [pid for pid in left if is_alive(pid)]
        if left and last_resort:
            left = _signal_each(left, signal.SIGKILL)
    if left:
        raise EmbeddedServerError(f"Processes {left} of an earlier run do not end, not even when killed.")


def _signal_each(pids: Iterable[int], number: signal.Signals) -> list[int]:
    reached = []
    for pid in pids:
        try:
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)  # a frozen one would not notice
        except ProcessLookupError:
            continue
        reached.append(pid)
    return reached


def is_taken(pid: int) -> bool:
    """Whether the number belongs to any process, be it a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    if not is_taken(pid):
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self").exists()


class Server:
    """A server process of ours: started by a subclass, stopped, killed or frozen here."""

    _stop_signal = signal.SIGTERM
    _stop_patience_s = 10.0

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "a server that was not started has no process id"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ask it to stop, and kill it if it does not. Returns when it is gone; fine to call twice."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(self._stop_signal)
            self._process.send_signal(signal.SIGCONT)  # a frozen one cannot stop
        try:
            self._process.wait(self._stop_patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop it from running while its connections stay open: the half-open server."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _wait_until(self, ready: Callable[[], bool], *, name: str, log: Path, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while not ready():
            if not self.is_running or time.monotonic() > deadline:
                self.kill()
                raise EmbeddedServerError(f"{name} did not start: {last_words(log)} (more in {log})")
            time.sleep(_POLL_S)


def last_words(log: Path) -> str:
    """The line of a log that most likely says why."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    complaints = [line for line in lines[-40:] if any(word in line.lower() for word in _COMPLAINTS)]
    return (complaints or lines or ["it said nothing"])[-1]


_COMPLAINTS = ("fatal", "panic", "error", "no space left", "permission denied", "failed")
