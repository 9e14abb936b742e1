"""What the pedals or the handle say: power that counts hard minutes as hard, and the curve of best powers."""

import math
from collections.abc import Iterable
from itertools import accumulate

from domain.effort.series import GAP_S, Series, measured

WINDOW_S = 30
"""The length of the moving mean: about how slowly the body answers to a change of power."""
LONGEST_S = 604_800
"""A week: nothing that is longer is resampled."""


def each_second(time_s: Series, power_w: Series) -> list[float]:
    """Power once a second, each value held until the next, for at most 10 s; 0 W in a hole: nobody pushed."""
    track = list(measured(time_s, power_w))
    if not track:
        return []
    start_s = math.floor(track[0][0])
    length = math.floor(track[-1][0]) - start_s + 1
    assert length <= LONGEST_S, "streams longer than a week are refused before"
    seconds = [0.0] * length
    for place, (at, watts) in enumerate(track):
        first = math.floor(at) - start_s
        following = math.floor(track[place + 1][0]) - start_s if place + 1 < len(track) else first + 1
        for second in range(first, min(max(following, first + 1), first + int(GAP_S), length)):
            seconds[second] = watts
    return seconds


def weighted_power_w(watts_a_second: Series) -> float | None:
    """The steady power that would have been as hard; None for less than 30 s.

    Power once a second, its 30 s moving mean, that to the fourth, their mean, its fourth root.

    Source: the algorithm of A. Coggan, in Allen and Coggan, "Training and Racing with a Power Meter", 2006,
    which sells it under a registered name; here it is called weighted power.
    """
    if len(watts_a_second) < WINDOW_S:
        return None
    sums = [0.0, *accumulate(watts_a_second)]
    fourths = (
        (max(0.0, sums[end] - sums[end - WINDOW_S]) / WINDOW_S) ** 4 for end in range(WINDOW_S, len(sums))
    )
    return float((math.fsum(fourths) / (len(sums) - WINDOW_S)) ** 0.25)


def best_powers_w(watts_a_second: Series, lengths_s: Iterable[int]) -> dict[int, float]:
    """The best mean power over each length of time that the workout has."""
    sums = [0.0, *accumulate(watts_a_second)]
    best: dict[int, float] = {}
    for length_s in lengths_s:
        if length_s < 1:
            raise ValueError("a length of time is at least a second")
        if length_s < len(sums):
            most = max(end - start for start, end in zip(sums, sums[length_s:], strict=False))
            best[length_s] = max(0.0, most / length_s)
    return best
