"""Channels, outbox, keyring, members, sign-ins, follows and who may see what."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:01:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "foundation"

STATEMENTS = """
CREATE TABLE channel_head (
    channel text PRIMARY KEY,
    epoch bigint NOT NULL,
    seq bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE channel_event (
    channel text NOT NULL,
    seq bigint NOT NULL,
    payload bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel, seq)
);
CREATE INDEX channel_event_by_age ON channel_event USING brin (recorded_at);

CREATE TABLE outbox (
    channel text NOT NULL,
    seq bigint NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel, seq)
);

CREATE SCHEMA keyring;
CREATE TABLE keyring.master_check (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    sealed bytea NOT NULL
);
CREATE TABLE keyring.member_key (
    member_id uuid PRIMARY KEY,
    wrapped bytea NOT NULL
);

CREATE TABLE member (
    id uuid PRIMARY KEY,
    handle text NOT NULL UNIQUE CHECK (handle ~ '^[a-z0-9_]{3,30}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    bio text NOT NULL DEFAULT '' CHECK (length(bio) <= 500),
    role text NOT NULL DEFAULT 'member'
        CHECK (role IN ('owner', 'admin', 'moderator', 'coach', 'member')),
    email bytea NOT NULL,
    email_index bytea NOT NULL UNIQUE,
    password_hash text NOT NULL,
    avatar_version integer NOT NULL DEFAULT 0,
    joined_at timestamptz NOT NULL,
    units text NOT NULL,
    tz text NOT NULL,
    locale text NOT NULL,
    week_start smallint NOT NULL CHECK (week_start BETWEEN 1 AND 7),
    theme text NOT NULL,
    profile_visibility text NOT NULL CHECK (profile_visibility IN ('public', 'followers', 'private')),
    workout_visibility text NOT NULL CHECK (workout_visibility IN ('public', 'followers', 'private'))
);
CREATE INDEX member_by_name ON member (lower(name) text_pattern_ops);
CREATE INDEX member_by_handle ON member (handle text_pattern_ops);

CREATE TABLE avatar (
    member_id uuid PRIMARY KEY REFERENCES member ON DELETE CASCADE,
    image bytea NOT NULL
);

CREATE TABLE sign_in (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    user_agent text NOT NULL
);
CREATE INDEX sign_in_by_member ON sign_in (member_id, last_seen_at DESC);

CREATE TABLE personal_token (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    name text NOT NULL,
    scopes text[] NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    hint text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX personal_token_by_member ON personal_token (member_id);

CREATE TABLE follow (
    follower_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    followee_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('requested', 'accepted')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (follower_id, followee_id),
    CHECK (follower_id <> followee_id)
);
CREATE INDEX follow_by_followee ON follow (followee_id, state, created_at);

CREATE TABLE block (
    blocker_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    blocked_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
);
CREATE INDEX block_by_blocked ON block (blocked_id);

CREATE FUNCTION are_apart(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM block
        WHERE (blocker_id = one AND blocked_id = other) OR (blocker_id = other AND blocked_id = one)
    )
$$;
COMMENT ON FUNCTION are_apart IS 'One of the two has blocked the other.';

CREATE FUNCTION may_see(reader uuid, owner uuid, visibility text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT reader = owner OR (
        NOT are_apart(reader, owner)
        AND (
            visibility = 'public'
            OR visibility = 'followers' AND EXISTS (
                SELECT FROM follow
                WHERE follower_id = reader AND followee_id = owner AND state = 'accepted'
            )
        )
    )
$$;
COMMENT ON FUNCTION may_see IS 'The one definition of who sees what a member shares.';
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
