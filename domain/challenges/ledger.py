"""Moved scores on their way to the boards: an append-only queue whose writers do not wait for each other.

Triggers on `challenge_member` write a move for each row that is inserted, updated or deleted, in the same
transaction, so an action only has to say `moved`, which wakes the readers after the commit.

A reader keeps a snapshot, not an id: ids are given before the commit, and a slower transaction commits a
smaller one later. What the last reading's snapshot did not see is new, so each move is told once, however
long some other transaction goes on. Below the oldest running transaction (`pg_snapshot_xmin`) nothing can
appear any more: from there on the queue has to be looked through.

A move says whose score is to be looked at, and brings it as it is now: reading one twice does no harm.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.challenges import boards
from domain.challenges.boards import Score
from domain.challenges.events import StandingsMoved
from domain.database import Transaction

SHARDS = 16
"""Boards are shared out among the nodes by shard, as `board_shard()` in the database says."""

NOTHING = "1:1:"
"""A snapshot that has seen nothing."""

# Without moves there is one row all the same: it tells what this reading sees. Scores are looked up one by
# one: there are few of them beside all.
_READ = f"""
SELECT pg_current_snapshot()::text AS snapshot, move.xid::text::bigint AS xid, move.id,
    move.challenge_id, move.member_id, thousandths, reached_at
FROM (SELECT) AS one
LEFT JOIN (
    SELECT xid, id, challenge_id, member_id
    FROM score_move
    WHERE (xid, id) > ($1::text::xid8, $2::bigint) AND board_shard(challenge_id) = ANY($3::int[])
      AND NOT pg_visible_in_snapshot(xid, (SELECT $5::text::pg_snapshot))
    ORDER BY xid, id
    LIMIT $4
) AS move ON true
LEFT JOIN LATERAL (
    SELECT {boards.THOUSANDTHS}, membership.reached_at
    FROM challenge_member AS membership
    WHERE membership.challenge_id = move.challenge_id AND membership.member_id = move.member_id AND NOT hidden
    LIMIT 1
) AS score ON true
"""


class Move(Struct, frozen=True):
    """Somebody's score on a board is another one. Without a member: the challenge is gone. Without a score:
    they are not listed."""

    xid: int
    id: int
    challenge_id: UUID
    member_id: UUID | None
    score: Score | None


class Reading(Struct, frozen=True):
    """Moves, and what was seen: fewer than asked for are all there are."""

    snapshot: str
    moves: list[Move]

    @property
    def upto(self) -> int:
        """The transaction from which on more may appear."""
        return int(self.snapshot.partition(":")[0])


def moved(tx: Transaction, challenge_id: UUID) -> None:
    """Scores of this challenge move in this transaction: wake its board after the commit. Say it as often as
    you like. The moves themselves are written by triggers."""
    event = StandingsMoved(challenge_id)
    if event not in tx.events:
        tx.record(event)


def shard_of(challenge_id: UUID) -> int:
    return challenge_id.int % SHARDS


async def read(
    shards: Collection[int], *, after: tuple[int, int], limit: int, seen: str = NOTHING
) -> Reading:
    """The moves after `(xid, id)` that the snapshot `seen` did not see."""
    rows = await database.fetch(_READ, str(after[0]), after[1], list(shards), limit, seen)
    moves = [
        Move(row["xid"], row["id"], row["challenge_id"], row["member_id"], _score(row))
        for row in rows
        if row["id"] is not None
    ]
    return Reading(rows[0]["snapshot"], moves)


def _score(row: Any) -> Score | None:
    if row["thousandths"] is None:
        return None
    return Score(row["member_id"], row["thousandths"], row["reached_at"])
