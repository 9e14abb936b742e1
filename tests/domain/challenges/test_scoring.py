"""What counts, how much, on which day, and which of two workouts at the same time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.challenges import plausibility, scoring
from domain.challenges.efforts import Effort, Held, Lift
from domain.challenges.fair_model import FindingCode, LineCode
from domain.challenges.model import Handicap, Kind, Metric, Terms, Tier, Zone
from domain.challenges.scoring import Rulebook, Verdict
from domain.challenges.windows import window
from domain.visibility import Visibility
from domain.workouts.model import Sport

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
RUN = Effort(
    workout_id=UUID(int=1),
    sport=Sport.RUN,
    tier=Tier.MANUAL,
    started_at=NOON,
    local_date=date(2026, 6, 15),
    duration_s=1_800,
    distance_m=5_012.3,
    elevation_gain_m=120.0,
    energy_kcal=400.0,
    heart_rate_avg_bpm=150,
    rpe=6.0,
    volume_kg=0,
    visibility=Visibility.FOLLOWERS,
)
ZONES = ["UTC", "Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Africa/Cairo", "Asia/Beirut",
         "America/Sao_Paulo", "America/Havana", "Pacific/Apia", "Atlantic/Azores"]  # fmt: skip


def book(**fields: Any) -> Rulebook:
    """A distance challenge over June."""
    given: dict[str, Any] = {
        "kind": Kind.MOST,
        "metric": Metric.DISTANCE,
        "sports": frozenset(),
        "terms": Terms(),
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 30),
        "tz": "UTC",
        **fields,
    }
    starts_at, ends_at = window(given["starts_on"], given["ends_on"], given["tz"], given["terms"].zone)
    return Rulebook(**given, starts_at=starts_at, ends_at=ends_at)


def changed(effort: Effort = RUN, **fields: Any) -> Effort:
    return msgspec.structs.replace(effort, **fields)


def verdict(effort: Effort, rules: Rulebook | None = None) -> Verdict:
    return scoring.judge([effort], rules or book())[0]


def codes(*efforts: Effort, rules: Rulebook | None = None) -> dict[int, LineCode]:
    found = scoring.judge(efforts, rules or book())
    return {one.effort.workout_id.int: one.code for one in found}


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (Metric.DISTANCE, "5012.3"),
        (Metric.DURATION, "1800"),
        (Metric.ELEVATION, "120"),
        (Metric.ENERGY, "400"),
        (Metric.COUNT, "1"),
        (Metric.EFFORT, "180"),
    ],
)
def test_a_workout_is_worth_what_the_metric_measures(metric: Metric, value: str) -> None:
    found = verdict(RUN, book(metric=metric))
    assert (found.code, found.value) == (LineCode.COUNTED, Decimal(value))
    assert found.at == NOON + timedelta(seconds=1_800)


def test_lifted_weight_counts_for_volume() -> None:
    lifts = changed(sport=Sport.STRENGTH, volume_kg=4_250.5, distance_m=None)
    assert verdict(lifts, book(metric=Metric.VOLUME)).value == Decimal("4250.5")


@pytest.mark.parametrize(
    ("fields", "rules", "code"),
    [
        ({"distance_m": None}, {}, LineCode.NOT_MEASURED),
        ({}, {"metric": Metric.VOLUME}, LineCode.NOT_MEASURED),
        ({"rpe": None}, {"metric": Metric.EFFORT}, LineCode.NOT_MEASURED),
        ({"visibility": Visibility.PRIVATE}, {}, LineCode.PRIVATE),
        ({}, {"sports": frozenset({Sport.RIDE})}, LineCode.OTHER_SPORT),
        ({}, {"sports": frozenset({Sport.RIDE, Sport.RUN})}, LineCode.COUNTED),
        ({}, {"terms": Terms(sources=[Tier.DEVICE, Tier.FILE])}, LineCode.OTHER_SOURCE),
        ({"tier": Tier.FILE}, {"terms": Terms(sources=[Tier.DEVICE, Tier.FILE])}, LineCode.COUNTED),
        ({"started_at": NOON - timedelta(days=30)}, {}, LineCode.OUTSIDE_WINDOW),
    ],
)
def test_what_does_not_count_says_why(fields: Any, rules: Any, code: LineCode) -> None:
    assert verdict(changed(**fields), book(**rules)).code is code


def test_the_window_is_open_at_its_end() -> None:
    june = book()
    assert verdict(changed(started_at=june.starts_at), june).code is LineCode.COUNTED
    assert verdict(changed(started_at=june.ends_at), june).code is LineCode.OUTSIDE_WINDOW
    last = june.ends_at - timedelta(microseconds=1)
    assert verdict(changed(started_at=last), june).code is LineCode.COUNTED


def test_where_days_are_everybodys_own_the_day_of_the_workout_decides() -> None:
    """The last hours of June on Honolulu's clocks are the second of July's in Tokyo."""
    own = book(terms=Terms(zone=Zone.OWN))
    late = changed(started_at=datetime(2026, 7, 1, 9, 30, tzinfo=UTC), local_date=date(2026, 6, 30))
    assert verdict(late, own).code is LineCode.COUNTED
    assert verdict(changed(late, local_date=date(2026, 7, 1)), own).code is LineCode.OUTSIDE_WINDOW
    assert own.starts_at <= late.started_at < own.ends_at


def test_in_a_fixed_zone_a_day_at_the_edge_is_a_day_of_the_window() -> None:
    early = changed(started_at=datetime(2026, 6, 1, 0, 30, tzinfo=UTC), local_date=date(2026, 5, 31))
    assert verdict(early).day == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("day", "tz", "hours"),
    [
        (date(2026, 3, 29), "Europe/Vienna", 23),
        (date(2026, 10, 25), "Europe/Vienna", 25),
        (date(2026, 6, 15), "Europe/Vienna", 24),
        # Here clocks go forward at midnight: the day begins at one o'clock, which is its first instant.
        (date(2026, 4, 24), "Africa/Cairo", 23),
        # And here they go back at one: midnight comes twice, and the first one counts.
        (date(2026, 11, 1), "America/Havana", 25),
        (date(2028, 2, 29), "Europe/Vienna", 24),
    ],
)
def test_a_day_lasts_as_long_as_it_does_on_the_spot(day: date, tz: str, hours: int) -> None:
    starts_at, ends_at = window(day, day, tz)
    assert ends_at - starts_at == timedelta(hours=hours)
    assert starts_at.astimezone(ZoneInfo(tz)).date() == day


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_one_another_without_gap_or_overlap(day: date, tz: str) -> None:
    _, ends_at = window(day, day, tz)
    assert window(day + timedelta(days=1), day + timedelta(days=1), tz)[0] == ends_at


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_own_days_lie_within_the_window_wherever_they_are(day: date, tz: str) -> None:
    starts_at, ends_at = window(day, day, tz)
    anywhere = window(day, day, "UTC", Zone.OWN)
    assert anywhere[0] <= starts_at
    assert ends_at <= anywhere[1]


def test_the_fastest_is_the_whole_time_over_at_least_the_distance() -> None:
    fastest = book(kind=Kind.FASTEST, metric=Metric.DURATION, terms=Terms(over_m=5_000))
    assert verdict(RUN, fastest).value == 1_000_000 - 1_800
    assert verdict(changed(distance_m=4_999.9), fastest).code is LineCode.NOT_MEASURED


def test_a_lift_is_estimated_from_sets_that_say_something() -> None:
    lifts = book(kind=Kind.BEST_LIFT, metric=Metric.VOLUME, terms=Terms(exercise="back-squat"))
    squats = changed(
        sport=Sport.STRENGTH,
        lifts=(Lift("back-squat", 100, 5), Lift("back-squat", 60, 30), Lift("deadlift", 300, 1)),
    )
    assert verdict(squats, lifts).value == Decimal("116.667")
    assert verdict(changed(squats, lifts=(Lift("deadlift", 300, 1),)), lifts).code is LineCode.NOT_MEASURED


def test_of_two_copies_the_better_source_counts() -> None:
    watch = changed(
        workout_id=UUID(int=2), tier=Tier.DEVICE, started_at=NOON + timedelta(seconds=90), distance_m=5_100
    )
    assert codes(RUN, watch) == {1: LineCode.DUPLICATE, 2: LineCode.COUNTED}
    assert codes(watch, RUN) == codes(RUN, watch)
    assert [one.copy_of for one in scoring.judge([RUN, watch], book())] == [watch.workout_id, None]


@pytest.mark.parametrize(
    "fields",
    [
        {"started_at": NOON + timedelta(seconds=1_801)},
        {"sport": Sport.RIDE, "started_at": NOON + timedelta(seconds=1_801)},
    ],
)
def test_what_comes_afterwards_is_no_copy(fields: Any) -> None:
    assert codes(RUN, changed(workout_id=UUID(int=2), **fields)) == {1: LineCode.COUNTED, 2: LineCode.COUNTED}


@pytest.mark.parametrize(
    ("start_s", "duration_s", "distance_m", "is_copy"),
    [
        (120, 1_800, 9_000, True),
        (121, 1_800, 5_012, False),
        (0, 1_711, 9_000, True),
        (0, 1_700, 9_000, False),
        (0, 900, 5_160, True),
        (0, 900, 5_170, False),
        (0, 900, None, False),
    ],
)
def test_copies_begin_together_and_agree_in_time_or_distance(
    start_s: int, duration_s: int, distance_m: float | None, is_copy: bool
) -> None:
    other = changed(
        started_at=NOON + timedelta(seconds=start_s), duration_s=duration_s, distance_m=distance_m
    )
    assert plausibility.are_copies(RUN, other) is is_copy
    assert plausibility.are_copies(other, RUN) is is_copy


def test_nobody_is_in_two_places_at_once() -> None:
    ride = changed(
        workout_id=UUID(int=2), sport=Sport.RIDE, started_at=NOON + timedelta(minutes=10), distance_m=9_000
    )
    found = {one.effort.workout_id.int: one for one in scoring.judge([ride, RUN], book())}
    assert found[1].code is LineCode.COUNTED
    assert [one.code for one in found[2].findings] == [FindingCode.OVERLAP]
    assert found[2].findings[0].workout_id == RUN.workout_id
    # A short one within a long one is not at two places for most of either.
    after = changed(ride, started_at=NOON + timedelta(minutes=16))
    assert codes(RUN, after) == {1: LineCode.COUNTED, 2: LineCode.COUNTED}


def test_a_decision_holds_for_the_numbers_it_was_made_about() -> None:
    car = changed(distance_m=60_000.0)
    assert verdict(car).code is LineCode.QUARANTINED
    excused = changed(car, ruling=(Held.REINSTATED, plausibility.fingerprint(car)))
    assert verdict(excused).code is LineCode.COUNTED
    assert verdict(changed(excused, distance_m=61_000.0)).code is LineCode.QUARANTINED
    barred = changed(ruling=(Held.UPHELD, plausibility.fingerprint(RUN)))
    assert [one.code for one in verdict(barred).findings] == [FindingCode.MODERATOR]


def test_before_a_handicapped_window_four_weeks_say_what_is_usual() -> None:
    own = book(terms=Terms(handicap=Handicap.OWN_AVERAGE))
    before = changed(started_at=NOON - timedelta(days=20), local_date=date(2026, 5, 26))
    assert verdict(before, own).code is LineCode.BASELINE
    longer_ago = changed(started_at=NOON - timedelta(days=60), local_date=date(2026, 4, 16))
    assert verdict(longer_ago, own).code is LineCode.OUTSIDE_WINDOW
    assert verdict(before).code is LineCode.OUTSIDE_WINDOW


EFFORTS = st.lists(
    st.builds(
        changed,
        workout_id=st.integers(1, 2**64).map(lambda n: UUID(int=n)),
        sport=st.sampled_from([Sport.RUN, Sport.RIDE]),
        tier=st.sampled_from(list(Tier)),
        started_at=st.integers(0, 90).map(lambda n: NOON + timedelta(minutes=n)),
        duration_s=st.sampled_from([0, 60, 1_800, 3_600]),
        distance_m=st.sampled_from([None, 2_000.0, 5_000.0]),
    ),
    max_size=10,
    unique_by=lambda one: one.workout_id,
)


@given(EFFORTS, st.randoms(use_true_random=False))
def test_verdicts_do_not_depend_on_the_order(efforts: list[Effort], random: Any) -> None:
    shuffled = list(efforts)
    random.shuffle(shuffled)
    by_id = {one.effort.workout_id: one for one in scoring.judge(efforts, book())}
    assert {one.effort.workout_id: one for one in scoring.judge(shuffled, book())} == by_id


@given(EFFORTS)
def test_a_verdict_depends_on_what_is_near_alone(efforts: list[Effort]) -> None:
    whole = {one.effort.workout_id: one for one in scoring.judge(efforts, book())}
    for effort in efforts:
        near = [one for one in efforts if scoring.is_near(one, effort.started_at, effort.ended_at)]
        alone = {one.effort.workout_id: one for one in scoring.judge(near, book())}
        assert alone[effort.workout_id] == whole[effort.workout_id]
