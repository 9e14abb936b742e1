"""The master of Redis dies, and the replica that takes its place has not heard everything."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio

from tests.faults.cluster import Cluster, running_cluster
from tests.faults.crowd import gathered
from tests.faults.history import check_steady
from tests.faults.promises import HEALED_S, WARM_S, Measured, heals
from tests.support.redis_sentinels import WatchedRedis
from tests.support.redis_servers import TcpRedis, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def cluster(
    tmp_path_factory: pytest.TempPathFactory, redis_watched: WatchedRedis
) -> AsyncIterator[Cluster]:
    folder = tmp_path_factory.mktemp("failover")
    async with running_cluster(folder, nodes=2, settings={}, redis_url=redis_watched.url) as cluster:
        yield cluster


@contextmanager
def stale(master: TcpRedis, replica: TcpRedis) -> Iterator[None]:
    """From now on the replica hears nothing of its master's, for as long as that one lives."""
    # A master without a password refuses who brings one. (Who lags for long is made no master.)
    replica.ask("CONFIG", "SET", "masterauth", "wrong")
    try:
        master.ask("CLIENT", "KILL", "TYPE", "REPLICA")
        until(lambda: replica.ask("ROLE")[3] != "connected")
        yield
    finally:
        replica.ask("CONFIG", "SET", "masterauth", "")


async def test_a_stale_replica_becomes_master(
    cluster: Cluster, redis_watched: WatchedRedis, measured: Measured
):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        there = sorted(crowd.expected_here())
        master, heir = redis_watched.master, redis_watched.replica
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            with stale(master, heir):
                late = await crowd.idlers(4, home=0) + await crowd.idlers(4, home=1)
                await crowd.sees_everybody()
                master.kill()
                await asyncio.to_thread(
                    until, lambda: redis_watched.master is heir and heir.ask("ROLE")[0] == "master"
                )
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        there += [str(guest.member.id) for guest in late]
        assert await crowd.problems(within_s=HEALED_S) == []
        assert check_steady(crowd.presence, there, [guest.journal for guest in crowd.guests]) == []
