"""Logs: a log channel as this node serves it. Every listener sees `seq = last + 1`, or a `reset`."""

import asyncio
import logging
from collections.abc import Iterator

import msgspec

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


class LogFeed(Feed):
    """Tells what its tail learns: to those at the tip as shared bytes, to those behind from the ring."""

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
    ) -> None:
        super().__init__(name, kind, cid, metrics)
        self.tail = Tail(name, self, host=host, settings=settings, tasks=tasks, metrics=metrics)
        self._settings = settings
        self._tasks = tasks
        self._flushing = False
        self._backfilling: set[Listener] = set()

    async def ready(self) -> None:
        await self.tail.ready()

    async def reach(self, position: Position) -> None:
        if position[0] != self.epoch or position[1] > self.tail.head:
            await self.tail.look()

    # What the tail says.

    def grew(self) -> None:
        """What comes in one turn of the loop is told at its end, joined; a flood is told in parts."""
        if self.tail.head - self.sent >= self._settings.replay_events // 4:
            self._flush()
        elif not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def started(self, reason: str) -> None:
        self.epoch, self.sent = self.tail.epoch, self.tail.head
        if reason:
            self.tell_all(Parcel(self._reset_frame(reason)))

    def needed(self) -> int:
        return min((listener.cursor for listener in self.behind), default=self.sent)

    # What is told.

    def _flush(self) -> None:
        self._flushing = False
        for upto, parcel in self._parcels(self.sent, self.tail.head):
            self.sent = upto
            self.tell_tip(parcel)

    def _parcels(self, after: int, upto: int) -> Iterator[tuple[int, Parcel]]:
        """The events `after < seq <= upto` in messages of a sensible size, each with its last seq."""
        ring = self.tail.ring
        if ring is None or after >= upto:
            return
        frames: list[Event] = []
        size = 0
        for seq, body in list(ring.after(after, upto)):
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
        for upto, parcel in self._parcels(listener.cursor, self.sent):
            if listener.reader.is_choked:
                return
            listener.cursor = upto
            listener.reader.write(parcel.framed(listener.reader.wire))
        if not listener.reader.is_choked:
            self.join(listener)

    async def _backfill(self, listener: Listener) -> None:
        """Make the ring reach back to this listener. The next one that needs it finds it there."""
        try:
            if not await self.tail.extend(listener.cursor):
                await asyncio.sleep(0.1)
        except Exception:
            log.warning("a resume could not be served yet", exc_info=True, extra={"channel": self.name})
            await asyncio.sleep(0.5)
        finally:
            self._backfilling.discard(listener)
        if listener in self.behind and not listener.reader.is_choked:
            self.catch_up(listener)
