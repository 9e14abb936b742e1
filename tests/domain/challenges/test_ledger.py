"""Moves are told in whatever order transactions commit: none is lost, and no writer waits for another."""

import asyncio
from uuid import UUID

from domain import database
from domain.challenges import actions, ledger
from domain.challenges.ledger import SHARDS
from domain.identity.model import Actor
from tests.domain.challenges.people import challenge, logs, run
from tests.support.domains import NOW, Domain

ALL = range(SHARDS)
_TOUCH = "UPDATE challenge_member SET score = score + 1 WHERE challenge_id = $1 AND member_id = $2"


async def people(db: Domain, count: int) -> tuple[UUID, list[Actor]]:
    """Members of one challenge."""
    everybody = [await db.member(f"member_{n}") for n in range(count)]
    made = await challenge(everybody[0])
    for one in everybody[1:]:
        await actions.join(made, member_id=one.member_id, now=NOW)
    return made, everybody


async def test_joining_logging_and_leaving_are_moves(db: Domain) -> None:
    made, (ana, bob) = await people(db, 2)
    start = (await ledger.read(ALL, after=(0, 0), limit=100)).upto
    await logs(ana, run(5_000))
    await actions.leave(made, member_id=bob.member_id)
    moves = (await ledger.read(ALL, after=(start, 0), limit=100)).moves
    assert [(one.challenge_id, one.member_id) for one in moves] == [
        (made, ana.member_id),
        (made, bob.member_id),
    ]


async def test_a_deleted_challenge_is_one_move_however_many_took_part(db: Domain) -> None:
    made, (ana, *_) = await people(db, 5)
    start = (await ledger.read(ALL, after=(0, 0), limit=100)).upto
    await actions.delete(made, by=ana.member_id, role=ana.role)
    moves = (await ledger.read(ALL, after=(start, 0), limit=100)).moves
    assert [(one.challenge_id, one.member_id) for one in moves] == [(made, None)]


async def test_an_erased_member_moves_on_every_board_they_were_on(db: Domain) -> None:
    made, (_, bob) = await people(db, 2)
    start = (await ledger.read(ALL, after=(0, 0), limit=100)).upto
    await database.execute("DELETE FROM member WHERE id = $1", bob.member_id)
    moves = (await ledger.read(ALL, after=(start, 0), limit=100)).moves
    assert [(one.challenge_id, one.member_id) for one in moves] == [(made, bob.member_id)]


async def test_only_the_boards_of_the_shards_asked_for_are_told(db: Domain) -> None:
    made, _ = await people(db, 1)
    mine = ledger.shard_of(made)
    moves = (await ledger.read([mine], after=(0, 0), limit=100)).moves
    assert {one.challenge_id for one in moves} == {made}
    others = (await ledger.read(set(ALL) - {mine}, after=(0, 0), limit=100)).moves
    assert others == []


async def test_a_slower_transaction_with_a_smaller_id_is_not_lost(db: Domain) -> None:
    made, (ana, bob) = await people(db, 2)
    seen, by_id = await _read_while_one_commits_late(made, ana, bob)
    assert {ana.member_id, bob.member_id} <= seen, "a reader by transaction sees both"
    assert ana.member_id not in by_id, "a reader by `id > last` would have lost the slower one"


async def _read_while_one_commits_late(
    made: UUID, slow: Actor, fast: Actor
) -> tuple[set[UUID | None], set[UUID]]:
    """What two readers have seen after the slow transaction: one goes by transaction, one by id."""
    since = (await ledger.read(ALL, after=(0, 0), limit=100)).upto
    last = await database.fetchval("SELECT max(id) FROM score_move")
    seen: set[UUID | None] = set()
    by_id: set[UUID] = set()
    is_written, may_commit = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> None:
        async with database.transaction() as tx:
            await tx.connection.execute(_TOUCH, made, slow.member_id)
            is_written.set()
            await may_commit.wait()

    async def look() -> None:
        nonlocal since, last
        reading = await ledger.read(ALL, after=(since, 0), limit=100)
        since = reading.upto
        seen.update(one.member_id for one in reading.moves)
        for row in await database.fetch(
            "SELECT id, member_id FROM score_move WHERE id > $1 ORDER BY id", last
        ):
            last = row["id"]
            by_id.add(row["member_id"])

    writing = asyncio.create_task(write_slowly())
    await is_written.wait()
    async with asyncio.timeout(5):  # the other one does not wait, though it moves the same board
        await database.execute(_TOUCH, made, fast.member_id)
    await look()
    assert seen == by_id == {fast.member_id}
    may_commit.set()
    await writing
    await look()
    return seen, by_id


async def test_moves_are_paged_also_within_one_transaction(db: Domain) -> None:
    made, everybody = await people(db, 7)
    since = (await ledger.read(ALL, after=(0, 0), limit=100)).upto
    await database.execute("UPDATE challenge_member SET score = 9 WHERE challenge_id = $1", made)
    after, told = (since, 0), []
    while True:
        moves = (await ledger.read(ALL, after=after, limit=3)).moves
        told += [one.member_id for one in moves]
        if len(moves) < 3:
            break
        after = (moves[-1].xid, moves[-1].id)
    assert sorted(told, key=str) == sorted((one.member_id for one in everybody), key=str)


async def test_each_move_is_told_once_while_an_older_transaction_goes_on(db: Domain) -> None:
    made, (ana, bob) = await people(db, 2)
    first = await ledger.read(ALL, after=(0, 0), limit=100)
    is_written, may_commit = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> None:
        async with database.transaction() as tx:
            await tx.connection.execute(_TOUCH, made, ana.member_id)
            is_written.set()
            await may_commit.wait()

    writing = asyncio.create_task(write_slowly())
    await is_written.wait()
    told, reading = [], first
    for _ in range(3):
        await database.execute(_TOUCH, made, bob.member_id)
        reading = await ledger.read(ALL, after=(reading.upto, 0), limit=100, seen=reading.snapshot)
        told.append([one.member_id for one in reading.moves])
    may_commit.set()
    await writing
    reading = await ledger.read(ALL, after=(reading.upto, 0), limit=100, seen=reading.snapshot)
    told.append([one.member_id for one in reading.moves])
    assert told == [[bob.member_id]] * 3 + [[ana.member_id]]
    assert reading.moves[0].score is not None and reading.moves[0].score.thousandths == 1_000
    again = await ledger.read(ALL, after=(first.upto, 0), limit=100, seen=first.snapshot)
    assert len(again.moves) == 4, "without what was seen since, all of them are told again"
