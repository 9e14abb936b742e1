"""Challenges, who takes part, and what each workout adds."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:05:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "challenges"

# An entry has no foreign key to its workout: a workout that was just deleted must still be found in it.
STATEMENTS = """
CREATE TABLE challenge (
    id uuid PRIMARY KEY,
    creator_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 80),
    description text NOT NULL CHECK (length(description) <= 1000),
    metric text NOT NULL CHECK (metric IN ('distance', 'duration', 'volume', 'count')),
    sports text[] NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    tz text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    goal double precision CHECK (goal > 0),
    created_at timestamptz NOT NULL,
    CHECK (starts_on <= ends_on AND starts_at < ends_at)
);
CREATE INDEX challenge_by_end ON challenge (ends_at, id);
CREATE INDEX challenge_by_start ON challenge (starts_at, id);
CREATE INDEX challenge_by_creator ON challenge (creator_id);

CREATE TABLE challenge_member (
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    joined_at timestamptz NOT NULL,
    score numeric(20, 3) NOT NULL DEFAULT 0,
    workouts integer NOT NULL DEFAULT 0,
    reached_at timestamptz NOT NULL,
    PRIMARY KEY (challenge_id, member_id)
) WITH (fillfactor = 80);
CREATE INDEX challenge_member_by_member ON challenge_member (member_id, challenge_id);
CREATE INDEX challenge_member_by_place
    ON challenge_member (challenge_id, (- score), reached_at, member_id);

CREATE TABLE challenge_entry (
    challenge_id uuid NOT NULL,
    workout_id uuid NOT NULL,
    member_id uuid NOT NULL,
    value numeric(16, 3) NOT NULL CHECK (value > 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (challenge_id, workout_id),
    FOREIGN KEY (challenge_id, member_id) REFERENCES challenge_member ON DELETE CASCADE
);
CREATE INDEX challenge_entry_by_member ON challenge_entry (challenge_id, member_id);
CREATE INDEX challenge_entry_by_workout ON challenge_entry (workout_id);
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
