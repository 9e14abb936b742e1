"""Challenges and boards, as a reader sees them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.challenges.errors import NoSuchChallenge
from domain.challenges.model import Challenge, ChallengeState, Metric, Standing, Standings
from domain.members.cards import COLUMNS, card, make
from domain.workouts.model import Sport

TOP = 100
NEIGHBOURS = 3

# $1 is the reader, $2 the time. Nobody leads before something counts.
_CHALLENGE = """
SELECT challenge.*,
    CASE WHEN $2::timestamptz < starts_at THEN 'upcoming' WHEN $2 < ends_at THEN 'active' ELSE 'ended' END
        AS state,
    (SELECT count(*) FROM challenge_member WHERE challenge_id = challenge.id) AS participants,
    creator.handle AS creator_handle, creator.name AS creator_name, creator.avatar_version AS creator_avatar,
    leader.*, mine.*
FROM challenge
JOIN member AS creator ON creator.id = challenge.creator_id
LEFT JOIN LATERAL (
    SELECT member.id AS leader_id, member.handle AS leader_handle, member.name AS leader_name,
        member.avatar_version AS leader_avatar, 1 AS leader_rank, score AS leader_score,
        workouts AS leader_workouts, reached_at AS leader_reached_at
    FROM challenge_member JOIN member ON member.id = member_id
    WHERE challenge_id = challenge.id AND workouts > 0
    ORDER BY - score, reached_at, member_id
    LIMIT 1
) AS leader ON true
LEFT JOIN LATERAL (
    SELECT member.id AS my_id, member.handle AS my_handle, member.name AS my_name,
        member.avatar_version AS my_avatar, score AS my_score, workouts AS my_workouts,
        reached_at AS my_reached_at, (
            SELECT 1 + count(*) FROM challenge_member AS better
            WHERE better.challenge_id = challenge.id AND - better.score < - mine.score
        ) AS my_rank
    FROM challenge_member AS mine JOIN member ON member.id = mine.member_id
    WHERE mine.challenge_id = challenge.id AND mine.member_id = $1
) AS mine ON true
"""

_ONE = f"{_CHALLENGE} WHERE challenge.id = $3"

# What ends soonest, then what begins soonest, then what ended last.
_LIST = f"""
SELECT * FROM ({_CHALLENGE}) AS challenge
WHERE state = $3 OR $3 IS NULL
ORDER BY array_position(ARRAY['active', 'upcoming', 'ended'], state),
    CASE state WHEN 'active' THEN ends_at WHEN 'upcoming' THEN starts_at END,
    ends_at DESC, id
LIMIT $4
"""

# The first places are all there are above them, so their ranks need no look at the rest.
_TOP_PLACES = f"""
SELECT {COLUMNS}, score, workouts, reached_at, rank() OVER (ORDER BY - score) AS rank
FROM (
    SELECT member_id, score, workouts, reached_at FROM challenge_member
    WHERE challenge_id = $1
    ORDER BY - score, reached_at, member_id
    LIMIT $2
) AS standing
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""

