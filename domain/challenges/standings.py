"""Scores follow the log: whatever happens to a workout, the standings say what the workouts say.

A member's scores change under the lock of their own row only, so joining a challenge and logging a workout at
the same moment cannot miss each other. After it, memberships are locked in the order of their challenges.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from domain.challenges import ledger, scoring
from domain.challenges.model import Metric
from domain.challenges.scoring import Effort, Entry, Terms
from domain.database import Transaction
from domain.visibility import Visibility
from domain.workouts.model import Sport

_LOCK_MEMBER = "SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE"

_EFFORT_COLUMNS = "id, sport, started_at, duration_s, distance_m, volume_kg, visibility"

_EFFORT = f"SELECT {_EFFORT_COLUMNS} FROM workout WHERE id = $1"

_EFFORTS_IN_WINDOW = f"""
SELECT {_EFFORT_COLUMNS} FROM workout
WHERE author_id = $1 AND started_at >= $2 AND started_at < $3
"""

# The challenges that this workout counts in, or did until now.
_CONCERNED = """
SELECT challenge.id, challenge.metric, challenge.sports, challenge.starts_at, challenge.ends_at
FROM challenge_member AS membership
JOIN challenge ON challenge.id = membership.challenge_id
WHERE membership.member_id = $1
  AND (
    $2::timestamptz >= challenge.starts_at AND $2 < challenge.ends_at
    OR EXISTS (
        SELECT FROM challenge_entry AS entry
        WHERE entry.challenge_id = challenge.id AND entry.workout_id = $3
    )
  )
ORDER BY challenge.id
FOR UPDATE OF membership
"""

_DROP_ENTRIES = "DELETE FROM challenge_entry WHERE workout_id = $1 AND challenge_id = ANY($2)"

_PUT_ENTRIES = """
INSERT INTO challenge_entry (challenge_id, workout_id, member_id, value, at)
SELECT challenge_id, workout_id, $1, value, at
FROM unnest($2::uuid[], $3::uuid[], $4::numeric[], $5::timestamptz[])
    AS entry (challenge_id, workout_id, value, at)
ON CONFLICT (challenge_id, workout_id) DO UPDATE SET value = excluded.value, at = excluded.at
"""

_SUM_UP = """
WITH summed AS (
    SELECT membership.challenge_id,
           coalesce(sum(entry.value), 0) AS score,
           count(entry.workout_id) AS workouts,
           coalesce(max(entry.at), membership.joined_at) AS reached_at
    FROM challenge_member AS membership
    LEFT JOIN challenge_entry AS entry USING (challenge_id, member_id)
    WHERE membership.member_id = $1 AND membership.challenge_id = ANY($2)
    GROUP BY membership.challenge_id, membership.joined_at
)
UPDATE challenge_member AS membership
SET score = summed.score, workouts = summed.workouts, reached_at = summed.reached_at
FROM summed
WHERE membership.challenge_id = summed.challenge_id AND membership.member_id = $1
  AND (membership.score, membership.workouts, membership.reached_at)
      IS DISTINCT FROM (summed.score, summed.workouts, summed.reached_at)
RETURNING membership.challenge_id
"""


async def workout_changed(tx: Transaction, workout_id: UUID, author_id: UUID) -> None:
    """The workout was logged, edited or deleted in this transaction: bring its author's scores up to date.

    Boards whose score moved are told once. Call it after the write, as often as you like.
    """
    await lock_scores(tx, author_id)
    row = await tx.connection.fetchrow(_EFFORT, workout_id)
    effort = _effort(row) if row is not None else None
    started_at = effort.started_at if effort is not None else None
    concerned = await tx.connection.fetch(_CONCERNED, author_id, started_at, workout_id)
    if not concerned:
        return
    entries: list[tuple[UUID, Entry]] = []
    for challenge in concerned:
        entry = scoring.entry(effort, _terms(challenge)) if effort is not None else None
        if entry is not None:
            entries.append((challenge["id"], entry))
    kept = {challenge_id for challenge_id, _ in entries}
    dropped = [challenge["id"] for challenge in concerned if challenge["id"] not in kept]
    await tx.connection.execute(_DROP_ENTRIES, workout_id, dropped)
    await _put(tx, author_id, entries)
    for moved in await tx.connection.fetch(_SUM_UP, author_id, [row["id"] for row in concerned]):
        ledger.moved(tx, moved["challenge_id"])


async def count_past(tx: Transaction, challenge: Any, member_id: UUID) -> None:
    """Count what a member logged in the window before they joined. The caller holds `lock_scores`.

    `challenge` is a row with `id, metric, sports, starts_at, ends_at`.
    """
    terms = _terms(challenge)
    rows = await tx.connection.fetch(_EFFORTS_IN_WINDOW, member_id, terms.starts_at, terms.ends_at)
    found = (scoring.entry(_effort(row), terms) for row in rows)
    await _put(tx, member_id, [(challenge["id"], entry) for entry in found if entry is not None])
    await tx.connection.fetch(_SUM_UP, member_id, [challenge["id"]])


async def lock_scores(tx: Transaction, member_id: UUID) -> None:
    """Nobody else changes this member's scores until the transaction ends."""
    await tx.connection.execute(_LOCK_MEMBER, member_id)


async def _put(tx: Transaction, member_id: UUID, entries: Iterable[tuple[UUID, Entry]]) -> None:
    listed = list(entries)
    if listed:
        await tx.connection.execute(
            _PUT_ENTRIES,
            member_id,
            [challenge_id for challenge_id, _ in listed],
            [entry.workout_id for _, entry in listed],
            [entry.value for _, entry in listed],
            [entry.at for _, entry in listed],
        )


def _effort(row: Any) -> Effort:
    return Effort(
        workout_id=row["id"],
        sport=Sport(row["sport"]),
        started_at=row["started_at"],
        duration_s=row["duration_s"],
        distance_m=row["distance_m"],
        volume_kg=row["volume_kg"],
        visibility=Visibility(row["visibility"]),
    )


def _terms(row: Any) -> Terms:
    return Terms(
        metric=Metric(row["metric"]),
        sports=frozenset(Sport(sport) for sport in row["sports"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
    )
