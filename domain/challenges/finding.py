"""Which challenges there are for somebody: browsed, searched, recommended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.challenges import queries
from domain.challenges.model import Challenge, ChallengeState, Kind, Metric, Sides
from domain.challenges.outcome_model import Reason, Recommendation
from domain.workouts.model import Sport


class Whose(StrEnum):
    """`mine`: those I am in · `made`: by me · `friends`: with somebody in it whom I follow."""

    ALL = "all"
    MINE = "mine"
    MADE = "made"
    FRIENDS = "friends"


class Wish(Struct, frozen=True):
    """What to look for. What is None may be anything; `words` are in the title or the description."""

    state: ChallengeState | None = None
    kind: Kind | None = None
    metric: Metric | None = None
    sides: Sides | None = None
    sport: Sport | None = None
    club_id: UUID | None = None
    whose: Whose = Whose.ALL
    words: str = ""


_STATE = """
CASE WHEN settled_at IS NOT NULL THEN 'ended' WHEN $2::timestamptz < starts_at THEN 'upcoming'
    WHEN $2 < ends_at THEN 'active' ELSE 'provisional' END
"""
# A friend who is hidden does not give themself away by where they are.
_FRIENDS_IN = """
SELECT friend.member_id
FROM follow JOIN challenge_member AS friend ON friend.member_id = follow.followee_id
WHERE follow.follower_id = $1 AND follow.state = 'accepted'
  AND friend.challenge_id = challenge.id AND NOT friend.hidden AND friend.alias IS NULL
"""
_IS_IN = "SELECT FROM challenge_member WHERE challenge_id = challenge.id AND member_id = $1"

# What ends soonest, then what begins soonest, then what is being settled, then what ended last.
_LIST = f"""
SELECT id FROM (SELECT challenge.*, {_STATE} AS state FROM challenge) AS challenge
WHERE ($3::text IS NULL OR state = $3)
  AND ($4::text IS NULL OR kind = $4)
  AND ($5::text IS NULL OR metric = $5)
  AND ($6::text IS NULL OR sides = $6)
  AND ($7::text IS NULL OR $7 = ANY(sports) OR sports = '{{}}')
  AND ($8::uuid IS NULL OR club_id = $8 OR EXISTS (
      SELECT FROM challenge_team AS team WHERE team.challenge_id = challenge.id AND team.club_id = $8
  ))
  AND ($9 <> 'mine' OR EXISTS ({_IS_IN}))
  AND ($9 <> 'made' OR creator_id = $1)
  AND ($9 <> 'friends' OR EXISTS ({_FRIENDS_IN}))
  AND ($10 = '' OR strpos(lower(title || ' ' || description), lower($10)) > 0)
  AND EXISTS (SELECT FROM challenge AS one WHERE one.id = challenge.id AND may_see_challenge($1, one))
ORDER BY array_position(ARRAY['active', 'upcoming', 'provisional', 'ended'], state),
    CASE state WHEN 'active' THEN ends_at WHEN 'upcoming' THEN starts_at
        WHEN 'provisional' THEN settle_at END,
    ends_at DESC, id
LIMIT $11 OFFSET $12
"""

# A friend is worth three of one's sports, and a club of one's own two. Then the larger one.
_RECOMMENDED = f"""
WITH my_sports AS (
    SELECT sport FROM workout WHERE author_id = $1 AND started_at > $3
    GROUP BY sport ORDER BY count(*) DESC, sport LIMIT 5
), candidate AS (
    SELECT challenge.id, ends_at, starts_at,
        (SELECT count(*) FROM ({_FRIENDS_IN} LIMIT 100) AS friends) AS friends,
        ARRAY(SELECT sport FROM my_sports WHERE sport = ANY(sports) OR sports = '{{}}') AS my_sports,
        sports = '{{}}' AS is_for_all,
        EXISTS (SELECT FROM club_member WHERE club_member.club_id = challenge.club_id AND member_id = $1)
            OR EXISTS (
                SELECT FROM challenge_team AS team JOIN club_member USING (club_id)
                WHERE team.challenge_id = challenge.id AND club_member.member_id = $1
            ) AS is_mine,
        (SELECT count(*) FROM (
            SELECT FROM challenge_member WHERE challenge_id = challenge.id LIMIT 1000
        ) AS listed) AS members
    FROM challenge
    WHERE ends_at > $2 AND settled_at IS NULL AND may_see_challenge($1, challenge) AND NOT EXISTS ({_IS_IN})
    ORDER BY starts_at > $2, ends_at LIMIT 500
)
SELECT id, friends, my_sports, is_for_all, is_mine, members FROM candidate
ORDER BY 3 * least(friends, 5) + CASE WHEN is_for_all THEN 0 ELSE cardinality(my_sports) END
    + CASE WHEN is_mine THEN 2 ELSE 0 END DESC, members DESC, starts_at > $2, ends_at, id
LIMIT $4
"""
_LATELY = timedelta(days=90)
_MANY = 20


async def list_challenges(
    wish: Wish, *, reader: UUID | None, now: datetime, limit: int, offset: int = 0
) -> list[Challenge]:
    """The challenges that fit, active ones first, by what matters next."""
    asked = (wish.state, wish.kind, wish.metric, wish.sides, wish.sport, wish.club_id, wish.whose)
    rows = await database.fetch(_LIST, reader, now, *asked, wish.words.strip(), limit, offset)
    return await _get(rows, reader, now)


async def recommended(*, member_id: UUID, now: datetime, limit: int = 6) -> list[Recommendation]:
    """Challenges that somebody might join, with the reasons: who of those they follow is in, whether their
    own sports of the last 90 days count, whether it is their club's, and whether many are in it."""
    rows = await database.fetch(_RECOMMENDED, member_id, now, now - _LATELY, limit)
    challenges = {one.id: one for one in await _get(rows, member_id, now)}
    return [_recommend(row, challenges[row["id"]]) for row in rows if row["id"] in challenges]


async def _get(rows: Sequence[Any], reader: UUID | None, now: datetime) -> list[Challenge]:
    return await queries.get_many([row["id"] for row in rows], reader=reader, now=now)


def _recommend(row: Any, challenge: Challenge) -> Recommendation:
    reasons = [
        reason
        for reason, holds in (
            (Reason.FRIENDS, row["friends"] > 0),
            (Reason.YOUR_SPORTS, bool(row["my_sports"]) and not row["is_for_all"]),
            (Reason.YOUR_CLUB, row["is_mine"]),
            (Reason.POPULAR, row["members"] >= _MANY),
        )
        if holds
    ]
    return Recommendation(challenge, reasons, row["friends"], [Sport(one) for one in row["my_sports"]])
