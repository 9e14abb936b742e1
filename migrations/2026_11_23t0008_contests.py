"""Kinds of challenges, who they are for, teams, what counted and why, fair play, results and what is told."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:08:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "contests"

# `score` ranks: more is better in every kind, zero is nothing yet, and it fits the 53 bits of a float in
# thousandths. What is shown of it is the domain's to say.
#
# A challenge outlives its creator's account; a club's challenge does not outlive its club.
_CHALLENGES = """
ALTER TABLE challenge
    DROP CONSTRAINT challenge_metric_check,
    DROP CONSTRAINT challenge_creator_id_fkey,
    ALTER COLUMN creator_id DROP NOT NULL,
    ADD FOREIGN KEY (creator_id) REFERENCES member ON DELETE SET NULL,
    ADD COLUMN kind text NOT NULL DEFAULT 'most',
    ADD COLUMN sides text NOT NULL DEFAULT 'individuals' CHECK (sides IN ('individuals', 'teams', 'clubs')),
    ADD COLUMN openness text NOT NULL DEFAULT 'public' CHECK (openness IN ('public', 'club', 'invite')),
    ADD COLUMN club_id uuid REFERENCES club ON DELETE CASCADE,
    ADD COLUMN terms jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN settle_at timestamptz,
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN repeats text NOT NULL DEFAULT 'never' CHECK (repeats IN ('never', 'weekly')),
    ADD COLUMN series_id uuid,
    ADD COLUMN embed_key bytea,
    ADD CHECK ((openness = 'club') <= (club_id IS NOT NULL)),
    ADD UNIQUE (series_id, starts_on);
UPDATE challenge SET settle_at = ends_at;
ALTER TABLE challenge
    ALTER COLUMN settle_at SET NOT NULL,
    ADD CHECK (settle_at >= ends_at);
CREATE INDEX challenge_by_club ON challenge (club_id);
CREATE INDEX challenge_to_close ON challenge (ends_at) WHERE closed_at IS NULL;
CREATE INDEX challenge_to_settle ON challenge (settle_at) WHERE settled_at IS NULL;

CREATE TABLE challenge_team (
    id uuid PRIMARY KEY,
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    captain_id uuid REFERENCES member ON DELETE SET NULL,
    club_id uuid REFERENCES club ON DELETE SET NULL,
    is_open boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (challenge_id, club_id)
);
CREATE INDEX challenge_team_by_challenge ON challenge_team (challenge_id, created_at);
CREATE INDEX challenge_team_by_captain ON challenge_team (captain_id);

ALTER TABLE challenge_member
    ADD COLUMN entrant_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    ADD COLUMN team_id uuid REFERENCES challenge_team ON DELETE SET NULL,
    ADD COLUMN body_weight_kg double precision CHECK (body_weight_kg BETWEEN 20 AND 400),
    ADD CHECK (score BETWEEN 0 AND 9007199254740.991);
CREATE INDEX challenge_member_by_team ON challenge_member (team_id);

