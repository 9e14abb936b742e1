"""What a batch reads before it decides, and the ledger of what was acknowledged."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.database import Transaction
from domain.members import cards
from domain.members.model import MemberCard
from domain.sync.merge import Held
from domain.sync.model import Outcome
from domain.sync.reading import Wish
from domain.visibility import Visibility
from domain.workouts import storage as workouts
from domain.workouts.model import Source

# Whoever writes this member's workouts waits here, before anything else is locked.
_AUTHOR = f"SELECT {cards.COLUMNS}, workout_visibility FROM member WHERE id = $1 FOR NO KEY UPDATE"
_DONE = "SELECT op_id, fingerprint, id, version FROM sync_operation WHERE member_id = $1 AND op_id = ANY($2)"
_MINE = f"""
SELECT {workouts.COLUMNS}
FROM workout JOIN member ON member.id = workout.author_id
WHERE workout.id = ANY($1) AND workout.author_id = $2
"""
_GONE = """
SELECT id, version FROM sync_row WHERE member_id = $2 AND entity = 'workout' AND id = ANY($1) AND is_deleted
"""
_ANOTHERS = "SELECT id FROM workout WHERE id = ANY($1) AND author_id <> $2"
_ACKNOWLEDGE = """
INSERT INTO sync_operation
    (member_id, op_id, fingerprint, id, version, client_time, client_sent_at, applied_at)
SELECT $1, op_id, fingerprint, id, version, client_time, $2, $3
FROM unnest($4::uuid[], $5::bytea[], $6::uuid[], $7::int[], $8::timestamptz[])
    AS done (op_id, fingerprint, id, version, client_time)
"""


class Sending(Struct, frozen=True):
    """Whose batch it is, from where, and when it was sent by their clock."""

    author_id: UUID
    source: Source
    now: datetime
    client_sent_at: datetime | None


class Done(Struct, frozen=True):
    """An operation that was acknowledged, and the version that its thing had by it."""

    fingerprint: bytes
    id: UUID
    version: int

    @classmethod
    def of(cls, wish: Wish, outcome: Outcome) -> "Done":
        assert outcome.version is not None, "what is acknowledged has a version"
        return cls(wish.fingerprint(), wish.operation.id, outcome.version)


async def lock_author(tx: Transaction, author_id: UUID) -> tuple[MemberCard, Visibility]:
    """Nobody else writes this member's workouts until the transaction ends."""
    row: Any = await tx.connection.fetchrow(_AUTHOR, author_id)
    assert row is not None, "only members sync"
    return cards.card(row), Visibility(row["workout_visibility"])


async def done(tx: Transaction, wishes: Iterable[Wish], *, author_id: UUID) -> dict[UUID, Done]:
    """Those of these operations that were acknowledged before."""
    rows = await tx.connection.fetch(_DONE, author_id, [wish.operation.op_id for wish in wishes])
    return {row["op_id"]: Done(row["fingerprint"], row["id"], row["version"]) for row in rows}


async def held(tx: Transaction, ids: Collection[UUID], *, author_id: UUID) -> dict[UUID, Held]:
    """What is held under each of these ids."""
    listed = list(ids)
    found = dict.fromkeys(ids, Held())
    anothers = await tx.connection.fetch(_ANOTHERS, listed, author_id)
    found |= {row["id"]: Held(is_anothers=True) for row in anothers}
    gone = await tx.connection.fetch(_GONE, listed, author_id)
    found |= {row["id"]: Held(version=row["version"]) for row in gone}
    for row in await tx.connection.fetch(_MINE, listed, author_id):
        workout = workouts.decode(row, reader=author_id)
        changed_in = msgspec.json.decode(row["changed_in"], type=dict[str, int])
        found[workout.id] = Held(workout, workout.version, changed_in)
    return found


async def acknowledge(tx: Transaction, fresh: Sequence[tuple[Wish, Done]], sending: Sending) -> None:
    """Remember these with the times that the device told."""
    if not fresh:
        return
    rows = [
        (wish.operation.op_id, one.fingerprint, one.id, one.version, wish.operation.client_time)
        for wish, one in fresh
    ]
    columns = map(list, zip(*rows, strict=True))
    await tx.connection.execute(
        _ACKNOWLEDGE, sending.author_id, sending.client_sent_at, sending.now, *columns
    )
