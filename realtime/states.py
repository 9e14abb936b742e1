"""States: a state channel as this node serves it, and how its listeners converge on the newest version.

The replica is the channel's rows as last read from the host. A nudge makes the node read again: at once when
it was quiet, else a few times a second. A host that has computed what changed says so (`told`), and nobody
has to read. What changed is told as one diff that everybody at the tip shares; who comes from an older
version, of this node or another, gets the changes since then merged into one.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from realtime.channels import Kind
from realtime.fanout import Feed, Listener, Reader
from realtime.frames import Diff, Position, Resumption, Snapshot
from realtime.host import State, StateChange
from realtime.metrics import Metrics
from realtime.replicas import Replica
from realtime.settings import Settings
from realtime.tasks import Tasks
from realtime.wire import Parcel

log = logging.getLogger(__name__)

_STALE_READS = 5


class StateFeed(Feed):
    """A state channel: `diff.from_seq` is the listener's version, or it gets a snapshot."""

    def __init__(
        self,
        name: str,
        kind: Kind,
        cid: int,
        *,
        read: Callable[[str], Awaitable[State]],
        settings: Settings,
        tasks: Tasks,
        metrics: Metrics,
    ) -> None:
        super().__init__(name, kind, cid, metrics)
        self._read = read
        self._settings = settings
        self._tasks = tasks
        self._replica: Replica | None = None
        self._seen = 0
        self._wanted: tuple[int, int] | None = None
        self._is_doubted = False
        self._following = False
        self._read_at = 0.0
        self._loading = asyncio.Lock()
        self._snapshot: Parcel | None = None

    @property
    def head(self) -> int:
        """The newest version that was read, whether rows changed or not."""
        return self._seen

    async def ready(self, position: Position | None) -> None:
        if self._replica is None:
            async with self._loading:
                if self._replica is None:
                    self._take(await self._read(self.name))

    def has(self, position: Position | None) -> bool:
        return self._replica is not None and (position is None or not self._is_news(*position))

    async def reach(self, position: Position) -> None:
        if self._is_news(*position):
            async with self._loading:
                self._take(await self._read(self.name))

    # What is heard.

    def heard(self, epoch: int, seq: int) -> None:
        """The channel has reached this version."""
        if self._replica is None or not self._is_news(epoch, seq):
            return
        if self._wanted is None or self._wanted[0] != epoch or self._wanted[1] < seq:
            self._wanted = (epoch, seq)
        self._start_following()

    def told(self, change: StateChange) -> None:
        """Somebody computed what changed. Who has not the version before it reads, as after `heard`."""
        replica = self._replica
        if replica is None or not self._is_news(change.epoch, change.to_seq):
            return
        if change.epoch != replica.epoch or change.from_seq != self._seen:
            self.heard(change.epoch, change.to_seq)
            return
        before = replica.seq
        replica.patch(change.to_seq, change.upserts, change.removes)
        self._seen = self.sent = replica.seq
        self._snapshot = None
        self.tell_tip(
            Parcel(
                Diff(
                    cid=self.cid,
                    from_seq=before,
                    to_seq=replica.seq,
                    upserts=dict(change.upserts),
                    removes=list(change.removes),
                )
            )
        )

    def doubt(self) -> None:
        """Something may have been missed: read again."""
        if self._replica is not None:
            self._is_doubted = True
            self._start_following()

    def _start_following(self) -> None:
        if not self._following:
            self._following = True
            self._tasks.start(self._follow(), f"follow {self.name}")

    def _is_news(self, epoch: int, seq: int) -> bool:
        return epoch != self.epoch or seq > self._seen

    def _is_behind(self, wanted: tuple[int, int] | None) -> bool:
        return wanted is not None and self._is_news(*wanted)

    async def _follow(self) -> None:
        """Read until the wanted version is here, never more often than the interval allows."""
        delay_s, stale = 0.1, 0
        try:
            while stale < _STALE_READS and (self._is_doubted or self._is_behind(self._wanted)):
                await asyncio.sleep(max(0.0, self._read_at + self._settings.coalesce_s - time.monotonic()))
                wanted = self._wanted
                self._is_doubted = False
                try:
                    async with self._loading:
                        self._take(await self._read(self.name))
                except Exception:
                    log.warning("a state could not be read yet", exc_info=True, extra={"channel": self.name})
                    self._is_doubted = True
                    await asyncio.sleep(delay_s)
                    delay_s = min(2.0, delay_s * 2)
                    continue
                delay_s = 0.1
                # A database that does not show what was announced is believed in the end; the digest asks
                # again.
                stale = stale + 1 if self._is_behind(wanted) and wanted == self._wanted else 0
        finally:
            self._wanted = None
            self._following = False

    def _take(self, state: State) -> None:
        self._read_at = time.monotonic()
        replica = self._replica
        if replica is None or state.epoch != replica.epoch:
            self._replica = Replica(state)
            self.epoch, self.sent, self._seen, self._snapshot = state.epoch, state.seq, state.seq, None
            if replica is not None:
                self.tell_all(self._whole())
        elif state.seq > self._seen:
            before = replica.seq
            self._seen = state.seq
            changed = replica.advance(state)
            if changed:
                self.sent, self._snapshot = replica.seq, None
                self.tell_tip(Parcel(replica.diff(self.cid, before, changed)))

    # What is told.

    def _whole(self) -> Parcel:
        replica = self._replica
        assert replica is not None, "a feed is ready before it takes listeners"
        if self._snapshot is None:
            self._snapshot = Parcel(
                Snapshot(cid=self.cid, epoch=replica.epoch, seq=replica.seq, rows=dict(replica.rows))
            )
        return self._snapshot

    def outcome(self, position: Position | None) -> Resumption:
        return "snapshot" if self._changed_since(position) is None else "resumed"

    def _changed_since(self, position: Position | None) -> frozenset[str] | None:
        replica = self._replica
        if replica is None or position is None or position[0] != self.epoch or position[1] > self._seen:
            return None
        return replica.changed_since(position[1])

    def attach(self, reader: Reader, position: Position | None, request: int | None) -> Listener:
        replica = self._replica
        assert replica is not None, "a feed is ready before it takes listeners"
        listener = Listener(reader, self, self.sent)
        keys = self._changed_since(position)
        if position is not None and keys:
            reader.send(self.subscribed(position[1], request), replica.diff(self.cid, position[1], keys))
        else:
            reader.send(self.subscribed(self.sent, request))
            if keys is None:
                reader.write(self._whole().framed(reader.wire))
        self.join(listener)
        return listener

    def catch_up(self, listener: Listener) -> None:
        replica = self._replica
        if replica is not None and listener.cursor != replica.seq:
            keys = replica.changed_since(listener.cursor)
            cursor, listener.cursor = listener.cursor, replica.seq
            self._metrics.conflated.inc()
            if keys is None or len(keys) > len(replica.rows):
                listener.reader.write(self._whole().framed(listener.reader.wire))
            else:
                listener.reader.send(replica.diff(self.cid, cursor, keys))
        self.join(listener)
