"""Rooms: a tick channel, where the newest sample of each athlete that moved is told a few times a second.

A sample is shown before it is durable. Nothing is queued: a row that moves again before the tick replaces
itself.
"""

from collections.abc import Callable, Sequence

from realtime.bus import Bundle
from realtime.channels import Kind
from realtime.fanout import Feed, Listener, Reader
from realtime.frames import Position, Row, Tick
from realtime.metrics import Metrics
from realtime.settings import Settings
from realtime.wire import Parcel

SLICES = 8
"""Rooms take turns within a tick, so that they do not all write at once."""
_EVERY = (1, 2, 4, 8, 16)


class Room(Feed):
    """One tick channel on this node. Rows are `[participant, milliseconds, ...]`."""

    def __init__(
        self,
        name: str,
        kind: Kind,
        cid: int,
        *,
        settings: Settings,
        metrics: Metrics,
        tell_nodes: Callable[[Bundle], None],
        now_ms: Callable[[], float],
    ) -> None:
        super().__init__(name, kind, cid, metrics)
        self._settings = settings
        self._tell_nodes = tell_nodes
        self._now_ms = now_ms
        self._rows: dict[int, Row] = {}
        self._moved_at: dict[int, float] = {}
        self._ours: set[int] = set()
        self._n = 0
        self._slower: dict[int, tuple[dict[Listener, None], set[int]]] = {
            every: ({}, set()) for every in _EVERY[1:]
        }
        self._changed: set[int] = set()
        self._told = 0.0

    @property
    def is_watched(self) -> bool:
        return super().is_watched or any(listeners for listeners, _ in self._slower.values())

    @property
    def is_needed(self) -> bool:
        return super().is_needed or bool(self._ours)

    # What moves.

    def move(self, row: int, samples: Sequence[Row]) -> None:
        """A local athlete's samples, oldest first: the last one is what the others see."""
        self._set([row, *samples[-1]])
        self._ours.add(row)

    def heard(self, rows: Sequence[Row]) -> None:
        """Rows that athletes of another node moved."""
        for row in rows:
            if len(row) >= 2 and isinstance(row[0], int):
                self._set(row)

    def _set(self, row: Row) -> None:
        key: int = row[0]  # type: ignore[assignment]  # a row is named by the participant's number
        known = self._rows.get(key)
        if known is not None and (known[1] or 0) > (row[1] or 0):
            # Sent late, after a newer one: durable, but nothing to look at.
            return
        self._rows[key] = row
        self._changed.add(key)

    # What is told.

    def tick(self, now: float) -> None:
        """One tick of this room."""
        self._n += 1
        changed, self._changed = self._changed, set()
        if changed:
            self._moved_at.update(dict.fromkeys(changed, now))
            ours = [self._rows[key] for key in changed & self._ours if key in self._rows]
            if ours:
                self._tell_nodes(Bundle(channel=self.name, rows=ours))
            self.tell_tip(self._parcel(changed))
            if self.behind:
                self._metrics.skipped.inc(len(self.behind))
        for every, (listeners, waiting) in self._slower.items():
            if not listeners:
                continue
            waiting.update(changed)
            if waiting and self._n % every == 0:
                parcel = self._parcel(waiting)
                waiting.clear()
                for listener in list(listeners):
                    listener.reader.write(parcel.framed(listener.reader.wire))
                self._metrics.delivered(self.kind.name, len(listeners))
        if now - self._told > 1.0:
            self._told = now
            self._forget_stale(now)

    def _forget_stale(self, now: float) -> None:
        stale_s = self._settings.stale_row_s
        for key, moved_at in list(self._moved_at.items()):
            if now - moved_at > stale_s:
                del self._moved_at[key], self._rows[key]
                self._ours.discard(key)

    def _parcel(self, keys: set[int]) -> Parcel:
        rows = [self._rows[key] for key in keys if key in self._rows]
        return Parcel(Tick(cid=self.cid, n=self._n, t=round(self._now_ms()), rows=rows))

    # Who listens, and how often.

    def attach(self, reader: Reader, position: Position | None, request: int | None) -> Listener:
        listener = super().attach(reader, position, request)
        if self._rows:
            reader.write(self._parcel(set(self._rows)).framed(reader.wire))
        return listener

    def catch_up(self, listener: Listener) -> None:
        """Where everybody is now; the ticks in between are of no interest any more."""
        if self._rows:
            listener.reader.write(self._parcel(set(self._rows)).framed(listener.reader.wire))
        self.join(listener)

    def join(self, listener: Listener) -> None:
        if listener.reader.every == 1 or listener.reader.is_choked:
            super().join(listener)
            return
        self.behind.pop(listener, None)
        listener.at_tip = True
        self._slower[listener.reader.every][0][listener] = None

    def _leave_tip(self, listener: Listener) -> None:
        for listeners, waiting in self._slower.values():
            if listeners.pop(listener, 0) is None and not listeners:
                waiting.clear()
        super()._leave_tip(listener)
