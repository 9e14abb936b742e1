"""Tables of sets, as Strong and Hevy export them, and their exercises in our catalogue."""

from datetime import UTC, datetime

import pytest

from domain.files.model import Format, NamedSets
from domain.files.movements import match, slug_of
from domain.workouts.model import ExerciseEntry, SetKind, WorkoutSet
from tests.domain.files.reads import found, one

STRONG = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,RPE\n"
HEVY = (
    '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes",'
    '"set_index","set_type","weight_kg","reps","distance_km","duration_seconds","rpe"\n'
)


def test_rows_of_one_workout_are_one_workout() -> None:
    table = (
        STRONG
        + "2026-01-05 18:00:00,A,65m,Squat (Barbell),1,100,5,0,0,deep,8\n"
        + "2026-01-05 18:00:00,A,65m,Squat (Barbell),Rest Timer,0,0,0,120,,\n"
        + "2026-01-05 18:00:00,A,65m,Squat (Barbell),D,80.5,8,0,0,,11\n"
        + "2026-01-05 18:00:00,A,65m,Running,1,0,0,2,600,,\n"
        + "2026-01-06 18:00:00,A,65m,Squat (Barbell),1,100,5,0,0,,\n"
    )
    first, second = found(table.encode(), tz="America/New_York")

    assert (first.format, first.title, first.duration_s) == (Format.STRONG, "A", 3900)
    assert first.started_at == datetime(2026, 1, 5, 23, tzinfo=UTC)
    assert first.exercises == [
        NamedSets(
            "Squat (Barbell)",
            [
                WorkoutSet(reps=5, weight_kg=100, rpe=8),
                WorkoutSet(SetKind.DROP, reps=8, weight_kg=80.5),
            ],
            "deep",
        ),
        NamedSets("Running", [WorkoutSet(distance_m=2000, duration_s=600)]),
    ]
    assert second.external_id != first.external_id


@pytest.mark.parametrize(
    ("header", "row", "imperial", "weight_kg"),
    [
        ("Weight", "100", False, 100),
        ("Weight", "100", True, 45.359),
        ("Weight (kg)", "100", True, 100),
        ("Weight (lbs)", "100", False, 45.359),
        ("Weight,Weight Unit", "100,lbs", False, 45.359),
        ("Weight,Weight Unit", "100,kg", True, 100),
    ],
)
def test_pounds_are_never_taken_for_kilograms(
    header: str, row: str, imperial: bool, weight_kg: float
) -> None:
    table = f"Date;Workout Name;Exercise Name;Set Order;Reps;{header.replace(',', ';')}\n"
    table += f"2026-01-05 18:00:00;A;Deadlift;1;5;{row.replace(',', ';')}\n"

    workout = one(table.encode(), imperial=imperial)

    assert workout.exercises[0].sets[0].weight_kg == weight_kg
    assert bool(workout.warnings) == (header == "Weight"), "who guesses says so"


def test_hevy_says_its_times_in_words() -> None:
    table = (
        HEVY
        + '"Pull","5 Jan 2026, 18:03","5 Jan 2026, 19:10","Nice","Pull Up","","slow",0,"warmup",,8,,,\n'
        + '"Pull","5 Jan 2026, 18:03","5 Jan 2026, 19:10","Nice","Pull Up","","slow",1,"failure",10,5,,,9.5\n'
        + '"Pull","5 Jan 2026, 18:03","5 Jan 2026, 19:10","Nice","Rowing Machine","","",0,"normal",,,2,480,\n'
    )
    workout = one(table.encode(), tz="Europe/Vienna")

    assert (workout.format, workout.title, workout.note) == (Format.HEVY, "Pull", "Nice")
    assert workout.started_at == datetime(2026, 1, 5, 17, 3, tzinfo=UTC)
    assert workout.duration_s == 67 * 60
    assert workout.exercises[0].sets == [
        WorkoutSet(SetKind.WARMUP, reps=8),
        WorkoutSet(SetKind.FAILURE, reps=5, weight_kg=10, rpe=9.5),
    ]
    assert workout.exercises[1].sets == [WorkoutSet(distance_m=2000, duration_s=480)]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Bench Press (Barbell)", "bench-press"),
        ("Bench Press (Dumbbell)", "dumbbell-bench-press"),
        ("Squat (Barbell)", "back-squat"),
        ("Front Squat (Barbell)", "front-squat"),
        ("Deadlift (Barbell)", "deadlift"),
        ("Romanian Deadlift (Barbell)", "romanian-deadlift"),
        ("Bicep Curl (Dumbbell)", "dumbbell-curl"),
        ("Bicep Curl (Barbell)", "barbell-curl"),
        ("Shoulder Press (Dumbbell)", "dumbbell-shoulder-press"),
        ("Lat Pulldown (Cable)", "lat-pulldown"),
        ("Pull Up", "pull-up"),
        ("Plank", "plank"),
        ("Chin Up (Weighted)", "chin-up"),
        ("Triceps Pushdown (Cable - Straight Bar)", "triceps-pushdown"),
        ("Pull Up (Assisted)", None),
        ("Farmer's Carry", "farmers-carry"),
        ("Bench Press (Machine)", None),
        ("Squat (Smith Machine)", None),
        ("Zercher Jefferson Twist", None),
        ("", None),
    ],
)
def test_an_exercise_is_known_by_its_other_names_and_never_mistaken(theirs: str, ours: str | None) -> None:
    assert slug_of(theirs) == ours


def test_what_is_not_in_the_catalogue_is_told_in_words() -> None:
    matched = match(
        [
            NamedSets("Plank", [WorkoutSet(duration_s=60)] * 130, "hard"),
            NamedSets("Odd Lift", [WorkoutSet(reps=5, weight_kg=22.5), WorkoutSet(distance_m=40)]),
        ]
    )
    assert [(entry.exercise, len(entry.sets), entry.note) for entry in matched.entries] == [
        ("plank", 100, "hard"),
        ("plank", 30, ""),
    ]
    assert isinstance(matched.entries[0], ExerciseEntry)
    assert (matched.unknown, matched.lines) == (["Odd Lift"], ["Odd Lift: 5 x 22.5 kg, 40 m"])
