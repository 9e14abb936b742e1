"""What people say in a session: chat and cheers, each with one effect however often it is sent."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from domain import database
from domain.database import Transaction
from domain.errors import FieldError, Invalid
from domain.live import rows
from domain.live.errors import (
    EmptyMessage,
    NoSuchParticipant,
    NoSuchSession,
    NotOnTheRoster,
    SaidTooMuch,
    SessionOver,
)
from domain.live.events import ChatSaid, Cheered
from domain.live.model import Cheer, Said, SessionState
from domain.live.rules import TALK_AFTER

AT_MOST = {"chat": 5, "cheer": 10}
WITHIN = timedelta(seconds=10)

_SESSION = "SELECT * FROM live_session WHERE id = $2 AND may_see($1, host_id, visibility)"
# The lock makes one member's messages wait for each other, so that together they keep the limit.
_SPEAKER = """
SELECT number, left_at, name
FROM live_participant JOIN member ON member.id = member_id
WHERE session_id = $1 AND member_id = $2
FOR NO KEY UPDATE OF live_participant
"""
_SAID_BEFORE = "SELECT seq FROM live_message WHERE session_id = $1 AND member_id = $2 AND mid = $3"
_LATELY = """
SELECT created_at FROM live_message
WHERE member_id = $1 AND kind = $2 AND created_at > $3
ORDER BY created_at DESC
OFFSET $4 - 1 LIMIT 1
"""
_IS_ON_ROSTER = "SELECT EXISTS (SELECT FROM live_participant WHERE session_id = $1 AND number = $2)"
_KEEP = """
INSERT INTO live_message (session_id, member_id, mid, kind, seq, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def publish(session_id: UUID, *, member_id: UUID, mid: str, body: Said | Cheer, now: datetime) -> int:
    """Say it; the seq of the event on the session's channel. The same `mid` again gives the same seq.

    Raises NoSuchSession, NotOnTheRoster, SessionOver, SaidTooMuch, EmptyMessage, NoSuchParticipant.
    """
    if not 8 <= len(mid) <= 64 or not mid.isprintable():
        raise Invalid(
            "A message is called by 8 to 64 characters.", errors=(FieldError("/mid", "not a name"),)
        )
    async with database.transaction() as tx:
        session = await tx.connection.fetchrow(_SESSION, member_id, session_id)
        if session is None:
            raise NoSuchSession
        speaker = await tx.connection.fetchrow(_SPEAKER, session_id, member_id)
        if speaker is None:
            raise NotOnTheRoster
        said = await tx.connection.fetchval(_SAID_BEFORE, session_id, member_id, mid)
        if said is not None:
            return int(said)
        if speaker["left_at"] is not None:
            raise NotOnTheRoster
        _check_open(rows.course(session).finished_at, session["state"], now)
        kind = await _record(tx, session_id, speaker["number"], speaker["name"], mid, body, now)
        await _check_pace(tx, member_id, kind, now)
        numbered = await tx.number()
        channel = f"session:{session_id}"
        seq = next((one.seq for one in numbered if one.channel == channel), 0)
        await tx.connection.execute(_KEEP, session_id, member_id, mid, kind, seq, now)
    return seq


def _check_open(finished_at: datetime | None, state: str, now: datetime) -> None:
    """People talk on for a while after a session, but not in one that was called off."""
    if state == SessionState.CANCELLED or (finished_at is not None and now - finished_at > TALK_AFTER):
        raise SessionOver


async def _record(
    tx: Transaction, session_id: UUID, number: int, name: str, mid: str, body: Said | Cheer, now: datetime
) -> str:
    match body:
        case Said(text):
            if not text.strip():
                raise EmptyMessage(errors=(FieldError("/body/text", "needs at least one letter"),))
            tx.record(ChatSaid(session_id, number, name, text.strip(), mid, now))
            return "chat"
        case Cheer(kind, count, to):
            if to is not None and not await tx.connection.fetchval(_IS_ON_ROSTER, session_id, to):
                raise NoSuchParticipant
            tx.record(Cheered(session_id, number, name, kind, count, to, now))
            return "cheer"
    assert_never(body)


async def _check_pace(tx: Transaction, member_id: UUID, kind: str, now: datetime) -> None:
    earlier = await tx.connection.fetchval(_LATELY, member_id, kind, now - WITHIN, AT_MOST[kind])
    if earlier is not None:
        raise SaidTooMuch(retry_after_s=max(0.1, (earlier + WITHIN - now).total_seconds()))