_AROUND = f"""
WITH mine AS (
    SELECT - score AS minus, reached_at, member_id FROM challenge_member
    WHERE challenge_id = $1 AND member_id = $2
), above AS (
    SELECT * FROM challenge_member
    WHERE challenge_id = $1
      AND (- score, reached_at, member_id) < (SELECT minus, reached_at, member_id FROM mine)
    ORDER BY - score DESC, reached_at DESC, member_id DESC
    LIMIT $3
), onwards AS (
    SELECT * FROM challenge_member
    WHERE challenge_id = $1
      AND (- score, reached_at, member_id) >= (SELECT minus, reached_at, member_id FROM mine)
    ORDER BY - score, reached_at, member_id
    LIMIT $3 + 1
)
SELECT {COLUMNS}, score, workouts, reached_at
FROM (SELECT * FROM above UNION ALL SELECT * FROM onwards) AS standing
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""

# How many have more than a member, and how many the same but stand before them.
_AHEAD = """
SELECT (
    SELECT count(*) FROM challenge_member WHERE challenge_id = $1 AND - score < - $2::numeric
) AS better, (
    SELECT count(*) FROM challenge_member
    WHERE challenge_id = $1 AND - score = - $2::numeric AND (reached_at, member_id) < ($3, $4)
) AS level
"""

_PARTICIPANTS = "SELECT count(*) FROM challenge_member WHERE challenge_id = $1"
_EXISTS = "SELECT EXISTS (SELECT FROM challenge WHERE id = $1)"
_POSITION = "SELECT epoch, seq FROM channel_head WHERE channel = 'board:' || $1::uuid"


async def get_challenge(challenge_id: UUID, *, reader: UUID | None, now: datetime) -> Challenge:
    """Raises NoSuchChallenge."""
    row = await database.fetchrow(_ONE, reader, now, challenge_id)
    if row is None:
        raise NoSuchChallenge
    return _challenge(row)


async def list_challenges(
    state: ChallengeState | None, *, reader: UUID | None, now: datetime, limit: int
) -> list[Challenge]:
    """The challenges in a state, or in any: active ones first, by what matters next."""
    return [_challenge(row) for row in await database.fetch(_LIST, reader, now, state, limit)]


async def standings(challenge_id: UUID, *, reader: UUID | None) -> Standings:
    """The top of the board and who is near the reader, all of one moment. Raises NoSuchChallenge."""
    async with database.transaction("repeatable_read", readonly=True) as tx:
        if not await tx.connection.fetchval(_EXISTS, challenge_id):
            raise NoSuchChallenge
        epoch, seq, participants, top = await _read(tx.connection, challenge_id)
        around = await _around(tx.connection, challenge_id, reader)
    return Standings(epoch, seq, participants, top, around)


async def read_board(challenge_id: UUID) -> tuple[int, int, Mapping[str, Any]]:
    """`(epoch, seq, rows)` of a board's live channel: a row a member of the top, and `#` with the count.

    A board that is gone has no rows.
    """
    async with database.transaction("repeatable_read", readonly=True) as tx:
        exists = await tx.connection.fetchval(_EXISTS, challenge_id)
        epoch, seq, participants, top = await _read(tx.connection, challenge_id)
    if not exists:
        return epoch, seq, {}
    rows: dict[str, Any] = {str(one.member.id): msgspec.to_builtins(one) for one in top}
    rows["#"] = {"participants": participants}
    return epoch, seq, rows


async def _read(connection: Any, challenge_id: UUID) -> tuple[int, int, int, list[Standing]]:
    epoch, seq = await connection.fetchrow(_POSITION, challenge_id) or (0, 0)
    participants = await connection.fetchval(_PARTICIPANTS, challenge_id)
    top = [_standing(row, row["rank"]) for row in await connection.fetch(_TOP_PLACES, challenge_id, TOP)]
    return epoch, seq, participants, top


async def _around(connection: Any, challenge_id: UUID, reader: UUID | None) -> list[Standing]:
    """The neighbours' ranks follow from the first one's, so what is above is counted once."""
    rows = await connection.fetch(_AROUND, challenge_id, reader, NEIGHBOURS)
    if not rows:
        return []
    first = rows[0]
    place = (first["score"], first["reached_at"], first["member_id"])
    ahead = await connection.fetchrow(_AHEAD, challenge_id, *place)
    rank = ahead["better"] + 1
    around: list[Standing] = []
    for before, row in enumerate(rows, start=ahead["better"] + ahead["level"]):
        if around and row["score"] != rows[len(around) - 1]["score"]:
            rank = before + 1
        around.append(_standing(row, rank))
    return around


def _standing(row: Any, rank: int) -> Standing:
    return Standing(
        rank=rank,
        member=card(row),
        score=float(row["score"]),
        workouts=row["workouts"],
        reached_at=row["reached_at"] if row["workouts"] else None,
    )


def _part(row: Any, prefix: str) -> Standing | None:
    """The standing whose columns begin with `prefix`."""
    if row[f"{prefix}_id"] is None:
        return None
    return Standing(
        rank=row[f"{prefix}_rank"],
        member=make(*(row[f"{prefix}_{column}"] for column in ("id", "handle", "name", "avatar"))),
        score=float(row[f"{prefix}_score"]),
        workouts=row[f"{prefix}_workouts"],
        reached_at=row[f"{prefix}_reached_at"] if row[f"{prefix}_workouts"] else None,
    )


def _challenge(row: Any) -> Challenge:
    return Challenge(
        id=row["id"],
        title=row["title"],
        description=row["description"],
        metric=Metric(row["metric"]),
        sports=[Sport(sport) for sport in row["sports"]],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        tz=row["tz"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        goal=row["goal"],
        state=ChallengeState(row["state"]),
        creator=make(*(row[f"creator_{column}"] for column in ("id", "handle", "name", "avatar"))),
        participants=row["participants"],
        created_at=row["created_at"],
        leader=_part(row, "leader"),
        mine=_part(row, "my"),
    )
