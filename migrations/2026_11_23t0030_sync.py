"""What changed of whose, in the order of commits; what was acknowledged; which version a field is of."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "sync"

# A member's changes are numbered by a row of their own, locked until the commit: so the numbers have no gaps
# and follow the order of commits, and whoever reads up to one has missed none. The triggers see every writer.
#
# `sync_row` keeps the last change of each thing only; without the thing it is a tombstone.
STATEMENTS = """
CREATE TABLE sync_head (
    member_id uuid PRIMARY KEY REFERENCES member ON DELETE CASCADE,
    epoch bigint NOT NULL,
    seq bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE sync_row (
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    entity text NOT NULL CHECK (entity IN ('workout')),
    id uuid NOT NULL,
    seq bigint NOT NULL,
    version integer NOT NULL,
    is_deleted boolean NOT NULL,
    PRIMARY KEY (member_id, entity, id)
);
CREATE INDEX sync_row_by_seq ON sync_row (member_id, seq);

CREATE TABLE sync_operation (
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    op_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    client_time timestamptz NOT NULL,
    client_sent_at timestamptz,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (member_id, op_id)
);
CREATE INDEX sync_operation_by_age ON sync_operation (applied_at);

ALTER TABLE workout ADD COLUMN changed_in jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN workout.changed_in IS 'The version in which a field last changed; without one, the first.';

CREATE FUNCTION note_sync(what text, members uuid[], ids uuid[], versions integer[], gone boolean)
RETURNS void LANGUAGE sql AS $$
    WITH changed AS (
        SELECT one.member_id, one.id, one.version, row_number() OVER theirs AS place
        FROM unnest(members, ids, versions) AS one (member_id, id, version)
        -- A member who goes takes all with them.
        WHERE NOT gone OR EXISTS (SELECT FROM member WHERE member.id = one.member_id)
        WINDOW theirs AS (PARTITION BY one.member_id ORDER BY one.id DESC)
    ), head AS (
        INSERT INTO sync_head AS head (member_id, epoch, seq)
        SELECT member_id, (random() * 9e15)::bigint, count(*)
        FROM changed GROUP BY member_id ORDER BY member_id
        ON CONFLICT (member_id) DO UPDATE SET seq = head.seq + excluded.seq
        RETURNING member_id, seq
    )
    INSERT INTO sync_row (member_id, entity, id, seq, version, is_deleted)
    SELECT member_id, what, changed.id, head.seq - changed.place + 1, changed.version, gone
    FROM changed JOIN head USING (member_id)
    ON CONFLICT (member_id, entity, id) DO UPDATE
    SET seq = excluded.seq, version = excluded.version, is_deleted = excluded.is_deleted
$$;

CREATE FUNCTION note_workouts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_sync(
        'workout', array_agg(author_id), array_agg(id), array_agg(version + (TG_OP = 'DELETE')::int),
        TG_OP = 'DELETE'
    ) FROM changed HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER sync_put AFTER INSERT ON workout REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_workouts();
CREATE TRIGGER sync_changed AFTER UPDATE ON workout REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_workouts();
CREATE TRIGGER sync_gone AFTER DELETE ON workout REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_workouts();

SELECT note_sync('workout', array_agg(author_id), array_agg(id), array_agg(version), false)
FROM workout HAVING count(*) > 0;
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
