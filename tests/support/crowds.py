"""Crowds, straight into the database: a hundred or a million members of a board, with scores and tokens."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from domain.identity import secrets
from domain.members.model import Scope

_PEOPLE = """
INSERT INTO member (id, handle, name, email, email_index, password_hash, joined_at, units, tz, locale,
    week_start, theme, profile_visibility, workout_visibility)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'm_' || lpad(n::text, 8, '0'),
    'Member ' || n, '', int8send(n), '', $3, 'metric', 'UTC', 'en', 1, 'system', 'public', 'public'
FROM generate_series($1::bigint, $2::bigint) AS n
"""

_CHALLENGE = """
INSERT INTO challenge (id, creator_id, title, description, metric, sports, starts_on, ends_on, tz, starts_at,
    ends_at, settle_at, created_at)
VALUES ($1, $2, 'A crowd', '', 'distance', '{}', $3, $4, 'UTC', $5, $6, $6, $5)
"""

# Scores spread like distances of a month: many short ones, a long tail; a tenth of all ties with others.
_TAKE_PART = """
INSERT INTO challenge_member (challenge_id, member_id, joined_at, score, workouts, reached_at)
SELECT $1, id, $2, CASE WHEN n % 10 = 0 THEN round(raw / 1000) * 1000 ELSE raw END, 1 + n % 30,
    $2::timestamptz + n % 100000 * interval '1 second'
FROM (
    SELECT id, n, (power(hashint8(n)::bigint % 1000003 / 1000003.0, 2) * 500000)::numeric(20, 3) AS raw
    FROM (
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, n
        FROM generate_series($3::bigint, $4::bigint) AS n
    ) AS who
) AS scored
"""

_TOKENS = """
INSERT INTO personal_token (id, member_id, name, scopes, token_hash, hint, created_at, expires_at)
SELECT gen_random_uuid(), member_id, 'crowd', $3, token_hash, 'crowd', $4, $5
FROM unnest($1::uuid[], $2::bytea[]) AS made (member_id, token_hash)
"""


def member_id(n: int) -> UUID:
    """The id of the nth of a crowd, from 1."""
    return UUID(int=(0x00000000_0000_7000_8000 << 48) + n)


async def people(connection: Any, count: int, *, first: int = 1) -> None:
    """Members `first` to `first + count - 1`."""
    await connection.execute(_PEOPLE, first, first + count - 1, datetime.now(UTC), timeout=300)


async def board(connection: Any, count: int, *, first: int = 1) -> UUID:
    """A running challenge that members `first` to `first + count - 1` take part in, with scores."""
    challenge_id = uuid7()
    now = datetime.now(UTC)
    starts_at = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=10)
    ends_at = starts_at + timedelta(days=30)
    await connection.execute(
        _CHALLENGE,
        *(challenge_id, member_id(first), starts_at.date(), (ends_at - timedelta(days=1)).date()),
        *(starts_at, ends_at),
    )
    await connection.execute(_TAKE_PART, challenge_id, starts_at, first, first + count - 1, timeout=300)
    return challenge_id


async def tokens(connection: Any, members: Sequence[UUID]) -> list[str]:
    """A token for everything for each of these members."""
    made = [secrets.new_personal_token() for _ in members]
    now = datetime.now(UTC)
    await connection.execute(
        _TOKENS,
        list(members),
        [secrets.digest(one) for one in made],
        [scope.value for scope in Scope],
        now,
        now + timedelta(days=1),
    )
    return made
