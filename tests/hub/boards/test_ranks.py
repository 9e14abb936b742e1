"""Ranks are what PostgreSQL says, whatever moved, whoever ranks, and whatever happens to Redis."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import redis.asyncio

from domain import database
from hub.boards import tops
from hub.boards.compare import Comparison
from hub.boards.ranks import Applied, Moves, Ranks
from realtime.host import StateChange
from tests.hub.boards.conftest import CROWD, MakeNode, RankingNode, order_in_database, set_score
from tests.support.crowds import member_id


async def test_a_board_is_built_in_the_order_of_the_database(board: UUID, node: MakeNode) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    assert await one.order(board) == await order_in_database(board)
    ((_, change),) = one.changes
    assert len(change.upserts) == 101, "the first hundred, and how many there are"
    assert change.upserts[tops.COUNT] == {"participants": CROWD}


async def test_what_moves_is_told_as_what_changed(board: UUID, node: MakeNode) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    await one.turn()
    one.changes.clear()
    await set_score(board, member_id(7), 900_000)
    await one.turn()
    ((_, change),) = one.changes
    assert change.upserts.keys() == {str(member_id(7))}, "nobody else's row changes, though all are overtaken"
    assert change.upserts[str(member_id(7))]["score"] == 900_000
    assert (change.from_seq, change.to_seq) == (1, 2)
    await one.turn()
    assert len(one.changes) == 1, "where nobody moves, nothing is told"


async def test_any_moves_leave_the_ranks_and_the_told_rows_as_the_database_has_them(
    board: UUID, node: MakeNode
) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    for seed in range(8):
        dice = random.Random(seed)
        for _ in range(25):
            await _something(dice, board)
        await one.turn()
        assert await one.order(board) == await order_in_database(board), seed
        assert _told(one.changes) == await _top_in_database(board), seed


async def _something(dice: random.Random, board: UUID) -> None:
    """Score, tie, hide, come back, leave, or be erased."""
    who = member_id(dice.randrange(1, CROWD + 1))
    match dice.randrange(6):
        case 0 | 1 | 2:
            await set_score(board, who, dice.choice((0, 500_000, dice.randrange(600_000) / 1000)))
        case 3 | 4:
            hidden = dice.random() < 0.5
            await database.execute(
                "UPDATE challenge_member SET hidden = $3 WHERE challenge_id = $1 AND member_id = $2",
                *(board, who, hidden),
            )
        case _:
            await database.execute("DELETE FROM member WHERE id = $1 AND random() < 0.3", who)


def _told(changes: Sequence[tuple[UUID, StateChange]]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for _, change in changes:
        rows.update(change.upserts)
        for key in change.removes:
            del rows[key]
    return {key: row["score"] for key, row in rows.items() if key != tops.COUNT}


async def _top_in_database(board: UUID) -> dict[str, Any]:
    order = await order_in_database(board)
    return {str(who): score for who, score in order[:100]}


async def test_moves_during_a_build_are_in_what_it_builds(board: UUID, node: MakeNode) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    dice = random.Random(1)

    async def move() -> None:
        for _ in range(120):
            await _something(dice, board)
            await one.turn()

    async def rebuild() -> None:
        for _ in range(12):
            await one.build(board)

    await asyncio.gather(move(), rebuild())
    await one.turn()
    assert await one.order(board) == await order_in_database(board)


async def test_a_holder_that_was_paused_cannot_undo_what_the_next_one_did(
    board: UUID, node: MakeNode
) -> None:
    assert await _paused_holder(board, node, Pausing) == 800_000


async def test_without_the_fence_a_paused_holder_undoes_it(board: UUID, node: MakeNode) -> None:
    assert await _paused_holder(board, node, Unfenced) == 700_000


class Pausing(Ranks):
    """Between reading scores and applying them, it can be made to wait: a process that was stopped there."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.is_waiting = asyncio.Event()

    async def apply(self, boards: Sequence[Moves], *, fences: Sequence[tuple[int, int]]) -> list[Applied]:
        self.is_waiting.set()
        await self.may_go_on.wait()
        return await super().apply(boards, fences=fences)


