"""Numbers from samples: over time, without pauses, without what no body does."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.live import rules
from domain.live.model import Block, BlockKind, Part, Pause, Programme, SessionState
from domain.live.rules import Course
from domain.live.summary import Attendance, Sample, Summary, duration_s, ranked, summarise
from tests.domain.live.rooms import INTERVALS, START, at, ride
from tests.support.domains import NOW

FREE = Programme([Part([Block(BlockKind.FREE, None)])])
DONE = Course(UUID(int=1), SessionState.FINISHED, START, at(600))
THERE = Attendance(NOW, None)


def of(samples: list[Sample], *, course: Course = DONE) -> Summary:
    return summarise(samples, course=course, plan=FREE, attendance=THERE)


def test_a_steady_ride_is_what_it_was() -> None:
    assert of(ride(600)) == Summary(
        duration_s=600,
        distance_m=4_800,
        energy_kcal=120,
        heart_rate_avg_bpm=140,
        heart_rate_max_bpm=140,
        power_avg_w=200,
    )


def test_averages_are_over_time_and_not_over_samples() -> None:
    # Eight seconds at 100 in one sample, then eight samples of 200 within one second.
    dense = [[0, None, 100], *([8_000 + n * 125, None, 200] for n in range(8))]
    assert of(dense).power_avg_w == round((100 * 8_000 + 200 * 1_875) / 9_875)


def test_a_value_holds_ten_seconds_at_most() -> None:
    assert of([[0, 100], [300_000, 200]]).heart_rate_avg_bpm == round((100 * 10 + 200) / 11)


def test_nothing_holds_during_a_pause() -> None:
    paused = Course(UUID(int=1), SessionState.FINISHED, START, at(600), (Pause(at(2), at(302)),))
    done = of([[0, 100], [100_000, 250], [302_000, 200], [304_000, 200]], course=paused)
    assert done.heart_rate_avg_bpm == round((100 * 2 + 200 * 3) / 5)
    assert done.heart_rate_max_bpm == 200
    assert done.duration_s == 300


def test_counters_count_to_their_highest_reading() -> None:
    done = of([[0, None, None, None, None, 10, 1, 5], [1_000, None, None, None, None, 30, 7, 9],
               [2_000, None, None, None, None, 20, None, 2]])  # fmt: skip
    assert (done.distance_m, done.reps, done.energy_kcal) == (30, 7, 9)


def test_what_no_body_does_is_left_out() -> None:
    done = of([[0, 5_000, -3, None, None, 1e15, 1e15, 1e15], [1_000, 120, 150, None, None, 50, 3, 2]])
    assert done == Summary(600, 50, 2, 120, 120, 150, 3)


def test_samples_from_before_the_start_and_after_the_end_do_not_count() -> None:
    assert of([[-5_000, 100], [600_001, 200], [None, 90], [0, 80], []]).heart_rate_avg_bpm == 80


def test_without_samples_the_time_counts() -> None:
    assert of([]) == Summary(600)


@given(st.lists(st.lists(st.none() | st.floats(-1e15, 1e15), max_size=8), max_size=30))
def test_no_sample_breaks_it(samples: list[list[float | None]]) -> None:
    done = of(samples)
    assert done.heart_rate_avg_bpm is None or 20 <= done.heart_rate_avg_bpm <= done.heart_rate_max_bpm  # type: ignore[operator]
    assert done.distance_m is None or 0 <= done.distance_m <= 2_000_000


def test_the_programme_ends_the_time_that_counts() -> None:
    assert duration_s(DONE, INTERVALS, THERE) == 240


def test_who_comes_late_or_leaves_early_did_less() -> None:
    late = Attendance(at(100), None)
    early = Attendance(NOW, at(90))
    gone_before = Attendance(NOW - timedelta(minutes=5), NOW)
    assert [duration_s(DONE, INTERVALS, one) for one in (late, early, gone_before)] == [140, 90, 0]


def test_a_course_from_the_rules_can_be_summarised() -> None:
    course = rules.start(Course(UUID(int=1), SessionState.LOBBY), by=UUID(int=1), countdown_s=10, now=NOW)
    course = rules.pause(course, by=UUID(int=1), now=at(30))
    course = rules.finish(course, by=UUID(int=1), now=at(50))
    assert duration_s(course, INTERVALS, THERE) == 30


def test_ranks_go_by_the_first_thing_that_was_measured() -> None:
    places = ranked([(1, Summary(60)), (2, Summary(60, 500)), (3, Summary(60, 900)), (4, Summary(60, 500))])
    assert [(rank, number) for rank, number, _ in places] == [(1, 3), (2, 2), (2, 4), (4, 1)]
    by_reps = ranked([(1, Summary(60, reps=10)), (2, Summary(60, reps=30))])
    assert [number for _, number, _ in by_reps] == [2, 1]
    by_time = ranked([(1, Summary(60)), (2, Summary(90))])
    assert [number for _, number, _ in by_time] == [2, 1]
