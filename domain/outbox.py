"""Events get their numbers and their place in the outbox in the transaction that causes them.

The numbers come from a row a channel (`channel_head`), locked until the commit: so they have no gaps, follow
the order of commits, and outlive all of Redis. An outbox read by `id > last` would lose events: ids are given
before the commit, and a slower transaction commits a smaller one later.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from domain.events import AnyEvent


class Connection(Protocol):
    """What is asked of an asyncpg connection. Rows can be read by name and by place."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...
    def transaction(self, *, isolation: str, readonly: bool) -> Any: ...
    def is_closed(self) -> bool: ...


class Address(Struct, frozen=True):
    """A channel that an event goes to. A log keeps the event; a state channel only gets a new version.

    Where others count the versions, the event is not `numbered`: it is announced after the commit, at most
    once, and leaves nothing behind.
    """

    channel: str
    kept: bool
    numbered: bool = True


class Announcement(Struct, frozen=True):
    """What stands in the outbox. `payload` is the event as JSON; None on a channel that keeps no events.

    `seq` is zero where the event was not numbered: it does not stand in the outbox.
    """

    channel: str
    epoch: int
    seq: int
    payload: bytes | None


# `back` counts the events that follow in the same channel and transaction. Heads are locked in the order of
# their names, so two transactions that share channels cannot wait for each other in a circle.
_WRITE = """
WITH event AS (
    SELECT channel, back, payload
    FROM unnest($1::text[], $2::int[], $3::bytea[]) AS event (channel, back, payload)
), head AS (
    INSERT INTO channel_head AS head (channel, epoch, seq)
    SELECT channel, extract(epoch FROM clock_timestamp())::bigint, count(*)
    FROM event GROUP BY channel ORDER BY channel
    ON CONFLICT (channel) DO UPDATE SET seq = head.seq + excluded.seq
    RETURNING channel, epoch, seq
), numbered AS (
    SELECT channel, head.epoch, head.seq - event.back AS seq, event.payload
    FROM event JOIN head USING (channel)
), kept AS (
    INSERT INTO channel_event (channel, seq, payload)
    SELECT channel, seq, payload FROM numbered WHERE payload IS NOT NULL
), waiting AS (
    INSERT INTO outbox (channel, seq)
    SELECT channel, seq FROM numbered
)
SELECT channel, epoch, seq, payload FROM numbered ORDER BY channel, seq
"""

_DONE = """
DELETE FROM outbox
USING unnest($1::text[], $2::bigint[]) AS done (channel, seq)
WHERE outbox.channel = done.channel AND outbox.seq = done.seq
"""

_OLDEST_S = "SELECT extract(epoch FROM clock_timestamp() - min(recorded_at)) FROM outbox"
_LEFT_BEHIND = """
SELECT outbox.channel, head.epoch, outbox.seq, event.payload
FROM outbox
JOIN channel_head AS head USING (channel)
LEFT JOIN channel_event AS event ON event.channel = outbox.channel AND event.seq = outbox.seq
WHERE outbox.recorded_at < clock_timestamp() - make_interval(secs => $1)
ORDER BY outbox.channel, outbox.seq
LIMIT $2
"""


async def write(
    connection: Connection,
    events: Sequence[AnyEvent],
    route: Callable[[AnyEvent], Iterable[Address]],
) -> list[Announcement]:
    """Number the events on each of their channels and put them into the outbox."""
    hints: list[Announcement] = []
    addressed: list[tuple[str, bytes | None]] = []
    for event in events:
        for address in route(event):
            if address.numbered:
                addressed.append((address.channel, msgspec.json.encode(event) if address.kept else None))
            else:
                hints.append(Announcement(address.channel, 0, 0, None))
    if not addressed:
        return hints
    following: dict[str, int] = {}
    backs = []
    for channel, _ in reversed(addressed):
        backs.append(following.get(channel, 0))
        following[channel] = backs[-1] + 1
    channels = [channel for channel, _ in addressed]
    payloads = [payload for _, payload in addressed]
    rows = await connection.fetch(_WRITE, channels, backs[::-1], payloads)
    return [*hints, *(Announcement(*row) for row in rows)]


async def oldest_s(connection: Connection) -> float:
    """How long the oldest event has waited; 0 where none does. One small question, many times a second."""
    return float(await connection.fetchval(_OLDEST_S) or 0)


async def left_behind(connection: Connection, *, older_than_s: float, limit: int) -> list[Announcement]:
    """What a crash between commit and publish left in the outbox, in order a channel."""
    return [Announcement(*row) for row in await connection.fetch(_LEFT_BEHIND, older_than_s, limit)]


async def done(connection: Connection, announcements: Iterable[Announcement]) -> None:
    """These are published: forget them. The events themselves stay in `channel_event`."""
    pairs = [(one.channel, one.seq) for one in announcements]
    await connection.execute(_DONE, [channel for channel, _ in pairs], [seq for _, seq in pairs])
