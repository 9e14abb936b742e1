"""What is true: what PostgreSQL says, asked beside all that a fault may have broken."""

from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.challenges import boards
from domain.live import queries as live
from domain.live import samples
from domain.vault import Vault
from hub.boards import tops
from hub.boards.ranks import TOP
from tests.faults.guests import Guest
from tests.faults.history import Log, Stream

_EVENTS = "SELECT seq, payload FROM channel_event WHERE channel = $1"
_HEAD = "SELECT epoch, seq FROM channel_head WHERE channel = $1"


async def log(channel: str) -> Log:
    async with database.transaction("repeatable_read", readonly=True) as tx:
        head = await tx.connection.fetchrow(_HEAD, channel)
        rows = await tx.connection.fetch(_EVENTS, channel)
    mids = {row["seq"]: msgspec.json.decode(row["payload"]).get("mid") for row in rows}
    return Log(channel, head["epoch"] if head else 0, head["seq"] if head else 0, mids)


async def board(challenge_id: UUID) -> dict[str, Any]:
    top = await boards.top(challenge_id, limit=TOP)
    return _as_shown(tops.as_rows(top, await boards.count(challenge_id)))


async def room(session_id: UUID) -> dict[str, Any]:
    return _as_shown((await live.read_room(session_id))[2])


async def stream(guest: Guest, vault: Vault) -> Stream:
    assert guest.recording is not None, "only athletes have streams"
    recording = guest.recording
    await samples.warm(vault, [guest.member.id])
    async with database.transaction("repeatable_read", readonly=True) as tx:
        stored = await samples.read(tx, UUID(recording.stream), owner=guest.member.id, vault=vault)
    return Stream(recording.stream, recording.made, recording.durable, stored)


def _as_shown(rows: Any) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(rows))
    return shown
