"""Background work ends with its owner, however it takes being cancelled."""

import asyncio
import contextlib

import pytest

from realtime.bus_redis import RedisBus
from realtime.tasks import Tasks


async def test_work_that_swallows_a_cancellation_is_cancelled_again() -> None:
    tasks = Tasks()

    async def stubborn() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    task = tasks.start(stubborn(), "stubborn")
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.stop()
    assert task is not None
    assert task.cancelled()


class _Nobody:
    def heard(self, node: str, message: object) -> None: ...

    def resynced(self) -> None: ...


@pytest.mark.parametrize("turns", range(12))
async def test_a_bus_stops_at_any_moment_of_its_start(redis_url: str, turns: int) -> None:
    bus = RedisBus(redis_url)
    await bus.start("node", _Nobody())
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await bus.stop()
