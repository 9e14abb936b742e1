"""Faults, each during steady load on real nodes, PostgreSQL and Redis; after each, everybody has seen it all.
"""

import asyncio

import pytest

from tests.faults.cluster import Cluster
from tests.faults.crowd import gathered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_on_a_calm_day_nothing_is_lost(cluster: Cluster):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(3)
        assert await crowd.problems(within_s=2) == []
