"""What time it is at the hub, as well as a client can know it."""

_SAMPLES = 8


class Clock:
    """Of the last eight samples, the one with the least round trip counts (RFC 5905, section 8)."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, float]] = []

    def take(self, t0: float, t1: float, t2: float, t3: float) -> None:
        """Asked at `t0`, at the hub from `t1` to `t2` by its own clock, back at `t3`; in milliseconds."""
        sample = ((t3 - t0) - (t2 - t1), ((t1 - t0) + (t2 - t3)) / 2)
        self._samples = [*self._samples[1 - _SAMPLES :], sample]

    @property
    def offset_ms(self) -> float:
        """The hub's clock minus ours; off by at most half of the best round trip."""
        return min(self._samples)[1] if self._samples else 0.0
