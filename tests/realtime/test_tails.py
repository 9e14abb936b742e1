"""A tail is complete, whatever the bus loses, reorders or repeats."""

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.metrics import Metrics
from realtime.settings import Settings
from realtime.tails import Tail
from realtime.tasks import Tasks
from tests.realtime.conftest import eventually
from tests.realtime.memory_host import MemoryHost

QUICK = Settings(gap_s=0.001, page_events=7, ring_events=20, replay_events=1_000)


class Follower:
    def __init__(self) -> None:
        self.starts: list[str] = []

    def grew(self) -> None: ...

    def started(self, reason: str) -> None:
        self.starts.append(reason)

    def needed(self) -> int:
        return 10**9


class Story:
    """A log in the host and a tail of it."""

    def __init__(self) -> None:
        self.host = MemoryHost()
        self.tasks = Tasks()
        self.follower = Follower()
        self.tail = Tail(
            "chat:1", self.follower, host=self.host, settings=QUICK, tasks=self.tasks, metrics=Metrics()
        )

    def commit(self, count: int) -> list[tuple[int, bytes]]:
        start = len(self.host.logs.get("chat:1", []))
        for n in range(count):
            self.host.say("chat:1", start + n + 1, through=None)
        return [(start + n + 1, b"%d" % (start + n + 1)) for n in range(count)]

    async def until_head(self, head: int) -> None:
        await eventually(lambda: self.tail.head >= head)

    def kept(self) -> list[int]:
        ring = self.tail.ring
        assert ring is not None
        return [seq for seq, _ in ring.after(ring.floor, ring.head)]


@pytest.fixture
async def story():
    story = Story()
    yield story
    await story.tasks.stop()


async def test_a_hole_is_fetched_once(story: Story):
    story.commit(5)
    await story.tail.ready()
    reads = story.host.log_reads
    events = story.commit(10)

    for seq, body in events[4:]:
        story.tail.heard(7, seq, body)
    await story.until_head(15)

    assert story.kept() == list(range(6, 16))
    assert story.host.log_reads <= reads + 2, "one page is short: four events in pages of seven"


async def test_the_first_look_brings_what_the_first_reader_missed(story: Story):
    story.commit(12)

    await story.tail.ready(after=6)

    assert story.kept() == [7, 8, 9, 10, 11, 12]
    assert story.host.log_reads == 1


async def test_a_first_look_from_too_far_back_begins_at_the_head(story: Story):
    story.commit(12)

    await story.tail.ready(after=1)

    assert story.kept() == [], "a page has seven events, and a ring has no hole"
    assert story.tail.head == 12


async def test_what_comes_a_moment_too_early_costs_no_fetch(story: Story):
    story.commit(1)
    await story.tail.ready()
    reads = story.host.log_reads
    events = story.commit(3)
    for seq, body in reversed(events):
        story.tail.heard(7, seq, body)
    assert story.tail.head == 4
    assert story.host.log_reads == reads


async def test_what_was_heard_before_the_first_look_is_not_lost(story: Story):
    story.commit(3)
    looking = asyncio.create_task(story.tail.ready())
    await asyncio.sleep(0)
    for seq, body in story.commit(2):
        story.tail.heard(7, seq, body)
    await looking
    await story.until_head(5)


async def test_a_head_that_somebody_knows_of_is_fetched(story: Story):
    story.commit(3)
    await story.tail.ready()
    story.commit(4)
    story.tail.learned(7, 7)
    await story.until_head(7)
    assert story.kept() == [4, 5, 6, 7]


async def test_a_database_that_is_away_is_asked_again(story: Story):
    story.commit(1)
    await story.tail.ready()
    story.commit(2)
    story.host.is_away = True
    story.tail.learned(7, 3)
    await asyncio.sleep(0.05)
    assert story.tail.head == 1
    story.host.is_away = False
    await story.until_head(3)


async def test_a_lie_about_the_head_is_forgotten(story: Story):
    story.commit(2)
    await story.tail.ready()
    story.tail.heard(7, 9, b"9")
    await asyncio.sleep(1.3)
    assert story.tail.head == 2
    for seq, body in story.commit(1):
        story.tail.heard(7, seq, body)
    assert story.tail.head == 3


async def test_an_empty_channel_gets_its_epoch_with_its_first_event(story: Story):
    story.host.epoch = 0
    await story.tail.ready()
    story.host.epoch = 7
    for seq, body in story.commit(2):
        story.tail.heard(7, seq, body)
    assert (story.tail.epoch, story.kept()) == (7, [1, 2])
    assert story.follower.starts == ["", "began"]


async def test_an_empty_channel_that_misses_its_first_event_loses_nothing(story: Story):
    story.host.epoch = 0
    await story.tail.ready()
    story.host.epoch = 7
    story.commit(12)
    story.tail.learned(7, 12)
    await story.until_head(12)
    assert story.kept() == list(range(1, 13))


async def test_a_channel_that_begins_while_it_is_looked_at_loses_nothing(story: Story):
    story.host.epoch = 0
    await story.tail.ready()
    looking = asyncio.create_task(story.tail.look())
    await asyncio.sleep(0)
    story.host.epoch = 7
    events = story.commit(12)
    story.tail.heard(7, *events[0])
    await looking
    assert (story.tail.epoch, story.kept()) == (7, list(range(1, 13)))


async def test_a_new_epoch_starts_over(story: Story):
    story.commit(5)
    await story.tail.ready()
    story.host.epoch = 8
    story.host.logs["chat:1"] = [b"1", b"2"]
    story.tail.heard(8, 2, b"2")
    await eventually(lambda: story.tail.epoch == 8)
    assert (story.tail.head, story.follower.starts) == (2, ["", "epoch"])


async def test_a_ring_never_holds_more_than_it_may_for_anybody(story: Story):
    story.follower.needed = lambda: story.tail.head  # type: ignore[method-assign]  # all is told at once
    story.commit(5)
    await story.tail.ready()
    for seq, body in story.commit(50):
        story.tail.heard(7, seq, body)
    assert story.kept() == list(range(36, 56))


async def test_what_was_trimmed_while_a_node_was_deaf_is_a_reason_to_start_over(story: Story):
    story.commit(5)
    await story.tail.ready()
    story.commit(50)
    story.host.trimmed["chat:1"] = 30
    story.tail.learned(7, 55)
    await eventually(lambda: story.tail.head == 55)
    assert story.follower.starts == ["", "trimmed"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.9))
async def test_any_loss_reorder_and_repetition_ends_complete(seed: int, loss: float):
    story = Story()
    dice = random.Random(seed)
    story.commit(3)
    await story.tail.ready()
    events = story.commit(40)
    heard = [event for event in events if dice.random() >= loss] + dice.choices(events, k=5)
    dice.shuffle(heard)
    for seq, body in heard:
        story.tail.heard(7, seq, body)
        if dice.random() < 0.2:
            await asyncio.sleep(0)
    story.tail.learned(7, 43)
    await story.until_head(43)
    await story.tasks.stop()
    assert story.kept() == list(range(44 - len(story.kept()), 44))
