from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain.members.model import MemberCard
from domain.visibility import Visibility
from domain.workouts import catalogue
from domain.workouts.accept import accept, problems, revise, summarise
from domain.workouts.errors import WorkoutRefused
from domain.workouts.model import ExerciseEntry, SetKind, Source, Workout, WorkoutDraft, WorkoutSet
from tests.domain.workouts.drafts import a_run, lifting
from tests.support.domains import NOW

ANN = MemberCard(id=UUID(int=1), handle="ann", name="Ann")
KNOWN = {exercise.slug: exercise.name for exercise in catalogue.exercises()}


def accepted(draft: WorkoutDraft) -> Workout:
    return accept(
        draft, author=ANN, visibility=Visibility.FOLLOWERS, known=KNOWN, now=NOW, source=Source.MANUAL
    )


def pointers(draft: WorkoutDraft) -> list[str]:
    with pytest.raises(WorkoutRefused) as refusal:
        accepted(draft)
    return [error.pointer for error in refusal.value.errors]


def test_a_workout_is_dated_by_the_clock_on_its_own_wall() -> None:
    late_on_a_sunday = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)

    assert accepted(a_run(started_at=late_on_a_sunday, tz="Europe/Vienna")).local_date == date(2026, 6, 15)
    assert accepted(a_run(started_at=late_on_a_sunday, tz="America/Lima")).local_date == date(2026, 6, 14)


def test_the_visibility_is_as_preferred_unless_the_draft_says_otherwise() -> None:
    assert accepted(a_run()).visibility is Visibility.FOLLOWERS
    assert accepted(a_run(visibility=Visibility.PRIVATE)).visibility is Visibility.PRIVATE


def test_a_clock_may_be_a_day_ahead_and_no_more() -> None:
    ahead = NOW + timedelta(hours=24)

    assert accepted(a_run(started_at=ahead)).started_at == ahead
    assert pointers(a_run(started_at=ahead + timedelta(seconds=1))) == ["/started_at"]


@pytest.mark.parametrize(
    "started_at",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14))),
    ],
)
def test_the_ends_of_the_calendar_are_refused(started_at: datetime) -> None:
    assert pointers(a_run(started_at=started_at)) == ["/started_at"]


@pytest.mark.parametrize("tz", ["Mars/Olympus", "../etc/passwd", "Europe", "", "europe/vienna "])
def test_a_time_zone_must_be_one(tz: str) -> None:
    assert pointers(a_run(tz=tz)) == ["/tz"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"duration_s": 0}, "/duration_s"),
        ({"moving_s": 3_001}, "/moving_s"),
        ({"heart_rate_avg_bpm": 150, "heart_rate_max_bpm": 149}, "/heart_rate_max_bpm"),
    ],
)
def test_numbers_that_contradict_each_other_are_pointed_at(changes: dict[str, Any], pointer: str) -> None:
    assert pointers(a_run(**changes)) == [pointer]


def test_sets_without_a_duration_are_a_workout() -> None:
    assert accepted(lifting(duration_s=0)).duration_s == 0


def test_an_exercise_without_sets_says_too_little() -> None:
    assert pointers(lifting(duration_s=0, exercises=[ExerciseEntry("plank")])) == ["/duration_s"]


def test_an_unknown_exercise_is_pointed_at_by_its_place() -> None:
    entries = [ExerciseEntry("plank"), ExerciseEntry("dip"), ExerciseEntry("levitation")]

    assert pointers(lifting(exercises=entries)) == ["/exercises/2/exercise"]


def test_a_set_that_says_nothing_is_pointed_at_by_its_place() -> None:
    entries = [ExerciseEntry("dip", [WorkoutSet(reps=0), WorkoutSet(kind=SetKind.FAILURE, weight_kg=20.0)])]

    assert pointers(lifting(exercises=entries)) == ["/exercises/0/sets/1"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    draft = a_run(tz="Nowhere", duration_s=0, moving_s=1, exercises=[ExerciseEntry("levitation")])

    assert pointers(draft) == ["/tz", "/duration_s", "/moving_s", "/exercises/0/exercise"]


def test_an_edit_is_the_next_version_and_keeps_where_it_came_from() -> None:
    stored = accepted(lifting(visibility=Visibility.PRIVATE))
    later = NOW + timedelta(days=1)

    edited = revise(stored, lifting(id=stored.id, title="Heavy legs"), known=KNOWN, now=later)

    assert (edited.version, edited.title, edited.updated_at) == (2, "Heavy legs", later)
    assert (edited.created_at, edited.source) == (stored.created_at, stored.source)
    assert edited.visibility is Visibility.PRIVATE


def test_an_edit_that_says_nothing_new_changes_nothing() -> None:
    draft = lifting()
    stored = accepted(draft)

    assert revise(stored, draft, known=KNOWN, now=NOW + timedelta(days=1)) is stored


def test_an_edit_names_the_workout_it_edits() -> None:
    stored = accepted(lifting())

    with pytest.raises(WorkoutRefused) as refusal:
        revise(stored, lifting(id=uuid7()), known=KNOWN, now=NOW)

    assert [error.pointer for error in refusal.value.errors] == ["/id"]


def test_a_summary_names_each_exercise_once_in_their_order() -> None:
    entries = [ExerciseEntry("plank"), ExerciseEntry("dip"), ExerciseEntry("plank")]

    assert summarise(accepted(lifting(exercises=entries)), known=KNOWN).exercise_names == ["Plank", "Dip"]


drafts = st.builds(
    a_run,
    started_at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14))])),
    tz=st.sampled_from(["UTC", "Asia/Kathmandu", "Pacific/Apia", "Nowhere/Land"]),
    duration_s=st.integers(0, 604_800),
    moving_s=st.none() | st.integers(0, 604_800),
    heart_rate_avg_bpm=st.none() | st.integers(20, 260),
    heart_rate_max_bpm=st.none() | st.integers(20, 260),
)


@given(drafts)
def test_every_draft_is_accepted_or_refused_with_a_pointer(draft: WorkoutDraft) -> None:
    found = list(problems(draft, known=KNOWN, now=NOW))
    if found:
        assert all(error.pointer.startswith("/") and error.detail for error in found)
    else:
        workout = accepted(draft)
        assert abs(workout.local_date - workout.started_at.date()) <= timedelta(days=1)
        assert msgspec.json.decode(msgspec.json.encode(workout), type=Workout) == workout
