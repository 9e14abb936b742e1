"""Sessions, rooms and results, as a reader sees them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.live import rows, summary
from domain.live.errors import NoSuchSession, NotStarted
from domain.live.model import LiveSession, Participant, Result, Room, SessionState
from domain.live.summary import Summary
from domain.members.cards import card

_VISIBLE = "may_see($1, live_session.host_id, live_session.visibility)"

_IS_VISIBLE = f"SELECT {_VISIBLE} FROM live_session WHERE id = $2"
_OPEN = f"""
{rows.SESSION}
WHERE finished_at IS NULL AND {_VISIBLE}
ORDER BY array_position(ARRAY['running', 'paused', 'lobby'], state),
    coalesce(started_at, scheduled_at, live_session.created_at) DESC, live_session.id
LIMIT $2
"""
_ONE = f"{rows.SESSION} WHERE live_session.id = $1"
_ONE_VISIBLE = f"{rows.SESSION} WHERE live_session.id = $2 AND {_VISIBLE}"
_ROSTER = f"{rows.PARTICIPANT} WHERE session_id = $1 ORDER BY number"
_POSITION = "SELECT epoch, seq FROM channel_head WHERE channel = 'room:' || $1::uuid"

_summary = msgspec.json.Decoder(Summary)


async def is_visible(session_id: UUID, *, reader: UUID | None) -> bool:
    """Whether the reader may see this session, and with it whatever goes on in it."""
    return await database.fetchval(_IS_VISIBLE, reader, session_id) is True


async def list_open(*, reader: UUID | None, limit: int) -> list[LiveSession]:
    """Sessions that are not over, the running ones first."""
    return [rows.session(row) for row in await database.fetch(_OPEN, reader, limit)]


async def get_room(session_id: UUID, *, reader: UUID | None) -> Room:
    """The session, its roster, and the reader's place in it. Raises NoSuchSession."""
    async with database.transaction("repeatable_read", readonly=True) as tx:
        found = await tx.connection.fetchrow(_ONE_VISIBLE, reader, session_id)
        if found is None:
            raise NoSuchSession
        roster = await tx.connection.fetch(_ROSTER, session_id)
    mine = next((row for row in roster if row["member_id"] == reader), None)
    return Room(
        session=rows.session(found),
        roster=[rows.participant(row) for row in roster],
        number=mine["number"] if mine else None,
        stream=str(mine["stream"]) if mine else None,
        stored_upto=mine["stored_upto"] if mine else 0,
    )


async def read_room(session_id: UUID) -> tuple[int, int, Mapping[str, Any]]:
    """`(epoch, seq, rows)` of a room's live channel: `session`, and `p<number>` for each of the roster.

    A room that is gone has no rows.
    """
    async with database.transaction("repeatable_read", readonly=True) as tx:
        epoch, seq = await tx.connection.fetchrow(_POSITION, session_id) or (0, 0)
        found = await tx.connection.fetchrow(_ONE, session_id)
        roster = await tx.connection.fetch(_ROSTER, session_id)
    if found is None:
        return epoch, seq, {}
    state: dict[str, LiveSession | Participant] = {"session": rows.session(found)}
    state.update({f"p{row['number']}": rows.participant(row) for row in roster})
    return epoch, seq, msgspec.to_builtins(state)


async def list_results(session_id: UUID, *, reader: UUID | None) -> list[Result]:
    """What everybody did, best first. Raises NoSuchSession; NotStarted where there is nothing yet."""
    found = await database.fetchrow(_ONE_VISIBLE, reader, session_id)
    if found is None:
        raise NoSuchSession
    if found["state"] != SessionState.FINISHED:
        raise NotStarted("There are no results before the end.")
    by_number = {
        row["number"]: row for row in await database.fetch(_ROSTER, session_id) if row["summary"] is not None
    }
    ranked = summary.ranked([(number, _summary.decode(row["summary"])) for number, row in by_number.items()])
    return [_result(rank, by_number[number], done) for rank, number, done in ranked]


def _result(rank: int, row: Any, done: Summary) -> Result:
    return Result(
        rank=rank,
        number=row["number"],
        member=card(row),
        workout_id=row["workout_id"],
        duration_s=done.duration_s,
        distance_m=done.distance_m,
        energy_kcal=done.energy_kcal,
        heart_rate_avg_bpm=done.heart_rate_avg_bpm,
        heart_rate_max_bpm=done.heart_rate_max_bpm,
        power_avg_w=done.power_avg_w,
        reps=done.reps,
    )
