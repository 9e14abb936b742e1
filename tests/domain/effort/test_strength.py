"""One-repetition maxima."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effort.strength import brzycki_kg, epley_kg
from tests.support.properties import unhurried

WEIGHTS = st.floats(0, 1000, allow_subnormal=False)


@pytest.mark.parametrize(("reps", "most"), [(1, 100.0), (2, 106.7), (5, 116.7), (10, 133.3), (30, 200.0)])
def test_epley_of_100_kg(reps: int, most: float) -> None:
    assert epley_kg(100, reps) == pytest.approx(most, abs=0.05)


@pytest.mark.parametrize(
    ("reps", "most"), [(1, 100.0), (2, 102.9), (3, 105.9), (5, 112.5), (8, 124.1), (10, 133.3), (12, 144.0)]
)
def test_brzycki_of_100_kg(reps: int, most: float) -> None:
    assert brzycki_kg(100, reps) == pytest.approx(most, abs=0.05)


def test_brzycki_says_nothing_beyond_twelve_repetitions_and_never_less_than_nothing() -> None:
    assert [brzycki_kg(100, reps) for reps in (13, 36, 37, 40)] == [None] * 4


@pytest.mark.parametrize("reps", [0, -1])
def test_no_repetition_says_nothing(reps: int) -> None:
    for formula in (epley_kg, brzycki_kg):
        with pytest.raises(ValueError, match="repetition"):
            formula(100, reps)


@unhurried
@given(WEIGHTS, st.integers(1, 11))
def test_one_more_repetition_never_says_less(weight_kg: float, reps: int) -> None:
    for formula in (epley_kg, brzycki_kg):
        fewer, more = formula(weight_kg, reps), formula(weight_kg, reps + 1)
        assert fewer is not None
        assert more is not None
        # To the last bit it may be less: 36 w / 36 is not always w.
        assert more * (1 + 1e-12) >= fewer
        assert fewer * (1 + 1e-12) >= weight_kg
