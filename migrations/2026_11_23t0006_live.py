"""Live sessions, their rosters, everybody's samples, and what was said."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:06:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "live"

# A roster's row is written about once a second while its athlete moves: it has room to be updated in place,
# and no index on what changes.
STATEMENTS = """
CREATE TABLE live_session (
    id uuid PRIMARY KEY,
    host_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 80),
    sport text NOT NULL,
    programme jsonb NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('public', 'followers', 'private')),
    state text NOT NULL CHECK (state IN ('lobby', 'running', 'paused', 'finished', 'cancelled')),
    scheduled_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    pauses jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    CHECK ((state IN ('running', 'paused', 'finished')) <= (started_at IS NOT NULL)),
    CHECK ((state IN ('finished', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX live_session_open ON live_session (host_id) WHERE finished_at IS NULL;
CREATE INDEX live_session_by_end ON live_session (finished_at);

CREATE TABLE live_participant (
    session_id uuid NOT NULL REFERENCES live_session ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    stream uuid NOT NULL UNIQUE,
    ready boolean NOT NULL DEFAULT false,
    simulated boolean NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    stored_upto bigint NOT NULL DEFAULT 0,
    settled_upto bigint,
    workout_id uuid,
    workout_version integer,
    summary jsonb,
    PRIMARY KEY (session_id, number),
    UNIQUE (session_id, member_id)
) WITH (fillfactor = 60);
CREATE INDEX live_participant_by_member ON live_participant (member_id);

CREATE TABLE live_samples (
    stream uuid NOT NULL REFERENCES live_participant (stream) ON DELETE CASCADE,
    first_seq bigint NOT NULL,
    length integer NOT NULL CHECK (length > 0),
    samples bytea NOT NULL,
    PRIMARY KEY (stream, first_seq)
);

CREATE TABLE live_message (
    session_id uuid NOT NULL REFERENCES live_session ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    mid text NOT NULL CHECK (length(mid) BETWEEN 8 AND 64),
    kind text NOT NULL CHECK (kind IN ('chat', 'cheer')),
    seq bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, member_id, mid)
);
CREATE INDEX live_message_by_age ON live_message (member_id, kind, created_at);
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
