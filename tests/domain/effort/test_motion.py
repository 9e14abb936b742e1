"""Distance, altitude and time."""

import math
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effort.motion import (
    BAROMETRIC_M,
    best_efforts_s,
    between_m,
    elevation_gain_m,
    moving_s,
    splits,
)
from tests.support.properties import unhurried

NAN = math.nan
STEPS = st.lists(st.tuples(st.integers(1, 20), st.floats(0, 60)), min_size=1, max_size=60)


def track(steps: list[tuple[int, float]]) -> tuple[list[float], list[float]]:
    times = [0.0, *accumulate(float(seconds) for seconds, _ in steps)]
    return times, [0.0, *accumulate(metres for _, metres in steps)]


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert between_m((47.0, 11.0), (48.0, 11.0)) == pytest.approx(111_195, abs=1)
    assert between_m((0.0, 179.9), (0.0, -179.9)) == pytest.approx(22_239, abs=1)


def test_standing_is_not_moving_and_a_hole_is_a_pause() -> None:
    time_s = [0, 10, 20, 30, 40, 140, 150]
    distance_m = [0, 30, 60, 61, 90, 400, 430]
    assert moving_s(time_s, distance_m) == 40


@unhurried
@given(STEPS)
def test_moving_time_is_within_the_elapsed_time(steps: list[tuple[int, float]]) -> None:
    time_s, distance_m = track(steps)
    assert 0 <= moving_s(time_s, distance_m) <= time_s[-1]


def test_noise_below_the_dead_band_climbs_nothing() -> None:
    assert elevation_gain_m([100, 104, 100, 104, 99, 103], dead_band_m=BAROMETRIC_M) == 0.0


def test_a_slow_climb_loses_nothing_to_the_dead_band() -> None:
    assert elevation_gain_m([0.1 * step for step in range(1001)]) == pytest.approx(100)


def test_two_hills_add_up() -> None:
    assert elevation_gain_m([0, 50, 20, 80, 75, 82, 10]) == 112


def test_no_metre_climbed_is_a_value_and_no_altitude_is_none() -> None:
    assert elevation_gain_m([0.0, 0.0]) == 0.0
    assert elevation_gain_m([NAN, NAN]) is None
    assert elevation_gain_m([]) is None


@unhurried
@given(st.lists(st.floats(-400, 8000), min_size=1, max_size=80), st.floats(1, 20))
def test_the_gain_is_between_the_net_climb_and_all_that_goes_up(heights: list[float], band: float) -> None:
    gain = elevation_gain_m(heights, dead_band_m=band)
    ups = math.fsum(max(0.0, b - a) for a, b in pairwise(heights))
    assert gain is not None
    assert heights[-1] - heights[0] - 2 * band <= gain <= ups + 1e-6


def test_splits_are_interpolated_and_the_rest_is_the_last() -> None:
    found = splits([0, 300, 700], [0, 1500, 2500], every_m=1000)
    assert [(one.distance_m, one.duration_s) for one in found] == [(1000, 200), (1000, 300), (500, 200)]


@unhurried
@given(STEPS, st.floats(10, 500))
def test_splits_add_up_to_the_whole(steps: list[tuple[int, float]], every_m: float) -> None:
    time_s, distance_m = track(steps)
    found = splits(time_s, distance_m, every_m=every_m)
    assert math.fsum(one.distance_m for one in found) == pytest.approx(distance_m[-1], abs=1e-6)
    assert math.fsum(one.duration_s for one in found) <= time_s[-1] + 1e-6
    assert all(one.duration_s >= 0 for one in found)


def test_the_best_kilometre_lies_between_samples() -> None:
    # 1 km at 4 m/s, then 2 km at 5 m/s, then 1 km at 4 m/s, sampled each 7 s.
    def at(second: float) -> float:
        return 4 * min(second, 250) + 5 * min(max(second - 250, 0), 400) + 4 * max(second - 650, 0)

    time_s = [float(second) for second in range(0, 901, 7)]
    best = best_efforts_s(time_s, [at(second) for second in time_s], [1000, 2000, 50_000])
    assert best[1000] == pytest.approx(200, abs=0.01)
    assert best[2000] == pytest.approx(400, abs=1)
    assert 50_000 not in best


def test_no_effort_spans_a_hole() -> None:
    time_s, distance_m = [0, 20, 40, 400, 420, 440], [0, 60, 120, 5000, 5050, 5100]
    assert best_efforts_s(time_s, distance_m, [100, 1000]) == {100: pytest.approx(100 / 3)}


@unhurried
@given(STEPS, st.floats(5, 300))
def test_the_best_effort_is_the_one_that_looking_everywhere_finds(
    steps: list[tuple[int, float]], length_m: float
) -> None:
    time_s, distance_m = track(steps)
    found = best_efforts_s(time_s, distance_m, [length_m]).get(length_m)
    if found is None:
        assert distance_m[-1] < length_m + 1e-6
        return
    for start in range(len(time_s)):
        for end in range(start + 1, len(time_s)):
            if distance_m[end] - distance_m[start] >= length_m:
                assert found <= time_s[end] - time_s[start] + 1e-6


@unhurried
@given(STEPS)
def test_a_longer_effort_is_never_faster(steps: list[tuple[int, float]]) -> None:
    best = best_efforts_s(*track(steps), [50, 100, 200])
    paces = [best[length] for length in (50, 100, 200) if length in best]
    assert paces == sorted(paces)
