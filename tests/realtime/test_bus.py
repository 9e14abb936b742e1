"""One contract for every bus: in memory and over Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from realtime.bus import EVERYONE, Bus, Logged, Message, Revoked, topic_of
from realtime.bus_memory import Exchange, MemoryBus
from realtime.bus_redis import RedisBus
from tests.realtime.conftest import eventually


class Ear:
    """Notes what a node hears."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, Message]] = []
        self.resyncs = 0
        self._news = asyncio.Event()

    def heard(self, node: str, message: Message) -> None:
        self.messages.append((node, message))
        self._news.set()

    def resynced(self) -> None:
        self.resyncs += 1
        self._news.set()

    async def until(self, is_true: Callable[["Ear"], bool], timeout_s: float = 8.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_true(self):
                self._news.clear()
                await self._news.wait()


Join = Callable[[str], Awaitable[tuple[Bus, Ear]]]
NOON = 1_800_000_000_000


@pytest.fixture(params=["memory", "redis 6", "redis 7", "sentinels", "cluster", "old cluster"])
def address(request: pytest.FixtureRequest) -> str | None:
    """Where the bus is; None for the one in memory."""
    match request.param:
        case "memory":
            return None
        case "redis 6":
            return str(request.getfixturevalue("redis_url"))
        case "redis 7":
            return str(request.getfixturevalue("redis_7").url)
        case "sentinels":
            return str(request.getfixturevalue("redis_watched").url)
        case "cluster":
            return str(request.getfixturevalue("redis_cluster").url)
        case _:
            return str(request.getfixturevalue("redis_old_cluster").url)


@pytest.fixture
async def join(address: str | None) -> AsyncIterator[Join]:
    """A node more on the same bus."""
    exchange = Exchange()
    buses: list[Bus] = []

    async def one_more(node: str) -> tuple[Bus, Ear]:
        bus: Bus = RedisBus(address) if address else MemoryBus(exchange)
        ear = Ear()
        await bus.start(node, ear)
        buses.append(bus)
        await eventually(lambda: bus.healthy)
        return bus, ear

    yield one_more
    for bus in buses:
        await bus.stop()


def _event(seq: int) -> Logged:
    return Logged(channel="chat:1", epoch=1, seq=seq, body=b"{}")


async def test_who_listens_hears_in_order(join: Join):
    speaker, _ = await join("a")
    hearer, ear = await join("b")
    hearer.listen("t")
    assert await hearer.listening("t")

    for seq in range(2_000):
        speaker.say("t", _event(seq))

    await ear.until(lambda e: len(e.messages) == 2_000)
    assert ear.messages == [("a", _event(seq)) for seq in range(2_000)]


async def test_who_does_not_listen_hears_nothing(join: Join):
    speaker, _ = await join("a")
    _, ear = await join("b")

    speaker.say("t", _event(1))
    speaker.say(EVERYONE, Revoked(grants=["x"]))

    await ear.until(lambda e: bool(e.messages))
    assert ear.messages == [("a", Revoked(grants=["x"]))]


async def test_a_node_does_not_hear_itself(join: Join):
    speaker, own_ear = await join("a")
    hearer, ear = await join("b")
    for bus in (speaker, hearer):
        bus.listen("t")
        await bus.listening("t")

    speaker.say("t", _event(1))
    hearer.say("t", _event(2))

    await ear.until(lambda e: bool(e.messages))
    await own_ear.until(lambda e: bool(e.messages))
    assert own_ear.messages == [("b", _event(2))]
    assert ear.messages == [("a", _event(1))]


async def test_who_stopped_listening_hears_no_more(join: Join):
    speaker, _ = await join("a")
    hearer, ear = await join("b")
    hearer.listen("t")
    await hearer.listening("t")
    hearer.unlisten("t")
    hearer.listen("u")
    await hearer.listening("u")

    speaker.say("t", _event(1))
    speaker.say("u", _event(2))

    await ear.until(lambda e: bool(e.messages))
    assert ear.messages == [("a", _event(2))]


async def test_a_bus_that_works_is_healthy(join: Join):
    bus, _ = await join("a")
    assert bus.healthy


async def test_many_topics_at_once_are_all_confirmed(join: Join):
    bus, _ = await join("a")
    topics = [f"t{n}" for n in range(1_500)]
    for topic in topics:
        bus.listen(topic)
    assert all(await asyncio.gather(*map(bus.listening, topics)))


def test_a_channel_stays_in_its_partition():
    assert topic_of("chat:1") == topic_of("chat:1")
    assert topic_of("chat:1").startswith("{")
    assert len({topic_of(f"chat:{n}")[:4] for n in range(5_000)}) == 64


# The ledger of who is present.


async def test_a_member_is_present_through_any_node(join: Join):
    a, _ = await join("a")
    b, _ = await join("b")

    changed = await a.ledger.enter("a", {"chat:1": ["ann", "bob"]}, at_ms=NOON)
    await b.ledger.enter("b", {"chat:1": ["ann"]}, at_ms=NOON)
    await a.ledger.leave("a", {"chat:1": ["ann"]})
    epoch, version, rows = await b.ledger.read("chat:1")

    assert set(rows) == {"ann", "bob"}
    assert epoch == changed["chat:1"][0]
    assert version == changed["chat:1"][1] + 2


async def test_a_member_is_present_since_they_first_came_by_the_clock_of_the_nodes(join: Join):
    a, _ = await join("a")
    b, _ = await join("b")
    await a.ledger.enter("a", {"chat:1": ["ann", "bob"]}, at_ms=NOON)
    await b.ledger.enter("b", {"chat:1": ["ann"]}, at_ms=NOON - 60_000)
    await a.ledger.enter("a", {"chat:1": ["ann"]}, at_ms=NOON + 60_000)
    assert (await b.ledger.read("chat:1"))[2] == {"ann": NOON - 60_000, "bob": NOON}


async def test_versions_never_go_back_even_when_a_channel_empties(join: Join):
    a, _ = await join("a")
    versions = []
    for _ in range(3):
        await a.ledger.enter("a", {"chat:1": ["ann"]}, at_ms=NOON)
        versions.append((await a.ledger.read("chat:1"))[1])
        await a.ledger.leave("a", {"chat:1": ["ann"]})
        versions.append((await a.ledger.read("chat:1"))[1])
    assert versions == sorted(set(versions))


async def test_a_dead_node_takes_its_members_with_it(join: Join):
    a, _ = await join("a")
    assert not await a.ledger.renew("dying", 0.05)
    await a.ledger.renew("a", 60)
    await a.ledger.enter("dying", {"chat:1": ["ann"]}, at_ms=NOON)
    await a.ledger.enter("a", {"chat:1": ["bob"]}, at_ms=NOON)

    await asyncio.sleep(0.1)  # the lease is measured by the ledger's own clock
    changed = await a.ledger.reap()

    assert set(changed) == {"chat:1"}
    assert set((await a.ledger.read("chat:1"))[2]) == {"bob"}
    assert not await a.ledger.renew("dying", 1), "it has to enter everybody again"
    assert await a.ledger.renew("a", 60)
