"""What a killed run leaves is found by where it works, and ended whatever it does."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import pytest

from hub.embedded import processes

STUBBORN = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); input()"


@pytest.fixture
def stubborn(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that works in `tmp_path` and does not end when asked to."""
    command = [sys.executable, "-c", STUBBORN]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_process_is_found_by_the_folder_it_works_in(
    tmp_path: Path, stubborn: "subprocess.Popen[bytes]"
) -> None:
    assert processes.running_in(tmp_path) == [stubborn.pid]


def test_a_process_is_found_although_its_folder_was_deleted(
    tmp_path: Path, stubborn: "subprocess.Popen[bytes]"
) -> None:
    tmp_path.rmdir()

    assert processes.running_in(tmp_path) == [stubborn.pid]


def test_no_process_is_found_in_a_folder_beside_it(
    tmp_path: Path, stubborn: "subprocess.Popen[bytes]"
) -> None:
    assert processes.running_in(tmp_path.parent) == []


def test_who_does_not_end_when_asked_is_killed(stubborn: "subprocess.Popen[bytes]") -> None:
    started = time.monotonic()

    processes.end_all([stubborn.pid], gently=SIGTERM, patience_s=0.1)

    assert stubborn.wait() == -9
    assert time.monotonic() - started < 5


def test_who_is_gone_already_needs_no_ending(stubborn: "subprocess.Popen[bytes]") -> None:
    stubborn.kill()
    stubborn.wait()

    processes.end_all([stubborn.pid])

    assert not processes.is_alive(stubborn.pid)


def test_the_last_words_of_a_log_are_its_last_complaint(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("starting\nFATAL: no such folder\nshutting down\n")

    assert processes.last_words(log) == "FATAL: no such folder"


def test_an_empty_log_has_last_words_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()

    assert processes.last_words(log) == "it said nothing"
