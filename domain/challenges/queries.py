"""Challenges and boards, as a reader sees them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain import database
from domain.challenges import entrants, wording
from domain.challenges.errors import NoSuchChallenge
from domain.challenges.model import (
    Challenge,
    ChallengeState,
    ClubName,
    Kind,
    Metric,
    Openness,
    Participation,
    Repeats,
    Sides,
    Standing,
    Standings,
    Terms,
)
from domain.challenges.totals import shown
from domain.members.cards import make
from domain.workouts.model import Sport

TOP = 100
NEIGHBOURS = 3

# $1 is the reader, $2 the time. Nobody leads before something counts. What is added up for all is worth a sum
# where there is a goal for all.
_CHALLENGE = """
SELECT challenge.*,
    CASE WHEN settled_at IS NOT NULL THEN 'ended' WHEN $2::timestamptz < starts_at THEN 'upcoming'
        WHEN $2 < ends_at THEN 'active' ELSE 'provisional' END AS state,
    (SELECT count(*) FROM challenge_member WHERE challenge_id = challenge.id) AS participants,
    CASE WHEN kind = 'group_goal' THEN (
        SELECT sum(score) FROM challenge_member WHERE challenge_id = challenge.id
    ) END AS total,
    creator.handle AS creator_handle, creator.name AS creator_name, creator.avatar_version AS creator_avatar,
    club.slug AS club_slug, club.name AS club_name,
    to_jsonb(leader) AS leader, to_jsonb(mine) AS mine
FROM challenge
LEFT JOIN member AS creator ON creator.id = challenge.creator_id
LEFT JOIN club ON club.id = challenge.club_id
LEFT JOIN LATERAL (
    SELECT 1 AS rank, member.id, handle, name, avatar_version, entrant_id, alias, score, workouts, reached_at
    FROM challenge_member JOIN member ON member.id = member_id
    WHERE challenge_id = challenge.id AND workouts > 0 AND NOT hidden
    ORDER BY - score, reached_at, member_id
    LIMIT 1
) AS leader ON true
LEFT JOIN LATERAL (
    SELECT member.id, handle, name, avatar_version, entrant_id, alias, score, workouts, reached_at,
        hidden, team_id, body_weight_kg, mine.joined_at, (
            SELECT 1 + count(*) FROM challenge_member AS better
            WHERE better.challenge_id = challenge.id AND - better.score < - mine.score AND NOT better.hidden
        ) AS rank
    FROM challenge_member AS mine JOIN member ON member.id = mine.member_id
    WHERE mine.challenge_id = challenge.id AND mine.member_id = $1
) AS mine ON true
"""

_ONE = f"{_CHALLENGE} WHERE challenge.id = $3 AND may_see_challenge($1, challenge)"
_INVITED = f"{_CHALLENGE} WHERE challenge.id = $3"
_MANY = f"{_CHALLENGE} WHERE challenge.id = ANY($3)"

# The first places are all there are above them, so their ranks need no look at the rest.
_TOP_PLACES = f"""
SELECT {entrants.COLUMNS}, rank() OVER (ORDER BY - score) AS rank
FROM (
    SELECT member_id, score, workouts, reached_at, alias, entrant_id FROM challenge_member
    WHERE challenge_id = $1 AND NOT hidden
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
    WHERE challenge_id = $1 AND NOT hidden
      AND (- score, reached_at, member_id) < (SELECT minus, reached_at, member_id FROM mine)
    ORDER BY - score DESC, reached_at DESC, member_id DESC
    LIMIT $3
), onwards AS (
    SELECT * FROM challenge_member
    WHERE challenge_id = $1 AND (NOT hidden OR member_id = $2)
      AND (- score, reached_at, member_id) >= (SELECT minus, reached_at, member_id FROM mine)
    ORDER BY - score, reached_at, member_id
    LIMIT $3 + 1
)
SELECT {entrants.COLUMNS}, hidden
FROM (SELECT * FROM above UNION ALL SELECT * FROM onwards) AS standing
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""

# How many have more than a member, and how many the same but stand before them.
_AHEAD = """
SELECT (
    SELECT count(*) FROM challenge_member WHERE challenge_id = $1 AND - score < - $2::numeric AND NOT hidden
) AS better, (
    SELECT count(*) FROM challenge_member
    WHERE challenge_id = $1 AND - score = - $2::numeric AND (reached_at, member_id) < ($3, $4) AND NOT hidden
) AS level
"""

_PARTICIPANTS = "SELECT count(*) FROM challenge_member WHERE challenge_id = $1"
_KIND_SEEN = "SELECT kind FROM challenge WHERE id = $1 AND may_see_challenge($2, challenge)"


async def get_challenge(
    challenge_id: UUID, *, reader: UUID | None, now: datetime, is_invited: bool = False
) -> Challenge:
    """Raises NoSuchChallenge, also for one that is not there for the reader, unless they are invited."""
    row = await database.fetchrow(_INVITED if is_invited else _ONE, reader, now, challenge_id)
    if row is None:
        raise NoSuchChallenge
    return decode(row, reader=reader)


