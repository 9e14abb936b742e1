"""Faults, each during steady load on real nodes, a real PostgreSQL and a real Redis.

After each: every acknowledged event was seen exactly once and in order by everybody, states are equal
everywhere and those of PostgreSQL, every sample is stored, and presence is true. The times that are promised
are asserted, but for what the machine itself held up (`tests.faults.stalls`); what was measured is shown at
the end of the run. Nothing sleeps but to let load go on while something is broken.
"""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd, gathered
from tests.faults.history import check_steady
from tests.faults.stalls import Stopwatch
from tests.support.freezing import frozen

pytestmark = pytest.mark.asyncio(loop_scope="module")

Measured = Callable[[str, float], None]

RESUMED_S = 5.0
HEALED_S = 5.0
PRESENCE_S = 20.0
WARM_S = 1.5
"""Load before and after."""


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """`measured("resumed", 1.2)`: shown at the end."""
    return lambda what, seconds: record_property("measured", f"{what} {seconds:.2f} s")


async def is_well(cluster: Cluster) -> None:
    """Until every node says that it is, as an operator would see it."""
    async with asyncio.timeout(30):
        while not await cluster.all_healthy():
            await asyncio.sleep(0.05)


async def heals(cluster: Cluster, crowd: Crowd, measured: Measured) -> None:
    """From now on, within what is promised: a line reaches everybody, and every node says that it is well."""
    watch = Stopwatch(cluster.stalls)
    measured("a line reaches everybody after", await crowd.hears(within_s=HEALED_S))
    await is_well(cluster)
    measured("all nodes well after", watch.passed_s)
    assert watch.passed_s < HEALED_S + watch.stalled_s


async def test_on_a_calm_day_nothing_is_lost(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            measured("a line reaches everybody after", await crowd.hears(within_s=1))
        assert await crowd.problems(within_s=2) == []


async def test_a_node_is_killed(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        doomed = cluster.seats[0]
        ghost = crowd.guests[0]
        assert ghost.node == await cluster.name(doomed)
        stayed = [str(guest.member.id) for guest in crowd.guests if guest.member is not ghost.member]
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            there = [guest for guest in crowd.guests if guest.node == ghost.node and guest is not ghost]
            before = {guest: len(guest.welcomed_at) for guest in there}
            watch = Stopwatch(cluster.stalls)
            doomed.kill()
            resumed = await crowd.wait(
                lambda: all(len(guest.welcomed_at) > before[guest] for guest in there), within_s=RESUMED_S
            )
            measured("resumed elsewhere after", resumed)
            back = asyncio.create_task(cluster.take_seat(doomed))
            await asyncio.sleep(WARM_S)
        await back
        assert await crowd.problems(within_s=HEALED_S) == []
        # Somebody whose connections died with the node, and who does not come back.
        await crowd.desert(ghost.member)
        await crowd.wait(lambda: not crowd.absent(), within_s=PRESENCE_S)
        measured("presence exact after", watch.passed_s)
        journals = [guest.journal for guest in crowd.guests]
        assert check_steady(crowd.presence, stayed, journals) == []


async def test_redis_is_killed_and_comes_back_empty(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            cluster.redis.kill()
            await asyncio.sleep(WARM_S)
            measured("without Redis, a line reaches everybody after", await crowd.hears(within_s=HEALED_S))
            cluster.redis.start()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []
        everybody = sorted(crowd.expected_here())
        assert check_steady(crowd.presence, everybody, [guest.journal for guest in crowd.guests]) == []


async def test_redis_is_emptied(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            await cluster.empty_redis()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []
        everybody = sorted(crowd.expected_here())
        assert check_steady(crowd.presence, everybody, [guest.journal for guest in crowd.guests]) == []


async def test_redis_freezes(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            cluster.redis.freeze()
            try:
                lagged = await crowd.hears(within_s=2 * HEALED_S)
                measured("while it is frozen, a line reaches everybody after", lagged)
            finally:
                cluster.redis.thaw()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_redis_becomes_a_black_hole(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            for seat in cluster.seats:
                seat.redis.swallow()
            lagged = await crowd.hears(within_s=2 * HEALED_S)
            measured("meanwhile, a line reaches everybody after", lagged)
            for seat in cluster.seats:
                await seat.redis.mend()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_postgresql_crashes_and_recovers(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            cluster.crash_postgres()
            await asyncio.sleep(WARM_S)
            cluster.postgres.start()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_postgresql_freezes(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            with frozen(cluster.postgres):
                watch = Stopwatch(cluster.stalls)
                url = f"{cluster.seats[0].base_url}/api/me"
                headers = {"Authorization": f"Bearer {crowd.members[0].token}"}
                answer = await cluster.http.get(url, headers=headers)
                measured("503 after", watch.passed_s)
                assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
                assert int(answer.headers["retry-after"]) >= 1
                assert watch.passed_s < 3 + watch.stalled_s
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_a_node_is_cut_off_from_both(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            alone = cluster.seats[-1]
            await alone.postgres.cut()
            await alone.redis.cut()
            await asyncio.sleep(2 * WARM_S)
            await alone.postgres.mend()
            await alone.redis.mend()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []
