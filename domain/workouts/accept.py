"""Which drafts are workouts: pure rules that accept, or refuse and point at what is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from domain.errors import FieldError, Invalid
from domain.members.model import MemberCard
from domain.timezones import check_time_zone
from domain.visibility import Visibility
from domain.workouts.errors import WorkoutRefused
from domain.workouts.model import ExerciseEntry, Source, Workout, WorkoutDraft, WorkoutSet, WorkoutSummary
from domain.workouts.totals import totals

AHEAD = timedelta(hours=24)
"""How far a clock may be ahead of ours."""

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def accept(
    draft: WorkoutDraft,
    *,
    author: MemberCard,
    visibility: Visibility,
    known: Mapping[str, str],
    now: datetime,
    source: Source,
    session_id: UUID | None = None,
) -> Workout:
    """The workout that a draft describes. `visibility` is for a draft that names none.

    `known` has the exercises of the catalogue among the draft's, and their names. Raises WorkoutRefused.
    """
    refuse(problems(draft, known=known, now=now))
    sums = totals(draft.exercises)
    return Workout(
        id=draft.id,
        author=author,
        sport=draft.sport,
        title=draft.title.strip(),
        note=draft.note,
        started_at=draft.started_at.astimezone(UTC),
        tz=draft.tz,
        local_date=draft.started_at.astimezone(check_time_zone(draft.tz, pointer="/tz")).date(),
        duration_s=draft.duration_s,
        moving_s=draft.moving_s,
        distance_m=draft.distance_m,
        elevation_gain_m=draft.elevation_gain_m,
        energy_kcal=draft.energy_kcal,
        heart_rate_avg_bpm=draft.heart_rate_avg_bpm,
        heart_rate_max_bpm=draft.heart_rate_max_bpm,
        rpe=draft.rpe,
        visibility=draft.visibility or visibility,
        exercises=draft.exercises,
        volume_kg=sums.volume_kg,
        set_count=sums.set_count,
        source=source,
        session_id=session_id,
        version=1,
        created_at=now,
        updated_at=now,
    )


def revise(stored: Workout, draft: WorkoutDraft, *, known: Mapping[str, str], now: datetime) -> Workout:
    """The next version of a workout; the stored one if the draft says nothing new. Raises WorkoutRefused."""
    if draft.id != stored.id:
        raise WorkoutRefused(errors=(FieldError("/id", "not the id of this workout"),))
    fresh = accept(
        draft,
        author=stored.author,
        visibility=stored.visibility,
        known=known,
        now=now,
        source=stored.source,
        session_id=stored.session_id,
    )
    same = msgspec.structs.replace(
        fresh, version=stored.version, created_at=stored.created_at, updated_at=stored.updated_at
    )
    if same == stored:
        return stored
    return msgspec.structs.replace(same, version=stored.version + 1, updated_at=now)


def changed_in(stored: Workout, fresh: Workout) -> dict[str, int]:
    """The fields of a draft that are others in a newer version, and that version."""
    return {
        name: fresh.version
        for name in WorkoutDraft.__struct_fields__
        if getattr(fresh, name) != getattr(stored, name)
    }


def summarise(workout: Workout, *, known: Mapping[str, str]) -> WorkoutSummary:
    """A workout as the feed shows it, each exercise named once, in the order they were done."""
    return WorkoutSummary(
        id=workout.id,
        sport=workout.sport,
        title=workout.title,
        started_at=workout.started_at,
        tz=workout.tz,
        duration_s=workout.duration_s,
        distance_m=workout.distance_m,
        elevation_gain_m=workout.elevation_gain_m,
        energy_kcal=workout.energy_kcal,
        heart_rate_avg_bpm=workout.heart_rate_avg_bpm,
        volume_kg=workout.volume_kg,
        set_count=workout.set_count,
        exercise_names=list(dict.fromkeys(known[entry.exercise] for entry in workout.exercises)),
    )


def refuse(found: Iterable[FieldError]) -> None:
    errors = tuple(found)
    if errors:
        raise WorkoutRefused(errors=errors)


def problems(draft: WorkoutDraft, *, known: Mapping[str, str], now: datetime) -> Iterator[FieldError]:
    """Everything that is wrong with a draft, in the order of its fields."""
    if draft.started_at > now + AHEAD:
        yield FieldError("/started_at", "more than 24 hours ahead of now")
    if draft.started_at < EARLIEST:
        yield FieldError("/started_at", "before the year 1900")
    yield from _zone(draft.tz)
    if draft.duration_s == 0 and not any(entry.sets for entry in draft.exercises):
        yield FieldError("/duration_s", "needs a duration where there are no sets")
    if draft.moving_s is not None and draft.moving_s > draft.duration_s:
        yield FieldError("/moving_s", "longer than duration_s")
    if (
        draft.heart_rate_avg_bpm is not None
        and draft.heart_rate_max_bpm is not None
        and draft.heart_rate_max_bpm < draft.heart_rate_avg_bpm
    ):
        yield FieldError("/heart_rate_max_bpm", "below heart_rate_avg_bpm")
    for position, entry in enumerate(draft.exercises):
        yield from _entry(entry, f"/exercises/{position}", known=known)


def _zone(tz: str) -> Iterator[FieldError]:
    try:
        check_time_zone(tz, pointer="/tz")
    except Invalid as error:
        yield from error.errors


def _entry(entry: ExerciseEntry, pointer: str, *, known: Mapping[str, str]) -> Iterator[FieldError]:
    if entry.exercise not in known:
        yield FieldError(f"{pointer}/exercise", "not in the catalogue")
    for position, one in enumerate(entry.sets):
        if _is_empty(one):
            yield FieldError(f"{pointer}/sets/{position}", "needs reps, a duration or a distance")


def _is_empty(one: WorkoutSet) -> bool:
    return one.reps is None and one.duration_s is None and one.distance_m is None
