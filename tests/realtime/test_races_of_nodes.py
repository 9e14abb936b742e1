"""Whole nodes under an event loop that runs what is ready in any order: what may cross, crosses.

Each story is one race: two things that happen at the same time, in many orders, and what must hold after.
"""

import asyncio
import random
import time

import pytest

from realtime.channels import ChannelClass, Kind
from realtime.closing import Close
from realtime.frames import (
    Bye,
    Event,
    Position,
    Reset,
    Snapshot,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
    Welcome,
)
from realtime.logs import LogFeed
from realtime.metrics import Metrics
from realtime.rights import Rights
from realtime.tasks import Tasks
from tests.realtime.hub_in_memory import Hub, MemoryTransport, assert_whole, turns, until
from tests.realtime.memory_host import MemoryHost
from tests.realtime.test_races import SETTINGS, Person, play

SEEDS = range(12)


# Attach and publish.


async def attach_against_publish(seed: int) -> None:
    dice = random.Random(seed)
    async with Hub(2) as hub:
        for n in range(7):
            hub.host.say("chat:1", n, through=None)
        peers: list[MemoryTransport] = []
        for n in range(40):
            hub.host.say("chat:1", n, through=dice.randrange(2))
            if dice.random() < 0.4:
                position = dice.choice([{}, {"chat:1": (7, dice.randrange(1, 8 + n))}])
                peers.append(
                    await hub.connect(dice.randrange(2), f"m{n}", subscribe=["chat:1"], positions=position)
                )
            await turns(dice.randrange(3))
        await until(lambda: all(peer.of(Subscribed) for peer in peers))
        hub.host.say("chat:1", "the last", through=0)
        await until(lambda: all(peer.of(Event) and peer.of(Event)[-1].seq == 48 for peer in peers))  # type: ignore[union-attr]
        for peer in peers:
            assert_whole(peer.told, 48)
            assert not peer.of(Reset)


@pytest.mark.parametrize("seed", SEEDS)
def test_race_attach_against_publish_loses_nothing(seed: int):
    play(seed, attach_against_publish(seed))


# Resume and repair.


async def resume_against_repair(seed: int) -> None:
    dice = random.Random(seed)
    host, tasks = MemoryHost(), Tasks()
    feed = LogFeed(
        "chat:1", Kind(name="chat", delivers=ChannelClass.LOG), 1,
        host=host, settings=SETTINGS, tasks=tasks, metrics=Metrics(), now_ms=time.time,
    )  # fmt: skip
    for n in range(30):
        host.say("chat:1", n, through=None)
    people: list[Person] = []
    comings: list[asyncio.Task[None]] = []
    await feed.ready(None)
    for _ in range(40):
        # Most of it is not heard: each event that is shows a hole, while people come back from before it.
        seq = host.say("chat:1", 1, through=None)
        if dice.random() < 0.3:
            feed.tail.heard(host.epoch, seq, b"1")
        if dice.random() < 0.4:
            person = Person(random.Random(seed + seq))
            person.view.position = position = (7, dice.randrange(1, seq))
            people.append(person)
            comings.append(asyncio.create_task(come_back(person, feed, position)))
        await turns(dice.randrange(3))
    await asyncio.gather(*comings)
    feed.tail.learned(host.epoch, 70)
    async with asyncio.timeout(5):
        while any(person.view.position != (7, 70) for person in people):
            await asyncio.sleep(0.001)
            for person in people:
                person.drain()
    for person in people:
        assert not person.was_lost
        assert not person.view.resets
    await tasks.stop()


async def come_back(person: Person, feed: LogFeed, position: Position) -> None:
    await person.watch(feed, position)


@pytest.mark.parametrize("seed", SEEDS)
def test_race_resume_against_repair_loses_nothing(seed: int):
    play(seed, resume_against_repair(seed))


# Unsubscribe and snapshot.


