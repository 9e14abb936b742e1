import random

from hypothesis import given
from hypothesis import strategies as st

from domain.workouts.model import ExerciseEntry, SetKind, WorkoutSet
from domain.workouts.totals import totals
from tests.domain.workouts.drafts import a_run, lifting

sets = st.builds(
    WorkoutSet,
    kind=st.sampled_from(SetKind),
    reps=st.none() | st.integers(0, 10_000),
    weight_kg=st.none() | st.floats(0, 2_000),
)
entries = st.lists(
    st.builds(ExerciseEntry, exercise=st.just("back-squat"), sets=st.lists(sets, max_size=8)), max_size=6
)


def test_volume_is_reps_times_weight_without_warm_ups() -> None:
    assert totals(lifting().exercises).volume_kg == 1_000
    assert totals(lifting().exercises).set_count == 3


def test_a_workout_without_sets_has_no_volume() -> None:
    assert totals(a_run().exercises).volume_kg == 0
    assert totals(a_run().exercises).set_count == 0


def test_tenths_of_a_kilogram_add_up_exactly() -> None:
    light = [ExerciseEntry("dumbbell-curl", [WorkoutSet(reps=1, weight_kg=0.1)] * 10)]

    assert totals(light).volume_kg == 1.0


@given(entries, st.randoms(use_true_random=False))
def test_the_order_of_sets_does_not_change_the_totals(
    exercises: list[ExerciseEntry], shuffler: random.Random
) -> None:
    shuffled = [ExerciseEntry(one.exercise, shuffler.sample(one.sets, len(one.sets))) for one in exercises]
    shuffler.shuffle(shuffled)

    assert totals(shuffled) == totals(exercises)


@given(entries)
def test_warm_ups_change_neither_volume_nor_count(exercises: list[ExerciseEntry]) -> None:
    warm_up = ExerciseEntry("back-squat", [WorkoutSet(kind=SetKind.WARMUP, reps=10, weight_kg=60.0)])

    assert totals([warm_up, *exercises]) == totals(exercises)


@given(entries)
def test_totals_of_parts_add_up_to_the_total(exercises: list[ExerciseEntry]) -> None:
    whole = totals(exercises)
    parts = [totals([one]) for one in exercises]

    assert whole.set_count == sum(part.set_count for part in parts)
    # Each part is rounded to the gram.
    assert abs(whole.volume_kg - sum(part.volume_kg for part in parts)) <= 0.001 * (len(parts) + 1)
