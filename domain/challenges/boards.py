"""Boards as they are stored: what ranks are made of, and places read straight from PostgreSQL.

Each of these is bounded, however many take part: ranks that need counting are asked of a ranking (see
`hub/boards`), and only where there is none of PostgreSQL. Who is hidden is on nobody's board but their own.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.challenges import entrants
from domain.challenges.errors import NoSuchChallenge
from domain.challenges.model import Kind, Standing

LARGEST = 2**53 - 1
"""Thousandths of a score are compared as doubles, which are exact up to here."""


class Score(Struct, frozen=True):
    """What orders a board: the most thousandths first, then who got there first, then the smaller id."""

    member_id: UUID
    thousandths: int
    reached_at: datetime


# Beyond what a double holds exactly, all are level.
THOUSANDTHS = f"(greatest(least(membership.score * 1000, {LARGEST}), -{LARGEST}))::bigint AS thousandths"

_LISTED = f"""
SELECT membership.challenge_id, membership.member_id, {THOUSANDTHS}, membership.reached_at
FROM unnest($1::uuid[], $2::uuid[]) AS asked (challenge_id, member_id)
JOIN challenge_member AS membership USING (challenge_id, member_id)
WHERE NOT membership.hidden
"""

_PORTION = f"""
SELECT membership.member_id, {THOUSANDTHS}, membership.reached_at, membership.hidden
FROM challenge_member AS membership
WHERE membership.challenge_id = $1 AND membership.member_id > $2
ORDER BY membership.member_id
LIMIT $3
"""

_PEOPLE = f"""
SELECT asked.challenge_id, kind, {entrants.COLUMNS}
FROM unnest($1::uuid[], $2::uuid[]) AS asked (challenge_id, member_id)
JOIN challenge_member AS membership USING (challenge_id, member_id)
JOIN challenge ON challenge.id = asked.challenge_id
JOIN member ON member.id = membership.member_id
"""

# The first places are all there are above them, so their ranks need no look at the rest.
_TOP = f"""
SELECT {entrants.COLUMNS}, kind, rank() OVER (ORDER BY - score) AS rank
FROM (
    SELECT * FROM challenge_member
    WHERE challenge_id = $1 AND NOT hidden
    ORDER BY - score, reached_at, member_id
    LIMIT $2
) AS standing
JOIN challenge ON challenge.id = standing.challenge_id
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""

_MINE = f"""
SELECT {entrants.COLUMNS}, kind, hidden
FROM challenge_member AS membership
JOIN challenge ON challenge.id = membership.challenge_id
JOIN member ON member.id = membership.member_id
WHERE membership.challenge_id = $1 AND membership.member_id = $2
"""

_ABOVE = f"""
SELECT {entrants.COLUMNS}, kind, {THOUSANDTHS.replace("membership.", "")}
FROM (
    SELECT * FROM challenge_member
    WHERE challenge_id = $1 AND NOT hidden AND (- score, reached_at, member_id) < (- $2::numeric, $3, $4)
    ORDER BY - score DESC, reached_at DESC, member_id DESC
    LIMIT $5
) AS standing
JOIN challenge ON challenge.id = standing.challenge_id
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""

_BELOW = f"""
SELECT {entrants.COLUMNS}, kind, {THOUSANDTHS.replace("membership.", "")}
FROM (
    SELECT * FROM challenge_member
    WHERE challenge_id = $1 AND NOT hidden AND (- score, reached_at, member_id) > (- $2::numeric, $3, $4)
    ORDER BY - score, reached_at, member_id
    LIMIT $5
) AS standing
JOIN challenge ON challenge.id = standing.challenge_id
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""

# How many stand before a place, and how many of them have more. Counted in the index: a tenth of a second for
# half a million.
_AHEAD = """
SELECT (
    SELECT count(*) FROM challenge_member WHERE challenge_id = $1 AND NOT hidden AND - score < - $2::numeric
) AS better, (
    SELECT count(*) FROM challenge_member
    WHERE challenge_id = $1 AND NOT hidden AND - score = - $2::numeric AND (reached_at, member_id) < ($3, $4)
) AS level
"""

# One value instead of hundreds of rows.
_FRIENDS = """
SELECT coalesce(string_agg(uuid_send(followee_id), ''), '') FROM (
    SELECT followee_id FROM follow
    WHERE follower_id = $1 AND state = 'accepted'
    ORDER BY followee_id
    LIMIT $2
) AS followed
"""

# Ranked among themselves.
_CIRCLE = f"""
SELECT {entrants.COLUMNS}, kind, rank() OVER (ORDER BY - score) AS rank
FROM challenge_member AS membership
JOIN challenge ON challenge.id = membership.challenge_id
JOIN member ON member.id = membership.member_id
WHERE membership.challenge_id = $1 AND membership.member_id = ANY($2) AND NOT hidden
ORDER BY - score, reached_at, membership.member_id
LIMIT $3
"""

_RUNNING = "SELECT id FROM challenge WHERE settled_at IS NULL ORDER BY id"
_LISTED_COUNT = "SELECT count(*) FROM challenge_member WHERE challenge_id = $1 AND NOT hidden"
_EXISTS = "SELECT EXISTS (SELECT FROM challenge WHERE id = $1)"
_VISIBLE = "SELECT EXISTS (SELECT FROM challenge WHERE id = $1 AND may_see_challenge($2, challenge))"


async def scores(pairs: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Score]:
    """The score of each `(challenge, member)` that is listed there; who is hidden or gone is absent."""
    rows = await database.fetch(_LISTED, [one for one, _ in pairs], [member for _, member in pairs])
    return {
        (row["challenge_id"], row["member_id"]): Score(
            row["member_id"], row["thousandths"], row["reached_at"]
        )
        for row in rows
    }


