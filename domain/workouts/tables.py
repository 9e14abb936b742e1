"""How workouts and the exercise catalogue are stored."""

from piccolo.columns import JSONB, UUID, Array, Date, DoublePrecision, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import CATALOGUE, HEALTH, PREFERENCE, TRAINING


class Exercise(Table, tablename="exercise", db=ENGINE):
    """A movement of the catalogue. Rows come from `catalogue.json` and are never deleted."""

    slug = Text(primary_key=True, help_text=CATALOGUE)
    name = Text(help_text=CATALOGUE)
    pattern = Text(help_text=CATALOGUE)
    primary_muscles = Array(base_column=Text(), help_text=CATALOGUE)
    secondary_muscles = Array(base_column=Text(), help_text=CATALOGUE)
    equipment = Array(base_column=Text(), help_text=CATALOGUE)
    measured_by = Text(help_text=CATALOGUE)
    cues = Text(help_text=CATALOGUE)


class Workout(Table, tablename="workout", db=ENGINE):
    """A logged workout. `volume_kg` and `set_count` are what `totals` says of its sets."""

    id = UUID(primary_key=True, help_text=TRAINING)
    author_id = UUID(help_text=TRAINING)
    sport = Text(help_text=TRAINING)
    title = Text(help_text=TRAINING)
    note = Text(help_text=TRAINING)
    started_at = Timestamptz(help_text=TRAINING)
    tz = Text(help_text=TRAINING)
    local_date = Date(help_text=TRAINING)
    duration_s = Integer(help_text=TRAINING)
    moving_s = Integer(null=True, help_text=TRAINING)
    distance_m = DoublePrecision(null=True, help_text=TRAINING)
    elevation_gain_m = DoublePrecision(null=True, help_text=TRAINING)
    energy_kcal = DoublePrecision(null=True, help_text=HEALTH)
    heart_rate_avg_bpm = SmallInt(null=True, help_text=HEALTH)
    heart_rate_max_bpm = SmallInt(null=True, help_text=HEALTH)
    rpe = DoublePrecision(null=True, help_text=HEALTH)
    visibility = Text(help_text=PREFERENCE)
    volume_kg = DoublePrecision(help_text=TRAINING)
    set_count = Integer(help_text=TRAINING)
    source = Text(help_text=TRAINING)
    session_id = UUID(null=True, help_text=TRAINING)
    version = Integer(help_text=TRAINING)
    changed_in = JSONB(help_text=TRAINING)
    created_at = Timestamptz(help_text=TRAINING)
    updated_at = Timestamptz(help_text=TRAINING)


class WorkoutExercise(Table, tablename="workout_exercise", db=ENGINE):
    """One exercise of a workout. The primary key is (workout_id, position)."""

    workout_id = UUID(primary_key=True, help_text=TRAINING)
    position = SmallInt(help_text=TRAINING)
    exercise = Text(help_text=TRAINING)
    note = Text(help_text=TRAINING)


class WorkoutSet(Table, tablename="workout_set", db=ENGINE):
    """One set of one exercise. The primary key is (workout_id, exercise_position, position)."""

    workout_id = UUID(primary_key=True, help_text=TRAINING)
    exercise_position = SmallInt(help_text=TRAINING)
    position = SmallInt(help_text=TRAINING)
    kind = Text(help_text=TRAINING)
    reps = Integer(null=True, help_text=TRAINING)
    weight_kg = DoublePrecision(null=True, help_text=TRAINING)
    rpe = DoublePrecision(null=True, help_text=HEALTH)
    duration_s = Integer(null=True, help_text=TRAINING)
    distance_m = DoublePrecision(null=True, help_text=TRAINING)
