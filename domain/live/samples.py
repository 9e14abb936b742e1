"""Athletes' samples become durable: sealed, in order, each exactly once, acknowledged only then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from domain import database
from domain.database import Transaction
from domain.live.errors import NoSuchStream, SessionOver
from domain.live.rules import LATE_SAMPLES
from domain.live.summary import Column, Sample
from domain.vault import Vault

SAMPLES_A_STREAM = 400_000
"""Twelve hours at 4 Hz, and as much again."""

_PLACE = "live_samples.samples"

_STREAM = """
SELECT session_id, number, stored_upto, state, finished_at
FROM live_participant JOIN live_session ON live_session.id = session_id
WHERE stream = $1 AND member_id = $2
"""
# In the order of streams: two nodes that store for the same athletes cannot wait for each other in a circle.
_LOCK = """
SELECT stream, member_id, stored_upto
FROM live_participant JOIN live_session ON live_session.id = session_id
WHERE stream = ANY($1) AND state <> 'cancelled' AND (finished_at IS NULL OR finished_at > $2)
ORDER BY stream
FOR UPDATE OF live_participant
"""
_STORE = """
INSERT INTO live_samples (stream, first_seq, length, samples)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::bytea[])
"""
_ADVANCE = """
UPDATE live_participant SET stored_upto = fresh.upto
FROM unnest($1::uuid[], $2::bigint[]) AS fresh (stream, upto)
WHERE live_participant.stream = fresh.stream
"""
_READ = "SELECT first_seq, samples FROM live_samples WHERE stream = $1 ORDER BY first_seq"

_COLUMNS = len(Column)
_samples = msgspec.msgpack.Decoder(list[list[float | None]])


class OpenStream(Struct, frozen=True):
    """Where an athlete's stream goes, and up to which number it is already safe."""

    session_id: UUID
    number: int
    upto: int


class Batch(Struct, frozen=True):
    """Samples of one stream, numbered from `first_seq` without holes."""

    stream: str
    member_id: UUID
    first_seq: int
    samples: Sequence[Sample]


async def open_stream(stream: str, *, member_id: UUID, now: datetime, vault: Vault) -> OpenStream:
    """Raises NoSuchStream for another's; SessionOver where samples are not taken any more."""
    row = await database.fetchrow(_STREAM, _stream_id(stream), member_id)
    if row is None:
        raise NoSuchStream
    ended: datetime | None = row["finished_at"]
    is_late = ended is not None and now - ended >= LATE_SAMPLES
    if is_late or row["state"] == "cancelled" or row["stored_upto"] >= SAMPLES_A_STREAM:
        raise SessionOver
    await warm(vault, [member_id])
    return OpenStream(row["session_id"], row["number"], row["stored_upto"])


async def store(batches: Sequence[Batch], *, now: datetime, vault: Vault) -> dict[str, int]:
    """Make samples durable, all batches in one transaction; the number up to which each stream is.

    Samples that are stored already are passed over, and those after a hole are left for when it is closed:
    so batches may come twice, late, and in any order. Streams that take nothing any more are not answered.
    """
    waiting: defaultdict[UUID, list[Batch]] = defaultdict(list)
    for batch in batches:
        waiting[_stream_id(batch.stream)].append(batch)
    async with database.transaction() as tx:
        rows = await tx.connection.fetch(_LOCK, list(waiting), now - LATE_SAMPLES)
        upto: dict[str, int] = {}
        fresh: list[tuple[UUID, int, int, bytes]] = []
        for row in rows:
            stream, member_id, stored = row["stream"], row["member_id"], row["stored_upto"]
            theirs = [batch for batch in waiting[stream] if batch.member_id == member_id]
            if not theirs:
                continue
            samples = new_samples(theirs, after=stored)
            upto[str(stream)] = stored + len(samples)
            if samples:
                sealed = await _seal(vault, samples, owner=member_id, stream=stream, first_seq=stored + 1)
                fresh.append((stream, stored + 1, len(samples), sealed))
        await _write(tx, fresh)
    return upto


def new_samples(batches: Sequence[Batch], *, after: int) -> list[Sample]:
    """The samples that follow number `after` without a hole."""
    samples: list[Sample] = []
    for batch in sorted(batches, key=lambda one: one.first_seq):
        known = after + len(samples) + 1 - batch.first_seq
        if known < 0:
            break
        samples.extend(row[:_COLUMNS] for row in batch.samples[known:])
    return samples[: max(0, SAMPLES_A_STREAM - after)]


async def read(tx: Transaction, stream: UUID, *, owner: UUID, vault: Vault) -> list[list[float | None]]:
    """All stored samples of a stream, in order. `warm` its owner's key before the transaction."""
    samples: list[list[float | None]] = []
    for row in await tx.connection.fetch(_READ, stream):
        place = _row_id(stream, row["first_seq"])
        samples.extend(
            _samples.decode(await vault.open(row["samples"], owner=owner, place=_PLACE, row=place))
        )
    return samples


async def warm(vault: Vault, member_ids: Sequence[UUID]) -> None:
    """Have these members' keys at hand: within a transaction each use of another key would be a query."""
    for member_id in member_ids:
        await vault.seal(b"", owner=member_id, place=_PLACE, row=member_id)


async def _seal(
    vault: Vault, samples: Sequence[Sample], *, owner: UUID, stream: UUID, first_seq: int
) -> bytes:
    place = _row_id(stream, first_seq)
    return await vault.seal(msgspec.msgpack.encode(samples), owner=owner, place=_PLACE, row=place)


async def _write(tx: Transaction, fresh: Sequence[tuple[UUID, int, int, bytes]]) -> None:
    if not fresh:
        return
    columns: Mapping[int, list[Any]] = {i: [row[i] for row in fresh] for i in range(4)}
    await tx.connection.execute(_STORE, *columns.values())
    ends = [first_seq + length - 1 for _, first_seq, length, _ in fresh]
    await tx.connection.execute(_ADVANCE, columns[0], ends)


def _row_id(stream: UUID, first_seq: int) -> UUID:
    return uuid5(stream, str(first_seq))


@lru_cache(maxsize=20_000)
def _stream_id(stream: str) -> UUID:
    """Raises NoSuchStream for what is not written as ours are."""
    try:
        parsed = UUID(stream)
    except ValueError:
        raise NoSuchStream from None
    if str(parsed) != stream:
        raise NoSuchStream
    return parsed
