"""Keep what a device did, once, whatever it sends how often and in which order.

A batch is one transaction under its author's lock: what is held is read, the rules decide in memory, and
what changed is written in few statements. What cannot be stored after all is found by halving the batch, so
that it takes nothing else with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from domain import database
from domain.database import DatabaseAway, Transaction
from domain.sync import merge, reading, storage, writing
from domain.sync.errors import ClockAhead
from domain.sync.model import Batch, Outcome, Outcomes, Status
from domain.sync.reading import Wish
from domain.sync.writing import Fate, IdTakenMeanwhile
from domain.workouts import queries as workouts
from domain.workouts.accept import AHEAD
from domain.workouts.model import Source

_NOT_STORABLE = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
_IN_THE_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


async def take(batch: Batch, *, author_id: UUID, source: Source, now: datetime) -> Outcomes:
    """What became of each operation. Raises ClockAhead."""
    if batch.client_sent_at is not None and batch.client_sent_at > now + AHEAD:
        raise ClockAhead
    wishes: list[Wish] = []
    results: dict[int, Outcome] = {}
    for place, raw in enumerate(batch.operations):
        match reading.read(raw, place, now=now):
            case Wish() as wish:
                wishes.append(wish)
            case outcome:
                results[place] = outcome
    sending = storage.Sending(author_id, source, now, batch.client_sent_at)
    try:
        results |= await _take(wishes, sending)
    except _IN_THE_WAY as error:
        raise DatabaseAway(type(error).__name__) from error
    return Outcomes([results[place] for place in range(len(batch.operations))])


async def _take(wishes: Sequence[Wish], sending: storage.Sending) -> dict[int, Outcome]:
    if not wishes:
        return {}
    try:
        return await _take_at_once(wishes, sending)
    except IdTakenMeanwhile:
        return await _take(wishes, sending)
    except _NOT_STORABLE:
        if len(wishes) == 1:
            wish = wishes[0]
            detail = "This cannot be stored."
            return {wish.place: reading.rejected(wish.operation, "not_storable", detail)}
    half = len(wishes) // 2
    return await _take(wishes[:half], sending) | await _take(wishes[half:], sending)


async def _take_at_once(wishes: Sequence[Wish], sending: storage.Sending) -> dict[int, Outcome]:
    async with database.transaction() as tx:
        author, visibility = await storage.lock_author(tx, sending.author_id)
        done = await storage.done(tx, wishes, author_id=sending.author_id)
        before = await storage.held(tx, _ids(wishes), author_id=sending.author_id)
        desk = merge.Desk(author, visibility, await _known(wishes, before), sending.source, sending.now)
        held, results, fresh = dict(before), {}, []
        for wish in wishes:
            earlier = done.get(wish.operation.op_id)
            if earlier is not None:
                results[wish.place] = said = _again(wish, earlier)
                if said.status is Status.DUPLICATE:
                    held[wish.operation.id] = merge.recall(wish, held[wish.operation.id], earlier.version)
                continue
            verdict = merge.judge(wish, held, desk)
            held.update(verdict.after)
            results[wish.place] = verdict.outcome
            if verdict.outcome.status in (Status.APPLIED, Status.DUPLICATE):
                done[wish.operation.op_id] = acknowledged = storage.Done.of(wish, verdict.outcome)
                fresh.append((wish, acknowledged))
        await _write(tx, before, held, desk, sending)
        await storage.acknowledge(tx, fresh, sending)
        return results


async def _write(
    tx: Transaction,
    before: dict[UUID, merge.Held],
    held: dict[UUID, merge.Held],
    desk: merge.Desk,
    sending: storage.Sending,
) -> None:
    fates = [
        Fate(one, before[one], after) for one, after in held.items() if after.version != before[one].version
    ]
    if fates:
        await writing.write(tx, fates, author_id=sending.author_id, known=desk.known, now=sending.now)


def _again(wish: Wish, earlier: storage.Done) -> Outcome:
    if earlier.fingerprint != wish.fingerprint():
        return reading.rejected(
            wish.operation, "op_id_reused", "Another operation came under this op_id: make a new one."
        )
    return Outcome(str(wish.operation.op_id), Status.DUPLICATE, earlier.id, earlier.version)


def _ids(wishes: Iterable[Wish]) -> set[UUID]:
    ids = {wish.operation.id for wish in wishes}
    return ids | {wish.operation.copy_id for wish in wishes if wish.operation.copy_id is not None}


async def _known(wishes: Iterable[Wish], before: dict[UUID, merge.Held]) -> dict[str, str]:
    slugs = {entry.exercise for one in before.values() if one.workout for entry in one.workout.exercises}
    for wish in wishes:
        slugs |= {entry.exercise for entry in wish.exercises()}
    return await workouts.names_of(slugs)
