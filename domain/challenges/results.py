"""How settled challenges ended, and what members took home from them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import entrants, teams
from domain.challenges.errors import NoSuchChallenge, NotSettled
from domain.challenges.model import Kind, Metric, Sides, Standing
from domain.challenges.outcome_model import Badge, BadgeCode, Results
from domain.challenges.totals import shown

PODIUM = 12

_CHALLENGE = """
SELECT id, kind, sides, settled_at,
    (SELECT count(*) FROM challenge_member WHERE challenge_id = challenge.id) AS participants
FROM challenge WHERE id = $1 AND may_see_challenge($2, challenge)
"""
_RESULT = f"""
SELECT {entrants.WHO}, result.score, result.workouts, result.reached_at, result.rank, result.badges
FROM challenge_result AS result
JOIN challenge_member AS membership USING (challenge_id, member_id)
JOIN member ON member.id = member_id
"""
# Who hides after the end is not celebrated either; the ranks stay as they were.
_PODIUM = f"""
{_RESULT}
WHERE result.challenge_id = $1 AND result.rank <= 3 AND NOT hidden AND NOT are_apart($2, result.member_id)
ORDER BY result.rank, result.reached_at, result.member_id
LIMIT {PODIUM}
"""
_MINE = f"{_RESULT} WHERE result.challenge_id = $1 AND result.member_id = $2"
# Those of challenges that are not the reader's to see stay with their owner.
_BADGES = """
SELECT badge, challenge.id, title, kind, metric, result.rank, result.score, settled_at
FROM challenge_result AS result
JOIN challenge ON challenge.id = result.challenge_id
JOIN challenge_member AS membership USING (challenge_id, member_id)
CROSS JOIN unnest(result.badges) AS badge
WHERE result.member_id = $1 AND may_see_challenge($2, challenge)
  AND ($1 = $2 OR alias IS NULL AND NOT hidden)
ORDER BY settled_at DESC, challenge.id,
    array_position(ARRAY['gold', 'silver', 'bronze', 'team', 'goal'], badge)
LIMIT $3
"""


async def get_results(challenge_id: UUID, *, reader: UUID) -> Results:
    """Raises NoSuchChallenge, and NotSettled before the end."""
    challenge = await database.fetchrow(_CHALLENGE, challenge_id, reader)
    if challenge is None:
        raise NoSuchChallenge
    if challenge["settled_at"] is None:
        raise NotSettled
    kind = Kind(challenge["kind"])
    podium = await database.fetch(_PODIUM, challenge_id, reader)
    mine = await database.fetchrow(_MINE, challenge_id, reader)
    has_teams = challenge["sides"] != Sides.INDIVIDUALS
    return Results(
        challenge_id=challenge_id,
        settled_at=challenge["settled_at"],
        participants=challenge["participants"],
        podium=[_standing(row, kind) for row in podium],
        teams=await teams.list_teams(challenge_id, reader=reader) if has_teams else [],
        mine=_standing(mine, kind) if mine is not None else None,
        badges=[BadgeCode(badge) for badge in mine["badges"]] if mine is not None else [],
    )


async def list_badges(member_id: UUID, *, reader: UUID | None, limit: int = 100) -> list[Badge]:
    """What a member took home from challenges that the reader may see, the latest first."""
    rows = await database.fetch(_BADGES, member_id, reader, limit)
    return [_badge(row, row["settled_at"]) for row in rows]


def _badge(row: Any, settled_at: datetime) -> Badge:
    kind = Kind(row["kind"])
    return Badge(
        code=BadgeCode(row["badge"]),
        challenge_id=row["id"],
        title=row["title"],
        kind=kind,
        metric=Metric(row["metric"]),
        rank=row["rank"],
        score=shown(kind, row["score"]),
        settled_at=settled_at,
    )


def _standing(row: Any, kind: Kind) -> Standing:
    return entrants.standing(row, kind=kind, rank=row["rank"])
