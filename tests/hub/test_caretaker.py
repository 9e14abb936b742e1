"""A job is done by one node at a time, and a failure does not end it."""

import asyncio

from hub.caretaker import Job, mind
from tests.support.domains import Domain


async def test_one_node_at_a_time_does_a_job(db: Domain) -> None:
    at_work, most_at_work, done = 0, 0, 0
    enough = asyncio.Event()

    async def work() -> None:
        nonlocal at_work, most_at_work, done
        at_work += 1
        most_at_work = max(most_at_work, at_work)
        await asyncio.sleep(0.01)
        at_work -= 1
        done += 1
        if done >= 10:
            enough.set()

    job = Job(99, "count", 0.001, work)
    nodes = [asyncio.create_task(mind(job)) for _ in range(5)]
    async with asyncio.timeout(10):
        await enough.wait()
    for node in nodes:
        node.cancel()
    await asyncio.gather(*nodes, return_exceptions=True)
    assert most_at_work == 1


async def test_a_job_that_failed_is_tried_again(db: Domain) -> None:
    tries = 0
    worked = asyncio.Event()

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("the first time")
        worked.set()

    node = asyncio.create_task(mind(Job(98, "fail once", 0.001, work)))
    async with asyncio.timeout(10):
        await worked.wait()
    node.cancel()
    await asyncio.gather(node, return_exceptions=True)
