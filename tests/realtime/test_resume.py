"""Coming back to a log: from the ring, from the archive, after days; in pages, and read once for all."""

import asyncio

import pytest

from realtime.archive import Archive
from realtime.frames import Event, Reset
from realtime.settings import Settings
from tests.realtime.conftest import Server, eventually, receive_until
from tests.realtime.memory_host import MemoryHost
from tests.realtime.raw import TEXT, RawClient, masked

MANY = 20_000


async def returning(server: Server, seq: int, *, small_buffer: bool = False) -> RawClient:
    raw = await RawClient.open(server.port, small_buffer=small_buffer)
    connect = '{"type":"connect","token":"token-ann","subscribe":["chat:1"],"positions":{"chat:1":[7,%d]}}'
    raw.send(masked(TEXT, (connect % seq).encode()))
    return raw


async def read_upto(raw: RawClient, seq: int) -> tuple[list[int], int]:
    """The numbers of the events that come, and the size of the largest message among them."""
    seqs: list[int] = []
    largest = 0
    async with asyncio.timeout(20):
        while not seqs or seqs[-1] < seq:
            frames = await raw.frames()
            largest = max(largest, raw.last_size)
            seqs += [frame.seq for frame in frames if isinstance(frame, Event)]
    return seqs, largest


def say_many(host: MemoryHost, count: int) -> None:
    for n in range(count):
        host.say("chat:1", {"n": n, "pad": "x" * 100}, through=None)


async def test_1_many_missed_events_come_in_pages_and_the_others_are_served_meanwhile(
    server: Server, host: MemoryHost
):
    say_many(host, MANY)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    raw = await returning(server, 0)
    serving = asyncio.create_task(others())
    seqs, largest = await read_upto(raw, MANY)
    serving.cancel()
    raw.abort()
    assert seqs == list(range(1, MANY + 1))
    assert largest < 64 * 1024
    assert host.log_reads == 1 + MANY / 500
    assert turns > MANY / 500, "between two pages others have their turn"


async def test_1_what_is_said_meanwhile_follows_without_a_hole(server: Server, host: MemoryHost):
    say_many(host, 5_000)
    raw = await returning(server, 100)
    reading = asyncio.create_task(read_upto(raw, 5_200))
    for n in range(200):
        host.say("chat:1", n)
        await asyncio.sleep(0)
    seqs, _ = await reading
    raw.abort()
    assert seqs == list(range(101, 5_201))


async def test_4_a_thousand_events_missed_by_many_are_read_once(server: Server, host: MemoryHost):
    say_many(host, 1_000)
    raws = [await returning(server, n) for n in range(40)]
    for n, raw in enumerate(raws):
        seqs, _ = await read_upto(raw, 1_000)
        assert seqs == list(range(n + 1, 1_001))
        raw.abort()
    assert host.log_reads == 3, "the first look and two pages, not two a client"


async def test_1_who_was_away_longer_than_events_are_kept_is_told_and_goes_on(
    server: Server, host: MemoryHost
):
    """Days later: what the hub forgot is read over the API."""
    say_many(host, 3_000)
    host.trimmed["chat:1"] = 2_000
    raw = await server.socket(subscribe=["chat:1"], positions={"chat:1": (7, 1_500)})
    reset = await receive_until(raw, Reset)
    assert (reset.reason, reset.seq) == ("trimmed", 3_000)
    host.say("chat:1", "news")
    assert (await receive_until(raw, Event)).seq == 3_001
    await raw.close()


async def test_1_what_is_forgotten_while_it_is_read_is_a_reset_too(server: Server, host: MemoryHost):
    say_many(host, 3_000)
    for n in range(600):
        host.say("chat:1", n)
    raw = await returning(server, 0, small_buffer=True)
    await eventually(lambda: host.log_reads >= 2)
    raw.writer.transport.pause_reading()
    host.trimmed["chat:1"] = 3_550
    host.say("chat:1", "the last")
    raw.writer.transport.resume_reading()
    seqs: list[int] = []
    resets: list[Reset] = []
    async with asyncio.timeout(10):
        while not resets and (not seqs or seqs[-1] < 3_601):
            for frame in await raw.frames():
                if isinstance(frame, Event):
                    seqs.append(frame.seq)
                if isinstance(frame, Reset):
                    resets.append(frame)
    raw.abort()
    assert seqs == list(range(1, len(seqs) + 1)), "no hole before the reset"
    assert resets or seqs[-1] == 3_601


async def test_4_an_archive_reads_a_page_once_and_again_only_when_it_has_grown(host: MemoryHost):
    archive = Archive("chat:1", host=host, settings=Settings(page_events=10))
    say_many(host, 15)
    pages = await asyncio.gather(*(archive.page(7, after) for after in (0, 3, 9, 0)))
    assert [page.events[0][0] for page in pages] == [1, 4, 10, 1]
    assert host.log_reads == 1
    assert [seq for seq, _ in (await archive.page(7, 12)).events] == [13, 14, 15]
    say_many(host, 2)
    assert [seq for seq, _ in (await archive.page(7, 15)).events] == [16, 17]
    assert host.log_reads == 3


@pytest.mark.parametrize("epoch", [6, 8])
async def test_1_pages_of_another_epoch_are_not_taken_for_this_one(host: MemoryHost, epoch: int):
    archive = Archive("chat:1", host=host, settings=Settings(page_events=10))
    say_many(host, 5)
    await archive.page(7, 0)
    host.epoch = epoch
    assert (await archive.page(epoch, 0)).epoch == epoch
