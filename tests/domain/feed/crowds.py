"""Many members, follows and posts at once, straight into the tables: for the price of reads and writes."""

from uuid import UUID

from domain import database
from tests.support.domains import NOW

_MEMBERS = """
INSERT INTO member (
    id, handle, name, email, email_index, password_hash, joined_at, units, tz, locale, week_start, theme,
    profile_visibility, workout_visibility
)
SELECT gen_random_uuid(), $1 || number, 'One of many', '', convert_to($1 || number, 'UTF8'), '', $3, 'metric',
    'UTC', 'en', 1, 'system', 'public', 'public'
FROM generate_series(1, $2::int) AS number
RETURNING id
"""
_FOLLOWS = """
INSERT INTO follow (follower_id, followee_id, state, created_at)
SELECT follower, followee, 'accepted', now()
FROM unnest($1::uuid[]) AS follower, unnest($2::uuid[]) AS followee
"""
# Every author posts at their own minute of each hour, so a page is mixed from many of them.
_NOTES = """
INSERT INTO post (author_id, kind, text, visibility, created_at)
SELECT author.id, 'note', 'note ' || number, 'followers',
    timestamptz '2026-01-01' + number * interval '1 hour' + author.place * interval '1 second'
FROM unnest($1::uuid[]) WITH ORDINALITY AS author (id, place), generate_series(1, $2::int) AS number
"""


async def members(prefix: str, count: int) -> list[UUID]:
    """So many public members."""
    rows = await database.fetch(_MEMBERS, prefix, count, NOW)
    return [row["id"] for row in rows]


async def follows(followers: list[UUID], followees: list[UUID]) -> None:
    """Each of the former follows each of the latter."""
    await database.execute(_FOLLOWS, followers, followees)


async def notes(authors: list[UUID], each: int) -> None:
    """So many notes of each author, an hour apart."""
    await database.execute(_NOTES, authors, each)
