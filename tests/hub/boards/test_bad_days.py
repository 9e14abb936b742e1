"""Redis, or the node that ranks, goes away during a finish: then everybody sees what PostgreSQL says."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.embedded import RedisServer
from realtime.client import LiveClient
from realtime.views import View
from tests.hub.boards.watching import around, eventually, places, seen_around, seen_on_top
from tests.support import crowds
from tests.support.crowds import member_id
from tests.support.hubs import HubProcess, StartHub

CROWD = 200
_HEALS_S = 12.0
_SCORE = """
UPDATE challenge_member SET score = $3, reached_at = clock_timestamp()
WHERE challenge_id = $1 AND member_id = $2
"""
_HOLDER = """
SELECT holder FROM board_shard WHERE shard = board_shard($1) AND held_until > clock_timestamp()
"""


class Finish:
    """A board that moves, watched through two nodes."""

    def __init__(self, connection: Any, board: UUID, hubs: list[HubProcess], redis: RedisServer) -> None:
        self.connection = connection
        self.board = board
        self.hubs = hubs
        self.redis = redis
        self.tops: list[View] = []
        self.middles: list[tuple[int, View]] = []
        self._dice = random.Random(7)

    async def watch(self, live: LiveClient, n: int) -> None:
        self.tops.append(live.watch(f"board:{self.board}"))
        self.middles.append((n, live.watch(f"around:{self.board}:{member_id(n)}")))

    async def move(self, times: int) -> None:
        for _ in range(times):
            who = member_id(self._dice.randrange(1, CROWD + 1))
            score = self._dice.choice((0, 100_000, self._dice.randrange(900_000)))
            await self.connection.execute(_SCORE, self.board, who, score)
            await asyncio.sleep(0.01)

    async def is_seen(self) -> bool:
        everybody = await places(self.connection, self.board)
        return all(seen_on_top(view) == sorted(everybody[:100]) for view in self.tops) and all(
            seen_around(view) == around(everybody, n) for n, view in self.middles
        )

    async def all_see_it(self, what: str) -> None:
        await eventually(self.is_seen, within_s=_HEALS_S, what=what)

    async def ranking_hub(self) -> HubProcess:
        """The node that ranks the board: the only one whose end another one notices."""
        for hub in self.hubs:
            holder = await self.connection.fetchval(_HOLDER, self.board)
            if holder is not None and holder in hub.read_log():
                return hub
        raise AssertionError("somebody ranks every board")


@pytest.fixture
async def finish(
    database_url: str, redis_server: RedisServer, hub_process: StartHub
) -> AsyncIterator[Finish]:
    connection = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    await crowds.people(connection, CROWD)
    board = await crowds.board(connection, CROWD)
    hubs = [await hub_process(redis_url=redis_server.url) for _ in range(2)]
    numbers = (100, 101)
    tokens = await crowds.tokens(connection, [member_id(n) for n in numbers])
    async with AsyncExitStack() as stack:
        finish = Finish(connection, board, hubs, redis_server)
        for hub, token, n in zip(hubs, tokens, numbers, strict=True):
            live = await stack.enter_async_context(LiveClient(hub.ws_url, token=token))
            await finish.watch(live, n)
        await finish.all_see_it("the first look")
        yield finish
    await connection.close()


async def _emptied(finish: Finish) -> None:
    finish.redis.stop()
    finish.redis.start()


async def _frozen(finish: Finish) -> None:
    finish.redis.freeze()
    await finish.move(100)
    finish.redis.thaw()


async def _killed(finish: Finish) -> None:
    """Redis dies, and comes back with nothing."""
    finish.redis.kill()
    await finish.move(100)
    finish.redis.start()


async def _paused(finish: Finish) -> None:
    """The node that ranks stops for longer than its lease, and goes on: two think that they rank."""
    hub = await finish.ranking_hub()
    hub.signal(signal.SIGSTOP)
    await finish.move(400)
    hub.signal(signal.SIGCONT)


Bad = Callable[[Finish], Awaitable[None]]


@pytest.mark.parametrize(
    "bad", [_emptied, _frozen, _killed, _paused], ids=lambda one: one.__name__.strip("_")
)
async def test_after_a_bad_moment_everybody_sees_the_board_of_the_database(finish: Finish, bad: Bad) -> None:
    moving = asyncio.create_task(finish.move(300))
    await asyncio.sleep(0.5)
    await bad(finish)
    await moving
    await finish.all_see_it("the board after it")
    await finish.move(20)
    await finish.all_see_it("and it goes on")


async def test_the_death_of_the_node_that_ranks_costs_a_few_seconds(finish: Finish) -> None:
    hub = await finish.ranking_hub()
    at = finish.hubs.index(hub)
    moving = asyncio.create_task(finish.move(300))
    await asyncio.sleep(0.5)
    hub.kill()
    # Its own watchers are gone with it: the others go on.
    del finish.tops[at], finish.middles[at]
    await moving
    await finish.all_see_it("the board after it")


async def test_a_member_who_is_erased_is_on_no_screen(finish: Finish) -> None:
    first = (await places(finish.connection, finish.board))[0][0]
    await finish.connection.execute("DELETE FROM member WHERE id = $1", UUID(first))
    await finish.all_see_it("the board without them")


async def test_a_thousand_edits_of_one_score_end_where_they_end(finish: Finish) -> None:
    for n in range(1_000):
        await finish.connection.execute(_SCORE, finish.board, member_id(5), n * 37 % 1_000 * 1_000)
    await finish.all_see_it("the last edit")


async def test_everybody_level_and_at_the_limit(finish: Finish) -> None:
    limit = (2**53 - 1) / 1000
    await finish.connection.execute(
        "UPDATE challenge_member SET score = 9007199254740.991 WHERE challenge_id = $1", finish.board
    )
    await finish.all_see_it("all tie at the limit")
    assert {rank for _, rank, _ in seen_on_top(finish.tops[0])} == {1}
    assert {score for _, _, score in seen_on_top(finish.tops[0])} == {limit}
