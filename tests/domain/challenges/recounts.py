"""The standings, counted afresh from the workouts alone, to compare with those that followed each change."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import efforts, explained, scoring, totals
from domain.challenges.fair_model import LineCode
from domain.challenges.scoring import Verdict

_EVER = (datetime.fromisoformat("1900-01-01T00:00Z"), datetime.fromisoformat("2100-01-01T00:00Z"))
_STATUS = {LineCode.BASELINE: "counted"}


async def agree(challenge_id: UUID) -> None:
    """Scores, entries and days are what a count of the whole log gives; the explanation adds up to them."""
    row = await database.fetchrow("SELECT * FROM challenge WHERE id = $1", challenge_id)
    book = scoring.rulebook(row)
    for member in await _rows("challenge_member", challenge_id):
        verdicts = await _verdicts(member["member_id"], book)
        days = list(scoring.days(verdicts))
        score = totals.score(
            days, book, joined_at=member["joined_at"], body_weight_kg=member["body_weight_kg"]
        )
        stored = (member["score"], member["workouts"], member["reached_at"])
        assert stored == (score.total, score.workouts, score.reached_at)
        await _agree_on_entries(challenge_id, member["member_id"], verdicts)
        await _agree_on_days(challenge_id, member["member_id"], days)
        await _explain(challenge_id, member["member_id"], score.total, book.kind)


async def _verdicts(member_id: UUID, book: scoring.Rulebook) -> list[Verdict]:
    exercises = {book.terms.exercise} if book.terms.exercise else set()
    async with database.acquire() as connection:
        rows = await efforts.between(connection, member_id, exercises, since=_EVER[0], until=_EVER[1])
    return scoring.judge([efforts.decode(row) for row in rows], book)


async def _agree_on_entries(challenge_id: UUID, member_id: UUID, verdicts: list[Verdict]) -> None:
    expected = {
        (one.effort.workout_id, _STATUS.get(one.code, one.code.value), one.value, one.day)
        for one in verdicts
        if one.code in {LineCode.COUNTED, LineCode.BASELINE, LineCode.DUPLICATE, LineCode.QUARANTINED}
    }
    stored = {
        (row["workout_id"], row["status"], row["value"], row["day"])
        for row in await _rows("challenge_entry", challenge_id)
        if row["member_id"] == member_id
    }
    assert stored == expected


async def _agree_on_days(challenge_id: UUID, member_id: UUID, days: list[scoring.Day]) -> None:
    stored = {
        (row["day"], row["total"], row["best"], row["best_at"], row["last_at"], row["workouts"])
        for row in await _rows("challenge_day", challenge_id)
        if row["member_id"] == member_id
    }
    assert stored == {(day.day, day.total, day.best, day.best_at, day.last_at, day.workouts) for day in days}


async def _explain(challenge_id: UUID, member_id: UUID, total: Decimal, kind: Any) -> None:
    card = await explained.score_card(challenge_id, member_id=member_id, limit=1_000)
    assert card.score == totals.shown(kind, total)
    if kind in ("most", "group_goal") and card.baseline is None:
        counted = sum(line.counted for line in card.lines)
        assert abs(counted - card.score) < 0.01


async def _rows(table: str, challenge_id: UUID) -> list[Any]:
    return await database.fetch(f"SELECT * FROM {table} WHERE challenge_id = $1", challenge_id)
