"""How long this machine kept us waiting: what a promise in seconds may be late by, without being broken.

Promises are measured by the clock, and a busy machine adds to every one of them: the test's own event loop
turns late, and so do the nodes'. The first is seen by a task that wants to run every 20 ms; the second by the
kernel's account of how long anything that could run had to wait for a processor (`/proc/pressure/cpu`).
A hard assertion allows a promise that much more: on a quiet machine nearly nothing.
"""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Self

_EVERY_S = 0.02
_PRESSURE = Path("/proc/pressure/cpu")


class Stalls:
    """Counts from its beginning to its end; `Stopwatch` takes the difference."""

    def __init__(self) -> None:
        self._late_s = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch(), name="stalls")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None, "left only once entered"
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def total_s(self) -> float:
        return self._late_s + _waited_for_a_processor_s()

    async def _watch(self) -> None:
        while True:
            due = time.monotonic() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._late_s += max(0.0, time.monotonic() - due - _EVERY_S)


class Stopwatch:
    """Measures one recovery against a promise."""

    def __init__(self, stalls: Stalls) -> None:
        self._stalls = stalls
        self._began = time.monotonic()
        self._stalled = stalls.total_s

    @property
    def passed_s(self) -> float:
        return time.monotonic() - self._began

    @property
    def stalled_s(self) -> float:
        return self._stalls.total_s - self._stalled


def _waited_for_a_processor_s() -> float:
    """How long, so far, something that could run has had to wait; 0 where the kernel does not say."""
    try:
        some = _PRESSURE.read_text().splitlines()[0]
    except OSError:
        return 0.0
    return int(some.rpartition("total=")[2]) / 1e6
