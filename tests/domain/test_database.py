"""Every wait for PostgreSQL has an end, and a connection that misbehaved is not used again."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from domain import database
from domain.database import DatabaseAway
from hub.embedded import PostgresServer
from tests.support.ports import free_port


@pytest.fixture
async def own(postgres_server: PostgresServer) -> AsyncIterator[PostgresServer]:
    await database.open_database(postgres_server.url(), pool_size=2)
    try:
        yield postgres_server
    finally:
        await database.close_database()


async def backend() -> int:
    pid: int = await database.fetchval("SELECT pg_backend_pid()")
    return pid


async def test_a_backend_that_freezes_within_a_transaction_is_given_up_in_time(own: PostgresServer) -> None:
    began = 0.0
    pid = 0
    with pytest.raises(DatabaseAway):
        async with database.transaction() as tx:
            pid = await tx.connection.fetchval("SELECT pg_backend_pid()")
            os.kill(pid, signal.SIGSTOP)
            began = time.monotonic()
            await tx.connection.execute("SELECT 1")
    took_s = time.monotonic() - began
    os.kill(pid, signal.SIGCONT)
    assert took_s < 3
    assert await backend() != pid


async def test_a_caller_who_gives_up_leaves_no_half_used_connection(own: PostgresServer) -> None:
    pid = await backend()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await database.fetchval("SELECT pg_sleep(5)")
    assert await backend() != pid


async def test_more_who_ask_than_connections_are_served_or_told(own: PostgresServer) -> None:
    async def ask(for_s: float) -> bool:
        try:
            await database.fetchval("SELECT pg_sleep($1)", for_s)
        except DatabaseAway:
            return False
        return True

    assert all(await asyncio.gather(*(ask(0.05) for _ in range(20))))
    slow = await asyncio.gather(*(ask(1.5) for _ in range(6)))
    assert 2 <= sum(slow) < 6


async def test_a_statement_that_takes_too_long_ends(own: PostgresServer) -> None:
    began = time.monotonic()
    with pytest.raises(DatabaseAway):
        await database.fetchval("SELECT pg_sleep(30)")
    assert time.monotonic() - began < 3


async def test_who_waits_for_a_lock_is_told_and_the_lock_is_not_lost(own: PostgresServer) -> None:
    await database.execute("CREATE TABLE thing (id int PRIMARY KEY)")
    async with database.transaction() as tx:
        await tx.connection.execute("INSERT INTO thing VALUES (1)")

        async def other() -> None:
            database.ENGINE.current_transaction.set(None)
            await database.execute("INSERT INTO thing VALUES (1)")

        with pytest.raises(DatabaseAway):
            await asyncio.create_task(other())
        await tx.connection.execute("INSERT INTO thing VALUES (2)")
    assert await database.fetchval("SELECT count(*) FROM thing") == 2


async def test_whoever_meets_a_connection_as_it_ends_is_told_that_the_database_is_away(
    own: PostgresServer,
) -> None:
    """Whatever the driver makes of it: last words without an end, an end within a statement."""

    async def ask() -> None:
        while not is_over:
            try:
                async with database.transaction() as tx:
                    await tx.connection.fetchval("SELECT 1")
                await database.fetchval("SELECT 2")
            except DatabaseAway:
                await asyncio.sleep(0)

    is_over = False
    asking = [asyncio.create_task(ask()) for _ in range(8)]
    administrator = await asyncpg.connect(own.superuser_url)
    try:
        for _ in range(100):
            await administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pulsehub'"
            )
            await asyncio.sleep(0.005)
    finally:
        is_over = True
        await administrator.close()
        await asyncio.gather(*asking)


async def test_a_server_that_is_not_there_is_away_and_not_an_error_of_ours() -> None:
    await database.open_database(f"postgresql://nobody@127.0.0.1:{free_port()}/x")
    try:
        with pytest.raises(DatabaseAway):
            await database.fetchval("SELECT 1")
    finally:
        await database.close_database()


async def test_the_pool_says_how_many_connections_work(own: PostgresServer) -> None:
    async with database.acquire():
        sizes = database.pool_sizes()
        assert sizes is not None
        assert (sizes.busy, sizes.idle) == (1, 0)
    sizes = database.pool_sizes()
    assert sizes is not None
    assert (sizes.busy, sizes.idle) == (0, 1)
