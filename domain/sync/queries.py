"""What changed of a member's, in the order of commits."""

from typing import Any
from uuid import UUID

from domain import database
from domain.sync import cursor as cursors
from domain.sync.cursor import Place
from domain.sync.errors import CursorForeign
from domain.sync.model import Change, Changes, Entity, LivePosition
from domain.workouts import storage as workouts

# One statement, so one snapshot: what is after the live position is not among these changes, and the other
# way round. A number is there when all below it are, because its writer held the head until the commit.
_CHANGES = f"""
SELECT page.*, head.epoch AS head_epoch, head.seq AS head_seq,
    live.epoch AS live_epoch, live.seq AS live_seq, live.channel AS live_channel
FROM (SELECT) AS one
LEFT JOIN sync_head AS head ON head.member_id = $1
LEFT JOIN channel_head AS live ON live.channel = 'member:' || $1::uuid
LEFT JOIN LATERAL (
    SELECT {workouts.COLUMNS}, sync_row.entity, sync_row.id AS sync_id, sync_row.seq,
        sync_row.version AS sync_version, sync_row.is_deleted
    FROM sync_row
    JOIN member ON member.id = sync_row.member_id
    LEFT JOIN workout ON NOT is_deleted AND workout.id = sync_row.id AND workout.author_id = member_id
    WHERE sync_row.member_id = $1 AND sync_row.seq > $2
    ORDER BY sync_row.seq
    LIMIT $3
) AS page ON true
ORDER BY page.seq
"""


async def list_changes(*, member_id: UUID, cursor: str | None, limit: int) -> Changes:
    """What changed after a cursor. Raises CursorMalformed, CursorForeign."""
    after = cursors.read(cursor, owner=member_id) or Place(member_id, 0, 0)
    rows = await database.fetch(_CHANGES, member_id, after.seq, limit + 1)
    epoch, head = rows[0]["head_epoch"] or 0, rows[0]["head_seq"] or 0
    if after.seq > head or (after.seq and after.epoch != epoch):
        raise CursorForeign
    found = [row for row in rows if row["seq"] is not None]
    shown = found[:limit]
    upto = shown[-1]["seq"] if shown else after.seq
    return Changes(
        items=[_change(row, reader=member_id) for row in shown],
        cursor=cursors.write(Place(member_id, epoch, upto)),
        has_more=len(found) > limit,
        live=_live(rows[0]),
    )


def _change(row: Any, *, reader: UUID) -> Change:
    return Change(
        entity=Entity(row["entity"]),
        id=row["sync_id"],
        version=row["sync_version"],
        deleted=row["is_deleted"],
        row=None if row["is_deleted"] else workouts.decode(row, reader=reader),
    )


def _live(row: Any) -> LivePosition | None:
    channel = row["live_channel"]
    return None if channel is None else LivePosition(channel, row["live_epoch"], row["live_seq"])
