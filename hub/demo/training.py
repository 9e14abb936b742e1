"""What people of the demo community do: plausible workouts, made up by rolling dice."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.visibility import Visibility
from domain.workouts.model import ExerciseEntry, SetKind, Sport, WorkoutDraft, WorkoutSet
from hub.demo.dice import id_at, pick
from hub.demo.people import VISITOR, Person, Style

_SPORTS: dict[Style, dict[Sport, float]] = {
    Style.RUN: {Sport.RUN: 75, Sport.STRENGTH: 12, Sport.WALK: 8, Sport.MOBILITY: 5},
    Style.RIDE: {Sport.RIDE: 55, Sport.INDOOR_RIDE: 25, Sport.STRENGTH: 10, Sport.RUN: 10},
    Style.LIFT: {Sport.STRENGTH: 75, Sport.WALK: 10, Sport.ROW: 8, Sport.HIIT: 7},
    Style.SWIM: {Sport.SWIM: 65, Sport.STRENGTH: 15, Sport.RUN: 15, Sport.YOGA: 5},
    Style.ROW: {Sport.ROW: 65, Sport.STRENGTH: 20, Sport.RIDE: 15},
    Style.FLOW: {Sport.YOGA: 60, Sport.MOBILITY: 20, Sport.WALK: 20},
    Style.WALK: {Sport.HIKE: 40, Sport.WALK: 50, Sport.YOGA: 10},
    Style.MIX: {Sport.RUN: 25, Sport.STRENGTH: 30, Sport.RIDE: 20, Sport.HIIT: 15, Sport.ROW: 10},
}
_VISIBILITY = {Visibility.PUBLIC: 70.0, Visibility.FOLLOWERS: 25.0, Visibility.PRIVATE: 5.0}


class Effort(Struct, frozen=True):
    """A sport at level 1: metres a second (0: nothing to measure), minutes, metres climbed a kilometre."""

    speed_m_s: float
    minutes: tuple[int, int]
    heart_rate_bpm: int
    kcal_per_min: float
    climb_m_per_km: float = 0


_EFFORTS = {
    Sport.RUN: Effort(2.9, (25, 75), 150, 11.5, 9),
    Sport.RIDE: Effort(7.3, (40, 170), 138, 9.5, 11),
    Sport.INDOOR_RIDE: Effort(8.6, (30, 60), 146, 10.5),
    Sport.ROW: Effort(3.7, (20, 45), 149, 10.5),
    Sport.SWIM: Effort(0.85, (25, 60), 137, 9.0),
    Sport.WALK: Effort(1.5, (30, 80), 104, 4.5, 6),
    Sport.HIKE: Effort(1.15, (90, 270), 122, 6.5, 62),
    Sport.HIIT: Effort(0, (18, 40), 154, 12.0),
    Sport.YOGA: Effort(0, (25, 70), 92, 3.2),
    Sport.MOBILITY: Effort(0, (12, 30), 88, 2.8),
    Sport.STRENGTH: Effort(0, (35, 75), 118, 6.0),
}

_TITLES = {
    Sport.RUN: ("Easy run", "Tempo", "Long run", "Hill repeats", "Recovery jog", "Progression run"),
    Sport.RIDE: ("Endurance ride", "Coffee loop", "Climbing day", "Group ride", "Gravel"),
    Sport.INDOOR_RIDE: ("Sweet spot", "Over-unders", "Easy spin", "Sprints indoors"),
    Sport.ROW: ("Steady state", "4 x 1000 m", "Rate ladder", "Half an hour easy"),
    Sport.SWIM: ("Pool, technique", "Open water", "Pull and kick", "10 x 100 m"),
    Sport.WALK: ("Walk", "Walk and talk", "Evening walk", "Errands on foot"),
    Sport.HIKE: ("Ridge", "Forest loop", "Summit and back", "Lake trail"),
    Sport.HIIT: ("Tabata", "EMOM", "Circuit", "Short and nasty"),
    Sport.YOGA: ("Slow flow", "Hips and back", "Morning flow", "Yin"),
    Sport.MOBILITY: ("Mobility", "Shoulders and ankles", "Desk undone"),
}

# Day: exercise -> kilograms at level 1, repetitions.
_LIFTS: dict[str, dict[str, tuple[float, int]]] = {
    "Push": {
        "bench-press": (62.5, 6),
        "overhead-press": (40, 6),
        "incline-bench-press": (50, 8),
        "dip": (0, 10),
        "triceps-pushdown": (25, 12),
    },
    "Pull": {
        "deadlift": (110, 5),
        "barbell-row": (60, 8),
        "pull-up": (0, 8),
        "face-pull": (20, 15),
        "hammer-curl": (14, 10),
    },
    "Legs": {
        "back-squat": (90, 5),
        "romanian-deadlift": (80, 8),
        "bulgarian-split-squat": (20, 10),
        "leg-curl": (40, 12),
        "standing-calf-raise": (60, 15),
    },
    "Full body": {
        "front-squat": (65, 6),
        "dumbbell-bench-press": (26, 8),
        "dumbbell-row": (28, 10),
        "kettlebell-swing": (24, 15),
        "hanging-leg-raise": (0, 10),
    },
}


def history(person: Person, rng: Random, *, now: datetime, days: int) -> Iterator[WorkoutDraft]:
    """What somebody logged in the last days, oldest first. Everything had ended before `now`."""
    zone = ZoneInfo(person.tz)
    is_early = rng.random() < 0.55
    for back in range(days, -1, -1):
        today = (now - timedelta(days=back)).astimezone(zone).date()
        if rng.random() < person.per_week / 7:
            started_at = _moment(today, zone, rng, is_early=is_early)
            draft = workout(person, rng, started_at=started_at, week=(days - back) // 7)
            if draft.started_at + timedelta(seconds=draft.duration_s) < now - timedelta(minutes=5):
                yield draft


def workout(
    person: Person, rng: Random, *, started_at: datetime, week: int = 0, sport: Sport | None = None
) -> WorkoutDraft:
    """One workout. Weights grow a little with the weeks."""
    sport = sport or pick(rng, _SPORTS[person.style])
    effort = _EFFORTS[sport]
    duration_s = rng.randint(*effort.minutes) * 60 + rng.randint(0, 59)
    distance_m = None
    if effort.speed_m_s:
        distance_m = round(effort.speed_m_s * person.level * rng.gauss(1, 0.05) * duration_s, 0)
    average_bpm = round(effort.heart_rate_bpm * rng.gauss(1, 0.04))
    title, exercises = _lifts(person, rng, week) if sport is Sport.STRENGTH else (_title(rng, sport), [])
    return WorkoutDraft(
        id=id_at(started_at, rng),
        sport=sport,
        started_at=started_at,
        tz=person.tz,
        duration_s=duration_s,
        title=title,
        moving_s=round(duration_s * rng.uniform(0.93, 1)) if distance_m else None,
        distance_m=distance_m,
        elevation_gain_m=round((distance_m or 0) / 1000 * effort.climb_m_per_km * rng.uniform(0.4, 1.6))
        if effort.climb_m_per_km
        else None,
        energy_kcal=round(duration_s / 60 * effort.kcal_per_min * rng.gauss(1, 0.08)),
        heart_rate_avg_bpm=average_bpm if rng.random() < 0.8 else None,
        heart_rate_max_bpm=min(198, average_bpm + rng.randint(12, 34)),
        rpe=float(rng.randint(3, 9)),
        # The visitor's own count on every board: a place without a score would look broken.
        visibility=Visibility.FOLLOWERS if person is VISITOR else pick(rng, _VISIBILITY),
        exercises=exercises,
    )


def _moment(day: date, zone: ZoneInfo, rng: Random, *, is_early: bool) -> datetime:
    hour = (
        rng.randint(8, 11) if day.weekday() >= 5 else rng.randint(5, 7) if is_early else rng.randint(16, 19)
    )
    return datetime.combine(day, time(hour, rng.randint(0, 59), rng.randint(0, 59)), tzinfo=zone)


def _title(rng: Random, sport: Sport) -> str:
    return rng.choice(_TITLES[sport]) if rng.random() < 0.85 else ""


def _lifts(person: Person, rng: Random, week: int) -> tuple[str, list[ExerciseEntry]]:
    day = rng.choice(list(_LIFTS))
    scale = person.level * (1 + 0.006 * week) * rng.gauss(1, 0.03)
    entries = []
    for place, (exercise, (kilograms, reps)) in enumerate(_LIFTS[day].items()):
        weight_kg = round(kilograms * scale / 2.5) * 2.5 or None
        sets = [
            WorkoutSet(reps=max(1, reps - rng.randint(0, 2)), weight_kg=weight_kg)
            for _ in range(rng.randint(3, 4))
        ]
        if place == 0 and weight_kg:
            warm_up = WorkoutSet(kind=SetKind.WARMUP, reps=8, weight_kg=round(weight_kg * 0.2) * 2.5 or None)
            sets.insert(0, warm_up)
        entries.append(ExerciseEntry(exercise, sets))
    return day, entries
