"""A board as CSV, a portion at a time, however long it is."""

import csv
import io
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import entrants, queries
from domain.challenges.model import Kind

PORTION = 2_000

_HEADER = ("rank", "name", "handle", "team", "score", "workouts", "reached_at")
# After the settlement the ranks are those of the results; before, they follow from the order.
_ROWS = f"""
SELECT {entrants.WHO}, membership.score, membership.workouts, membership.reached_at, team.name AS team,
    result.rank
FROM challenge_member AS membership
JOIN member ON member.id = membership.member_id
LEFT JOIN challenge_team AS team ON team.id = membership.team_id
LEFT JOIN challenge_result AS result
    ON result.challenge_id = membership.challenge_id AND result.member_id = membership.member_id
WHERE membership.challenge_id = $1 AND NOT hidden
  AND (- membership.score, membership.reached_at, membership.member_id) > ($2, $3, $4)
  AND NOT are_apart($5, membership.member_id)
ORDER BY - membership.score, membership.reached_at, membership.member_id
LIMIT $6
"""
_FIRST = "SELECT '-infinity'::timestamptz"


async def lines(challenge_id: UUID, *, reader: UUID) -> AsyncIterator[str]:
    """The rows of the board in portions of text, the header first. Raises NoSuchChallenge before the first.

    Who may not see each other, on account of a block, are left out; who is hidden, too. The ranks are those
    of the board all the same.
    """
    kind = await queries.kind_of(challenge_id, reader=reader)
    return _lines(challenge_id, reader, kind)


async def _lines(challenge_id: UUID, reader: UUID, kind: Kind) -> AsyncIterator[str]:
    yield _text([_HEADER])
    after: tuple[Any, Any, Any] = (Decimal("-Infinity"), await database.fetchval(_FIRST), UUID(int=0))
    place, rank, last = 0, 0, None
    while True:
        rows = await database.fetch(_ROWS, challenge_id, *after, reader, PORTION)
        listed = []
        for row in rows:
            place += 1
            if row["score"] != last:
                rank, last = place, row["score"]
            listed.append(_row(row, row["rank"] or rank, kind))
        if listed:
            yield _text(listed)
        if len(rows) < PORTION:
            return
        after = (-rows[-1]["score"], rows[-1]["reached_at"], rows[-1]["member_id"])


def _row(row: Any, rank: int, kind: Kind) -> tuple[Any, ...]:
    one = entrants.standing(row, kind=kind, rank=rank)
    reached_at = one.reached_at.isoformat() if one.reached_at is not None else ""
    names = (_plain(one.member.name), one.member.handle, _plain(row["team"] or ""))
    return (
        rank,
        *names,
        f"{one.score:g}" if one.score < 1e6 else f"{one.score:.3f}",
        one.workouts,
        reached_at,
    )


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _text(rows: Any) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
