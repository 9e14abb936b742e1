"""Scores follow the log: whatever happens to a workout, the standings say what the workouts say.

A member's scores change under the lock of their own row only, so joining a challenge and logging a workout
at the same moment cannot miss each other. Whoever settles a challenge waits for those who are counting in it,
and what comes later finds it settled.

A change is followed where it can reach: the workouts near it are judged again, their days added up again, and
the scores made of days.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.challenges import cases, efforts, ledger, nearness, scoring, totals
from domain.challenges.fair_model import LineCode
from domain.challenges.model import Kind
from domain.challenges.scoring import Day, Rulebook, Verdict
from domain.database import Transaction

_LOCK_MEMBER = "SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE"

# Counting is a shared lock, settling an exclusive one. Both are taken in the order of ids.
_LOCK_COUNTING = """
SELECT pg_advisory_xact_lock_shared(hashtextextended('challenge:' || id, 0))
FROM (
    SELECT challenge.id FROM challenge_member JOIN challenge ON challenge.id = challenge_id
    WHERE member_id = $1 AND settled_at IS NULL AND (challenge.id = $2 OR $2 IS NULL)
    ORDER BY challenge.id
) AS open
"""
LOCK_SETTLING = "SELECT pg_advisory_xact_lock(hashtextextended('challenge:' || $1::uuid, 0))"

_OPEN = f"""
SELECT challenge.id, {scoring.RULES}, closed_at IS NOT NULL AS is_closed, joined_at, body_weight_kg, score
FROM challenge_member JOIN challenge ON challenge.id = challenge_id
WHERE member_id = $1 AND settled_at IS NULL AND (challenge.id = $2 OR $2 IS NULL)
ORDER BY challenge.id
"""
_WORKOUT_SPANS = """
SELECT started_at, started_at + make_interval(secs => duration_s) AS at FROM workout WHERE id = ANY($1)
"""
_ENTRIES_OF = """
SELECT challenge_id, started_at, at FROM challenge_entry WHERE workout_id = ANY($1) AND challenge_id = ANY($2)
"""
_DROP_ENTRIES = """
DELETE FROM challenge_entry
USING unnest($1::uuid[], $2::uuid[]) AS dropped (challenge_id, workout_id)
WHERE challenge_entry.challenge_id = dropped.challenge_id
  AND challenge_entry.workout_id = dropped.workout_id
RETURNING challenge_entry.challenge_id, day
"""
# What a changed entry leaves behind is its old day.
_PUT_ENTRIES = """
WITH fresh AS (
    SELECT * FROM unnest(
        $2::uuid[], $3::uuid[], $4::text[], $5::numeric[], $6::timestamptz[], $7::timestamptz[], $8::date[]
    ) AS fresh (challenge_id, workout_id, status, value, started_at, at, day)
), before AS (
    SELECT challenge_id, workout_id, entry.day
    FROM challenge_entry AS entry JOIN fresh USING (challenge_id, workout_id)
), put AS (
    INSERT INTO challenge_entry AS entry
        (challenge_id, workout_id, member_id, status, value, started_at, at, day)
    SELECT challenge_id, workout_id, $1, status, value, started_at, at, day FROM fresh
    ON CONFLICT (challenge_id, workout_id) DO UPDATE
    SET status = excluded.status, value = excluded.value, started_at = excluded.started_at,
        at = excluded.at, day = excluded.day
    WHERE (entry.status, entry.value, entry.started_at, entry.at, entry.day)
        IS DISTINCT FROM (excluded.status, excluded.value, excluded.started_at, excluded.at, excluded.day)
    RETURNING challenge_id, workout_id, day
)
SELECT challenge_id, day FROM put
UNION
SELECT challenge_id, before.day FROM before JOIN put USING (challenge_id, workout_id)
"""
_CLEAR_DAYS = """
DELETE FROM challenge_day
USING unnest($2::uuid[], $3::date[]) AS touched (challenge_id, day)
WHERE challenge_day.member_id = $1
  AND challenge_day.challenge_id = touched.challenge_id AND challenge_day.day = touched.day
"""
_ADD_UP_DAYS = """
INSERT INTO challenge_day (challenge_id, member_id, day, total, best, best_at, last_at, workouts)
SELECT challenge_id, $1, day, sum(value), max(value),
    (array_agg(at ORDER BY value DESC, at))[1], max(at), count(*)
