"""A board of a small crowd, and nodes without sockets that rank it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from uuid import UUID

import pytest

from domain import database
from domain.challenges.boards import Score
from domain.challenges.ledger import shard_of
from hub.boards.builder import Builder
from hub.boards.materialiser import Listener, Materialiser
from hub.boards.ranks import Applied, Ranks
from hub.boards.shards import Shards
from realtime.host import StateChange
from tests.support import crowds
from tests.support.domains import Domain

CROWD = 300

_ORDER = """
SELECT member_id, score FROM challenge_member WHERE challenge_id = $1 AND NOT hidden
ORDER BY - score, reached_at, member_id
"""
_SET_SCORE = """
UPDATE challenge_member SET score = $3, reached_at = now() WHERE challenge_id = $1 AND member_id = $2
"""


class RankingNode:
    """One node's materialiser, turned by hand or running; it remembers what it told."""

    def __init__(self, name: str, ranks: Ranks) -> None:
        self.ranks = ranks
        self.shards = Shards(name)
        self.changes: list[tuple[UUID, StateChange]] = []
        self.absent: list[UUID] = []
        self.moved: list[Mapping[UUID, Score | None]] = []
        listener = Listener(
            changed=lambda one, change: self.changes.append((one, change)),
            absent=self.absent.extend,
            moved=self._on_moved,
        )
        self.materialiser = Materialiser(self.shards, ranks, listener)
        self.builder = Builder(self.shards, ranks)
        self._tasks: list[asyncio.Task[None]] = []

    def _on_moved(self, _: UUID, scores: Mapping[UUID, Score | None], __: Applied) -> None:
        self.moved.append(scores)

    async def hold(self) -> None:
        """Take what is free."""
        await self.materialiser.hold()

    async def build(self, challenge_id: UUID) -> None:
        await self.hold()
        assert await self.builder.build(challenge_id)
        await self.materialiser.refresh(challenge_id)

    async def turn(self) -> None:
        """One tick. Nobody else renews the leases meanwhile, and the machine may be slow."""
        await self.hold()
        await self.materialiser.tick()

    def run(self) -> None:
        """Live by itself until the end of the test."""
        loop = asyncio.get_running_loop()
        self._tasks += [loop.create_task(self.materialiser.run()), loop.create_task(self.materialiser.tend())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def order(self, challenge_id: UUID) -> list[tuple[UUID, float]]:
        """The whole board as its ranks have it."""
        valid_from = self.shards.valid_from(shard_of(challenge_id))
        window = await self.ranks.slice(challenge_id, offset=0, size=10_000, valid_from=valid_from)
        return [(spot.member_id, -spot.minus / 1000) for spot in window.spots]


async def order_in_database(challenge_id: UUID) -> list[tuple[UUID, float]]:
    return [(row["member_id"], float(row["score"])) for row in await database.fetch(_ORDER, challenge_id)]


async def set_score(challenge_id: UUID, member_id: UUID, score: float) -> None:
    await database.execute(_SET_SCORE, challenge_id, member_id, score)


@pytest.fixture
async def board(db: Domain) -> UUID:
    """A challenge with a crowd in it."""
    async with database.acquire() as connection:
        await crowds.people(connection, CROWD)
        return await crowds.board(connection, CROWD)


MakeNode = Callable[..., RankingNode]


@pytest.fixture
async def node(db: Domain, redis_url: str) -> AsyncIterator[MakeNode]:
    """`node("a")`, or `node("a", kind=...)` with ranks of another kind."""
    made: list[RankingNode] = []

    def make(name: str, *, kind: Callable[[str], Ranks] = Ranks) -> RankingNode:
        made.append(RankingNode(name, kind(redis_url)))
        return made[-1]

    yield make
    for one in made:
        await one.stop()
        await one.ranks.close()
