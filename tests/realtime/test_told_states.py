"""Changes that somebody computed: applied where they follow, read where they do not, and all converge."""

import asyncio
import random

from realtime.channels import ChannelClass, Kind
from realtime.host import State, StateChange
from realtime.metrics import Metrics
from realtime.settings import Settings
from realtime.states import StateFeed
from realtime.tasks import Tasks
from tests.realtime.test_races import Person

KIND = Kind(name="board", delivers=ChannelClass.STATE)


class Truth:
    """A state whose changes are computed by the one who makes them, and may get lost on the way."""

    def __init__(self) -> None:
        self.state = State(epoch=1, seq=0, rows={"a": 0})
        self.reads = 0

    async def read(self, _: str) -> State:
        self.reads += 1
        return self.state

    def change(self, key: str, value: int | None) -> StateChange:
        rows = {**self.state.rows, key: value}
        if value is None:
            del rows[key]
        before = self.state.seq
        self.state = State(epoch=self.state.epoch, seq=before + 1, rows=rows)
        upserts = {} if value is None else {key: value}
        return StateChange(self.state.epoch, before, before + 1, upserts, [key] if value is None else [])

    def start_over(self) -> None:
        self.state = State(epoch=self.state.epoch + 1, seq=0, rows={"new": 1})


def feed_of(truth: Truth, tasks: Tasks) -> StateFeed:
    settings = Settings(coalesce_s=0.001)
    return StateFeed("board:1", KIND, 1, read=truth.read, settings=settings, tasks=tasks, metrics=Metrics())


async def test_a_change_that_follows_is_not_read() -> None:
    truth, tasks = Truth(), Tasks()
    feed = feed_of(truth, tasks)
    await feed.ready(None)
    for n in range(20):
        feed.told(truth.change("ab"[n % 2], n))
    assert truth.reads == 1
    assert feed.head == 20
    await tasks.stop()


async def test_lost_doubled_and_late_changes_and_new_epochs_end_in_the_truth() -> None:
    for seed in range(30):
        await _story(seed)


async def _story(seed: int) -> None:
    dice = random.Random(seed)
    truth, tasks = Truth(), Tasks()
    feed = feed_of(truth, tasks)
    over = asyncio.Event()
    people = [Person(random.Random(seed + n)) for n in range(4)]
    lives = [asyncio.create_task(person.live(feed, over)) for person in people]
    late: list[StateChange] = []
    for n in range(100):
        if dice.random() < 0.03:
            truth.start_over()
        change = truth.change(dice.choice("abcdef"), n)
        if dice.random() < 0.1:
            late.append(change)
        elif dice.random() < 0.9:
            feed.told(change)
        if late and dice.random() < 0.2:
            feed.told(late.pop(0))
        await asyncio.sleep(0)
    over.set()
    await asyncio.gather(*lives)
    feed.told(truth.change("end", 1))
    async with asyncio.timeout(5):
        while any(person.view.rows != truth.state.rows for person in people):
            await asyncio.sleep(0.001)
            for person in people:
                person.drain()
    assert not any(person.was_lost for person in people), "every diff began where its reader was"
    await tasks.stop()
