"""Imports: what was uploaded, what became of it, and the streams of the workouts that it became."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:20:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "files"

# Sealed bytes cannot be compressed: PostgreSQL need not try.
STATEMENTS = """
CREATE TABLE file_import (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size_bytes integer NOT NULL,
    tz text NOT NULL,
    imperial boolean NOT NULL,
    visibility text CHECK (visibility IN ('public', 'followers', 'private')),
    state text NOT NULL CHECK (state IN ('waiting', 'working', 'done', 'undoing', 'undone')),
    code text,
    detail text,
    bundle bytea,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    worked_at timestamptz,
    claimed_until timestamptz NOT NULL
);
ALTER TABLE file_import ALTER COLUMN bundle SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX file_import_once ON file_import (member_id, sha256) WHERE state <> 'undone';
CREATE INDEX file_import_by_member ON file_import (member_id, created_at DESC, id DESC);
CREATE INDEX file_import_to_do ON file_import (worked_at) WHERE state IN ('waiting', 'working', 'undoing');

CREATE TABLE import_file (
    import_id uuid NOT NULL REFERENCES file_import ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL,
    size_bytes integer NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'read', 'refused')),
    code text,
    detail text,
    attempts smallint NOT NULL,
    title text NOT NULL,
    note text NOT NULL,
    sport text,
    original bytea,
    PRIMARY KEY (import_id, position)
);
ALTER TABLE import_file ALTER COLUMN original SET STORAGE EXTERNAL;
CREATE INDEX import_file_to_do ON import_file (import_id, position) WHERE state = 'waiting';

CREATE TABLE import_item (
    import_id uuid NOT NULL,
    file_position integer NOT NULL,
    position integer NOT NULL,
    state text NOT NULL CHECK (state IN ('imported', 'duplicate', 'refused')),
    code text,
    detail text,
    warnings text[] NOT NULL,
    workout_id uuid REFERENCES workout ON DELETE SET NULL,
    PRIMARY KEY (import_id, file_position, position),
    FOREIGN KEY (import_id, file_position) REFERENCES import_file ON DELETE CASCADE
);
CREATE INDEX import_item_by_workout ON import_item (workout_id);

CREATE TABLE workout_origin (
    workout_id uuid PRIMARY KEY REFERENCES workout ON DELETE CASCADE,
    member_id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL CHECK (length(external_id) <= 200),
    UNIQUE (member_id, source, external_id)
);

CREATE TABLE workout_stream (
    workout_id uuid PRIMARY KEY REFERENCES workout ON DELETE CASCADE,
    member_id uuid NOT NULL,
    sample_count integer NOT NULL,
    is_barometric boolean NOT NULL,
    algorithm integer NOT NULL,
    samples bytea,
    details bytea NOT NULL
);
ALTER TABLE workout_stream ALTER COLUMN samples SET STORAGE EXTERNAL;
CREATE INDEX workout_stream_by_algorithm ON workout_stream (algorithm) WHERE samples IS NOT NULL;
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
