"""How a board came to be as it is: each member's score at the end of a day, and what score stood where.

Nobody's rank is written down every day: a day keeps what score stood on which place, the first places all and
then one in seventy or so, and a member's rank follows from their score of that day.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain import database
from domain.challenges.board_pages import MyProgress, Pace, RankDay
from domain.challenges.model import Kind
from domain.challenges.totals import shown

KEPT = timedelta(hours=1)
"""How long a move stays in the queue: longer than a failed over Redis may have lost."""
_PORTION = 20_000
_SUMS = {Kind.MOST, Kind.GROUP_GOAL, Kind.ACTIVE_DAYS}
"""The kinds whose scores grow as they have grown."""

# What nobody has applied yet goes as well, in the end: a Redis that was away for so long is not believed.
_FOLD = """
WITH old AS (
    DELETE FROM score_move
    WHERE (xid, id) IN (
        SELECT xid, id FROM score_move
        WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) AND moved_at < $1
        ORDER BY xid, id
        LIMIT $2
    )
    RETURNING xid, id, challenge_id, member_id, score, (moved_at AT TIME ZONE 'UTC')::date AS day
), last AS (
    SELECT DISTINCT ON (challenge_id, member_id, day) challenge_id, member_id, day, score
    FROM old WHERE score IS NOT NULL
    ORDER BY challenge_id, member_id, day, id DESC
), noted AS (
    INSERT INTO score_day (challenge_id, member_id, day, score)
    SELECT last.challenge_id, last.member_id, last.day, last.score
    FROM last JOIN challenge_member USING (challenge_id, member_id)
    ON CONFLICT (challenge_id, member_id, day) DO UPDATE SET score = excluded.score
), overtaken AS (
    UPDATE board_shard
    SET upto = horizon.upto, fence = fence + 1, valid_from = fence + 1, held_until = 'epoch'
    FROM (SELECT max(xid) AS upto FROM old) AS horizon
    WHERE board_shard.upto < horizon.upto
)
SELECT count(*) FROM old
"""

_OPEN = """
SELECT id FROM challenge
WHERE starts_at < $1 AND ends_at > $1 - interval '1 day'
  AND NOT EXISTS (SELECT FROM board_day WHERE challenge_id = challenge.id AND day = $2)
LIMIT 100
"""

_CLOSE = """
INSERT INTO board_day (challenge_id, day, participants, places, scores)
SELECT $1, $2, count(*), coalesce(array_agg(place ORDER BY place) FILTER (WHERE is_kept), '{}'),
    coalesce(array_agg(score ORDER BY place) FILTER (WHERE is_kept), '{}')
FROM (
    SELECT place, score, place <= 128 OR floor(70 * ln(place)) <> floor(70 * ln(place - 1)) AS is_kept
    FROM (
        SELECT score::double precision, row_number() OVER (ORDER BY - score, reached_at, member_id) AS place
        FROM challenge_member
        WHERE challenge_id = $1 AND NOT hidden
    ) AS standing
) AS placed
ON CONFLICT (challenge_id, day) DO NOTHING
"""

_DAYS = """
SELECT board_day.day, participants, places, scores, (
    SELECT score FROM score_day
    WHERE challenge_id = $1 AND member_id = $2 AND score_day.day <= board_day.day
    ORDER BY score_day.day DESC
    LIMIT 1
)::double precision AS score
FROM board_day
WHERE board_day.challenge_id = $1
ORDER BY board_day.day
"""

_MINE = """
SELECT membership.score::double precision AS score, kind, starts_at, ends_at, goal
FROM challenge_member AS membership
JOIN challenge ON challenge.id = membership.challenge_id
WHERE membership.challenge_id = $1 AND membership.member_id = $2
"""


async def fold(*, now: datetime) -> None:
    """Note the scores of moves that every board has by now, and forget the moves."""
    folded = _PORTION
    while folded == _PORTION:
        folded = await database.fetchval(_FOLD, now - KEPT, _PORTION)


async def close_day(*, now: datetime) -> None:
    """Note, once a day, how each running board stood at the end of the day before."""
    midnight = datetime.combine(now.date(), datetime.min.time(), UTC)
    day = midnight.date() - timedelta(days=1)
    for row in await database.fetch(_OPEN, midnight, day):
        await database.execute(_CLOSE, row["id"], day)


async def progress(challenge_id: UUID, member_id: UUID, *, now: datetime) -> MyProgress | None:
    """How a member came to where they are; None for who takes no part."""
    mine = await database.fetchrow(_MINE, challenge_id, member_id)
    if mine is None:
        return None
    kind = Kind(mine["kind"])
    days = [
        RankDay(
            row["day"],
            rank_of(row["score"], row["places"], row["scores"]),
            row["participants"],
            shown(kind, row["score"]),
        )
        for row in await database.fetch(_DAYS, challenge_id, member_id)
        if row["score"] is not None
    ]
    score = shown(kind, mine["score"])
    if kind not in _SUMS:
        return MyProgress(None, days)
    # A goal for all is not one member's to reach.
    goal = mine["goal"] if kind is not Kind.GROUP_GOAL else None
    return MyProgress(pace(score, mine["starts_at"], mine["ends_at"], goal, now=now), days)


def rank_of(score: float, places: Sequence[int], scores: Sequence[float]) -> int:
    """The rank of a score among the places that were kept, whose scores fall: one more than have more."""
    better = bisect_left(scores, -score, key=lambda one: -one)
    if better == 0:
        return 1
    if better == len(places):
        return places[-1] + 1
    # Between two places that were kept, it is somewhere between them.
    return (places[better - 1] + places[better]) // 2 + (places[better] - places[better - 1] == 1)


def pace(score: float, starts_at: datetime, ends_at: datetime, goal: float | None, *, now: datetime) -> Pace:
    """Where a sum is heading, if it goes on as since the start."""
    whole, over = ends_at - starts_at, min(max(now - starts_at, timedelta(0)), ends_at - starts_at)
    elapsed = over / whole
    left_days = (whole - over) / timedelta(days=1)
    needed = None
    if goal is not None and goal > score and left_days > 0:
        needed = (goal - score) / max(left_days, 1.0)
    return Pace(score, score / elapsed if elapsed > 0 and score > 0 else None, elapsed, needed)
