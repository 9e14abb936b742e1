"""The end of a challenge: its window closes, late logs come in, and then it is settled once and for all.

Each step is one transaction that finds out by itself whether it is still to be done: whoever does it twice,
or at the same time as somebody else, does it once.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from domain import database
from domain.challenges import actions, audit, ledger, news, standings
from domain.challenges.events import News
from domain.challenges.fair_model import AuditCode
from domain.challenges.model import ChallengeDraft, Kind, Metric, Openness, Repeats, Sides, Terms
from domain.challenges.windows import window
from domain.database import Transaction
from domain.feed import recaps
from domain.workouts.model import Sport

_TO_CLOSE = "SELECT id FROM challenge WHERE closed_at IS NULL AND ends_at <= $1 ORDER BY ends_at LIMIT $2"
_CLOSE = (
    "UPDATE challenge SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL AND ends_at <= $2 RETURNING *"
)
_TO_SETTLE = """
SELECT id FROM challenge
WHERE settled_at IS NULL AND closed_at IS NOT NULL AND settle_at <= $1 ORDER BY settle_at LIMIT $2
"""
_SETTLE = """
UPDATE challenge SET settled_at = $2
WHERE id = $1 AND settled_at IS NULL AND closed_at IS NOT NULL AND settle_at <= $2
RETURNING *
"""
_LONG_S = 60
_LONG = f"SET LOCAL statement_timeout = '{_LONG_S}s'"

# Everybody for whom something counted has a result; who is hidden has the rank of their score, and takes none
# away from others. The goal of a group is everybody's, once it is reached.
_RESULTS = """
WITH won AS (
    SELECT team.id FROM challenge_team AS team
    JOIN challenge_member AS membership ON membership.team_id = team.id
    WHERE team.challenge_id = $1
    GROUP BY team.id
    HAVING sum(score) > 0
    ORDER BY CASE WHEN $4 THEN avg(score) FILTER (WHERE workouts > 0) ELSE sum(score) END DESC
    FETCH FIRST 1 ROW WITH TIES
), placed AS (
    SELECT member_id, score, workouts, reached_at, hidden, team_id,
        1 + count(*) FILTER (WHERE NOT hidden) OVER (
            ORDER BY score DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS rank
    FROM challenge_member WHERE challenge_id = $1 AND workouts > 0
)
INSERT INTO challenge_result (challenge_id, member_id, rank, score, workouts, reached_at, badges)
SELECT $1, member_id, rank, score, workouts, reached_at, array_remove(ARRAY[
    CASE WHEN NOT hidden THEN (ARRAY['gold', 'silver', 'bronze'])[rank] END,
    CASE WHEN team_id IN (SELECT id FROM won) THEN 'team' END,
    CASE WHEN $2::float8 IS NOT NULL AND (
        CASE WHEN $3 THEN (SELECT sum(score) FROM challenge_member WHERE challenge_id = $1) ELSE score END
    ) >= $2 THEN 'goal' END,
    'finisher'
], NULL)
FROM placed
"""
_LATEST = """
SELECT * FROM challenge AS latest
WHERE repeats = 'weekly' AND starts_at <= $1 AND creator_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM challenge AS later
    WHERE later.series_id = latest.series_id AND later.starts_on > latest.starts_on
)
ORDER BY starts_at LIMIT $2
"""
_NEXT_THERE = "SELECT true FROM challenge WHERE series_id = $1 AND starts_on = $2"
_LOCK_SERIES = "SELECT pg_advisory_xact_lock(hashtextextended('series:' || $1::uuid, 0))"
_CLUBS = "SELECT club_id FROM challenge_team WHERE challenge_id = $1 AND club_id IS NOT NULL ORDER BY club_id"
_COPY_TEAMS = """
INSERT INTO challenge_team (id, challenge_id, name, captain_id, is_open, created_at)
SELECT md5($2::uuid::text || id)::uuid, $2, name, captain_id, is_open, $3
FROM challenge_team WHERE challenge_id = $1 AND club_id IS NULL
"""
# Whoever was in the last one is in the next, in the same team, until they leave.
_COPY_MEMBERS = """
INSERT INTO challenge_member
    (challenge_id, member_id, joined_at, reached_at, hidden, alias, body_weight_kg, team_id)
SELECT $2, member_id, $3, $3, hidden, alias, body_weight_kg, CASE
    WHEN old.club_id IS NULL THEN md5($2::uuid::text || team_id)::uuid
    ELSE (SELECT id FROM challenge_team WHERE challenge_id = $2 AND club_id = old.club_id)
