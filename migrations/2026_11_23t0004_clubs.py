"""Clubs and who is in them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:04:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "clubs"

# The count is kept by a trigger, so that it is right also when an account goes.
STATEMENTS = """
CREATE TABLE club (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{2,60}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    description text NOT NULL CHECK (length(description) <= 1000),
    creator_id uuid REFERENCES member ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    members integer NOT NULL DEFAULT 0 CHECK (members >= 0)
) WITH (fillfactor = 80);
CREATE INDEX club_by_size ON club (members DESC, name, id);
CREATE INDEX club_by_creator ON club (creator_id);

CREATE TABLE club_member (
    club_id uuid NOT NULL REFERENCES club ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('organiser', 'member')),
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (club_id, member_id)
);
CREATE INDEX club_member_by_age ON club_member (club_id, joined_at, member_id);
CREATE INDEX club_member_by_member ON club_member (member_id);

CREATE FUNCTION count_club_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE club SET members = members + 1 WHERE id = NEW.club_id;
    ELSE
        UPDATE club SET members = members - 1 WHERE id = OLD.club_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_club_members AFTER INSERT OR DELETE ON club_member
    FOR EACH ROW EXECUTE FUNCTION count_club_members();
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
