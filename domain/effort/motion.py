"""How far, how high, how fast: from streams of time, distance and altitude."""

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from domain.effort.series import Series, measured

STANDSTILL_M_S = 0.5
"""Slower than this is standing: half of a slow walk."""
MOVING_GAP_S = 30.0
"""Devices that record only changes leave holes of up to half a minute; a longer one is a pause."""
BAROMETRIC_M = 5.0
GPS_M = 10.0
"""The dead-bands of elevation gain: how far the altitude wanders on the flat, by how it was measured."""
EARTH_M = 6_371_008.8
"""The mean radius, of the International Union of Geodesy and Geophysics."""


class Split(Struct, frozen=True):
    """One stretch of a workout: its length and how long it took. The last one may be shorter."""

    distance_m: float
    duration_s: float


def between_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places (latitude, longitude in degrees), along a great circle.

    Source: the haversine formula, R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68(2), 1984.
    """
    lat, lat_other = math.radians(one[0]), math.radians(other[0])
    half_lat, half_lon = (lat_other - lat) / 2, math.radians(other[1] - one[1]) / 2
    square = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(lat_other) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, square)))


def moving_s(time_s: Series, distance_m: Series) -> float:
    """Seconds in motion: every stretch between two samples that was not slower than standing, nor a hole."""
    moving = []
    before: tuple[float, float] | None = None
    for at, place in measured(time_s, distance_m):
        if before is not None:
            took = at - before[0]
            if 0 < took <= MOVING_GAP_S and place - before[1] >= STANDSTILL_M_S * took:
                moving.append(took)
        before = (at, place)
    return math.fsum(moving)


def elevation_gain_m(altitude_m: Series, *, dead_band_m: float = GPS_M) -> float | None:
    """Metres climbed; a rise counts once it has left the dead-band. 0.0 is a value, None is no altitude.

    A turning point is confirmed when the altitude has come back from it by the dead-band, so noise below
    the band adds nothing and a long slow climb loses nothing.
    """
    known = [value for value in altitude_m if not math.isnan(value)]
    if not known:
        return None
    low = high = known[0]
    gains, is_up = [], False
    for value in known:
        if is_up:
            high = max(high, value)
            if high - value >= dead_band_m:
                gains.append(high - low)
                low, is_up = value, False
        else:
            low = min(low, value)
            if value - low >= dead_band_m:
                high, is_up = value, True
    if is_up:
        gains.append(high - low)
    return math.fsum(gains)


def splits(time_s: Series, distance_m: Series, *, every_m: float) -> list[Split]:
    """The workout in stretches of equal length, borders interpolated; the rest is the last one."""
    if not every_m > 0:
        raise ValueError("a split has a length")
    found: list[Split] = []
    track = list(measured(time_s, distance_m))
    if len(track) < 2:
        return found
    began_s, began_m = track[0]
    border_m = began_m + every_m
    before_s, before_m = track[0]
    for at, place in track[1:]:
        while place >= border_m:
            crossed_s = _when(border_m, (before_s, before_m), (at, place))
            found.append(Split(every_m, crossed_s - began_s))
            began_s, began_m, border_m = crossed_s, border_m, border_m + every_m
        before_s, before_m = at, place
    if before_m - began_m > 0:
        found.append(Split(before_m - began_m, before_s - began_s))
    return found


def best_efforts_s(
    time_s: Series, distance_m: Series, lengths_m: Iterable[float], *, gap_s: float = MOVING_GAP_S
) -> dict[float, float]:
    """The least seconds in which each length was covered; a length that was not is not in the answer.

    Two pointers run along the track; the end that lies between two samples is interpolated, once for
    efforts that begin at a sample and once for those that end at one: the best begins or ends at one. What
    spans a hole longer than `gap_s` is refused, for nobody knows what happened in it.
    """
    runs = _unbroken(list(measured(time_s, distance_m)), gap_s)
    best: dict[float, float] = {}
    for length_m in lengths_m:
        if not length_m > 0:
            raise ValueError("an effort has a length")
        found = [
            took for run in runs for took in (_fastest(run, length_m), _fastest(_mirrored(run), length_m))
        ]
        if (least := min((took for took in found if took is not None), default=None)) is not None:
            best[length_m] = least
    return best


def _fastest(run: Sequence[tuple[float, float]], length_m: float) -> float | None:
    """The least time over `length_m` of those that begin at a sample."""
    least: float | None = None
    end = 0
    for began_s, began_m in run:
        goal_m = began_m + length_m
        while end < len(run) and run[end][1] < goal_m:
            end += 1
        if end == len(run):
            break
        took = _when(goal_m, run[end - 1], run[end]) - began_s
        if took > 0 and (least is None or took < least):
            least = took
    return least


def _mirrored(run: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same run backwards: what ended at a sample begins at one."""
    last_s, last_m = run[-1]
    return [(last_s - at, last_m - place) for at, place in reversed(run)]


def _unbroken(track: Sequence[tuple[float, float]], gap_s: float) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = []
    for sample in track:
        if not runs or sample[0] - runs[-1][-1][0] > gap_s:
            runs.append([])
        runs[-1].append(sample)
    return runs


def _when(goal_m: float, before: tuple[float, float], after: tuple[float, float]) -> float:
    """The moment at which `goal_m` was passed between two samples."""
    step_m = after[1] - before[1]
    return after[0] if step_m <= 0 else before[0] + (after[0] - before[0]) * (goal_m - before[1]) / step_m
