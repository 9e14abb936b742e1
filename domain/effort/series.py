"""Streams as the formulas take them: equally long sequences of floats, NaN where nothing was measured.

Times are in seconds from the start and never go back.
"""

import math
from collections.abc import Iterator, Sequence

Series = Sequence[float]

GAP_S = 10.0
"""A value counts until the next one, but no longer than this: then the sensor was away."""


def held(time_s: Series, values: Series, *, cap_s: float = GAP_S) -> Iterator[tuple[float, float]]:
    """Each measured value and the seconds for which it counts: until the next sample, at most `cap_s`.

    The last sample counts for as long as the one before it, at most `cap_s`; one alone for 1 s.
    """
    last = len(time_s) - 1
    for place, value in enumerate(values):
        if math.isnan(value):
            continue
        if place < last:
            lasts_s = time_s[place + 1] - time_s[place]
        else:
            lasts_s = time_s[place] - time_s[place - 1] if place else 1.0
        yield value, min(lasts_s, cap_s)


def mean_over_time(time_s: Series, values: Series) -> float | None:
    """The mean of what was measured, weighted by time and not by samples; None where nothing was."""
    weighted, seconds = [], []
    for value, lasts_s in held(time_s, values):
        weighted.append(value * lasts_s)
        seconds.append(lasts_s)
    whole_s = math.fsum(seconds)
    return math.fsum(weighted) / whole_s if whole_s > 0 else None


def highest(values: Series) -> float | None:
    return max((value for value in values if not math.isnan(value)), default=None)


def measured(time_s: Series, values: Series) -> Iterator[tuple[float, float]]:
    """The moments at which something was measured, and what."""
    return ((at, value) for at, value in zip(time_s, values, strict=True) if not math.isnan(value))
