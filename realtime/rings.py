"""Logs: what a node remembers of a log channel, and how its listeners never miss an event.

The ring is the newest part of the log, without a hole. Who is further behind is served from the host, once
for all who are; an event that comes too early waits until the one before it was heard or fetched.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from itertools import islice

import msgspec

from realtime.channels import Kind
from realtime.fanout import Feed, Listener, Reader
from realtime.frames import Event, Position, Reset, Resumption
from realtime.host import Host, LogPage
from realtime.metrics import Metrics
from realtime.settings import Settings
from realtime.tasks import Tasks
from realtime.wire import Parcel

log = logging.getLogger(__name__)

_HEAD_ONLY = 2**62
_MESSAGE_BYTES = 32 * 1024
_EARLY = 5_000
_LOOKS = 10


class Ring:
    """Events `floor < seq <= head`, all of them."""

    def __init__(self, head: int) -> None:
        self.floor = head
        self.head = head
        self.bytes = 0
        self._events: deque[tuple[int, bytes]] = deque()

    def __len__(self) -> int:
        return len(self._events)

    def append(self, seq: int, body: bytes) -> None:
        assert seq == self.head + 1, "a ring has no hole"
        self.head = seq
        self.bytes += len(body)
        self._events.append((seq, body))

    def prepend(self, seq: int, body: bytes) -> None:
        assert seq == self.floor, "a ring has no hole"
        self.floor = seq - 1
        self.bytes += len(body)
        self._events.appendleft((seq, body))

    def trim(self) -> None:
        """Forget the oldest event."""
        seq, body = self._events.popleft()
        self.floor = seq
        self.bytes -= len(body)

    def after(self, seq: int, upto: int) -> Iterator[tuple[int, bytes]]:
        """The events `seq < ... <= upto`; `seq` is not below the floor."""
        assert seq >= self.floor, "what is below the floor is not remembered"
        return islice(self._events, seq - self.floor, upto - self.floor)


class LogFeed(Feed):
    """A log channel: `seq = last + 1` for every listener, or a `reset`."""

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
        self._host = host
        self._settings = settings
        self._tasks = tasks
        self._ring: Ring | None = None
        self._oldest = 1
        self._early: dict[int, tuple[int, bytes]] = {}
        self._flushing = False
        self._gap_timer: asyncio.TimerHandle | None = None
        self._repairing = False
        self._behind_head = 0
        self._loading = asyncio.Lock()
        self._backfilling: set[Listener] = set()

    @property
    def head(self) -> int:
        return self._ring.head if self._ring is not None else 0

    async def ready(self) -> None:
        if self._ring is None:
            await self._look(self._ring)

    async def reach(self, position: Position) -> None:
        if position[0] != self.epoch or position[1] > self.head:
            await self._look(self._ring)

    # What is heard.

    def heard(self, epoch: int, seq: int, body: bytes) -> None:
        """An event, from anywhere, in any order, any number of times."""
        ring = self._ring
        if ring is None or epoch != self.epoch or seq > ring.head + 1:
            if len(self._early) < _EARLY:
                self._early[seq] = (epoch, body)
            if ring is not None:
                self.learned(epoch, seq)
        elif seq == ring.head + 1:
            self._append(ring, seq, body)
            self._splice(ring)

    def learned(self, epoch: int, seq: int) -> None:
        """The channel is there, says somebody. What is missing will be heard within moments, or is
        fetched."""
        if self._ring is None or (epoch == self.epoch and seq <= self._ring.head):
            return
        self._behind_head = max(self._behind_head, seq) if epoch == self.epoch else seq
        if self._gap_timer is None and not self._repairing:
            self._gap_timer = asyncio.get_running_loop().call_later(self._settings.gap_s, self._gap)

    def _gap(self) -> None:
        self._gap_timer = None
        if (
            self._ring is not None
            and not self._repairing
            and (self._early or self._behind_head > self._ring.head)
        ):
            self._repairing = True
            self._tasks.start(self._repair(), f"repair {self.name}")

    async def _repair(self) -> None:
        """Fetch what is missing, once, until nothing is; the listeners notice nothing."""
        delay_s = 0.1
        looks = 0
        try:
            while self._ring is not None:
                before = self._ring
                try:
                    await self._look(before)
                    delay_s = 0.1
                except Exception:
                    log.warning(
                        "a hole could not be fetched yet", exc_info=True, extra={"channel": self.name}
                    )
                    await asyncio.sleep(delay_s)
                    delay_s = min(2.0, delay_s * 2)
                    continue
                if not self._early and self._behind_head <= self._ring.head:
                    return
                # Somebody says that there is more than the database shows. In the end, believe the database.
                looks += 1
                if looks >= _LOOKS:
                    self._early.clear()
                    self._behind_head = self._ring.head
                    return
                await asyncio.sleep(delay_s)
        finally:
            self._repairing = False

    async def _look(self, seen: Ring | None) -> None:
        """Read what follows the head from the host, and splice it in. One at a time."""
        async with self._loading:
            if self._ring is not seen and seen is None:
                return
            ring, head = self._ring, self.head
            after = _HEAD_ONLY if ring is None else head
            page = await self._page(after)
            if ring is None or page.epoch != self.epoch or page.head < head or page.oldest_seq > head + 1:
                self._start_over(page, ring is not None)
                return
            self._take(ring, page)
            while ring.head < page.head:
                page = await self._page(ring.head)
                if page.epoch != self.epoch or not page.events:
                    break
                self._take(ring, page)

    async def _page(self, after: int) -> LogPage:
        return await self._host.read_log(self.name, after=after, limit=self._settings.page_events)

    def _take(self, ring: Ring, page: LogPage) -> None:
        self._oldest = page.oldest_seq
        before = ring.head
        for seq, body in page.events:
            if seq == ring.head + 1:
                self._append(ring, seq, body)
        if ring.head > before:
            self._metrics.gaps.inc()
        self._splice(ring)

    def _start_over(self, page: LogPage, is_reset: bool) -> None:
        """The first look, or the numbers have a new meaning: whoever listens starts from here."""
        reason = "epoch" if page.epoch != self.epoch else "rewound"
        self.epoch, self.sent, self._oldest = page.epoch, page.head, page.oldest_seq
        self._ring = Ring(page.head)
        self._behind_head = page.head
        if is_reset:
            log.warning("a log starts over", extra={"channel": self.name, "reason": reason, "seq": page.head})
            for listener in list(self.behind):
                self._reset(listener, reason)
            self.tell_tip(Parcel(self._reset_frame(reason)))
        self._splice(self._ring)

    def _append(self, ring: Ring, seq: int, body: bytes) -> None:
        ring.append(seq, body)
        self._early.pop(seq, None)
        settings = self._settings
        while len(ring) > settings.ring_events or ring.bytes > settings.ring_bytes:
            if ring.floor >= self.sent:
                break
            is_needed = any(listener.cursor <= ring.floor for listener in self.behind)
            if is_needed and len(ring) <= settings.replay_events:
                break
            ring.trim()
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _splice(self, ring: Ring) -> None:
        """What came too early and now fits."""
        if not self._early:
            return
        while (early := self._early.get(ring.head + 1)) is not None and early[0] == self.epoch:
            self._append(ring, ring.head + 1, early[1])
        self._early = {s: e for s, e in self._early.items() if s > ring.head or e[0] != self.epoch}
        if self._early:
            newest = max(self._early)
            self.learned(self._early[newest][0], newest)

    # What is told.

    def _flush(self) -> None:
        """Everything that came in this turn of the loop, joined."""
        self._flushing = False
        ring = self._ring
        if ring is None or self.sent >= ring.head:
            return
        for upto, parcel in self._parcels(ring, self.sent, ring.head):
            self.sent = upto
            self.tell_tip(parcel)

    def _parcels(self, ring: Ring, after: int, upto: int) -> Iterator[tuple[int, Parcel]]:
        frames: list[Event] = []
        size = 0
        for seq, body in list(ring.after(after, upto)):
            frames.append(Event(cid=self.cid, seq=seq, event=msgspec.Raw(body)))
            size += len(body) + 40
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
        assert self._ring is not None, "a feed is ready before it takes listeners"
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
        if epoch != self.epoch:
            return "epoch"
        if seq > self.sent:
            return "ahead"
        if seq + 1 < self._oldest:
            return "trimmed"
        return "too_far" if self.sent - seq > self._settings.replay_events else ""

    def _reset_frame(self, reason: str) -> Reset:
        return Reset(cid=self.cid, reason=reason, epoch=self.epoch, seq=self.sent)

    def _reset(self, listener: Listener, reason: str) -> None:
        listener.cursor = self.sent
        listener.reader.send(self._reset_frame(reason))

    def catch_up(self, listener: Listener) -> None:
        ring = self._ring
        if ring is None or listener in self._backfilling:
            return
        if reason := self._too_far(self.epoch, listener.cursor):
            self._reset(listener, reason)
        if listener.cursor < ring.floor:
            self._backfilling.add(listener)
            self._tasks.start(self._backfill(listener), f"backfill {self.name}")
            return
        for upto, parcel in self._parcels(ring, listener.cursor, self.sent):
            if listener.reader.is_choked:
                return
            listener.cursor = upto
            listener.reader.write(parcel.framed(listener.reader.wire))
        if not listener.reader.is_choked:
            self.join(listener)

    async def _backfill(self, listener: Listener) -> None:
        """Make the ring reach back to this listener. The next one that needs it finds it there."""
        try:
            async with self._loading:
                ring = self._ring
                while ring is not None and ring is self._ring and listener.cursor < ring.floor:
                    if not await self._extend(ring, listener.cursor):
                        await asyncio.sleep(0.1)
                        break
        except Exception:
            log.warning("a resume could not be served yet", exc_info=True, extra={"channel": self.name})
            await asyncio.sleep(0.5)
        finally:
            self._backfilling.discard(listener)
        if listener in self.behind and not listener.reader.is_choked:
            self.catch_up(listener)

    async def _extend(self, ring: Ring, cursor: int) -> bool:
        """Fetch `cursor < seq <= floor`, whole, and put it before the ring."""
        older: list[tuple[int, bytes]] = []
        after = cursor
        while after < ring.floor:
            page = await self._page(after)
            self._oldest = page.oldest_seq
            wanted = [(seq, body) for seq, body in page.events if seq <= ring.floor]
            if page.epoch != self.epoch or not wanted or wanted[0][0] != after + 1:
                self.learned(page.epoch, page.head)
                return False
            older += wanted
            after = wanted[-1][0]
        for seq, body in reversed(older):
            if seq == ring.floor:
                ring.prepend(seq, body)
        return True
