"""What time it is: at the hub, as well as a client can know it; and in the hub, the same on every node."""

import time
from collections.abc import Callable

_SAMPLES = 8
_SETTLED = 5
_JUMP_MS = 500.0


class Clock:
    """Of the last eight samples, the one with the least round trip counts (RFC 5905, section 8)."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, float]] = []

    def take(self, t0: float, t1: float, t2: float, t3: float) -> None:
        """Asked at `t0`, there from `t1` to `t2` by its clock, back at `t3`; in milliseconds.

        A sample that no other can be true beside ends the others: somebody's clock was set.
        """
        trip, offset = (t3 - t0) - (t2 - t1), ((t1 - t0) + (t2 - t3)) / 2
        if trip < -1.0:
            return  # a clock was set meanwhile; a little less than nothing is rounding
        if any(abs(offset - other) > (trip + before) / 2 + 1.0 for before, other in self._samples):
            self._samples = []
        self._samples = [*self._samples[1 - _SAMPLES :], (trip, offset)]

    @property
    def size(self) -> int:
        return len(self._samples)

    @property
    def offset_ms(self) -> float:
        """That clock minus ours; off by at most half of the best round trip."""
        return min(self._samples)[1] if self._samples else 0.0


class Timepiece:
    """A node's time: a clock that nobody sets, corrected by one reference that all nodes share.

    The machine's own wall clock counts until the reference has answered once, and never again: it may be
    minutes off, or be set while the hub runs. While the reference is away the steady clock goes on alone.
    """

    def __init__(
        self, *, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._steady = steady
        self._reference = Clock()
        self._offset_ms = (wall() - steady()) * 1000
        self._told_ms = 0.0

    def now_ms(self) -> float:
        """Milliseconds since the epoch. It goes back only where it was wrong by half a second or more."""
        now = self._steady() * 1000 + self._offset_ms
        if now < self._told_ms and self._told_ms - now < _JUMP_MS:
            return self._told_ms
        self._told_ms = now
        return now

    def steady_ms(self) -> float:
        return self._steady() * 1000

    def learn(self, asked_ms: float, reference_ms: float) -> None:
        """The reference said `reference_ms` to who asked at `asked_ms`, by the steady clock."""
        self._reference.take(asked_ms, reference_ms, reference_ms, self.steady_ms())
        self._offset_ms = self._reference.offset_ms

    @property
    def is_settled(self) -> bool:
        """Whether the reference has answered often enough that one slow answer is none of the best."""
        return self._reference.size >= _SETTLED