FROM challenge_entry
JOIN unnest($2::uuid[], $3::date[]) AS touched (challenge_id, day) USING (challenge_id, day)
WHERE member_id = $1 AND status = 'counted'
GROUP BY challenge_id, day
"""
_FORGET_ENTRIES = "DELETE FROM challenge_entry WHERE challenge_id = $1 AND member_id = $2"
_FORGET_DAYS = "DELETE FROM challenge_day WHERE challenge_id = $1 AND member_id = $2"
_DAYS = """
SELECT challenge_id, day, total, best, best_at, last_at, workouts
FROM challenge_day WHERE member_id = $1 AND challenge_id = ANY($2)
"""
_SET_SCORES = """
UPDATE challenge_member AS membership
SET score = fresh.score, workouts = fresh.workouts, reached_at = fresh.reached_at
FROM unnest($2::uuid[], $3::numeric[], $4::int[], $5::timestamptz[])
    AS fresh (challenge_id, score, workouts, reached_at)
WHERE membership.member_id = $1 AND membership.challenge_id = fresh.challenge_id
  AND (membership.score, membership.workouts, membership.reached_at)
      IS DISTINCT FROM (fresh.score, fresh.workouts, fresh.reached_at)
RETURNING membership.challenge_id, membership.score
"""
_AUDIT = """
INSERT INTO challenge_audit (challenge_id, what, member_id, before, after)
VALUES ($1, 'score_changed', $2, $3, $4)
"""


async def workout_changed(tx: Transaction, workout_id: UUID, author_id: UUID) -> None:
    """The workout was logged, edited, deleted or decided about in this transaction: bring its author's scores
    up to date. Boards whose score moved are told once. Call it after the write, as often as you like."""
    await workouts_changed(tx, [workout_id], author_id)


async def workouts_changed(tx: Transaction, workout_ids: Collection[UUID], author_id: UUID) -> None:
    """Many workouts of one author at once: what is near any of them is judged once, each score made once."""
    listed = await _lock_and_list(tx, author_id)
    if not listed:
        return
    spans = nearness.joined(await _spans(tx, workout_ids, [one["id"] for one in listed]))
    if not spans:
        return
    books = {one["id"]: scoring.rulebook(one) for one in listed}
    around = await efforts.around(tx.connection, author_id, _exercises(books.values()), spans)
    reached = [one for one in around if nearness.is_near_any(one, spans)]
    changed = {one.workout_id for one in reached} | set(workout_ids)
    verdicts = {
        challenge_id: [one for one in scoring.judge(around, book) if one.effort.workout_id in changed]
        for challenge_id, book in books.items()
    }
    gone = set(workout_ids) - {one.workout_id for one in around}
    await _follow(tx, author_id, listed, books, verdicts, gone=gone)


async def recount(tx: Transaction, challenge_id: UUID, member_id: UUID) -> None:
    """Forget what was counted, and count all that a member has logged for a challenge they are in anew."""
    await lock_scores(tx, member_id)
    await tx.connection.execute(_FORGET_ENTRIES, challenge_id, member_id)
    await tx.connection.execute(_FORGET_DAYS, challenge_id, member_id)
    await count_past(tx, challenge_id, member_id)


async def count_past(tx: Transaction, challenge_id: UUID, member_id: UUID) -> None:
    """Count all that a member has logged for a challenge they are in, of which nothing is counted yet."""
    listed = await _lock_and_list(tx, member_id, challenge_id)
    for one in listed:
        book = scoring.rulebook(one)
        rows = await efforts.between(
            tx.connection, member_id, _exercises([book]), since=book.counts_from, until=book.ends_at
        )
        verdicts = scoring.judge([efforts.decode(row) for row in rows], book)
        await _follow(tx, member_id, listed, {one["id"]: book}, {one["id"]: verdicts})
        await _set_scores(tx, member_id, listed, {one["id"]: book})


async def weigh(tx: Transaction, challenge_id: UUID, member_id: UUID) -> None:
    """A member's body weight changed: make their score of their days again."""
    listed = await _lock_and_list(tx, member_id, challenge_id)
    books = {one["id"]: scoring.rulebook(one) for one in listed}
    await _set_scores(tx, member_id, listed, books)


async def lock_scores(tx: Transaction, member_id: UUID) -> None:
    """Nobody else changes this member's scores until the transaction ends."""
    await tx.connection.execute(_LOCK_MEMBER, member_id)


async def _lock_and_list(tx: Transaction, member_id: UUID, challenge_id: UUID | None = None) -> list[Any]:
    """The member's open challenges, which nobody settles until the transaction ends."""
    await lock_scores(tx, member_id)
    if not await tx.connection.fetch(_LOCK_COUNTING, member_id, challenge_id):
        return []
    return await tx.connection.fetch(_OPEN, member_id, challenge_id)