CREATE TABLE challenge_invite (
    id uuid PRIMARY KEY,
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    team_id uuid REFERENCES challenge_team ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    created_by uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX challenge_invite_by_challenge ON challenge_invite (challenge_id, created_at);
CREATE INDEX challenge_invite_by_member ON challenge_invite (created_by);

CREATE FUNCTION may_see_challenge(reader uuid, one challenge) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT one.creator_id = reader
        OR EXISTS (
            SELECT FROM challenge_member
            WHERE challenge_id = one.id AND member_id = reader
        )
        OR (one.creator_id IS NULL OR NOT are_apart(reader, one.creator_id)) AND (
            one.openness = 'public'
            OR one.openness = 'club' AND EXISTS (
                SELECT FROM club_member WHERE club_id = one.club_id AND member_id = reader
            )
        )
$$;
COMMENT ON FUNCTION may_see_challenge IS 'The one definition of who a challenge is there for.';
"""

# A row for each workout that a challenge asks for, also for those that do not count as they are: copies and
# those in quarantine have neighbours whose fate depends on them. A challenge's day adds up what counts.
_SCORES = """
ALTER TABLE challenge_entry
    ADD COLUMN status text NOT NULL DEFAULT 'counted'
        CHECK (status IN ('counted', 'duplicate', 'quarantined')),
    ADD COLUMN started_at timestamptz,
    ADD COLUMN day date;
UPDATE challenge_entry AS entry
SET started_at = workout.started_at, day = least(greatest(workout.local_date, starts_on), ends_on)
FROM workout, challenge
WHERE workout.id = entry.workout_id AND challenge.id = entry.challenge_id;
DELETE FROM challenge_entry WHERE started_at IS NULL;
ALTER TABLE challenge_entry
    ALTER COLUMN started_at SET NOT NULL,
    ALTER COLUMN day SET NOT NULL;
DROP INDEX challenge_entry_by_member;
CREATE INDEX challenge_entry_by_day ON challenge_entry (challenge_id, member_id, day);

CREATE TABLE challenge_day (
    challenge_id uuid NOT NULL,
    member_id uuid NOT NULL,
    day date NOT NULL,
    total numeric(20, 3) NOT NULL,
    best numeric(16, 3) NOT NULL,
    best_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    workouts integer NOT NULL,
    PRIMARY KEY (challenge_id, member_id, day),
    FOREIGN KEY (challenge_id, member_id) REFERENCES challenge_member ON DELETE CASCADE
) WITH (fillfactor = 80);
INSERT INTO challenge_day
SELECT challenge_id, member_id, day, sum(value), max(value),
    (array_agg(at ORDER BY value DESC, at))[1], max(at), count(*)
FROM challenge_entry GROUP BY challenge_id, member_id, day;

CREATE TABLE challenge_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what text NOT NULL,
    member_id uuid REFERENCES member ON DELETE CASCADE,
    by_id uuid REFERENCES member ON DELETE SET NULL,
    before numeric(20, 3),
    after numeric(20, 3),
    note text NOT NULL DEFAULT ''
);
CREATE INDEX challenge_audit_by_challenge ON challenge_audit (challenge_id, id DESC);
CREATE INDEX challenge_audit_by_member ON challenge_audit (member_id);
CREATE INDEX challenge_audit_by_actor ON challenge_audit (by_id);
"""

_FAIR_PLAY = """
CREATE TABLE fair_case (
    workout_id uuid PRIMARY KEY REFERENCES workout ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('open', 'appealed', 'reinstated', 'upheld', 'moot')),
    rules integer NOT NULL,
    fingerprint bytea NOT NULL,
    findings jsonb NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    appeal text NOT NULL DEFAULT '' CHECK (length(appeal) <= 1000),
    appealed_at timestamptz,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    decided_by uuid REFERENCES member ON DELETE SET NULL,
    decided_at timestamptz
);
CREATE INDEX fair_case_by_state ON fair_case (state, opened_at, workout_id);
CREATE INDEX fair_case_by_member ON fair_case (member_id);
CREATE INDEX fair_case_by_judge ON fair_case (decided_by);
"""

# A broadcast tells everybody in a challenge, in portions: `upto` is the last member who was told.
_RESULTS = """
CREATE TABLE challenge_result (
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    rank integer NOT NULL,
    score numeric(20, 3) NOT NULL,
    workouts integer NOT NULL,
    reached_at timestamptz NOT NULL,
    badges text[] NOT NULL,
    PRIMARY KEY (challenge_id, member_id)
);
CREATE INDEX challenge_result_by_rank ON challenge_result (challenge_id, rank, reached_at, member_id);
CREATE INDEX challenge_result_by_member ON challenge_result (member_id);

CREATE TABLE challenge_broadcast (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    challenge_id uuid NOT NULL REFERENCES challenge ON DELETE CASCADE,
    what text NOT NULL,
    upto uuid,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX challenge_broadcast_by_challenge ON challenge_broadcast (challenge_id);

ALTER TABLE post
    DROP CONSTRAINT post_kind_check,
    ADD COLUMN challenge_id uuid UNIQUE REFERENCES challenge ON DELETE CASCADE,
    ADD CHECK (kind IN ('note', 'workout', 'recap')),
    ADD CHECK ((kind = 'recap') = (challenge_id IS NOT NULL));
"""

STATEMENTS = _CHALLENGES + _SCORES + _FAIR_PLAY + _RESULTS


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
