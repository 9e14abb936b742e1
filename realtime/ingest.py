"""Ingest: an athlete's samples are shown at once, stored in batches, and acknowledged when they are durable.

The acknowledgement is cumulative: `upto` says that every sample up to there is on the disk. What was not
acknowledged is sent again by the client, so nothing here has to survive this process.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from realtime.frames import AnyServerFrame, Error, Ingest, Ingested, Row
from realtime.host import Batch, Host, Identity, Refused, Stream
from realtime.metrics import Metrics
from realtime.settings import Settings

log = logging.getLogger(__name__)

_BATCH_SAMPLES = 5_000
_BATCH_STREAMS = 400
"""In one transaction: while it is put together nobody else's turn comes."""
_STREAM_SAMPLES = 2_000
_RETRY_S = 1.0
_REST = 3
"""Rest so many times as long as the last round of storing took: the more streams there are, the more samples
go in each row, and what storing costs stays within bounds."""
_LONGEST_REST_S = 2.0


class Athlete(Protocol):
    """A connection, as the recorder sees it."""

    identity: Identity | None

    def send(self, *frames: AnyServerFrame) -> None: ...


class OpenStream:
    """A stream that somebody on this node feeds."""

    __slots__ = ("athletes", "durable", "identity", "name", "received", "stream", "waiting")

    def __init__(self, name: str, stream: Stream, identity: Identity) -> None:
        self.name = name
        self.stream = stream
        self.identity = identity
        self.received = stream.upto
        self.durable = stream.upto
        self.waiting: list[Row] = []
        self.athletes: set[Athlete] = set()


