"""`./pulse run` once installed: one run a data folder, and what a killed one leaves stops no other."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub import launch
from hub.embedded import processes
from tests.support.places import temporary_data
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90


class Launched:
    """A launcher in a process of its own, with the lines it said so far."""

    def __init__(self, data: Path, *, port: int) -> None:
        chosen = {"DATABASE_URL", "REDIS_URL", "PULSE_MASTER_KEY_FILE"}
        options = (f"--port={port}", f"--data={data}", "--workers=1", "--no-demo")
        self.port = port
        self.data = data
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hub.launch", *options],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in chosen},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_ready(self) -> "Launched":
        assert self._ready.wait(PATIENCE_S), self.said
        assert "Ready after" in self.said, self.said
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ready after"):
                self._ready.set()
        self._ready.set()


@pytest.fixture
def data() -> Iterator[Path]:
    with temporary_data() as data:
        yield data


@pytest.fixture
def start(data: Path) -> Iterator[Callable[[], Launched]]:
    """Start launchers on one data folder and one port; those that still run are killed afterwards."""
    launched: list[Launched] = []
    port = free_port()

    def start_one() -> Launched:
        launched.append(Launched(data, port=port))
        return launched[-1]

    yield start_one
    for one in launched:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def still_working_in(data: Path) -> list[int]:
    folders = (data / "hub", data / "servers" / "cluster", data / "servers" / "redis")
    return [pid for folder in folders for pid in processes.running_in(folder)]


def test_a_run_is_ready_and_ends_without_a_trace_when_asked(
    data: Path, start: Callable[[], Launched]
) -> None:
    run = start().wait_ready()
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/health/ready") as answer:
        assert answer.status == 200

    assert run.end(signal.SIGINT) == 0
    assert run.said.endswith("Stopped.\n")
    assert still_working_in(data) == []


def test_a_second_run_on_the_same_data_says_where_the_first_one_is(start: Callable[[], Launched]) -> None:
    first = start().wait_ready()

    second = start()

    assert second.wait() == 1
    assert second.said == (
        f"pulse: Pulsehub already runs with this data folder, "
        f"at http://localhost:{first.port} (process {first.process.pid}).\n"
    )


def test_a_run_starts_again_at_once_after_kill_9(data: Path, start: Callable[[], Launched]) -> None:
    start().wait_ready().end(signal.SIGKILL)

    again = start().wait_ready()
    assert again.end(signal.SIGTERM) == 0, again.said
    assert still_working_in(data) == []


def test_a_run_starts_again_after_kill_9_of_everything(data: Path, start: Callable[[], Launched]) -> None:
    run = start().wait_ready()
    for pid in [*still_working_in(data), run.process.pid]:
        os.kill(pid, signal.SIGKILL)
    run.wait()

    assert start().wait_ready().end(signal.SIGTERM) == 0


def test_an_embedded_server_that_dies_is_started_again(data: Path, start: Callable[[], Launched]) -> None:
    run = start().wait_ready()
    for pid in processes.running_in(data / "servers" / "redis"):
        os.kill(pid, signal.SIGKILL)

    deadline = time.monotonic() + PATIENCE_S
    while not re.search(r"Redis ended by itself; starting it again \.\.\. \d", run.said):
        assert time.monotonic() < deadline, run.said
        time.sleep(0.02)
    assert run.end(signal.SIGTERM) == 0


def test_a_hub_that_cannot_start_is_one_sentence(data: Path, start: Callable[[], Launched]) -> None:
    (data / "master.key").write_bytes(b"too short")

    run = start()

    assert run.wait() == 1
    assert "Traceback" not in run.said
    assert "9 bytes instead of 32" in run.said
    assert still_working_in(data) == []


def test_a_taken_port_is_named(data: Path) -> None:
    with launch.socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(launch.LaunchFailed, match=f"port {port} cannot be used"):
            launch._refuse_taken_port(port)


def test_the_master_key_is_made_once_and_is_nobody_elses_to_read(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULSE_MASTER_KEY_FILE", raising=False)
    key = Path(launch._master_key(data))
    content = key.read_bytes()

    assert len(content) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    assert Path(launch._master_key(data)).read_bytes() == content


def test_a_half_written_master_key_is_not_taken_for_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSE_MASTER_KEY_FILE", raising=False)
    (data / "master.key.new").write_bytes(b"half")

    assert len(Path(launch._master_key(data)).read_bytes()) == 32
