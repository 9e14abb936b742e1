"""Feeds under an event loop that runs what is ready in any order: the promises hold in every one of them."""

import asyncio
import random
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from realtime.channels import ChannelClass, Kind
from realtime.fanout import Feed, Listener
from realtime.frames import AnyServerFrame, Position
from realtime.logs import LogFeed
from realtime.metrics import Metrics
from realtime.settings import Settings
from realtime.states import StateFeed
from realtime.tasks import Tasks
from realtime.views import View
from realtime.wire import JSON, framed
from tests.realtime.memory_host import MemoryHost

SETTINGS = Settings(gap_s=0.0, coalesce_s=0.0, ring_events=8, replay_events=2_000, page_events=5)


class ShufflingLoop(asyncio.SelectorEventLoop):
    """Runs what is ready in an order of the dice's, as any loop may one day."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._dice = random.Random(seed)

    def _run_once(self) -> None:
        ready = list(self._ready)  # type: ignore[attr-defined]
        self._dice.shuffle(ready)
        self._ready.clear()  # type: ignore[attr-defined]
        self._ready.extend(ready)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def play(seed: int, story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=lambda: ShufflingLoop(seed)) as runner:
        runner.run(asyncio.wait_for(story, 20))


class Person:
    """A reader that chokes and drains as it likes, and resumes from where it was."""

    wire = JSON
    every = 1

    def __init__(self, dice: random.Random) -> None:
        self.is_choked = False
        self.was_lost = False
        self.view = View("x:1")
        self._dice = dice
        self._listener: Listener | None = None

    def write(self, data: bytes) -> None:
        head = 2 if data[1] < 126 else 4 if data[1] == 126 else 10
        for one in JSON.split(data[head:]):
            self.view.apply(JSON.server_frame(one))
            self.was_lost |= self.view.lost
        if self._listener is not None and self._dice.random() < 0.05:
            self.is_choked = True
            self._listener.feed.fall_behind(self._listener)

    def send(self, *frames: AnyServerFrame) -> None:
        self.write(framed(JSON.opcode, JSON.encode(frames)))

    async def watch(self, feed: Feed, position: Position | None) -> None:
        await feed.ready(position)
        if position is not None:
            await feed.reach(position)
        self.is_choked = False
        self._listener = feed.attach(self, position, None)

    def drain(self) -> None:
        self.is_choked = False
        if self._listener is not None and not self._listener.at_tip:
            self._listener.feed.catch_up(self._listener)

    def leave(self) -> None:
        if self._listener is not None:
            self._listener.feed.detach(self._listener)
            self._listener = None

    async def live(self, feed: Feed, until: asyncio.Event) -> None:
        """Come, choke, drain, go and come back, until it is over; then stay."""
        while not until.is_set():
            await self.watch(feed, self.view.position)
            for _ in range(self._dice.randrange(1, 12)):
                await asyncio.sleep(0)
                if self.is_choked and self._dice.random() < 0.3:
                    self.drain()
            self.leave()
            await asyncio.sleep(0)
        await self.watch(feed, self.view.position)
        self.drain()


async def log_story(seed: int) -> None:
    dice = random.Random(seed)
    host, tasks = MemoryHost(), Tasks()
    feed = LogFeed(
        "chat:1", Kind(name="chat", delivers=ChannelClass.LOG), 1,
        host=host, settings=SETTINGS, tasks=tasks, metrics=Metrics(), now_ms=time.time,
    )  # fmt: skip
    over = asyncio.Event()
    people = [Person(random.Random(seed + n)) for n in range(6)]
    lives = [asyncio.create_task(person.live(feed, over)) for person in people]

    async def publish(n: int) -> None:
        """After the commit, some time later, perhaps twice, perhaps never."""
        for _ in range(dice.choice((0, 1, 1, 1, 2))):
            await asyncio.sleep(0)
            feed.tail.heard(host.epoch, n, host.logs["chat:1"][n - 1])

    async with asyncio.TaskGroup() as group:
        for _ in range(150):
            group.create_task(publish(host.say("chat:1", 1, through=None)))
            if dice.random() < 0.5:
                await asyncio.sleep(0)
    over.set()
    await asyncio.gather(*lives)
    feed.tail.learned(host.epoch, 150)
    while any(person.view.position != (7, 150) for person in people):
        await asyncio.sleep(0.001)
        for person in people:
            person.drain()
    for person in people:
        assert not person.was_lost, "no hole was ever told"
        assert not person.view.resets
    await tasks.stop()


async def state_story(seed: int) -> None:
    dice = random.Random(seed)
    host, tasks = MemoryHost(), Tasks()
    feed = StateFeed(
        "board:1", Kind(name="board", delivers=ChannelClass.STATE), 1,
        read=host.read_state, settings=SETTINGS, tasks=tasks, metrics=Metrics(),
    )  # fmt: skip
    host.set_rows("board:1", {"a": 0}, through=None)
    over = asyncio.Event()
    people = [Person(random.Random(seed + n)) for n in range(6)]
    lives = [asyncio.create_task(person.live(feed, over)) for person in people]
    for n in range(150):
        version = host.set_rows("board:1", {dice.choice("abcdef"): dice.choice((n, None))}, through=None)
        if dice.random() < 0.7:
            feed.heard(host.epoch, version)
        await asyncio.sleep(0)
    feed.heard(host.epoch, host.versions["board:1"])
    over.set()
    await asyncio.gather(*lives)
    while any(person.view.rows != host.states["board:1"] for person in people):
        await asyncio.sleep(0.001)
        for person in people:
            person.drain()
    for person in people:
        assert not person.was_lost, "every diff began where its reader was"
    await tasks.stop()


@pytest.mark.parametrize("seed", range(25))
def test_a_log_is_whole_in_whatever_order_things_run(seed: int):
    play(seed, log_story(seed))


@pytest.mark.parametrize("seed", range(25))
def test_a_state_converges_in_whatever_order_things_run(seed: int):
    play(seed, state_story(seed))
