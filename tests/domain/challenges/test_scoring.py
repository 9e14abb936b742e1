"""What counts, how much, when a day begins, and who stands where."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.challenges import scoring
from domain.challenges.model import Metric
from domain.challenges.scoring import Effort, Entry, Score, Terms
from domain.visibility import Visibility
from domain.workouts.model import Sport

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
RUN = Effort(
    workout_id=UUID(int=1),
    sport=Sport.RUN,
    started_at=NOON,
    duration_s=1_800,
    distance_m=5_012.3,
    volume_kg=0,
    visibility=Visibility.FOLLOWERS,
)
JUNE = Terms(
    Metric.DISTANCE,
    frozenset(),
    datetime(2026, 6, 1, tzinfo=UTC),
    datetime(2026, 7, 1, tzinfo=UTC),
)

ZONES = ["UTC", "Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Africa/Cairo", "Asia/Beirut",
         "America/Sao_Paulo", "America/Havana", "Pacific/Apia", "Atlantic/Azores"]  # fmt: skip


def changed(effort: Effort, **fields: object) -> Effort:

    return msgspec.structs.replace(effort, **fields)


@pytest.mark.parametrize(
    ("metric", "value"),
    [(Metric.DISTANCE, "5012.3"), (Metric.DURATION, "1800"), (Metric.COUNT, "1")],
)
def test_a_workout_is_worth_what_the_metric_measures(metric: Metric, value: str) -> None:
    entry = scoring.entry(RUN, changed_terms(metric=metric))
    assert entry == Entry(RUN.workout_id, Decimal(value), NOON + timedelta(seconds=1_800))


def changed_terms(**fields: object) -> Terms:

    return msgspec.structs.replace(JUNE, **fields)


def test_lifted_weight_counts_for_volume() -> None:
    lifts = changed(RUN, sport=Sport.STRENGTH, volume_kg=4_250.5, distance_m=None)
    entry = scoring.entry(lifts, changed_terms(metric=Metric.VOLUME))
    assert entry is not None
    assert entry.value == Decimal("4250.5")


def test_nothing_measured_is_no_entry() -> None:
    assert scoring.entry(changed(RUN, distance_m=None), JUNE) is None
    assert scoring.entry(RUN, changed_terms(metric=Metric.VOLUME)) is None


def test_private_workouts_do_not_count() -> None:
    assert scoring.entry(changed(RUN, visibility=Visibility.PRIVATE), JUNE) is None


def test_only_the_named_sports_count() -> None:
    assert scoring.entry(RUN, changed_terms(sports=frozenset({Sport.RIDE}))) is None
    assert scoring.entry(RUN, changed_terms(sports=frozenset({Sport.RIDE, Sport.RUN}))) is not None


def test_the_window_is_open_at_its_end() -> None:
    assert scoring.entry(changed(RUN, started_at=JUNE.starts_at), JUNE) is not None
    assert scoring.entry(changed(RUN, started_at=JUNE.ends_at), JUNE) is None
    last = JUNE.ends_at - timedelta(microseconds=1)
    assert scoring.entry(changed(RUN, started_at=last), JUNE) is not None


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
    ],
)
def test_a_day_lasts_as_long_as_it_does_on_the_spot(day: date, tz: str, hours: int) -> None:
    starts_at, ends_at = scoring.window(day, day, tz)
    assert ends_at - starts_at == timedelta(hours=hours)
    assert starts_at.astimezone(ZoneInfo(tz)).date() == day


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_one_another_without_gap_or_overlap(day: date, tz: str) -> None:
    _, ends_at = scoring.window(day, day, tz)
    assert scoring.window(day + timedelta(days=1), day + timedelta(days=1), tz)[0] == ends_at


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.uuids(),
        st.decimals(Decimal("0.001"), Decimal(2_000_000), places=3),
        st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=12,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_a_score_does_not_depend_on_the_order_of_its_entries(entries: list[Entry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert scoring.score(shuffled, joined_at=NOON) == scoring.score(entries, joined_at=NOON)


def test_without_entries_the_score_was_reached_by_joining() -> None:
    assert scoring.score([], joined_at=NOON) == Score(Decimal(0), 0, NOON)


def test_equal_scores_share_a_rank_and_the_first_there_stands_first() -> None:
    ana, bo, cy, di = (uuid4() for _ in range(4))
    later = NOON + timedelta(hours=1)
    places = scoring.ranked(
        [
            (ana, Score(Decimal(5), 1, later)),
            (bo, Score(Decimal(9), 2, later)),
            (cy, Score(Decimal(5), 1, NOON)),
            (di, Score(Decimal(1), 1, NOON)),
        ]
    )
    assert [(rank, member) for rank, member, _ in places] == [(1, bo), (2, cy), (2, ana), (4, di)]
