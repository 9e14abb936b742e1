"""Servers that are there and do not answer."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.embedded import PostgresServer


def wait_stopped(pid: int) -> None:
    """A signal takes its time: until then a server still answers, and still forks."""
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "TtZ":
        assert time.monotonic() < deadline, f"{pid} runs on"
        time.sleep(0.005)


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """PostgreSQL with all of its backends: connections stay open, and nobody answers."""
    server.freeze()
    wait_stopped(server.pid)
    text = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    children = [int(child) for child in text.split()]
    for child in children:
        os.kill(child, signal.SIGSTOP)
    for child in children:
        wait_stopped(child)
    try:
        yield
    finally:
        for child in children:
            os.kill(child, signal.SIGCONT)
        server.thaw()
