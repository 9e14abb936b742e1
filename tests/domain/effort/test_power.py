"""Weighted power and the power curve."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effort.power import best_powers_w, each_second, weighted_power_w
from tests.support.properties import unhurried

NAN = math.nan
WATTS = st.lists(st.floats(0, 2000), min_size=30, max_size=200)


def test_steady_power_is_its_own_weight() -> None:
    assert weighted_power_w([200.0] * 600) == pytest.approx(200)


def test_intervals_weigh_more_than_their_mean() -> None:
    hard_and_easy = ([400.0] * 120 + [0.0] * 120) * 5
    found = weighted_power_w(hard_and_easy)
    assert found is not None
    assert 200 < found < 400
    # In 240 s the mean is 90 s at 400 W, and rises and falls for 30 s each: a fifth of their fourth power.
    assert found == pytest.approx(((90 + 60 / 5) / 240 * 400**4) ** 0.25, rel=0.01)


def test_less_than_half_a_minute_has_no_weighted_power() -> None:
    assert weighted_power_w([300.0] * 29) is None
    assert weighted_power_w([300.0] * 30) == pytest.approx(300)


def test_power_is_resampled_to_each_second() -> None:
    assert each_second([0, 2, 3, 5], [100, 200, NAN, 50]) == [100, 100, 200, 200, 200, 50]
    assert each_second([0.0, 0.4, 0.8, 1.2], [1, 2, 3, 4]) == [3, 4]
    assert each_second([], []) == []


def test_nobody_pushes_in_a_hole() -> None:
    assert each_second([0, 15], [100, 100]) == [100.0] * 10 + [0.0] * 5 + [100.0]


def test_the_curve_is_the_best_mean_of_each_length() -> None:
    assert best_powers_w([100, 300, 500, 200], [1, 2, 4, 5]) == {1: 500, 2: 400, 4: 275}


@unhurried
@given(WATTS)
def test_weighted_power_is_between_the_lowest_mean_and_the_highest(watts: list[float]) -> None:
    found, best = weighted_power_w(watts), best_powers_w(watts, [30])
    assert found is not None
    assert min(watts) - 1e-3 <= found <= best[30] + 1e-3


@unhurried
@given(WATTS)
def test_doubling_the_length_never_raises_the_curve(watts: list[float]) -> None:
    curve = best_powers_w(watts, [5, 10, 20])
    assert curve[5] + 1e-6 >= curve[10] >= curve[20] - 1e-6
