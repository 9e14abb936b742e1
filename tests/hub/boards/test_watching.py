"""People watch a board over real sockets: its top, and around themselves."""

import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from realtime.client import LiveClient
from tests.hub.boards.watching import around, eventually, places, seen_around, seen_on_top
from tests.support import crowds
from tests.support.crowds import member_id
from tests.support.hubs import StartHub

CROWD = 300
_SCORE = """
UPDATE challenge_member SET score = $3, reached_at = now() WHERE challenge_id = $1 AND member_id = $2
"""
_FOLLOW = "INSERT INTO follow VALUES ($1, $2, 'accepted', now())"


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Any]:
    made = await asyncpg.connect(database_url)
    await crowds.people(made, CROWD)
    yield made
    await made.close()


@pytest.fixture
async def crowd_board(connection: Any) -> UUID:
    return await crowds.board(connection, CROWD)


async def test_the_top_and_the_middle_follow_on_every_node(
    hub_process: StartHub, connection: Any, crowd_board: UUID
) -> None:
    first, second = await hub_process(), await hub_process()
    ann, bob = await crowds.tokens(connection, [member_id(150), member_id(151)])
    async with LiveClient(first.ws_url, token=ann) as one, LiveClient(second.ws_url, token=bob) as other:
        tops = [live.watch(f"board:{crowd_board}") for live in (one, other)]
        middles = [
            one.watch(f"around:{crowd_board}:{member_id(150)}"),
            other.watch(f"around:{crowd_board}:{member_id(151)}"),
        ]

        async def all_see_it() -> bool:
            everybody = await places(connection, crowd_board)
            return all(seen_on_top(view) == sorted(everybody[:100]) for view in tops) and all(
                seen_around(view) == around(everybody, n) for view, n in zip(middles, (150, 151), strict=True)
            )

        await eventually(all_see_it, within_s=10, what="the first look")
        dice = random.Random(1)
        for _ in range(4):
            for _ in range(20):
                who = dice.choice((150, 151, *range(1, CROWD + 1)))
                score = dice.choice((0, 100_000, dice.randrange(600_000)))
                await connection.execute(_SCORE, crowd_board, member_id(who), score)
            await eventually(all_see_it, within_s=5, what="the board after some moves")


async def test_a_friend_who_passes_is_told(hub_process: StartHub, connection: Any, crowd_board: UUID) -> None:
    hub = await hub_process()
    (token,) = await crowds.tokens(connection, [member_id(1)])
    await connection.execute(_FOLLOW, member_id(1), member_id(2))
    for n, score in ((1, 10_000), (2, 9_000), (3, 9_000)):
        await connection.execute(_SCORE, crowd_board, member_id(n), score)
    async with LiveClient(hub.ws_url, token=token) as live:
        middle = live.watch(f"around:{crowd_board}:{member_id(1)}")

        async def is_settled() -> bool:
            return seen_around(middle) == around(await places(connection, crowd_board), 1)

        await eventually(is_settled, within_s=10, what="the first look")
        await connection.execute(_SCORE, crowd_board, member_id(3), 12_000)
        await connection.execute(_SCORE, crowd_board, member_id(2), 11_200)
        await live.until(lambda: "!" in middle.rows)
        passed = middle.rows["!"]
        assert (passed["member"]["handle"], passed["ahead"]) == ("m_00000002", 1_200)


async def test_nobody_watches_the_neighbourhood_of_somebody_else(
    hub_process: StartHub, connection: Any, crowd_board: UUID
) -> None:
    hub = await hub_process()
    (token,) = await crowds.tokens(connection, [member_id(1)])
    async with LiveClient(hub.ws_url, token=token) as live:
        other = live.watch(f"around:{crowd_board}:{member_id(2)}")
        await live.until(lambda: other.ended)
        assert other.ended == "denied"


async def test_who_is_hidden_sees_their_place_and_nobody_else_does(
    hub_process: StartHub, connection: Any, crowd_board: UUID
) -> None:
    hub = await hub_process()
    await connection.execute(_SCORE, crowd_board, member_id(1), 900_000)
    await connection.execute(
        "UPDATE challenge_member SET hidden = true WHERE challenge_id = $1 AND member_id = $2",
        *(crowd_board, member_id(1)),
    )
    hidden, other = await crowds.tokens(connection, [member_id(1), member_id(2)])
    async with LiveClient(hub.ws_url, token=hidden) as one, LiveClient(hub.ws_url, token=other) as two:
        mine = one.watch(f"around:{crowd_board}:{member_id(1)}")
        top = two.watch(f"board:{crowd_board}")
        await one.until(lambda: mine.rows)
        await two.until(lambda: top.rows)
        assert seen_around(mine)[0] == (str(member_id(1)), 1, 900_000)
        assert str(member_id(1)) not in top.rows
        assert top.rows["#"] == {"participants": CROWD - 1}
