"""An athlete's samples on the client: kept until they are durable, sent a little ahead, sent again after a
loss."""

from collections.abc import Callable, Sequence

from realtime.frames import Ingest, Ingested, Row

_PER_MESSAGE = 50
_AHEAD = 300


class Samples:
    """What was recorded, by stream. Samples are numbered from 1."""

    def __init__(self, send: Callable[[Ingest], None]) -> None:
        self.upto: dict[str, int] = {}
        self._send = send
        self._waiting: dict[str, list[Row]] = {}
        self._sent: dict[str, int] = {}

    def add(self, stream: str, samples: Sequence[Row]) -> None:
        self._waiting.setdefault(stream, []).extend(samples)
        self._send_some(stream)

    def send_again(self) -> None:
        """After a loss or a refusal: all that is not durable."""
        self._sent.clear()
        for stream in self._waiting:
            self._send_some(stream)

    def durable(self, frame: Ingested) -> None:
        stream, before = frame.stream, self.upto.get(frame.stream, 0)
        if frame.upto > before:
            del self._waiting.setdefault(stream, [])[: frame.upto - before]
            self.upto[stream] = frame.upto
        self._send_some(stream)

    def _send_some(self, stream: str) -> None:
        """Send what was not sent yet, a few messages ahead of what is durable."""
        upto, waiting = self.upto.get(stream, 0), self._waiting.get(stream, [])
        at = max(0, self._sent.get(stream, 0) - upto)
        while at < min(len(waiting), _AHEAD):
            some = waiting[at : at + _PER_MESSAGE]
            self._send(Ingest(stream=stream, first_seq=upto + at + 1, samples=some))
            at += len(some)
            self._sent[stream] = upto + at
