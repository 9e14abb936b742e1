"""Posts, kudos and comments."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain.migration import migration

ID = "2026-11-23T00:03:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "feed"

# The counts are kept by triggers, so that they are right whoever deletes what: also when an account goes,
# and its kudos and comments with it.
STATEMENTS = """
CREATE TABLE post (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    author_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    workout_id uuid UNIQUE REFERENCES workout ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('note', 'workout')),
    text text NOT NULL CHECK (length(text) <= 2000),
    visibility text NOT NULL CHECK (visibility IN ('public', 'followers', 'private')),
    created_at timestamptz NOT NULL,
    kudos integer NOT NULL DEFAULT 0 CHECK (kudos >= 0),
    comments integer NOT NULL DEFAULT 0 CHECK (comments >= 0),
    CHECK ((kind = 'workout') = (workout_id IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX post_by_author ON post (author_id, created_at DESC, id DESC) INCLUDE (kind, visibility);

CREATE TABLE kudos (
    post_id uuid NOT NULL REFERENCES post ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, member_id)
);
CREATE INDEX kudos_by_member ON kudos (member_id);

CREATE TABLE comment (
    id uuid PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES post ON DELETE CASCADE,
    author_id uuid NOT NULL REFERENCES member ON DELETE CASCADE,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
    created_at timestamptz NOT NULL
);
CREATE INDEX comment_by_post ON comment (post_id, created_at, id);
CREATE INDEX comment_by_author ON comment (author_id);

CREATE FUNCTION count_kudos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE post SET kudos = kudos + 1 WHERE id = NEW.post_id;
    ELSE
        UPDATE post SET kudos = kudos - 1 WHERE id = OLD.post_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_kudos AFTER INSERT OR DELETE ON kudos FOR EACH ROW EXECUTE FUNCTION count_kudos();

CREATE FUNCTION count_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE post SET comments = comments + 1 WHERE id = NEW.post_id;
    ELSE
        UPDATE post SET comments = comments - 1 WHERE id = OLD.post_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_comments AFTER INSERT OR DELETE ON comment
    FOR EACH ROW EXECUTE FUNCTION count_comments();
"""


async def forwards() -> MigrationManager:
    return migration(ID, STATEMENTS)
