"""The exercise catalogue, and workouts with their sets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:02:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "workouts"

# An exercise that somebody has done cannot be deleted: the catalogue never takes history with it.
STATEMENTS = """
CREATE TABLE exercise (
    slug text PRIMARY KEY CHECK (slug ~ '^[a-z0-9-]{2,60}$'),
    name text NOT NULL,
    pattern text NOT NULL,
    primary_muscles text[] NOT NULL,
    secondary_muscles text[] NOT NULL,
    equipment text[] NOT NULL,
    measured_by text NOT NULL CHECK (measured_by IN ('reps', 'time', 'distance')),
    cues text NOT NULL
);

CREATE TABLE workout (
    id uuid PRIMARY KEY,
    author_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    sport text NOT NULL,
    title text NOT NULL CHECK (length(title) <= 120),
    note text NOT NULL CHECK (length(note) <= 2000),
    started_at timestamptz NOT NULL,
    tz text NOT NULL,
    local_date date NOT NULL,
    duration_s integer NOT NULL CHECK (duration_s >= 0),
    moving_s integer CHECK (moving_s BETWEEN 0 AND duration_s),
    distance_m double precision CHECK (distance_m >= 0),
    elevation_gain_m double precision CHECK (elevation_gain_m >= 0),
    energy_kcal double precision CHECK (energy_kcal >= 0),
    heart_rate_avg_bpm smallint,
    heart_rate_max_bpm smallint CHECK (heart_rate_max_bpm >= heart_rate_avg_bpm),
    rpe double precision CHECK (rpe BETWEEN 1 AND 10),
    visibility text NOT NULL CHECK (visibility IN ('public', 'followers', 'private')),
    volume_kg double precision NOT NULL,
    set_count integer NOT NULL,
    source text NOT NULL CHECK (source IN ('manual', 'live', 'api')),
    session_id uuid,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX workout_by_author ON workout (author_id, started_at DESC, id DESC);

CREATE TABLE workout_exercise (
    workout_id uuid NOT NULL REFERENCES workout ON DELETE CASCADE,
    position smallint NOT NULL,
    exercise text NOT NULL REFERENCES exercise ON DELETE RESTRICT,
    note text NOT NULL CHECK (length(note) <= 500),
    PRIMARY KEY (workout_id, position)
);
CREATE INDEX workout_exercise_by_exercise ON workout_exercise (exercise);

CREATE TABLE workout_set (
    workout_id uuid NOT NULL,
    exercise_position smallint NOT NULL,
    position smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('normal', 'warmup', 'drop', 'failure', 'amrap')),
    reps integer CHECK (reps >= 0),
    weight_kg double precision CHECK (weight_kg >= 0),
    rpe double precision CHECK (rpe BETWEEN 1 AND 10),
    duration_s integer CHECK (duration_s >= 0),
    distance_m double precision CHECK (distance_m >= 0),
    PRIMARY KEY (workout_id, exercise_position, position),
    FOREIGN KEY (workout_id, exercise_position) REFERENCES workout_exercise ON DELETE CASCADE
);
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
