"""What hosts and participants do with a session. Its row's lock makes one story of everybody's taps."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.database import Transaction
from domain.live import rows, rules, settling
from domain.live.errors import (
    NoSuchSession,
    NotOnTheRoster,
    RoomFull,
    SessionIdTaken,
    SessionOver,
    TooManyOpenSessions,
)
from domain.live.events import ParticipantJoined, ParticipantLeft, RoomChanged, SessionMoved, SessionsChanged
from domain.live.model import SessionDraft, SessionState
from domain.live.rules import Course
from domain.vault import Vault

_CREATE = """
INSERT INTO live_session
    (id, host_id, title, sport, programme, visibility, state, scheduled_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, 'lobby', $7, $8)
ON CONFLICT (id) DO NOTHING
RETURNING *
"""
_HOST = "SELECT host_id FROM live_session WHERE id = $1"
_LOCK_HOST = "SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE"
_OPEN_SESSIONS = "SELECT count(*) FROM live_session WHERE host_id = $1 AND finished_at IS NULL"

_LOCK = "SELECT * FROM live_session WHERE id = $2 AND may_see($1, host_id, visibility) FOR UPDATE"
_MOVE = """
UPDATE live_session SET state = $2, started_at = $3, finished_at = $4, pauses = $5 WHERE id = $1 RETURNING *
"""
_PLACE = "SELECT number, left_at, ready FROM live_participant WHERE session_id = $1 AND member_id = $2"
_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM live_participant WHERE session_id = $1"
_JOIN = """
INSERT INTO live_participant (session_id, number, member_id, stream, simulated, joined_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_COME_BACK = """
UPDATE live_participant SET left_at = NULL, ready = false WHERE session_id = $1 AND member_id = $2
"""
_LEAVE = """
UPDATE live_participant SET left_at = $3, ready = false WHERE session_id = $1 AND member_id = $2
"""
_READY = "UPDATE live_participant SET ready = $3 WHERE session_id = $1 AND member_id = $2"
_PARTICIPANT = f"{rows.PARTICIPANT} WHERE session_id = $1 AND live_participant.member_id = $2"

_UNFINISHED = """
SELECT * FROM live_session
WHERE finished_at IS NULL AND coalesce(started_at, scheduled_at, created_at) < $1
"""

Rule = Callable[[Course], Course]


async def create(
    draft: SessionDraft, *, host_id: UUID, stream: UUID, now: datetime, simulated: bool = False
) -> bool:
    """Open a lobby with the host in it; False if this is a repetition of having done so.

    `stream` is what the host will ingest under. Raises PointlessSession, SessionIdTaken, TooManyOpenSessions.
    """
    rules.accept(draft, now=now)
    async with database.transaction() as tx:
        await tx.connection.execute(_LOCK_HOST, host_id)
        row = await tx.connection.fetchrow(
            _CREATE,
            *(draft.id, host_id, draft.title.strip(), draft.sport),
            *(msgspec.json.encode(draft.programme).decode(), draft.visibility, draft.scheduled_at, now),
        )
        if row is None:
            if await tx.connection.fetchval(_HOST, draft.id) != host_id:
                raise SessionIdTaken
            return False
        if await tx.connection.fetchval(_OPEN_SESSIONS, host_id) > rules.OPEN_SESSIONS:
            raise TooManyOpenSessions
        await _enter(tx, draft.id, host_id, stream=stream, simulated=simulated, now=now)
    return True


async def join(
    session_id: UUID, *, member_id: UUID, stream: UUID, now: datetime, simulated: bool = False
) -> None:
    """Take a place, or take it again: number and stream of the first time stay.

    Raises NoSuchSession, SessionOver, RoomFull.
    """
    async with database.transaction() as tx:
        row = await _lock(tx, session_id, member_id)
        if rows.course(row).is_over:
            raise SessionOver
        await _enter(tx, session_id, member_id, stream=stream, simulated=simulated, now=now)


async def leave(session_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Give up one's place, for now or for good; what was done until then stays. Raises NoSuchSession."""
    async with database.transaction() as tx:
        row = await _lock(tx, session_id, member_id)
        place = await tx.connection.fetchrow(_PLACE, session_id, member_id)
        if place is None or place["left_at"] is not None or rows.course(row).is_over:
            return
        await tx.connection.execute(_LEAVE, session_id, member_id, now)
        tx.record(ParticipantLeft(session_id, place["number"]))
        _tell(tx, session_id)


async def set_ready(session_id: UUID, ready: bool, *, member_id: UUID) -> None:
    """Raises NoSuchSession, NotOnTheRoster, SessionOver."""
    async with database.transaction() as tx:
        row = await _lock(tx, session_id, member_id)
        place = await tx.connection.fetchrow(_PLACE, session_id, member_id)
        if place is None or place["left_at"] is not None:
            raise NotOnTheRoster
        if rows.course(row).is_over:
            raise SessionOver
        if place["ready"] != ready:
            await tx.connection.execute(_READY, session_id, member_id, ready)
            tx.record(RoomChanged(session_id))


async def start(session_id: UUID, *, by: UUID, countdown_s: int, now: datetime) -> None:
    """Begin after a countdown. Raises NoSuchSession, HostOnly, SessionOver."""
    await _move(session_id, by, lambda it: rules.start(it, by=by, countdown_s=countdown_s, now=now), now=now)


async def pause(session_id: UUID, *, by: UUID, now: datetime) -> None:
    """Stand still, for everybody. Raises NoSuchSession, HostOnly, SessionOver, NotStarted."""
    await _move(session_id, by, lambda it: rules.pause(it, by=by, now=now), now=now)


async def resume(session_id: UUID, *, by: UUID, now: datetime) -> None:
    """Go on. Raises NoSuchSession, HostOnly, SessionOver, NotStarted."""
    await _move(session_id, by, lambda it: rules.resume(it, by=by, now=now), now=now)


async def cancel(session_id: UUID, *, by: UUID, now: datetime) -> None:
    """Call it off. Raises NoSuchSession, HostOnly, SessionOver, AlreadyBegun."""
    await _move(session_id, by, lambda it: rules.cancel(it, by=by, now=now), now=now)


async def finish(session_id: UUID, *, by: UUID, now: datetime, vault: Vault) -> None:
    """End it and log everybody's workout, both or nothing.

    Raises NoSuchSession, HostOnly, SessionOver, NotStarted.
    """
    await settling.warm(session_id, vault=vault)
    await _move(session_id, by, lambda it: rules.finish(it, by=by, now=now), now=now, vault=vault)


async def sweep(*, now: datetime, vault: Vault) -> None:
    """Every few seconds, on any node: end sessions that were forgotten, and settle samples that came late.

    What fails does not keep the others waiting: the failures come together at the end, as one group.
    """
    failures: list[Exception] = []
    for row in await database.fetch(_UNFINISHED, now - rules.AFTER_PROGRAMME):
        try:
            await _end_forgotten(row, now=now, vault=vault)
        except Exception as error:
            failures.append(error)
    await settling.settle_late(since=now - 2 * rules.LATE_SAMPLES, now=now, vault=vault)
    if failures:
        raise ExceptionGroup("sessions that could not be ended", failures)


async def _end_forgotten(row: Any, *, now: datetime, vault: Vault) -> None:
    open_since = row["created_at"] if row["scheduled_at"] is None else row["scheduled_at"]
    rule = partial(rules.forgotten, plan=rows.programme(row), open_since=open_since, now=now)
    if rule(rows.course(row)) != rows.course(row):
        # Asked again under the lock: the host may just have come back.
        await settling.warm(row["id"], vault=vault)
        await _move(row["id"], row["host_id"], rule, now=now, vault=vault)


async def _move(session_id: UUID, by: UUID, rule: Rule, *, now: datetime, vault: Vault | None = None) -> None:
    async with database.transaction() as tx:
        before = rows.course(await _lock(tx, session_id, by))
        after = rule(before)
        if after == before:
            return
        pauses = msgspec.json.encode(after.pauses).decode()
        row = await tx.connection.fetchrow(
            _MOVE, session_id, after.state, after.started_at, after.finished_at, pauses
        )
        if after.state is SessionState.FINISHED:
            assert vault is not None, "only finish and sweep end a session that has begun"
            await settling.settle_roster(tx, row, now=now, vault=vault)
        is_start = before.started_at is None and after.started_at is not None
        at = after.started_at if is_start and after.started_at is not None else now
        tx.record(SessionMoved(session_id, after.state, at))
        _tell(tx, session_id)


async def _enter(
    tx: Transaction, session_id: UUID, member_id: UUID, *, stream: UUID, simulated: bool, now: datetime
) -> None:
    place = await tx.connection.fetchrow(_PLACE, session_id, member_id)
    if place is not None and place["left_at"] is None:
        return
    if place is None:
        last = await tx.connection.fetchval(_LAST_NUMBER, session_id)
        if last >= rules.PARTICIPANTS:
            raise RoomFull
        await tx.connection.execute(_JOIN, session_id, last + 1, member_id, stream, simulated, now)
    else:
        await tx.connection.execute(_COME_BACK, session_id, member_id)
    row = await tx.connection.fetchrow(_PARTICIPANT, session_id, member_id)
    tx.record(ParticipantJoined(session_id, rows.participant(row)))
    _tell(tx, session_id)


async def _lock(tx: Transaction, session_id: UUID, reader: UUID) -> Any:
    row = await tx.connection.fetchrow(_LOCK, reader, session_id)
    if row is None:
        raise NoSuchSession
    return row


def _tell(tx: Transaction, session_id: UUID) -> None:
    tx.record(RoomChanged(session_id))
    tx.record(SessionsChanged(session_id))
