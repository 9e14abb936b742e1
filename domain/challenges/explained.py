"""Why my score is what it is, log by log: the same rules as those that counted, asked again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import efforts, scoring, totals
from domain.challenges.errors import NoSuchChallenge, NotTakingPart
from domain.challenges.fair_model import CaseState, LineCode, ScoreCard, ScoreLine
from domain.challenges.model import Kind
from domain.challenges.scoring import Day, Rulebook, Verdict
from domain.pages import NEWEST, After, page, position

_MARGIN = timedelta(days=2)
"""Workouts that just missed the window are listed, too."""

_CHALLENGE = f"""
SELECT {scoring.RULES}, settled_at, membership.joined_at, membership.body_weight_kg, membership.score,
    membership.workouts, membership.reached_at, membership.member_id
FROM challenge
LEFT JOIN challenge_member AS membership ON membership.challenge_id = challenge.id AND member_id = $2
WHERE challenge.id = $1 AND may_see_challenge($2, challenge)
"""


async def score_card(
    challenge_id: UUID, *, member_id: UUID, cursor: str | None = None, limit: int = 50
) -> ScoreCard:
    """My score and every workout around the window, the latest first. Raises NoSuchChallenge, NotTakingPart.

    Once settled, the score is the one that was settled; the lines say what the workouts say now.
    """
    async with database.transaction("repeatable_read", readonly=True) as tx:
        row = await tx.connection.fetchrow(_CHALLENGE, challenge_id, member_id)
        if row is None:
            raise NoSuchChallenge
        if row["member_id"] is None:
            raise NotTakingPart
        book = scoring.rulebook(row)
        exercises = {book.terms.exercise} if book.terms.exercise is not None else set()
        logged = await efforts.between(
            tx.connection,
            member_id,
            exercises,
            since=book.counts_from - _MARGIN,
            until=book.ends_at + _MARGIN,
        )
    verdicts = scoring.judge([efforts.decode(one) for one in logged], book)
    days = list(scoring.days(verdicts))
    titles = {one["id"]: one for one in logged}
    lines = [
        _line(one, counted, code, titles[one.effort.workout_id], book.kind)
        for one, code, counted in explain(verdicts, days, book)
    ]
    lines.sort(key=lambda line: (line.started_at, line.workout_id), reverse=True)
    start = position(cursor, start=NEWEST)
    rest = [line for line in lines if (line.started_at, line.workout_id) < (start.at, start.id)]
    found = page(rest, limit=limit, place=lambda line: After(line.started_at, line.workout_id))
    usual = totals.baseline((day for day in days if day.day < book.starts_on), book)
    return ScoreCard(
        score=totals.shown(book.kind, row["score"]),
        workouts=row["workouts"],
        reached_at=row["reached_at"] if row["workouts"] else None,
        is_settled=row["settled_at"] is not None,
        baseline=float(usual) if usual is not None else None,
        lines=found.items,
        next_cursor=found.next_cursor,
    )


def explain(
    verdicts: Sequence[Verdict], days: Sequence[Day], book: Rulebook
) -> Iterator[tuple[Verdict, LineCode, Decimal]]:
    """Each workout, why it counts as it does, and how much of it is in the score before any handicap."""
    by_day = {day.day: day for day in days}
    best = _best(verdicts) if book.kind in (Kind.FASTEST, Kind.LONGEST, Kind.BEST_LIFT) else None
    survived = totals.score(days, book, joined_at=book.starts_at).total
    left = {day.day: totals.capped(day, book) for day in days}
    for one in sorted(verdicts, key=lambda verdict: (verdict.at, verdict.effort.workout_id)):
        if one.code not in (LineCode.COUNTED, LineCode.BASELINE):
            yield one, one.code, Decimal(0)
        elif best is not None:
            is_best = one.effort.workout_id == best
            yield (
                one,
                LineCode.COUNTED if is_best else LineCode.NOT_BEST,
                one.value if is_best else Decimal(0),
            )
        elif (code := _missed(by_day[one.day], days, survived, book)) is not None:
            yield one, code, Decimal(0)
        else:
            share = min(one.value, left[one.day])
            left[one.day] -= share
            yield one, one.code if share == one.value else LineCode.CAPPED, share


def _best(verdicts: Iterable[Verdict]) -> UUID | None:
    """The workout with which the score was reached."""
    counted = [one for one in verdicts if one.code is LineCode.COUNTED]
    best = min(counted, key=lambda one: (-one.value, one.at, one.effort.workout_id), default=None)
    return best.effort.workout_id if best is not None else None


def _missed(day: Day, days: Sequence[Day], survived: Decimal, book: Rulebook) -> LineCode | None:
    """Why a day's workouts are not in a score that is made of days or rounds."""
    match book.kind:
        case Kind.STREAK | Kind.ACTIVE_DAYS:
            return None if totals.is_enough(day, book) else LineCode.SHORT_DAY
        case Kind.LAST_STANDING:
            number = totals.round_of(day, book)
            if number < survived:
                return None
            return LineCode.SHORT_DAY if number == survived else LineCode.OUT
        case _:
            return None


def _line(verdict: Verdict, counted: Decimal, code: LineCode, row: Any, kind: Kind) -> ScoreLine:
    effort = verdict.effort
    started_at: datetime = effort.started_at
    return ScoreLine(
        workout_id=effort.workout_id,
        sport=effort.sport,
        tier=effort.tier,
        title=row["title"],
        started_at=started_at,
        day=verdict.day,
        code=code,
        value=totals.shown(kind, verdict.value) if verdict.value else None,
        counted=totals.shown(kind, counted) if counted else 0.0,
        findings=list(verdict.findings),
        copy_of=verdict.copy_of,
        case=CaseState(row["case_state"]) if row["case_state"] is not None else None,
    )