END
FROM challenge_member LEFT JOIN challenge_team AS old ON old.id = team_id
WHERE challenge_member.challenge_id = $1
RETURNING member_id
"""
_WEEK = timedelta(days=7)


async def close(*, now: datetime, at_most: int = 20) -> int:
    """Close the challenges whose window is over: from now on each change of a score is noted; how many."""
    closed = 0
    for row in await database.fetch(_TO_CLOSE, now, at_most):
        async with database.transaction() as tx:
            if await tx.connection.fetchrow(_CLOSE, row["id"], now) is not None:
                await audit.note(tx, row["id"], AuditCode.CLOSED)
                await news.announce(tx, row["id"], News.CLOSED)
                ledger.moved(tx, row["id"])
                closed += 1
    return closed


async def settle(*, now: datetime, at_most: int = 20) -> int:
    """Settle the challenges that are due: freeze the board, keep the results, celebrate; how many."""
    settled = 0
    for row in await database.fetch(_TO_SETTLE, now, at_most):
        async with database.transaction() as tx:
            settled += await _settle(tx, row["id"], now)
    return settled


async def _settle(tx: Transaction, challenge_id: UUID, now: datetime) -> bool:
    await tx.connection.execute(_LONG)
    # Who is counting is waited for; who comes later finds the challenge settled.
    await tx.connection.execute(standings.LOCK_SETTLING, challenge_id)
    challenge = await tx.connection.fetchrow(_SETTLE, challenge_id, now)
    if challenge is None:
        return False
    is_mean = msgspec.json.decode(challenge["terms"], type=Terms).team_scoring == "mean"
    is_together = challenge["kind"] == Kind.GROUP_GOAL
    # A goal of seconds to beat would be the other way round; such challenges have no goal badge.
    goal = None if challenge["kind"] == Kind.FASTEST else challenge["goal"]
    # A million results take longer than what a page waits for.
    patient: Any = tx.connection
    await patient.execute(_RESULTS, challenge_id, goal, is_together, is_mean, timeout=_LONG_S)
    await audit.note(tx, challenge_id, AuditCode.SETTLED)
    await news.announce(tx, challenge_id, News.SETTLED)
    if challenge["openness"] == Openness.PUBLIC and challenge["creator_id"] is not None:
        await recaps.publish(tx, challenge_id, author_id=challenge["creator_id"], now=now)
    ledger.moved(tx, challenge_id)
    return True


async def repeat(*, now: datetime, at_most: int = 20) -> int:
    """Make the next challenge of each series whose last one has begun; how many."""
    made = 0
    for row in await database.fetch(_LATEST, now, at_most):
        async with database.transaction() as tx:
            made += await _repeat(tx, row, now)
    return made


async def _repeat(tx: Transaction, last: Any, now: datetime) -> bool:
    await tx.connection.execute(_LOCK_SERIES, last["series_id"])
    starts_on = last["starts_on"] + _WEEK
    # After a long sleep of the hub, the weeks that are over are left out.
    while starts_on + (last["ends_on"] - last["starts_on"]) < now.date() - timedelta(days=1):
        starts_on += _WEEK
    if await tx.connection.fetchval(_NEXT_THERE, last["series_id"], starts_on):
        return False
    draft = await _next(tx, last, starts_on)
    bounds = window(draft.starts_on, draft.ends_on, draft.tz, draft.terms.zone)
    await actions.insert(
        tx, draft, bounds, creator_id=last["creator_id"], now=now, series_id=last["series_id"]
    )
    await tx.connection.execute(_COPY_TEAMS, last["id"], draft.id, now)
    for one in await tx.connection.fetch(_COPY_MEMBERS, last["id"], draft.id, now):
        await standings.count_past(tx, draft.id, one["member_id"])
    await audit.note(tx, draft.id, AuditCode.CREATED)
    await news.announce(tx, draft.id, News.REPEATED)
    ledger.moved(tx, draft.id)
    return True


async def _next(tx: Transaction, last: Any, starts_on: Any) -> ChallengeDraft:
    clubs = [row["club_id"] for row in await tx.connection.fetch(_CLUBS, last["id"])]
    return ChallengeDraft(
        id=uuid7(),
        title=last["title"],
        metric=Metric(last["metric"]),
        starts_on=starts_on,
        ends_on=starts_on + (last["ends_on"] - last["starts_on"]),
        tz=last["tz"],
        description=last["description"],
        sports=[Sport(sport) for sport in last["sports"]],
        goal=last["goal"],
        kind=Kind(last["kind"]),
        terms=msgspec.json.decode(last["terms"], type=Terms),
        sides=Sides(last["sides"]),
        clubs=clubs,
        openness=Openness(last["openness"]),
        club_id=last["club_id"],
        settle_after_h=(last["settle_at"] - last["ends_at"]) // timedelta(hours=1),
        repeats=Repeats.WEEKLY,
    )