class Unfenced(Pausing):
    """Its steps all carry the same fence, as if there were none."""

    async def apply(self, boards: Sequence[Moves], *, fences: Sequence[tuple[int, int]]) -> list[Applied]:
        return await super().apply(boards, fences=[(1_000_000, 0) for _ in fences])


async def _paused_holder(board: UUID, node: MakeNode, kind: type[Pausing]) -> float:
    """The score in the ranks after: one reads 700 km and stops; another takes over and applies 800 km; the
    first goes on."""
    first, second = node("a", kind=kind), node("b", kind=kind)
    await first.hold()
    await first.build(board)
    await first.turn()
    ranks = first.ranks
    assert isinstance(ranks, Pausing)
    ranks.may_go_on.clear()
    ranks.is_waiting.clear()
    await set_score(board, member_id(5), 700_000)
    paused = asyncio.create_task(first.turn())
    await ranks.is_waiting.wait()
    await database.execute("UPDATE board_shard SET held_until = 'epoch'")
    await second.hold()
    await set_score(board, member_id(5), 800_000)
    await second.turn()
    ranks.may_go_on.set()
    await paused
    return dict(await second.order(board))[member_id(5)]


async def test_an_emptied_redis_is_noticed_and_built_again(
    board: UUID, node: MakeNode, redis_url: str
) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    await one.turn()
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.flushall()
    await set_score(board, member_id(3), 1)
    await one.turn()
    assert one.absent == [board]
    await one.build(board)
    assert await one.order(board) == await order_in_database(board)


async def test_a_replica_that_took_over_without_the_last_moves_catches_up(
    board: UUID, node: MakeNode, redis_url: str
) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    one.run()
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        old: dict[Any, Any] = {key: await client.dump(key) for key in await client.keys("*")}
        await set_score(board, member_id(3), 900_000)
        await until(one, board, (member_id(3), 900_000))
        epoch = one.changes[-1][1].epoch
        for key, value in old.items():
            await client.restore(key, 0, value, replace=True)
        await client.delete("pulse:{boards}:beat:a")
    async with asyncio.timeout(10):
        # Versions that were told before are not told again.
        while one.changes[-1][1].epoch == epoch:  # noqa: ASYNC110  # the node remembers, and tells nobody
            await asyncio.sleep(0.05)
    assert await one.order(board) == await order_in_database(board)


async def until(one: RankingNode, board: UUID, first: tuple[UUID, float]) -> None:
    """Wait for the first place."""
    async with asyncio.timeout(10):
        while (await one.order(board))[0] != first:  # noqa: ASYNC110  # Redis tells nobody
            await asyncio.sleep(0.05)


async def test_a_deleted_challenge_leaves_nothing_behind(board: UUID, node: MakeNode, redis_url: str) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    await database.execute("DELETE FROM challenge WHERE id = $1", board)
    await one.turn()
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert await client.keys("*") == []


async def test_boards_that_nobody_uses_expire(board: UUID, node: MakeNode, redis_url: str) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        for key in await client.keys("*"):
            assert 0 < await client.ttl(key) <= 3_660


async def test_nodes_share_the_boards_and_take_over_what_is_free(board: UUID, node: MakeNode) -> None:
    first, second = node("a"), node("b")
    await first.hold()
    assert len(first.shards.mine) == 16
    for _ in range(20):
        await second.hold()
        await first.hold()
    assert len(first.shards.mine) == len(second.shards.mine) == 8
    assert not first.shards.mine.keys() & second.shards.mine.keys()
    await first.shards.release()
    await second.hold()
    assert len(second.shards.mine) == 16


async def test_ranks_that_somebody_broke_are_found_and_mended(
    board: UUID, node: MakeNode, redis_url: str
) -> None:
    one = node("a")
    await one.hold()
    await one.build(board)
    comparison = Comparison(one.shards, one.ranks, one.materialiser, settled_s=0)
    assert [await comparison.compare(random.Random(1)) for _ in range(4)] == [0, 0, 0, 0]
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        rank = f"pulse:{{board:{board}}}:rank"
        elements: list[Any] = await client.zrange(rank, 0, -1)
        await client.zadd(rank, dict.fromkeys(elements, 5))
    assert [await comparison.compare(random.Random(1)) for _ in range(4)] == [100, 100, 100, 0]
    assert await one.order(board) == await order_in_database(board)