async def get_many(ids: Sequence[UUID], *, reader: UUID | None, now: datetime) -> list[Challenge]:
    """Challenges that the reader may see, in the order of these ids; those that are gone are absent."""
    rows = {row["id"]: row for row in await database.fetch(_MANY, reader, now, list(ids))}
    return [decode(rows[one], reader=reader) for one in ids if one in rows]


async def kind_of(challenge_id: UUID, *, reader: UUID | None) -> Kind:
    """Raises NoSuchChallenge, also for one that is not there for the reader."""
    kind = await database.fetchval(_KIND_SEEN, challenge_id, reader)
    if kind is None:
        raise NoSuchChallenge
    return Kind(kind)


async def standings(challenge_id: UUID, *, reader: UUID | None) -> Standings:
    """The top of the board and who is near the reader, all of one moment. Raises NoSuchChallenge."""
    async with database.transaction("repeatable_read", readonly=True) as tx:
        kind = await kind_of(challenge_id, reader=reader)
        participants = await tx.connection.fetchval(_PARTICIPANTS, challenge_id)
        rows = await tx.connection.fetch(_TOP_PLACES, challenge_id, TOP)
        around = await _around(tx.connection, challenge_id, kind, reader)
    top = [entrants.standing(row, kind=kind, rank=row["rank"]) for row in rows]
    return Standings(participants, top, around)


async def _around(connection: Any, challenge_id: UUID, kind: Kind, reader: UUID | None) -> list[Standing]:
    """The neighbours' ranks follow from the first one's, so what is above is counted once."""
    rows = await connection.fetch(_AROUND, challenge_id, reader, NEIGHBOURS)
    if not rows:
        return []
    first = rows[0]
    place = (first["score"], first["reached_at"], first["member_id"])
    ahead = await connection.fetchrow(_AHEAD, challenge_id, *place)
    rank = ahead["better"] + 1
    around: list[Standing] = []
    before = ahead["better"] + ahead["level"]
    for row in rows:
        if around and row["score"] != rows[len(around) - 1]["score"]:
            rank = before + 1
        around.append(entrants.standing(row, kind=kind, rank=rank))
        before += not row["hidden"]
    return around


class _Part(Struct, frozen=True):
    """Somebody's part in a challenge, as `to_jsonb` writes it."""

    rank: int
    id: UUID
    handle: str
    name: str
    avatar_version: int
    entrant_id: UUID
    alias: str | None
    score: float
    workouts: int
    reached_at: datetime
    joined_at: datetime | None = None
    hidden: bool = False
    team_id: UUID | None = None
    body_weight_kg: float | None = None

    def standing(self, kind: Kind) -> Standing:
        row = {**msgspec.structs.asdict(self), "member_id": self.id}
        return entrants.standing(row, kind=kind, rank=self.rank)


def decode(row: Any, *, reader: UUID | None) -> Challenge:
    """The challenge in a row of `_CHALLENGE`."""
    kind = Kind(row["kind"])
    terms = msgspec.json.decode(row["terms"], type=Terms)
    leader = msgspec.json.decode(row["leader"], type=_Part) if row["leader"] else None
    mine = msgspec.json.decode(row["mine"], type=_Part) if row["mine"] else None
    creator = None
    if row["creator_id"] is not None:
        creator = make(*(row[f"creator_{column}"] for column in ("id", "handle", "name", "avatar")))
    club = None
    if row["club_id"] is not None:
        club = ClubName(row["club_id"], row["club_slug"], row["club_name"])
    fixed: dict[str, Any] = {
        "kind": kind,
        "metric": Metric(row["metric"]),
        "sports": [Sport(sport) for sport in row["sports"]],
        "terms": terms,
        "sides": Sides(row["sides"]),
        "openness": Openness(row["openness"]),
        "starts_on": row["starts_on"],
        "ends_on": row["ends_on"],
        "tz": row["tz"],
        "goal": row["goal"],
        "repeats": Repeats(row["repeats"]),
    }
    late = row["settle_at"] - row["ends_at"]
    return Challenge(
        **fixed,
        id=row["id"],
        title=row["title"],
        description=row["description"],
        club=club,
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        settle_at=row["settle_at"],
        settled_at=row["settled_at"],
        total=shown(kind, row["total"]) if row["total"] is not None else None,
        state=ChallengeState(row["state"]),
        series_id=row["series_id"],
        creator=creator,
        participants=row["participants"],
        created_at=row["created_at"],
        rules=wording.lines(**fixed, settle_after_h=late // timedelta(hours=1)),
        may_edit=reader is not None and row["creator_id"] == reader,
        leader=leader.standing(kind) if leader and leader.workouts else None,
        mine=mine.standing(kind) if mine else None,
        me=_participation(mine) if mine else None,
    )


def _participation(mine: _Part) -> Participation:
    assert mine.joined_at is not None, "who takes part has joined"
    return Participation(mine.joined_at, mine.hidden, mine.alias, mine.team_id, mine.body_weight_kg)