async def portion(challenge_id: UUID, *, after: UUID, limit: int) -> tuple[UUID | None, list[Score]]:
    """The listed scores of the next `limit` members by id, and after whom to go on; None at the end."""
    rows = await database.fetch(_PORTION, challenge_id, after, limit)
    listed = [
        Score(row["member_id"], row["thousandths"], row["reached_at"]) for row in rows if not row["hidden"]
    ]
    return (rows[-1]["member_id"] if len(rows) == limit else None), listed


async def people(pairs: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Standing]:
    """Who `(challenge, member)` is, as their board shows them, at rank 0: the rank is the caller's."""
    if not pairs:
        return {}
    rows = await database.fetch(_PEOPLE, [one for one, _ in pairs], [member for _, member in pairs])
    return {(row["challenge_id"], row["member_id"]): standing(row, rank=0) for row in rows}


async def exists(challenge_id: UUID) -> bool:
    return await database.fetchval(_EXISTS, challenge_id) is True


async def list_running() -> list[UUID]:
    """The challenges whose boards may still move."""
    return [row["id"] for row in await database.fetch(_RUNNING)]


async def check_visible(challenge_id: UUID, *, reader: UUID) -> None:
    """Raises NoSuchChallenge, also for one that is not there for the reader. Costs the same on any board."""
    if not await database.fetchval(_VISIBLE, challenge_id, reader):
        raise NoSuchChallenge


async def count(challenge_id: UUID) -> int:
    """How many are listed. Counted: for a board that is not ranked elsewhere."""
    counted: int = await database.fetchval(_LISTED_COUNT, challenge_id)
    return counted


async def top(challenge_id: UUID, *, limit: int) -> list[Standing]:
    return [standing(row, rank=row["rank"]) for row in await database.fetch(_TOP, challenge_id, limit)]


class Place(Struct, frozen=True):
    """Where a member stands by PostgreSQL: the one key that orders them."""

    score: Decimal
    reached_at: datetime
    member_id: UUID
    hidden: bool
    standing: Standing


async def place(challenge_id: UUID, member_id: UUID) -> Place | None:
    """A member's own place, hidden or not, at rank 0; None for who takes no part."""
    row = await database.fetchrow(_MINE, challenge_id, member_id)
    if row is None:
        return None
    return Place(row["score"], row["reached_at"], member_id, row["hidden"], standing(row, rank=0))


async def neighbours(
    challenge_id: UUID, at: Place, *, above: int, below: int
) -> tuple[int, int, list[Standing]]:
    """`(before, better, rows)` around a place: how many stand before the first row and how many of them have
    more than it, and the rows at rank 0, the place's own among them."""
    key = (at.score, at.reached_at, at.member_id)
    upper = await database.fetch(_ABOVE, challenge_id, *key, above)
    lower = await database.fetch(_BELOW, challenge_id, *key, below)
    first = (upper[0]["score"], upper[0]["reached_at"], upper[0]["member_id"]) if upper else key
    ahead = await database.fetchrow(_AHEAD, challenge_id, *first)
    rows = [
        *(standing(row, rank=0) for row in upper),
        at.standing,
        *(standing(row, rank=0) for row in lower),
    ]
    return ahead["better"] + ahead["level"], ahead["better"], rows


async def neighbouring_scores(
    challenge_id: UUID, at: Place, *, above: int, below: int
) -> tuple[int, int, list[Score]]:
    """As `neighbours`, with scores for rows."""
    key = (at.score, at.reached_at, at.member_id)
    upper = await database.fetch(_ABOVE, challenge_id, *key, above)
    lower = await database.fetch(_BELOW, challenge_id, *key, below)
    rows = [*upper, *lower]
    scores = [Score(row["member_id"], row["thousandths"], row["reached_at"]) for row in rows]
    scores.insert(len(upper), Score(at.member_id, thousandths(at.score), at.reached_at))
    first = (upper[0]["score"], upper[0]["reached_at"], upper[0]["member_id"]) if upper else key
    ahead = await database.fetchrow(_AHEAD, challenge_id, *first)
    return ahead["better"] + ahead["level"], ahead["better"], scores


def thousandths(score: Decimal) -> int:
    """What ranks: beyond what a double holds exactly, all are level."""
    return int(min(max(score * 1000, Decimal(-LARGEST)), Decimal(LARGEST)))


async def friends(member_id: UUID, *, limit: int) -> list[UUID]:
    """Whom a member follows."""
    packed = await friends_packed(member_id, limit=limit)
    return [UUID(bytes=packed[at : at + 16]) for at in range(0, len(packed), 16)]


async def friends_packed(member_id: UUID, *, limit: int) -> bytes:
    """The same, sixteen bytes each."""
    packed: bytes = await database.fetchval(_FRIENDS, member_id, limit)
    return packed


async def circle(challenge_id: UUID, member_ids: Collection[UUID], *, limit: int) -> list[Standing]:
    """Those of some members who are listed, ranked among themselves."""
    rows = await database.fetch(_CIRCLE, challenge_id, list(member_ids), limit)
    return [standing(row, rank=row["rank"]) for row in rows]


def standing(row: Any, *, rank: int) -> Standing:
    return entrants.standing(row, kind=Kind(row["kind"]), rank=rank)


def ranked(rows: Collection[Standing], *, before: int, better: int) -> list[Standing]:
    """Give consecutive rows their ranks: `before` stand before the first, `better` of them have more."""
    placed: list[Standing] = []
    rank = better + 1
    for at, row in enumerate(rows, start=before):
        if placed and row.score != placed[-1].score:
            rank = at + 1
        placed.append(Standing(rank, row.member, row.score, row.workouts, row.reached_at))
    return placed
