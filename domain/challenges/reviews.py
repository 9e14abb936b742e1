"""Quarantined workouts: authors appeal, moderators decide, the board follows in the same transaction.

Moderators of the hub decide, for all challenges at once. A challenge's creator does not: they may compete in
it. Nobody decides about their own workouts.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.challenges import efforts, standings
from domain.challenges.errors import CaseClosed, NoSuchCase, NotYourOwn
from domain.challenges.events import ChallengeNews, News
from domain.challenges.fair_model import Appeal, CaseState, Decision, FairCase, Finding, Ruling
from domain.members import cards
from domain.pages import OLDEST, After, Page, page, position
from domain.workouts.model import Source, Sport

_CASE = f"""
SELECT {cards.COLUMNS}, fair_case.*, workout.sport, workout.source, workout.title, workout.started_at,
    workout.duration_s, workout.distance_m, workout.elevation_gain_m, workout.energy_kcal,
    workout.heart_rate_avg_bpm, workout.volume_kg
FROM fair_case
JOIN workout ON workout.id = fair_case.workout_id
JOIN member ON member.id = fair_case.member_id
"""
_MINE = f"""
{_CASE} WHERE fair_case.member_id = $1 AND fair_case.state <> 'moot'
ORDER BY fair_case.opened_at DESC, fair_case.workout_id LIMIT $2
"""
_ONE = f"{_CASE} WHERE fair_case.workout_id = $1"
_QUEUE = f"""
{_CASE} WHERE fair_case.state = $1 AND (fair_case.opened_at, fair_case.workout_id) > ($2, $3)
ORDER BY fair_case.opened_at, fair_case.workout_id LIMIT $4
"""
_LOCK = "SELECT member_id, state, appeal FROM fair_case WHERE workout_id = $1 FOR UPDATE"
_APPEAL = """
UPDATE fair_case SET state = 'appealed', appeal = $2, appealed_at = $3 WHERE workout_id = $1
"""
_DECIDE = """
UPDATE fair_case SET state = $2, note = $3, decided_by = $4, decided_at = $5 WHERE workout_id = $1
"""
_WHERE = """
SELECT DISTINCT challenge_id FROM challenge_entry JOIN challenge ON challenge.id = challenge_id
WHERE workout_id = $1 AND settled_at IS NULL ORDER BY challenge_id
"""
_NOTE = """
INSERT INTO challenge_audit (challenge_id, what, member_id, by_id, note)
SELECT challenge_id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS concerned (challenge_id)
"""
_DECIDED = {
    Decision.REINSTATE: (CaseState.REINSTATED, News.REINSTATED),
    Decision.UPHOLD: (CaseState.UPHELD, News.UPHELD),
}


async def list_mine(*, member_id: UUID, limit: int = 100) -> list[FairCase]:
    """My workouts that are or were in quarantine, the latest first."""
    return [_decode(row) for row in await database.fetch(_MINE, member_id, limit)]


async def list_queue(state: CaseState, *, cursor: str | None = None, limit: int = 20) -> Page[FairCase]:
    """For moderators: the cases in a state, those that have waited longest first."""
    start = position(cursor, start=OLDEST)
    rows = await database.fetch(_QUEUE, state, start.at, start.id, limit + 1)
    found = [_decode(row) for row in rows]
    return page(found, limit=limit, place=lambda one: After(one.opened_at, one.workout_id))


async def appeal(workout_id: UUID, words: Appeal, *, member_id: UUID, now: datetime) -> FairCase:
    """Say why a workout is right as it is: once, whether or not it was decided before.

    Raises NoSuchCase, CaseClosed.
    """
    async with database.transaction() as tx:
        await standings.lock_scores(tx, member_id)
        row = await tx.connection.fetchrow(_LOCK, workout_id)
        if row is None or row["member_id"] != member_id:
            raise NoSuchCase
        is_unheard = row["state"] == CaseState.UPHELD and not row["appeal"]
        if row["state"] != CaseState.OPEN and not is_unheard:
            raise CaseClosed
        await tx.connection.execute(_APPEAL, workout_id, words.text.strip(), now)
        return await _get(workout_id)


async def decide(workout_id: UUID, ruling: Ruling, *, by: UUID, now: datetime) -> FairCase:
    """Reinstate a workout, or keep it out; boards follow at once, and its author hears of it.

    A decision can be made again. It holds for the numbers as they are. Raises NoSuchCase, CaseClosed,
    NotYourOwn.
    """
    state, told = _DECIDED[ruling.decision]
    async with database.transaction() as tx:
        member_id = await tx.connection.fetchval(
            "SELECT member_id FROM fair_case WHERE workout_id = $1", workout_id
        )
        if member_id is None:
            raise NoSuchCase
        if member_id == by:
            raise NotYourOwn
        await standings.lock_scores(tx, member_id)
        row = await tx.connection.fetchrow(_LOCK, workout_id)
        if row is None:
            raise NoSuchCase
        if row["state"] == CaseState.MOOT:
            raise CaseClosed
        note = ruling.note.strip()
        await tx.connection.execute(_DECIDE, workout_id, state, note, by, now)
        concerned = [one["challenge_id"] for one in await tx.connection.fetch(_WHERE, workout_id)]
        await tx.connection.execute(_NOTE, concerned, state, member_id, by, note)
        await standings.workout_changed(tx, workout_id, member_id)
        tx.record(ChallengeNews(member_id, told, workout_id=workout_id))
        return await _get(workout_id)


async def _get(workout_id: UUID) -> FairCase:
    return _decode(await database.fetchrow(_ONE, workout_id))


def _decode(row: Any) -> FairCase:
    return FairCase(
        workout_id=row["workout_id"],
        member=cards.card(row),
        state=CaseState(row["state"]),
        findings=msgspec.json.decode(row["findings"], type=list[Finding]),
        rules=row["rules"],
        sport=Sport(row["sport"]),
        tier=efforts.tier_of(Source(row["source"])),
        title=row["title"],
        started_at=row["started_at"],
        duration_s=row["duration_s"],
        distance_m=row["distance_m"],
        elevation_gain_m=row["elevation_gain_m"],
        energy_kcal=row["energy_kcal"],
        heart_rate_avg_bpm=row["heart_rate_avg_bpm"],
        volume_kg=row["volume_kg"],
        opened_at=row["opened_at"],
        appeal=row["appeal"],
        appealed_at=row["appealed_at"],
        note=row["note"],
        decided_at=row["decided_at"],
    )
