"""What was committed is published, also when the one who committed it is gone."""

import asyncio
from typing import cast

import pytest

from domain import database
from domain.challenges.events import StandingsMoved
from domain.members.events import PreferencesChanged
from domain.members.model import Preferences
from hub.relay import Relay
from realtime.node import Node
from tests.support.domains import Domain

_WAITING = "SELECT count(*) FROM outbox"


class Listening:
    """A node, as far as a relay needs one: it remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.something = asyncio.Event()

    def publish_event(self, channel: str, epoch: int, seq: int, body: bytes) -> None:
        self._hear(channel, seq)

    def nudge(self, channel: str, epoch: int, seq: int) -> None:
        self._hear(channel, seq)

    def signal(self, topic: str, body: bytes) -> None:
        pass

    def _hear(self, channel: str, seq: int) -> None:
        self.heard.append((channel, seq))
        self.something.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self.something.clear()
                await self.something.wait()


@pytest.fixture
async def relaying(db: Domain) -> tuple[Relay, Listening]:
    return Relay(), Listening()


async def until_forgotten() -> None:
    async with asyncio.timeout(10):
        while await database.fetchval(_WAITING):  # noqa: ASYNC110  # the table tells nobody
            await asyncio.sleep(0.02)


async def write(db: Domain, times: int = 1) -> None:
    me = await db.member(f"member_{times}")
    for _ in range(times):
        async with database.transaction() as tx:
            tx.record(PreferencesChanged(me.member_id, Preferences()))
            tx.record(StandingsMoved(me.member_id))


async def test_what_a_dead_node_left_behind_is_published_in_order_and_forgotten(
    db: Domain, relaying: tuple[Relay, Listening]
) -> None:
    relay, node = relaying
    await write(db, times=3)  # `db` announces to nobody: as if the node died after the commit
    work = asyncio.create_task(relay.run(cast(Node, node)))
    await node.until(6)
    await until_forgotten()
    work.cancel()
    assert [seq for channel, seq in node.heard if channel.startswith("member:")] == [1, 2, 3]
    assert [seq for channel, seq in node.heard if channel.startswith("board:")] == [1, 2, 3]


async def test_what_is_announced_is_published_at_once_and_only_once(
    db: Domain, relaying: tuple[Relay, Listening]
) -> None:
    relay, node = relaying
    work = asyncio.create_task(relay.run(cast(Node, node)))
    await asyncio.sleep(0)  # the relay knows its node from here on
    await write(db)
    relay.announce(db.announced)
    assert len(node.heard) == 2
    await until_forgotten()
    work.cancel()
    assert len(node.heard) == 2


async def test_two_relays_do_not_publish_the_same_twice(db: Domain) -> None:
    node = Listening()
    relays = [Relay(), Relay()]
    await write(db, times=5)
    work = [asyncio.create_task(relay.run(cast(Node, node))) for relay in relays]
    await node.until(10)
    await until_forgotten()
    for task in work:
        task.cancel()
    assert len(node.heard) == len(set(node.heard)) == 10
