"""An athlete's samples on the client: kept until they are durable, sent a little ahead, sent again after a
loss."""

import time
from collections.abc import Callable, Sequence

from realtime.frames import Ingest, Ingested, Row
from realtime.session import Allowance

_PER_MESSAGE = 50
_AHEAD = 300
_MESSAGES_PER_S = 6
"""The hub takes eight. A little less, so that a slow clock or a retry does not meet its limit."""


class Samples:
    """What was recorded, by stream. Samples are numbered from 1. `after` calls back in so many seconds."""

    def __init__(
        self, send: Callable[[Ingest], None], after: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self.upto: dict[str, int] = {}
        self._send = send
        self._after = after
        self._waiting: dict[str, list[Row]] = {}
        self._sent: dict[str, int] = {}
        self._allowance = Allowance(_MESSAGES_PER_S, 1.0)
        self._is_waiting = False

    def add(self, stream: str, samples: Sequence[Row]) -> None:
        self._waiting.setdefault(stream, []).extend(samples)
        self._send_some(stream)

    def send_again(self) -> None:
        """After a loss: all that is not durable."""
        self._sent.clear()
        for stream in self._waiting:
            self._send_some(stream)

    def refused(self, retry_after_s: float) -> None:
        """The hub had no room: all that is not durable, a little later."""
        self._sent.clear()
        self._wait(retry_after_s)

    def durable(self, frame: Ingested) -> None:
        stream, before = frame.stream, self.upto.get(frame.stream, 0)
        if frame.upto > before:
            del self._waiting.setdefault(stream, [])[: frame.upto - before]
            self.upto[stream] = frame.upto
        self._send_some(stream)

    def _send_some(self, stream: str) -> None:
        """Send what was not sent yet, a few messages ahead of what is durable, no faster than the hub
        takes."""
        upto, waiting = self.upto.get(stream, 0), self._waiting.get(stream, [])
        at = max(0, self._sent.get(stream, 0) - upto)
        while at < min(len(waiting), _AHEAD) and not self._is_waiting:
            wait_s = self._allowance.take(time.monotonic())
            if wait_s:
                self._wait(wait_s)
                return
            some = waiting[at : at + _PER_MESSAGE]
            self._send(Ingest(stream=stream, first_seq=upto + at + 1, samples=some))
            at += len(some)
            self._sent[stream] = upto + at

    def _wait(self, seconds: float) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._after(seconds, self._go_on)

    def _go_on(self) -> None:
        self._is_waiting = False
        for stream in self._waiting:
            self._send_some(stream)
