"""Load, fitness, fatigue, form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effort.load import fitness_fatigue, met_energy_kcal, session_load
from tests.support.properties import unhurried

LOADS = st.lists(st.floats(0, 1000), min_size=1, max_size=120)


def test_an_hour_at_seven_is_a_load_of_420() -> None:
    assert session_load(7, 3600) == 420


def test_an_hour_at_eight_times_rest() -> None:
    assert met_energy_kcal(8, weight_kg=70, duration_s=3600) == pytest.approx(588)
    assert met_energy_kcal(-1, weight_kg=70, duration_s=3600) == 0


def test_a_year_of_the_same_is_where_it_leads() -> None:
    last = fitness_fatigue([100.0] * 365)[-1]
    assert last.fitness == pytest.approx(100, abs=0.1)
    assert last.fatigue == pytest.approx(100)
    assert last.form == pytest.approx(0, abs=0.1)


def test_fatigue_goes_faster_than_fitness() -> None:
    days = fitness_fatigue([100.0] * 60 + [0.0] * 14)
    assert days[59].form < 0 < days[-1].form


def test_after_its_time_two_thirds_of_a_step_are_there() -> None:
    assert fitness_fatigue([1.0] * 42)[-1].fitness == pytest.approx(0.632, abs=0.001)
    assert fitness_fatigue([1.0] * 7)[-1].fatigue == pytest.approx(0.632, abs=0.001)


@unhurried
@given(LOADS, st.data())
def test_going_on_from_any_day_gives_what_a_whole_run_gives(loads: list[float], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(loads)))
    whole = fitness_fatigue(loads)
    assert whole[:cut] + fitness_fatigue(loads[cut:], before=whole[cut - 1]) == whole


@unhurried
@given(LOADS)
def test_nobody_is_fitter_than_the_hardest_day(loads: list[float]) -> None:
    assert all(0 <= day.fitness <= max(loads) + 1e-9 for day in fitness_fatigue(loads))
