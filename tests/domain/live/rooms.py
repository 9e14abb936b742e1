"""Sessions for tests, and what happens in them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from domain.identity.model import Actor
from domain.live import actions, queries, samples
from domain.live.model import Block, BlockKind, Part, Programme, Room, SessionDraft
from domain.live.samples import Batch
from domain.workouts.model import Sport
from tests.support.domains import NOW, Domain

INTERVALS = Programme(
    [
        Part([Block(BlockKind.WARMUP, 60)]),
        Part([Block(BlockKind.WORK, 40), Block(BlockKind.REST, 20)], 3),
    ]
)
"""Four minutes."""

COUNTDOWN_S = 10
START = NOW + timedelta(seconds=COUNTDOWN_S)


def at(seconds: float) -> datetime:
    """So long after the countdown."""
    return START + timedelta(seconds=seconds)


def session_draft(**fields: Any) -> SessionDraft:
    given: dict[str, Any] = {
        "id": uuid7(),
        "title": "Lunch intervals",
        "sport": Sport.INDOOR_RIDE,
        "programme": INTERVALS,
        **fields,
    }
    return SessionDraft(**given)


async def lobby(host: Actor, *guests: Actor, **fields: Any) -> UUID:
    """A session in its lobby, everybody there."""
    draft = session_draft(**fields)
    await actions.create(draft, host_id=host.member_id, stream=uuid7(), now=NOW)
    for guest in guests:
        await join(draft.id, guest)
    return draft.id


async def running(host: Actor, *guests: Actor, **fields: Any) -> UUID:
    """A session that began at START."""
    session_id = await lobby(host, *guests, **fields)
    await actions.start(session_id, by=host.member_id, countdown_s=COUNTDOWN_S, now=NOW)
    return session_id


async def join(session_id: UUID, member: Actor, *, now: datetime = NOW) -> None:
    await actions.join(session_id, member_id=member.member_id, stream=uuid7(), now=now)


async def finish(db: Domain, session_id: UUID, host: Actor, *, now: datetime) -> None:
    await actions.finish(session_id, by=host.member_id, now=now, vault=db.vault)


async def room(session_id: UUID, reader: Actor) -> Room:
    return await queries.get_room(session_id, reader=reader.member_id)


async def stream_of(session_id: UUID, member: Actor) -> str:
    stream = (await room(session_id, member)).stream
    assert stream is not None
    return stream


async def store(
    db: Domain,
    session_id: UUID,
    member: Actor,
    rows: list[list[float | None]],
    *,
    first_seq: int = 1,
    now: datetime = START,
) -> int:
    """Store samples of a member; how far they are safe."""
    stream = await stream_of(session_id, member)
    batch = Batch(stream, member.member_id, first_seq, rows)
    return (await samples.store([batch], now=now, vault=db.vault))[stream]


def ride(seconds: int, *, speed_m_s: float = 8.0, heart_rate: float = 140, watts: float = 200) -> list[Any]:
    """A sample a second, from the start on."""
    return [
        [s * 1000, heart_rate, watts, 85, speed_m_s, s * speed_m_s, None, s * 0.2] for s in range(seconds + 1)
    ]
