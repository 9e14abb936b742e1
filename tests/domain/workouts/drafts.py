"""Drafts for tests: a run, and an hour of lifting."""

from datetime import timedelta
from typing import Any

import msgspec
from uuid_utils.compat import uuid7

from domain.workouts.model import ExerciseEntry, SetKind, Sport, WorkoutDraft, WorkoutSet
from tests.support.domains import NOW


def a_run(**changes: Any) -> WorkoutDraft:
    """Ten kilometres in fifty minutes, an hour ago in Vienna."""
    draft = WorkoutDraft(
        id=uuid7(),
        sport=Sport.RUN,
        started_at=NOW - timedelta(hours=1),
        tz="Europe/Vienna",
        duration_s=3_000,
        distance_m=10_000.0,
    )
    return msgspec.structs.replace(draft, **changes)


def lifting(**changes: Any) -> WorkoutDraft:
    """A warm-up and two sets of squats, 1,000 kg in all, and a plank."""
    draft = WorkoutDraft(
        id=uuid7(),
        sport=Sport.STRENGTH,
        started_at=NOW - timedelta(hours=2),
        tz="Europe/Vienna",
        duration_s=3_600,
        title="Legs",
        note="knee felt fine",
        exercises=[
            ExerciseEntry(
                "back-squat",
                [
                    WorkoutSet(kind=SetKind.WARMUP, reps=10, weight_kg=40.0),
                    WorkoutSet(reps=5, weight_kg=100.0),
                    WorkoutSet(reps=5, weight_kg=100.0, rpe=8.5),
                ],
                note="belt",
            ),
            ExerciseEntry("plank", [WorkoutSet(duration_s=60)]),
        ],
    )
    return msgspec.structs.replace(draft, **changes)