async def unsubscribe_against_snapshot(seed: int) -> None:
    dice = random.Random(seed)
    async with Hub(1) as hub:
        hub.host.set_rows("board:1", {"n": 0})
        peer = await hub.connect(0)
        await until(lambda: peer.of(Welcome))
        for n in range(1, 30):
            peer.say(Subscribe(id=2 * n, channel="board:1"))
            await turns(dice.randrange(4))
            hub.host.set_rows("board:1", {"n": n, f"k{n % 3}": n})
            await turns(dice.randrange(4))
            peer.say(Unsubscribe(id=2 * n + 1, channel="board:1"))
            await turns(dice.randrange(3))
        await until(lambda: len(peer.of(Unsubscribed)) == 29)
        before = len(peer.told)
        hub.host.set_rows("board:1", {"n": "late"})
        await asyncio.sleep(0.02)
        watched = False
        for frame in peer.told:
            match frame:
                case Subscribed():
                    watched = True
                case Unsubscribed():
                    watched = False
                case Snapshot():
                    assert watched, "a snapshot of what is not watched any more"
        assert not [f for f in peer.told[before:] if not isinstance(f, Welcome)]


@pytest.mark.parametrize("seed", SEEDS)
def test_race_unsubscribe_against_snapshot_is_the_end(seed: int):
    play(seed, unsubscribe_against_snapshot(seed))


# Revoke and subscribe.


async def revoke_against_subscribe(seed: int, *, whole: bool) -> list[str]:
    """Who is still served after their session, or their right to watch, has ended on another node."""
    dice = random.Random(seed)
    served: list[str] = []
    async with Hub(2) as hub:
        peers: dict[str, MemoryTransport] = {}
        for n in range(10):
            member = f"m{n}"
            peers[member] = await hub.connect(dice.randrange(2), member, subscribe=["chat:2"])
            await turns(dice.randrange(6))
            peers[member].say(Subscribe(id=1, channel="chat:1"))
            await turns(dice.randrange(6))
            at = hub.nodes[dice.randrange(2)]
            if whole:
                hub.host.revoked.add(f"member:{member}")
                at.revoke([f"member:{member}"])
            else:
                hub.host.banned |= {(member, "chat:1"), (member, "chat:2")}
                at.recheck(member=member)
            await turns(dice.randrange(3))
        await asyncio.sleep(0.05)
        before = {member: len(peer.told) for member, peer in peers.items()}
        hub.host.say("chat:1", "a secret")
        hub.host.say("chat:2", "a secret")
        await asyncio.sleep(0.02)
        for member, peer in peers.items():
            if any(isinstance(frame, Event) for frame in peer.told[before[member] :]):
                served.append(member)
            elif whole:
                assert peer.code in (Close.REVOKED, Close.BAD_TOKEN)
    return served


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("whole", [True, False], ids=["session", "membership"])
def test_race_revoke_against_subscribe_leaves_nobody_in(seed: int, whole: bool):
    async def story() -> None:
        assert not await revoke_against_subscribe(seed, whole=whole)

    play(seed, story())


def test_race_twin_without_the_second_question_somebody_stays_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Rights, "doubt", lambda self, connection: None)
    served: list[str] = []

    async def story(seed: int) -> None:
        served.extend(await revoke_against_subscribe(seed, whole=False))

    for seed in range(40):
        play(seed, story(seed))
    assert served


# Drain and publish.


async def drain_against_publish(seed: int) -> None:
    dice = random.Random(seed)
    async with Hub(2) as hub:
        peers = [await hub.connect(0, f"m{n}", subscribe=["chat:1"]) for n in range(8)]
        await until(lambda: all(peer.of(Subscribed) for peer in peers))
        leaving = asyncio.create_task(hub.nodes[0].drain())
        for n in range(60):
            hub.host.say("chat:1", n, through=n % 2)
            if dice.random() < 0.5:
                await asyncio.sleep(dice.random() * 0.01)
        await leaving
        assert {peer.code for peer in peers} == {Close.DRAIN}
        for peer in peers:
            assert isinstance(peer.told[-1], Bye)
            seqs = [frame.seq for frame in peer.of(Event)]  # type: ignore[union-attr]
            assert seqs == list(range(1, len(seqs) + 1))
            again = await hub.connect(1, "x", subscribe=["chat:1"], positions={"chat:1": (7, len(seqs))})
            await until(lambda: again.of(Subscribed))  # noqa: B023
            if len(seqs) < 60:
                await until(lambda: again.of(Event) and again.of(Event)[-1].seq == 60)  # type: ignore[union-attr]  # noqa: B023
            assert_whole(again.told, 60)
            again.abort()
            await turns(3)


@pytest.mark.parametrize("seed", range(4))
def test_race_drain_against_publish_loses_nothing(seed: int):
    play(seed, drain_against_publish(seed))
