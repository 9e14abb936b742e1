"""What days add up to, in each kind of challenge."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.challenges import totals
from domain.challenges.model import Handicap, Kind, Metric, Terms
from domain.challenges.scoring import Day
from domain.challenges.totals import Score
from tests.domain.challenges.test_scoring import NOON, book

JOINED = datetime(2026, 6, 3, tzinfo=UTC)


def day(on: int, total: float, *, best: float | None = None, month: int = 6, hour: int = 12) -> Day:
    at = datetime(2026, month, on, hour, tzinfo=UTC)
    value = Decimal(repr(total))
    return Day(at.date(), value, Decimal(repr(best or total)), at, at, 1)


def score(*days: Day, weight: float | None = None, **fields: Any) -> Score:
    return totals.score(days, book(**fields), joined_at=JOINED, body_weight_kg=weight)


def test_nothing_is_zero_since_joining() -> None:
    assert score() == Score(Decimal(0), 0, JOINED)


def test_days_add_up_to_the_last_of_them() -> None:
    assert score(day(5, 5_000), day(2, 3_000.5)) == Score(Decimal("8000.5"), 2, day(5, 1).last_at)


def test_a_day_counts_up_to_its_cap() -> None:
    found = score(day(2, 30_000), day(3, 4_000), terms=Terms(daily_cap=10_000))
    assert found.total == 14_000


@pytest.mark.parametrize("kind", [Kind.LONGEST, Kind.FASTEST, Kind.BEST_LIFT])
def test_the_best_is_where_it_was_reached_first(kind: Kind) -> None:
    terms = Terms(over_m=5_000, exercise="back-squat")
    found = score(day(2, 90, best=70), day(3, 80, best=80), day(4, 80, best=80), kind=kind, terms=terms)
    assert (found.total, found.reached_at) == (80, day(3, 1).best_at)


def test_a_lift_may_be_compared_with_the_body() -> None:
    terms = Terms(exercise="back-squat", relative=True)
    assert score(day(2, 150), kind=Kind.BEST_LIFT, terms=terms, weight=80).total == Decimal("1.875")
    assert score(day(2, 150), kind=Kind.BEST_LIFT, terms=terms) == Score(Decimal(0), 0, JOINED)


def test_active_days_reach_the_threshold() -> None:
    days = (day(2, 1_200), day(3, 1_199), day(9, 5_000))
    found = score(*days, kind=Kind.ACTIVE_DAYS, metric=Metric.DURATION, terms=Terms(threshold=1_200))
    assert (found.total, found.reached_at) == (2, day(9, 1).last_at)


def test_a_streak_is_the_longest_run_of_days() -> None:
    days = [day(on, 1) for on in (1, 2, 5, 6, 7, 9, 10, 11, 20)]
    found = score(*days, kind=Kind.STREAK, metric=Metric.COUNT)
    assert (found.total, found.reached_at) == (3, day(7, 1).last_at)


def test_a_streak_goes_over_a_leap_day() -> None:
    leap = [
        Day(on, Decimal(1), Decimal(1), NOON, NOON, 1)
        for on in (date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1))
    ]
    window = {"starts_on": date(2028, 2, 1), "ends_on": date(2028, 3, 31)}
    assert score(*leap, kind=Kind.STREAK, **window).total == 3
    assert score(leap[0], leap[2], kind=Kind.STREAK, **window).total == 1


def test_who_misses_a_round_is_out() -> None:
    """Rounds of seven days from the first of June: 1-7, 8-14, 15-21, and 22-30 for the last."""
    terms = Terms(threshold=10_000, round_days=7)

    def survived(*days: Day) -> Decimal:
        return score(*days, kind=Kind.LAST_STANDING, terms=terms).total

    assert survived(day(7, 6_000), day(3, 4_000)) == 1
    assert survived(day(7, 9_999), day(8, 20_000)) == 0
    assert survived(day(1, 10_000), day(14, 10_000), day(22, 50_000)) == 2
    assert survived(*(day(on, 10_000) for on in (1, 8, 15, 30))) == 4


def test_a_handicap_measures_everybody_by_themselves() -> None:
    """Twice as much as usual is 200 per cent; June is thirty days, what is usual twenty-eight."""
    own = {"terms": Terms(handicap=Handicap.OWN_AVERAGE)}
    usual = [day(on, 14_000, month=5) for on in (10, 20)]
    assert score(*usual, day(2, 60_000), **own).total == 200
    assert score(*usual, day(2, 30_000), **own).total == 100
    # Who has done nothing is not infinitely better after one walk.
    assert score(day(2, 30_000), **own).total == 280


def test_a_score_at_the_limit_stays_there_and_comes_back() -> None:
    huge = [day(on, 9e12) for on in (1, 2, 3)]
    found = score(*huge)
    assert found.total == totals.LIMIT == Decimal("9007199254740.991")
    assert int(found.total * 1000) == 2**53 - 1
    assert score(huge[0]).total == Decimal("9e12")


@given(
    st.lists(st.tuples(st.integers(1, 30), st.floats(0.001, 1e6)), unique_by=lambda one: one[0]), st.randoms()
)
def test_the_order_of_days_makes_no_difference(listed: list[tuple[int, float]], random: Any) -> None:
    days = [day(on, round(total, 3)) for on, total in listed]
    shuffled = list(days)
    random.shuffle(shuffled)
    for kind in Kind:
        fields: dict[str, Any] = {"kind": kind, "terms": Terms(threshold=1, over_m=50, exercise="deadlift")}
        assert score(*shuffled, **fields) == score(*days, **fields)


def test_times_are_shown_as_times() -> None:
    assert totals.shown(Kind.FASTEST, Decimal(1_000_000 - 1_500)) == 1_500
    assert totals.shown(Kind.FASTEST, Decimal(0)) == 0
    assert totals.shown(Kind.MOST, Decimal("12.5")) == 12.5
