"""Tails: a node keeps the newest part of a log complete, whatever the bus loses, reorders or says twice.

An event that comes too early waits until the one before it was heard; soon after, the hole is fetched from
the host: once a node, and nobody who listens notices.
"""

import asyncio
import logging
from typing import Protocol

from realtime.host import Host, LogPage
from realtime.metrics import Metrics
from realtime.rings import Ring
from realtime.settings import Settings
from realtime.tasks import Tasks

log = logging.getLogger(__name__)

_HEAD_ONLY = 2**62
_EARLY = 5_000
_LOOKS = 10


class Follower(Protocol):
    """Who is told about a tail. Called on the event loop; neither waits nor raises."""

    def grew(self) -> None:
        """There are new events in the ring."""

    def started(self, reason: str) -> None:
        """The ring begins anew, at its head. `reason` is empty the first time."""

    def needed(self) -> int:
        """After which event the ring has not been told yet."""


class Tail:
    """The newest events of one log channel. `ring` is None until the first look."""

    def __init__(
        self,
        name: str,
        follower: Follower,
        *,
        host: Host,
        settings: Settings,
        tasks: Tasks,
        metrics: Metrics,
    ) -> None:
        self.name = name
        self.epoch = 0
        self.oldest = 1
        """The first event that the host still keeps."""
        self.ring: Ring | None = None
        self._follower = follower
        self._host = host
        self._settings = settings
        self._tasks = tasks
        self._metrics = metrics
        self._early: dict[int, tuple[int, bytes]] = {}
        self._announced = 0
        self._timer: asyncio.TimerHandle | None = None
        self._repairing = False
        self._looking = asyncio.Lock()

    @property
    def head(self) -> int:
        return self.ring.head if self.ring is not None else 0

    # What is heard.

    def heard(self, epoch: int, seq: int, body: bytes) -> None:
        """An event, from anywhere, in any order, any number of times."""
        if self._is_unborn and seq == 1:
            self._begin(epoch)
        ring = self.ring
        if ring is None or epoch != self.epoch or seq > ring.head + 1:
            if len(self._early) < _EARLY:
                self._early[seq] = (epoch, body)
            self.learned(epoch, seq)
        elif seq == ring.head + 1:
            self._append(ring, seq, body)
            self._splice(ring)

    def learned(self, epoch: int, seq: int) -> None:
        """The log is there, says somebody. What is missing is heard within moments, or is fetched."""
        if self.ring is None or (epoch == self.epoch and seq <= self.ring.head):
            return
        self._announced = max(self._announced, seq) if epoch == self.epoch else seq
        if self._timer is None and not self._repairing:
            self._timer = asyncio.get_running_loop().call_later(self._settings.gap_s, self._gap)

    def _gap(self) -> None:
        self._timer = None
        if not self._repairing and self._is_missing_something:
            self._repairing = True
            self._tasks.start(self._repair(), f"repair {self.name}")

    @property
    def _is_missing_something(self) -> bool:
        return bool(self._early) or self._announced > self.head

    @property
    def _is_unborn(self) -> bool:
        """Whether nothing was ever said in this channel: it has no epoch until the first event."""
        return self.ring is not None and self.epoch == 0 and self.ring.head == 0

    # What is fetched.

    async def look(self) -> None:
        """Read what follows the head, and splice it in. One at a time. Raises what the host raises."""
        async with self._looking:
            await self._look()

    async def ready(self, after: int | None = None) -> None:
        """The first look, unless somebody else had it; where it can be, with all that follows `after`."""
        async with self._looking:
            if self.ring is None:
                await self._look(_HEAD_ONLY if after is None else after)

    async def _look(self, first: int = _HEAD_ONLY) -> None:
        while True:
            ring, head = self.ring, self.head
            page = await self._page(first if ring is None else head)
            if self.ring is not ring:
                # It began while we asked: what came then is in the new ring.
                continue
            if ring is None or page.epoch != self.epoch or page.head < head or page.oldest_seq > head + 1:
                ring = self._start(page)
            self._take(ring, page)
            if ring.head >= page.head or not page.events:
                return

    async def _repair(self) -> None:
        """Fetch what is missing, until nothing is."""
        delay_s = 0.1
        looks = 0
        try:
            while self._is_missing_something and looks < _LOOKS:
                try:
                    await self.look()
                except Exception:
                    log.warning(
                        "a hole could not be fetched yet", exc_info=True, extra={"channel": self.name}
                    )
                    await asyncio.sleep(delay_s)
                    delay_s = min(2.0, delay_s * 2)
                    continue
                # Somebody says that there is more than the database shows: in the end, believe the database.
                looks += 1
                delay_s = 0.1
                if self._is_missing_something:
                    await asyncio.sleep(delay_s)
        finally:
            self._repairing = False
            self._early.clear()
            self._announced = self.head

    async def _page(self, after: int) -> LogPage:
        page = await self._host.read_log(self.name, after=after, limit=self._settings.page_events)
        self.oldest = page.oldest_seq
        return page

    # What is kept.

    def _start(self, page: LogPage) -> Ring:
        """The first look; or the numbers have a new meaning, and who listens goes on from here."""
        if self._is_unborn and page.oldest_seq == 1:
            return self._begin(page.epoch)
        reason = self._why_anew(page)
        if reason:
            log.warning("a log starts over", extra={"channel": self.name, "reason": reason, "seq": page.head})
        self.epoch = page.epoch
        self.ring = _ring_of(page) if self.ring is None else Ring(page.head)
        self._announced = page.head
        self._follower.started(reason)
        self._splice(self.ring)
        return self.ring

    def _why_anew(self, page: LogPage) -> str:
        if self.ring is None:
            return ""
        if page.epoch != self.epoch:
            return "epoch"
        return "rewound" if page.head < self.head else "trimmed"

    def _begin(self, epoch: int) -> Ring:
        """The channel gets its epoch, and its listeners learn it, before the first of all events."""
        self.epoch = epoch
        self.ring = Ring(0)
        self._follower.started("began")
        return self.ring

    def _take(self, ring: Ring, page: LogPage) -> None:
        before = ring.head
        for seq, body in page.events:
            if seq == ring.head + 1:
                self._append(ring, seq, body)
        if ring.head > before:
            self._metrics.gaps.inc()
        self._splice(ring)

    def _splice(self, ring: Ring) -> None:
        """What came too early and now fits."""
        while (early := self._early.get(ring.head + 1)) is not None and early[0] == self.epoch:
            self._append(ring, ring.head + 1, early[1])
        if self._early:
            self._early = {s: e for s, e in self._early.items() if s > ring.head or e[0] != self.epoch}
        if self._early:
            newest = max(self._early)
            self.learned(self._early[newest][0], newest)

    def _append(self, ring: Ring, seq: int, body: bytes) -> None:
        ring.append(seq, body)
        self._early.pop(seq, None)
        self._follower.grew()
        settings = self._settings
        while len(ring) > settings.ring_events or ring.bytes > settings.ring_bytes:
            if ring.floor >= self._follower.needed():
                break
            ring.trim()


def _ring_of(page: LogPage) -> Ring:
    """The page's events, where they reach up to the head."""
    if not page.events or page.events[-1][0] != page.head:
        return Ring(page.head)
    ring = Ring(page.events[0][0] - 1)
    for seq, body in page.events:
        ring.append(seq, body)
    return ring