async def _spans(
    tx: Transaction, workout_ids: Collection[UUID], challenge_ids: Sequence[UUID]
) -> list[tuple[datetime, datetime]]:
    """When the workouts are, and when they were as far as anything knows."""
    now = await tx.connection.fetch(_WORKOUT_SPANS, list(workout_ids))
    before = await tx.connection.fetch(_ENTRIES_OF, list(workout_ids), list(challenge_ids))
    return list({(row["started_at"], row["at"]) for row in (*now, *before)})


async def _follow(
    tx: Transaction,
    member_id: UUID,
    listed: Sequence[Any],
    books: Mapping[UUID, Rulebook],
    verdicts: Mapping[UUID, Sequence[Verdict]],
    *,
    gone: Collection[UUID] = (),
) -> None:
    """Bring entries, days, scores and cases to what the verdicts say."""
    touched = await _put(tx, member_id, verdicts, gone)
    judged = {one.effort.workout_id: one for found in verdicts.values() for one in found}
    await cases.follow(tx, member_id, [one for found in verdicts.values() for one in found], list(judged))
    if not touched:
        return
    days = [[challenge_id for challenge_id, _ in touched], [day for _, day in touched]]
    await tx.connection.execute(_CLEAR_DAYS, member_id, *days)
    await tx.connection.execute(_ADD_UP_DAYS, member_id, *days)
    concerned = {challenge_id for challenge_id, _ in touched}
    await _set_scores(tx, member_id, [one for one in listed if one["id"] in concerned], books)


_STATUS = {
    LineCode.COUNTED: "counted",
    LineCode.BASELINE: "counted",
    LineCode.DUPLICATE: "duplicate",
    LineCode.QUARANTINED: "quarantined",
}


async def _put(
    tx: Transaction,
    member_id: UUID,
    verdicts: Mapping[UUID, Sequence[Verdict]],
    gone: Collection[UUID],
) -> list[tuple[UUID, date]]:
    """Store what the verdicts say; the days whose sums may be others now."""
    kept: list[tuple[UUID, Verdict]] = []
    dropped: list[tuple[UUID, UUID]] = [(one, workout_id) for one in verdicts for workout_id in gone]
    for challenge_id, found in verdicts.items():
        for one in found:
            if one.code in _STATUS:
                kept.append((challenge_id, one))
            else:
                dropped.append((challenge_id, one.effort.workout_id))
    touched: set[tuple[UUID, date]] = set()
    if dropped:
        columns = [list(column) for column in zip(*dropped, strict=True)]
        touched |= {tuple(row) for row in await tx.connection.fetch(_DROP_ENTRIES, *columns)}
    if kept:
        rows = [
            (
                challenge_id,
                one.effort.workout_id,
                _STATUS[one.code],
                one.value,
                one.effort.started_at,
                one.at,
                one.day,
            )
            for challenge_id, one in kept
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        touched |= {tuple(row) for row in await tx.connection.fetch(_PUT_ENTRIES, member_id, *columns)}
    return sorted(touched)


async def _set_scores(
    tx: Transaction, member_id: UUID, listed: Sequence[Any], books: Mapping[UUID, Rulebook]
) -> None:
    by_challenge: dict[UUID, list[Day]] = {one["id"]: [] for one in listed}
    for row in await tx.connection.fetch(_DAYS, member_id, list(by_challenge)):
        by_challenge[row["challenge_id"]].append(Day(*list(row)[1:]))
    before = {one["id"]: one for one in listed}
    fresh = [
        (one["id"], their.total, their.workouts, their.reached_at)
        for one in listed
        for their in [
            totals.score(
                by_challenge[one["id"]],
                books[one["id"]],
                joined_at=one["joined_at"],
                body_weight_kg=one["body_weight_kg"],
            )
        ]
    ]
    if not fresh:
        return
    columns = [list(column) for column in zip(*fresh, strict=True)]
    for row in await tx.connection.fetch(_SET_SCORES, member_id, *columns):
        challenge_id = row["challenge_id"]
        ledger.moved(tx, challenge_id)
        if before[challenge_id]["is_closed"] and row["score"] != before[challenge_id]["score"]:
            await tx.connection.execute(
                _AUDIT, challenge_id, member_id, before[challenge_id]["score"], row["score"]
            )


def _exercises(books: Iterable[Rulebook]) -> set[str]:
    return {
        book.terms.exercise
        for book in books
        if book.kind is Kind.BEST_LIFT and book.terms.exercise is not None
    }
