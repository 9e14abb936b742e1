"""The demo community lives: somebody always trains, boards move, and nothing grows without bound."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.live import queries
from domain.live.model import LiveSession, SessionState
from hub.boards.live import LiveBoards
from hub.channels import KINDS
from hub.demo import bustle, life, room, seed
from hub.demo.bustle import Bustle
from hub.demo.people import PEOPLE
from hub.demo.room import DemoRoom
from hub.live_host import LiveHost
from realtime.bus_memory import MemoryBus
from realtime.node import Node
from tests.support.domains import Domain

_LOCKS = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objid::bigint = 7215690246 & 4294967295
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
async def community(db: Domain) -> AsyncIterator[Domain]:
    await seed.seed(now=datetime.now(UTC), vault=db.vault, password_hash="no password fits this")
    yield db


@asynccontextmanager
async def started(domain: Domain) -> AsyncIterator[Node]:
    """A node that has stored everything when it is left."""
    node = Node(LiveHost(domain.vault, LiveBoards(None, node_id="demo")), KINDS, MemoryBus(), node_id="demo")
    await node.start()
    try:
        yield node
    finally:
        await node.stop()


@pytest.fixture
async def node(db: Domain) -> AsyncIterator[Node]:
    async with started(db) as node:
        yield node


async def members() -> dict[str, UUID]:
    handles = [person.handle for person in PEOPLE]
    rows = await database.fetch("SELECT handle, id FROM member WHERE handle = ANY($1)", handles)
    return {row["handle"]: row["id"] for row in rows}


async def shown() -> LiveSession:
    return (await queries.list_open(reader=None, limit=1))[0]


async def play(demo: DemoRoom, now: datetime, *, until: SessionState) -> datetime:
    """Beats of five seconds until the session that is shown is in this state."""
    for _ in range(400):
        now += timedelta(seconds=5)
        await demo.beat(now)
        if (await shown()).state is until:
            return now
    raise AssertionError(f"never {until}")


async def stored() -> int:
    return int(await database.fetchval("SELECT coalesce(sum(stored_upto), 0) FROM live_participant"))


async def test_a_session_fills_runs_finishes_and_the_next_one_opens(community: Domain, node: Node) -> None:
    demo = DemoRoom(node, community.vault, await members(), Random(5))
    now = await play(demo, datetime.now(UTC), until=SessionState.RUNNING)
    first = await shown()
    assert first.participants >= 3
    assert now - first.created_at < timedelta(minutes=1, seconds=30)
    now = await play(demo, now, until=SessionState.LOBBY)
    assert (await shown()).id != first.id
    results = await queries.list_results(first.id, reader=None)
    assert len(results) == first.participants
    assert all(one.workout_id and one.distance_m and one.distance_m > 2_000 for one in results)
    assert [one.rank for one in results] == list(range(1, len(results) + 1))
    chat = await database.fetchval("SELECT count(*) FROM live_message WHERE session_id = $1", first.id)
    assert chat > 0


async def test_who_takes_over_plays_the_same_session_on(community: Domain) -> None:
    everybody = await members()
    async with started(community) as node:
        one = DemoRoom(node, community.vault, everybody, Random(5))
        now = await play(one, datetime.now(UTC), until=SessionState.RUNNING)
        now = await beats(one, now)
    before, session = await stored(), await shown()
    async with started(community) as node:
        await beats(DemoRoom(node, community.vault, everybody, Random(6)), now)
    assert (await shown()).id == session.id
    assert await stored() == before + 6 * session.participants


async def beats(demo: DemoRoom, now: datetime) -> datetime:
    """Half a minute of a session, in six beats."""
    for _ in range(6):
        now += timedelta(seconds=5)
        await demo.beat(now)
    return now


async def test_everyday_life_moves_boards_and_feed_and_stays_small(
    community: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bustle, "WORKOUTS_KEPT", 1)
    monkeypatch.setattr(bustle, "NOTES_KEPT", 1)
    played, now = Bustle(await members(), Random(7)), datetime.now(UTC)
    community.announced.clear()
    for _ in range(120):
        now += timedelta(seconds=10)
        await played.beat(now)
    kinds = {channel.partition(":")[0] for channel in community.channels()}
    assert {"board", "author", "member"} <= kinds
    per_member = await database.fetch(
        "SELECT count(*) AS n FROM workout WHERE source = 'api' GROUP BY author_id"
    )
    assert len(per_member) > 20
    assert {row["n"] for row in per_member} == {1}


async def test_there_is_always_a_challenge_to_watch_and_one_to_wait_for(community: Domain) -> None:
    played, now = Bustle(await members(), Random(8)), datetime.now(UTC) + timedelta(days=60)
    await played.beat(now)
    rows: list[Any] = await database.fetch("SELECT starts_at, ends_at FROM challenge ORDER BY starts_at")
    assert [row["starts_at"] <= now < row["ends_at"] for row in rows] == [True, False]
    assert rows[1]["starts_at"] > now


async def test_one_node_lives_and_another_takes_over(community: Domain, node: Node) -> None:
    alive = [asyncio.create_task(life.run(node=node, vault=community.vault)) for _ in range(2)]
    try:
        await _until(lambda: _count("SELECT count(*) FROM live_session"))
        assert await _count(_LOCKS) == 1
        alive[0].cancel()
        await asyncio.wait([alive[0]])
        await _until(lambda: _count(_LOCKS))
        assert await _count("SELECT count(*) FROM live_session") == 1
    finally:
        for task in alive:
            task.cancel()
        await asyncio.wait(alive)


async def _until(condition: Any) -> None:
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110  # the database sets no event
            await asyncio.sleep(0.05)


async def _count(query: str) -> int:
    return int(await database.fetchval(query))


def test_the_programme_ends_within_a_coffee() -> None:
    minutes = sum(
        (block.duration_s or 0) * part.repeat for part in room.PROGRAMME.parts for block in part.blocks
    )
    assert 5 * 60 < minutes < 15 * 60


async def test_who_finds_nobody_there_gives_the_turn_back(db: Domain, node: Node) -> None:
    await life.take_turn(node=node, vault=db.vault)
    assert await database.fetchval(_LOCKS) == 0
