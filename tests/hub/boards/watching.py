"""Watchers of boards over real sockets, and what they should see, counted in PostgreSQL."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from realtime.views import View
from tests.support.crowds import member_id

_ORDER = """
SELECT member_id, score::float8 AS score, rank() OVER (ORDER BY - score) AS rank FROM challenge_member
WHERE challenge_id = $1 AND NOT hidden
ORDER BY - score, reached_at, member_id
"""

Place = tuple[str, int, float]
"""Whose, the rank, the score."""


async def places(connection: Any, board: UUID) -> list[Place]:
    """The whole board, recomputed."""
    rows = await connection.fetch(_ORDER, board)
    return [(str(row["member_id"]), row["rank"], row["score"]) for row in rows]


def seen_on_top(view: View) -> list[Place]:
    """What a watcher of `board:` sees: ranks follow from the scores, as docs/live-protocol.md says."""
    rows = [row for key, row in view.rows.items() if key != "#"]
    scores = [row["score"] for row in rows]
    return sorted(
        (row["member"]["id"], 1 + sum(score > row["score"] for score in scores), row["score"]) for row in rows
    )


def seen_around(view: View) -> list[Place]:
    """What a watcher of `around:` sees: ranks follow from the order, as docs/live-protocol.md says."""
    if "#" not in view.rows:
        return []
    header, ids = view.rows["#"], view.rows["order"]["ids"]
    shown: list[Place] = []
    for n, key in enumerate(ids):
        score = view.rows[key]["score"]
        if n == 0:
            rank = header["better"] + 1
        elif score == shown[-1][2]:
            rank = shown[-1][1]
        else:
            rank = header["before"] + n + 1
        shown.append((key, rank, score))
    return shown


def around(everybody: list[Place], n: int, *, above: int = 16, size: int = 32) -> list[Place]:
    """The neighbourhood of the nth of the crowd."""
    at = next(index for index, (who, _, _) in enumerate(everybody) if who == str(member_id(n)))
    first = max(0, at - above)
    return everybody[first : first + size]


async def eventually(claim: Callable[[], Awaitable[bool]], *, within_s: float, what: str) -> float:
    """Wait until something holds; how long it took, in seconds."""
    began = time.monotonic()
    while not await claim():
        assert time.monotonic() - began < within_s, f"not within {within_s} s: {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began
