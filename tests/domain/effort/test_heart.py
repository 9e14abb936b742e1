"""Zones, impulse and energy by heart rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effort.heart import (
    Formula,
    energy_kcal,
    hr_max_by_age,
    reserve_bounds,
    seconds_at,
    trimp,
    zone_bounds,
    zones_s,
)
from domain.effort.series import highest, mean_over_time
from tests.support.properties import unhurried

NAN = math.nan


def test_the_highest_rate_at_forty_is_180() -> None:
    assert hr_max_by_age(40) == 180


def test_zones_count_time_and_not_samples() -> None:
    # A device that writes only changes: 150 for nine seconds, then 100 once a second.
    seconds = seconds_at([0, 9, 10, 11, 12], [150, 100, 100, 100, 100])
    assert seconds == {150: 9, 100: 4}


def test_a_strap_that_fell_off_counts_for_ten_seconds() -> None:
    assert seconds_at([0, 1, 601, 602], [120, 120, NAN, NAN]) == {120: 11}


def test_zones_begin_at_their_bounds() -> None:
    bounds = zone_bounds(200)
    assert bounds == pytest.approx((100, 120, 140, 160, 180))
    assert zones_s({99: 1, 100: 2, 119: 4, 120: 8, 180: 16, 210: 32}, bounds) == [1, 6, 8, 0, 0, 48]
    assert reserve_bounds(50, 190) == pytest.approx((120, 134, 148, 162, 176))


def test_the_mean_is_weighted_by_time() -> None:
    assert mean_over_time([0, 9, 10], [150, 100, 100]) == pytest.approx((150 * 9 + 100 * 2) / 11)
    assert mean_over_time([0, 1], [NAN, NAN]) is None
    assert highest([NAN, 3.0, 5.0]) == 5
    assert highest([NAN]) is None


def test_half_an_hour_at_70_percent_of_the_reserve() -> None:
    seconds = {round(50 + 0.7 * 140): 1800.0}
    men = trimp(seconds, hr_rest_bpm=50, hr_max_bpm=190, formula=Formula.MALE)
    women = trimp(seconds, hr_rest_bpm=50, hr_max_bpm=190, formula=Formula.FEMALE)
    assert men == pytest.approx(30 * 0.7 * 0.64 * math.exp(1.92 * 0.7))
    assert women == pytest.approx(30 * 0.7 * 0.86 * math.exp(1.67 * 0.7))
    with pytest.raises(ValueError, match="above"):
        trimp(seconds, hr_rest_bpm=190, hr_max_bpm=190, formula=Formula.MALE)


def test_an_hour_at_140_burns_what_the_source_says() -> None:
    # (-55.0969 + 0.6309 x 140 + 0.1988 x 75 + 0.2017 x 35) / 4.184 x 60
    found = energy_kcal({140: 3600}, weight_kg=75, age_years=35, formula=Formula.MALE)
    assert found == pytest.approx(791.6, abs=0.5)


@unhurried
@given(
    st.dictionaries(st.integers(20, 260), st.floats(0, 10_000)),
    st.floats(30, 250),
    st.floats(10, 100),
    st.sampled_from(Formula),
)
def test_nobody_burns_less_than_nothing(
    seconds: dict[int, float], weight_kg: float, age: float, formula: Formula
) -> None:
    assert energy_kcal(seconds, weight_kg=weight_kg, age_years=age, formula=formula) >= 0


@unhurried
@given(st.lists(st.tuples(st.integers(1, 60), st.floats(30, 220)), min_size=1, max_size=50))
def test_all_zones_together_are_all_the_time(steps: list[tuple[int, float]]) -> None:
    time_s = [float(sum(step for step, _ in steps[:end])) for end in range(len(steps))]
    seconds = seconds_at(time_s, [rate for _, rate in steps])
    whole = math.fsum(seconds.values())
    assert math.fsum(zones_s(seconds, zone_bounds(190))) == pytest.approx(whole)
    assert whole <= 10 * len(steps)
