"""Load for boards: scores that move as other nodes would move them, probes, paced requests."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from msgspec import Struct

from hub.boards.live import MOVED
from realtime.bus import EVERYONE, Signalled
from realtime.bus_redis import RedisBus
from realtime.client import LiveClient
from realtime.views import View
from tests.support.crowds import member_id

_MOVE = """
UPDATE challenge_member SET score = score + $3, workouts = workouts + 1, reached_at = clock_timestamp()
WHERE challenge_id = $1 AND member_id = $2
"""
_SET = """
UPDATE challenge_member SET score = $3, reached_at = clock_timestamp()
WHERE challenge_id = $1 AND member_id = $2
"""
_CONNECTIONS = 8
_TELL_S = 0.05


class Moved(Struct):
    """How many scores were moved, each in a transaction of its own."""

    count: int = 0
    seconds: float = 0.0


@asynccontextmanager
async def moving(
    url: str, bus: RedisBus, *, per_s: float, pick: Callable[[random.Random], tuple[UUID, UUID]]
) -> AsyncIterator[Moved]:
    """Meanwhile, scores of those whom `pick` names move, and nodes are told as after any commit elsewhere."""
    moved = Moved()
    dice = random.Random(1)
    pool = await asyncpg.create_pool(url, min_size=_CONNECTIONS, max_size=_CONNECTIONS)
    dirty: set[UUID] = set()
    began = time.monotonic()

    async def move() -> None:
        async with pool.acquire() as connection:
            statement = await connection.prepare(_MOVE)
            while True:
                wait = began + moved.count / per_s - time.monotonic()
                moved.count += 1
                if wait > 0:
                    await asyncio.sleep(wait)
                challenge_id, who = pick(dice)
                await statement.fetch(challenge_id, who, dice.randrange(1, 20_000))
                dirty.add(challenge_id)

    async def tell() -> None:
        while True:
            await asyncio.sleep(_TELL_S)
            if dirty:
                bus.say(EVERYONE, Signalled(topic=MOVED, body=b"".join(one.bytes for one in dirty)))
                dirty.clear()

    tasks = [asyncio.create_task(move()) for _ in range(_CONNECTIONS)] + [asyncio.create_task(tell())]
    try:
        yield moved
    finally:
        moved.seconds = time.monotonic() - began
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pool.close()


class Probe(Struct):
    """Somebody whose score is set to something new again and again, and who waits to see it."""

    challenge_id: UUID
    number: int
    """Which of the crowd."""
    base: float
    view: View
    live: LiveClient


async def staleness(
    url: str, bus: RedisBus, probes: Sequence[Probe], *, seconds: float, every_s: float
) -> list[float]:
    """Seconds from each commit until its probe has seen the score."""
    connection = await asyncpg.connect(url)
    seen: list[float] = []
    until = time.monotonic() + seconds
    n = 0
    waiting: list[asyncio.Task[None]] = []

    async def see(probe: Probe, score: float, committed: float) -> None:
        key = str(member_id(probe.number))
        # Scores only grow: who sees a later one has seen this one's time pass, too.
        await probe.live.until(lambda: probe.view.rows.get(key, {}).get("score", 0) >= score, timeout_s=30)
        seen.append(time.monotonic() - committed)

    while time.monotonic() < until:
        probe = probes[n % len(probes)]
        n += 1
        score = probe.base + n / 1000
        await connection.execute(_SET, probe.challenge_id, member_id(probe.number), score)
        waiting.append(asyncio.create_task(see(probe, round(score, 3), time.monotonic())))
        bus.say(EVERYONE, Signalled(topic=MOVED, body=probe.challenge_id.bytes))
        await asyncio.sleep(every_s)
    await asyncio.gather(*waiting)
    await connection.close()
    return seen


class Paced(Struct, frozen=True):
    """Milliseconds from when a request was due until its answer was there."""

    per_s: float
    p50_ms: float
    p99_ms: float
    failed: int


async def paced(base_url: str, requests: Sequence[bytes], *, per_s: float, seconds: float) -> Paced:
    """So many requests a second, whether the ones before are answered or not."""
    parts = urlsplit(base_url)
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    took: list[float] = []
    failed = 0

    async def ask(asked: bytes, due: float) -> None:
        nonlocal failed
        try:
            reader, writer = free.get_nowait()
        except asyncio.QueueEmpty:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(asked)
        failed += await _answer(reader) >= 400
        took.append(time.monotonic() - due)
        free.put_nowait((reader, writer))

    began = time.monotonic()
    tasks = []
    for n in range(int(per_s * seconds)):
        due = began + n / per_s
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.append(asyncio.create_task(ask(requests[n % len(requests)], due)))
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait()[1].close()
    cuts = statistics.quantiles(took, n=100)
    return Paced(
        per_s=round(len(took) / (time.monotonic() - began), 1),
        p50_ms=round(cuts[49] * 1000, 2),
        p99_ms=round(cuts[98] * 1000, 2),
        failed=failed,
    )


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    await reader.readexactly(length)
    return int(head[9:12])


async def redis_cpu_s(client: Any) -> float:
    """Seconds of CPU that Redis has used."""
    info = await client.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])
