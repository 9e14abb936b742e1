"""What must be done from time to time, by one node at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from domain import database
from domain.challenges import board_history, news, settling
from domain.database import DatabaseAway
from domain.identity.model import IDLE
from domain.live import actions as live
from domain.vault import Vault
from hub import clock

log = structlog.get_logger()

EVENTS_KEPT = timedelta(days=30)
DEVICES_KEPT = timedelta(days=90)

# Taken by whoever is first, for as long as the job takes; the others do not wait.
_TRY_LOCK = "SELECT pg_try_advisory_lock(721569, $1::int)"
_UNLOCK = "SELECT pg_advisory_unlock(721569, $1::int)"
_PORTION = 5_000
# In portions, so that no statement runs into its time limit; the oldest first, so that no log gets a hole.
_FORGET_EVENTS = """
WITH forgotten AS (
    DELETE FROM channel_event
    WHERE (channel, seq) IN (
        SELECT channel, seq FROM channel_event
        WHERE recorded_at < $1
        ORDER BY recorded_at, seq
        LIMIT $2
    )
    RETURNING 1
)
SELECT count(*) FROM forgotten
"""
_FORGET_DEVICES = "DELETE FROM sign_in WHERE last_seen_at < $1"
_FORGET_TOKENS = "DELETE FROM personal_token WHERE expires_at < $1"
_FORGET_OPERATIONS = """
DELETE FROM sync_operation
WHERE (member_id, op_id) IN (
    SELECT member_id, op_id FROM sync_operation WHERE applied_at < $1 ORDER BY applied_at LIMIT 5000
)
"""


class Job(Struct, frozen=True):
    """`number` names the lock; it is never given to another job."""

    number: int
    name: str
    every_s: float
    work: Callable[[], Awaitable[None]]


def jobs(vault: Vault) -> list[Job]:
    async def sweep_sessions() -> None:
        await live.sweep(now=clock.now(), vault=vault)

    return [
        Job(20, "close challenges whose window is over", 5, lambda: _at(settling.close)),
        Job(21, "settle challenges", 5, lambda: _at(settling.settle)),
        Job(22, "make the next challenges of series", 60, lambda: _at(settling.repeat)),
        Job(23, "tell everybody in a challenge", 2, _tell),
        Job(1, "end forgotten sessions", 3, sweep_sessions),
        Job(2, "forget old events and sign-ins", 60, _forget),
        Job(30, "note the scores that moved", 60, lambda: board_history.fold(now=clock.now())),
        Job(31, "note how boards stood", 60, lambda: board_history.close_day(now=clock.now())),
    ]


async def _at(work: Callable[..., Awaitable[int]]) -> None:
    await work(now=clock.now())


async def _tell() -> None:
    await news.spread()


async def mind(job: Job) -> None:
    """Do a job again and again until cancelled."""
    while True:
        await asyncio.sleep(job.every_s)
        try:
            await _do_alone(job)
        except DatabaseAway:
            log.warning("a job waits: the database is away", job=job.name)
        except Exception:
            log.exception("a job failed", job=job.name)


async def _do_alone(job: Job) -> None:
    async with database.acquire() as connection:
        if not await connection.fetchval(_TRY_LOCK, job.number):
            return
        try:
            await job.work()
        finally:
            await connection.execute(_UNLOCK, job.number)


async def _forget() -> None:
    now = clock.now()
    while await _forget_events(now - EVENTS_KEPT) == _PORTION:
        pass
    await database.execute(_FORGET_DEVICES, now - IDLE - DEVICES_KEPT)
    await database.execute(_FORGET_TOKENS, now - DEVICES_KEPT)
    await database.execute(_FORGET_OPERATIONS, now - DEVICES_KEPT)


async def _forget_events(before: datetime) -> int:
    """A portion of those recorded before; how many they were."""
    return int(await database.fetchval(_FORGET_EVENTS, before, _PORTION))
