"""Logs: a log channel as this node serves it. Every listener sees `seq = last + 1`, or a `reset`."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator

import msgspec

from realtime.archive import Archive
from realtime.bus import Logged
from realtime.channels import Kind
from realtime.fanout import Feed, Listener, Reader
from realtime.frames import Event, Position, Reset, Resumption
from realtime.host import Host
from realtime.metrics import Metrics
from realtime.settings import Settings
from realtime.tails import Tail
from realtime.tasks import Tasks
from realtime.wire import Parcel

log = logging.getLogger(__name__)

_MESSAGE_BYTES = 32 * 1024
_REPLAYS = 8
_HISTORY_S = 5.0
"""How long what was read and encoded for one who came back is kept for the next."""

Messages = list[tuple[int, Parcel]]
"""Events, joined into messages of a sensible size, each with its last seq."""


class LogFeed(Feed):
    """Tells what its tail learns: to those at the tip as shared bytes, to those behind from the ring, and to
    those far behind from the archive, page by page."""

    def __init__(
        self,
        name: str,
        kind: Kind,
        cid: int,
        *,
        host: Host,
        settings: Settings,
        tasks: Tasks,
        metrics: Metrics,
        now_ms: Callable[[], float],
    ) -> None:
        super().__init__(name, kind, cid, metrics)
        self._now_ms = now_ms
        self._published_ms = 0.0
        self.tail = Tail(name, self, host=host, settings=settings, tasks=tasks, metrics=metrics)
        self._settings = settings
        self._tasks = tasks
        self._archive = Archive(name, host=host, settings=settings)
        self._flushing = False
        self._backfilling: set[Listener] = set()
        self._replays: dict[tuple[int, int], Messages] = {}
        self._forgetting: asyncio.TimerHandle | None = None

    def heard(self, said: Logged) -> None:
        """Somebody, perhaps this node, has published an event."""
        self._published_ms = self._published_ms or said.at_ms
        self.tail.heard(said.epoch, said.seq, said.body)

    async def ready(self, position: Position | None) -> None:
        await self.tail.ready(position[1] if position else None)

    def has(self, position: Position | None) -> bool:
        is_reached = position is None or (position[0] == self.epoch and position[1] <= self.tail.head)
        return self.tail.ring is not None and is_reached

    async def reach(self, position: Position) -> None:
        if not self.has(position):
            await self.tail.look()

    # What the tail says.

    def grew(self) -> None:
        """What comes in one turn of the loop is told at its end, joined; a flood is told in parts."""
        if self.tail.head - self.sent >= self._settings.ring_events:
            self._flush()
        elif not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def started(self, reason: str) -> None:
        self.epoch, self.sent = self.tail.epoch, self.tail.head
        self._archive.forget()
        self._replays.clear()
        if reason:
            self.tell_all(Parcel(self._reset_frame(reason)))

    def needed(self) -> int:
        return self.sent

    # What is told.

    def _flush(self) -> None:
        self._flushing = False
        ring = self.tail.ring
        if ring is None or self.sent >= ring.head:
            return
        for upto, parcel in self._joined(list(ring.after(self.sent, ring.head))):
            self.sent = upto
            self.tell_tip(parcel)
            self._metrics.joined.inc(len(parcel.frames) - 1)
        if self._published_ms:
            self._metrics.delivery.observe(max(0.0, self._now_ms() - self._published_ms) / 1000)
            self._published_ms = 0.0

    def _joined(self, events: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Parcel]]:
        frames: list[Event] = []
        size = 0
        for seq, body in events:
            frames.append(Event(cid=self.cid, seq=seq, event=msgspec.Raw(body)))
            size += len(body)
            if size > _MESSAGE_BYTES:
                yield seq, Parcel(*frames)
                frames, size = [], 0
        if frames:
            yield frames[-1].seq, Parcel(*frames)

    def outcome(self, position: Position | None) -> Resumption:
        self._flush()
        if position is None:
            return "snapshot"
        return "reset" if self._too_far(*position) else "resumed"

    def attach(self, reader: Reader, position: Position | None, request: int | None) -> Listener:
        assert self.tail.ring is not None, "a feed is ready before it takes listeners"
        outcome = self.outcome(position)
        listener = Listener(reader, self, self.sent)
        if position is None or outcome != "resumed":
            reader.send(self.subscribed(self.sent, request))
            if position is not None:
                self._reset(listener, self._too_far(*position))
            self.join(listener)
            return listener
        listener.cursor = position[1]
        reader.send(self.subscribed(position[1], request))
        self.behind[listener] = None
        self.catch_up(listener)
        return listener

    def _too_far(self, epoch: int, seq: int) -> str:
        """Why a reader at this position cannot go on from there; empty where it can."""
        if epoch != self.epoch and (epoch, seq) != (0, 0):
            return "epoch"
        if seq > self.sent:
            return "ahead"
        if seq + 1 < self.tail.oldest:
            return "trimmed"
        return "too_far" if self.sent - seq > self._settings.replay_events else ""

    def _reset_frame(self, reason: str) -> Reset:
        return Reset(cid=self.cid, reason=reason, epoch=self.epoch, seq=self.sent)

    def _reset(self, listener: Listener, reason: str) -> None:
        listener.cursor = self.sent
        listener.reader.send(self._reset_frame(reason))

    # Who is behind.

    def catch_up(self, listener: Listener) -> None:
        ring = self.tail.ring
        if ring is None or listener in self._backfilling:
            return
        if reason := self._too_far(self.epoch, listener.cursor):
            self._reset(listener, reason)
        if listener.cursor < ring.floor:
            self._backfilling.add(listener)
            self._tasks.start(self._backfill(listener), f"backfill {self.name}")
            return
        self._replay(listener, ring.after(listener.cursor, self.sent), self.sent)
        if not listener.reader.is_choked:
            self.join(listener)

    def _replay(self, listener: Listener, events: Iterable[tuple[int, bytes]], upto: int) -> None:
        """Until the reader chokes. Many come back from the same place: they share the bytes."""
        if self._forgetting is None:
            self._forgetting = asyncio.get_running_loop().call_later(_HISTORY_S, self._forget_history)
        key = (listener.cursor, upto)
        messages = self._replays.get(key)
        if messages is None:
            messages = self._replays[key] = list(self._joined(events))
            if len(self._replays) > _REPLAYS:
                del self._replays[next(iter(self._replays))]
        for seq, parcel in messages:
            if listener.reader.is_choked:
                return
            listener.cursor = seq
            listener.reader.write(parcel.framed(listener.reader.wire))
            self._metrics.replayed.inc()

    async def _backfill(self, listener: Listener) -> None:
        """Page by page, as fast as the listener reads, until the ring goes on from there."""
        try:
            while self._is_below_the_ring(listener):
                page = await self._archive.page(self.epoch, listener.cursor)
                ring = self.tail.ring
                if ring is None or not self._is_below_the_ring(listener):
                    break
                self.tail.oldest = page.oldest_seq
                if page.epoch != self.epoch or not page.events or page.events[0][0] != listener.cursor + 1:
                    # The log was trimmed, or has a new meaning: `catch_up` or the tail will say so.
                    self.tail.learned(page.epoch, page.head)
                    await asyncio.sleep(0.1)
                    break
                # The ring goes on from its floor. The page may know of more than this node has told anybody.
                upto = min(page.events[-1][0], ring.floor)
                self._replay(listener, (event for event in page.events if event[0] <= upto), upto)
                await asyncio.sleep(0)
        except Exception as error:
            # One line and no more: while the database is away, each of thousands of readers comes by here.
            log.warning("a resume waits", extra={"channel": self.name, "error": repr(error)})
            await asyncio.sleep(0.5)
        finally:
            self._backfilling.discard(listener)
        if listener in self.behind and not listener.reader.is_choked:
            self.catch_up(listener)

    def _forget_history(self) -> None:
        self._forgetting = None
        self._archive.forget()
        self._replays.clear()

    def _is_below_the_ring(self, listener: Listener) -> bool:
        """Whether it still listens, reads, and needs what the ring does not hold any more."""
        ring = self.tail.ring
        return (
            listener in self.behind
            and not listener.reader.is_choked
            and ring is not None
            and listener.cursor < ring.floor
        )
