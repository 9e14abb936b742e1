"""What boards are fed from: a queue of moved scores, who applies them, and where everybody stood each day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:07:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "boards"

# The queue is written by triggers, so that no way to change a score can forget it: a member who is erased
# takes their scores along by a cascade. Writers of one board do not wait for each other: a row needs no
# number without gaps, because readers go by `xid` (see domain/challenges/ledger.py).
#
# A move without a member: the challenge itself is gone. The versions of boards are counted where they are
# ranked, and no longer in channel_head.
STATEMENTS = """
DELETE FROM outbox WHERE channel LIKE 'board:%';
DELETE FROM channel_head WHERE channel LIKE 'board:%';

ALTER TABLE challenge_member
    ADD COLUMN hidden boolean NOT NULL DEFAULT false,
    ADD COLUMN alias text CHECK (length(alias) BETWEEN 1 AND 40);

CREATE FUNCTION board_shard(challenge_id uuid) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN get_byte(uuid_send(challenge_id), 15) & 15;

CREATE TABLE score_move (
    id bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    challenge_id uuid NOT NULL,
    member_id uuid,
    score numeric(20, 3)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
CREATE INDEX score_move_by_commit ON score_move (xid, id);

CREATE FUNCTION note_score_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO score_move (challenge_id, member_id, score)
        SELECT challenge_id, member_id, score FROM moved;
    ELSE
        INSERT INTO score_move (challenge_id, member_id)
        SELECT challenge_id, member_id FROM moved
        WHERE EXISTS (SELECT FROM challenge WHERE id = moved.challenge_id);
        INSERT INTO score_move (challenge_id)
        SELECT DISTINCT challenge_id FROM moved
        WHERE NOT EXISTS (SELECT FROM challenge WHERE id = moved.challenge_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER score_put AFTER INSERT ON challenge_member REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION note_score_moves();
CREATE TRIGGER score_moved AFTER UPDATE ON challenge_member REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION note_score_moves();
CREATE TRIGGER score_gone AFTER DELETE ON challenge_member REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION note_score_moves();

-- Who applies the moves of a shard of all boards. `fence` grows with each holder; every move whose
-- transaction is older than `upto` is applied. What was ranked under a fence below `valid_from` missed moves.
CREATE TABLE board_shard (
    shard integer PRIMARY KEY,
    fence bigint NOT NULL DEFAULT 0,
    valid_from bigint NOT NULL DEFAULT 0,
    holder text NOT NULL DEFAULT '',
    held_until timestamptz NOT NULL DEFAULT 'epoch',
    upto xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (fillfactor = 50);
INSERT INTO board_shard (shard) SELECT generate_series(0, 15);

-- A member's score at the end of a day (UTC) on which it moved.
CREATE TABLE score_day (
    challenge_id uuid NOT NULL,
    member_id uuid NOT NULL,
    day date NOT NULL,
    score numeric(20, 3) NOT NULL,
    PRIMARY KEY (challenge_id, member_id, day),
    FOREIGN KEY (challenge_id, member_id) REFERENCES challenge_member ON DELETE CASCADE
);

-- What score stood on which place at the end of a day: the first places all, then ever fewer of them.
CREATE TABLE board_day (
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    day date NOT NULL,
    participants integer NOT NULL,
    places integer[] NOT NULL,
    scores double precision[] NOT NULL,
    PRIMARY KEY (challenge_id, day)
);
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