class Recorder:
    """All streams of a node. One writer stores what gathered, a transaction at a time."""

    def __init__(
        self, host: Host, settings: Settings, metrics: Metrics, *, ticks: Callable[[str], bool]
    ) -> None:
        """`ticks` tells whether a channel has a tick to come: an acknowledgement goes out along with it."""
        self._host = host
        self._ticks = ticks
        self._unsaid: dict[str, dict[OpenStream, None]] = {}
        self._settings = settings
        self._metrics = metrics
        self._streams: dict[str, OpenStream] = {}
        self._fed_by: dict[Athlete, set[str]] = {}
        self._dirty: dict[str, None] = {}
        self._pending = 0
        self._work = asyncio.Event()
        self._storing = asyncio.Lock()
        self._is_careful = False

    def find(self, athlete: Athlete, name: str) -> OpenStream | None:
        """The stream, where this connection has opened it."""
        stream = self._streams.get(name)
        return stream if stream is not None and athlete in stream.athletes else None

    async def open(self, athlete: Athlete, name: str) -> OpenStream:
        """Ask the host where the stream goes. Raises `Refused`, or what the host raises."""
        identity = athlete.identity
        assert identity is not None, "who is connected has an identity"
        if len(self._fed_by.get(athlete, ())) >= self._settings.streams:
            raise Refused("too_many_streams")
        stream = await self._host.open_stream(identity, name)
        known = self._streams.get(name)
        if known is None:
            known = self._streams[name] = OpenStream(name, stream, identity)
        known.stream = stream
        if not known.waiting and stream.upto > known.received:
            # It went on through another node meanwhile.
            known.received = known.durable = stream.upto
        known.athletes.add(athlete)
        self._fed_by.setdefault(athlete, set()).add(name)
        return known

    def take(self, athlete: Athlete, stream: OpenStream, frame: Ingest) -> list[Row]:
        """The samples that are new, now on their way to the disk. Where there are none, answers at once."""
        skip = stream.received + 1 - frame.first_seq
        if skip < 0 or skip >= len(frame.samples):
            # A hole, or nothing new: the client learns from where to send.
            athlete.send(Ingested(stream=stream.name, upto=stream.durable))
            return []
        fresh = frame.samples[skip:]
        is_full = self._pending + len(fresh) > self._settings.pending_samples
        if is_full or len(stream.waiting) + len(fresh) > _STREAM_SAMPLES:
            athlete.send(Error(code="overloaded", retry_after=_RETRY_S))
            return []
        stream.waiting += fresh
        stream.received += len(fresh)
        self._pending += len(fresh)
        self._dirty[stream.name] = None
        self._work.set()
        return fresh

    def close(self, athlete: Athlete) -> None:
        """The connection is gone. What it sent is stored all the same."""
        for name in self._fed_by.pop(athlete, ()):
            stream = self._streams.get(name)
            if stream is None:
                continue
            stream.athletes.discard(athlete)
            if not stream.athletes and not stream.waiting:
                del self._streams[name]

    def acknowledge(self, channel: str) -> None:
        """Tell the athletes of a channel what is durable: with the tick that follows, it is one write."""
        for stream in self._unsaid.pop(channel, ()):
            self._say(stream)

    def acknowledge_all(self) -> None:
        """Also those whose channel has ceased to tick."""
        for channel in list(self._unsaid):
            self.acknowledge(channel)

    def _say(self, stream: OpenStream) -> None:
        for athlete in stream.athletes:
            athlete.send(Ingested(stream=stream.name, upto=stream.durable))
        self._metrics.acknowledged.inc(len(stream.athletes))

    async def run(self) -> None:
        """Store, for as long as the node lives. A database that is away is tried again and again."""
        delay_s = self._settings.store_s
        while True:
            await self._work.wait()
            self._work.clear()
            await asyncio.sleep(delay_s)
            began = time.monotonic()
            if await self.flush():
                took_s = time.monotonic() - began
                delay_s = max(self._settings.store_s, min(_LONGEST_REST_S, _REST * took_s))
            else:
                delay_s = min(2.0, max(0.1, delay_s * 2))
                self._work.set()

    async def flush(self) -> bool:
        """Store all that waits now. False where the host could not; then it still waits."""
        async with self._storing:
            return await self._flush(deque(self._dirty))

    async def _flush(self, names: deque[str]) -> bool:
        """What comes meanwhile waits for the next round."""
        while names:
            batches = self._gather(names)
            self._metrics.pending.set(self._pending)
            try:
                durable = await self._host.store([batch for _, batch in batches])
            except Exception:
                log.warning("samples could not be stored yet", exc_info=True, extra={"streams": len(batches)})
                self._dirty.update((stream.name, None) for stream, _ in batches)
                self._is_careful = True
                return False
            for stream, batch in batches:
                self._stored(stream, batch, durable.get(stream.name))
            self._metrics.samples.inc(sum(len(batch.samples) for _, batch in batches))
            self._metrics.pending.set(self._pending)
        self._is_careful = False
        return True

    def _gather(self, names: deque[str]) -> list[tuple[OpenStream, Batch]]:
        """As many of these as are stored in one transaction; they are taken off the list."""
        batches: list[tuple[OpenStream, Batch]] = []
        total = 0
        # After a failure one stream at a time: one that cannot be stored must not hold up the others.
        most = 1 if self._is_careful else _BATCH_STREAMS
        while names and len(batches) < most and total < _BATCH_SAMPLES:
            name = names.popleft()
            if name not in self._dirty:
                continue
            del self._dirty[name]
            stream = self._streams[name]
            total += len(stream.waiting)
            first = stream.received - len(stream.waiting) + 1
            batch = Batch(
                stream=name, first_seq=first, samples=list(stream.waiting), identity=stream.identity
            )
            batches.append((stream, batch))
        return batches

    def _stored(self, stream: OpenStream, batch: Batch, upto: int | None) -> None:
        count = len(batch.samples)
        del stream.waiting[:count]
        self._pending -= count
        if stream.waiting:
            self._dirty[stream.name] = None
        if upto is None or upto < batch.first_seq + count - 1:
            # The host took less: the session is over, or another node was faster. Go on from what it has.
            self._pending -= len(stream.waiting)
            stream.waiting.clear()
            self._dirty.pop(stream.name, None)
            stream.received = upto if upto is not None else stream.durable
        stream.durable = max(stream.durable, upto or 0)
        channel = stream.stream.channel
        if upto is not None and self._ticks(channel):
            self._unsaid.setdefault(channel, {})[stream] = None
        else:
            self._say(stream)
        if upto is None:
            # Whoever sends more has to open it again, and learns why that cannot be.
            for athlete in stream.athletes:
                self._fed_by[athlete].discard(stream.name)
            stream.athletes.clear()
        if not stream.athletes and not stream.waiting:
            del self._streams[stream.name]
