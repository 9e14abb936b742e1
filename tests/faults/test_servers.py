"""PostgreSQL and Redis fail, each in every way, during steady load on real nodes.

After each: every acknowledged event was seen exactly once and in order by everybody, states are equal
everywhere and those of PostgreSQL, every sample is stored, and presence is true. The times that are promised
are asserted, but for what the machine itself held up (`tests.faults.stalls`); what was measured is shown at
the end of the run. Nothing sleeps but to let load go on while something is broken.
"""

import asyncio

import httpx
import pytest

from tests.faults.cluster import Cluster
from tests.faults.crowd import gathered
from tests.faults.history import check_steady
from tests.faults.promises import AWAY_S, HEALED_S, WARM_S, Measured, heals
from tests.faults.stalls import Stopwatch
from tests.support.freezing import frozen

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
                assert watch.passed_s < AWAY_S + watch.stalled_s
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []
