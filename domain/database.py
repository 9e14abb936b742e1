"""The connection to PostgreSQL, and the walls around Piccolo's edges.

Piccolo's own engine connects in its constructor, waits for ever for a connection, and leaks one when a
rollback fails. Here nothing connects before `open`, every wait has an end, and a connection that misbehaved
is thrown away. Raw SQL and Piccolo share the current transaction's connection.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import asyncpg
from msgspec import Struct
from piccolo.engine.postgres import PostgresEngine

from domain import outbox
from domain.events import AnyEvent
from domain.outbox import Address, Announcement, Connection

CONNECT_S = 2.0
ACQUIRE_S = 2.0
COMMAND_S = 2.5
"""Together below the three seconds in which a caller is told that the database is away."""

_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    # The server has ended this connection, and the driver has read its last words but not yet the end.
    asyncpg.InternalClientError,
)


class DatabaseAway(Exception):
    """PostgreSQL does not answer, or not in time. Nothing was committed that was not acknowledged."""


class Transaction:
    """One transaction: its connection, and the events that it will have caused once it is committed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.events: list[AnyEvent] = []
        self.announcements: list[Announcement] = []

    def record(self, event: AnyEvent) -> None:
        """Tell those concerned, if and when this transaction commits."""
        self.events.append(event)

    async def number(self) -> Sequence[Announcement]:
        """Number now what was recorded, for who must store a position; else it is done before the commit.

        From here on the channels' heads are locked, so little should follow.
        """
        if not self.events or ENGINE.hooks is None:
            return ()
        numbered = await outbox.write(self.connection, self.events, ENGINE.hooks.route)
        self.events.clear()
        self.announcements.extend(numbered)
        return numbered


class Hooks(Struct, frozen=True):
    """What the composition root lends the database: where events go, and who is told after the commit."""

    route: Callable[[AnyEvent], Iterable[Address]]
    announce: Callable[[Sequence[Announcement]], None]


class Engine(PostgresEngine):
    """Piccolo's engine without I/O at import, and with an end to every wait."""

    hooks: Hooks | None

    def __init__(self) -> None:
        self.hooks = None
        super().__init__(config={})

    async def check_version(self) -> None:
        return None

    async def prep_database(self) -> None:
        return None

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> list[Any]:
        async with acquire() as connection:
            return await connection.fetch(query, *(args or ()))

    async def _run_in_new_connection(self, query: str, args: Sequence[Any] | None = None) -> list[Any]:
        return await self._run_in_pool(query, args)


ENGINE = Engine()


async def open_database(
    url: str, *, hooks: Hooks | None = None, pool_size: int = 16, command_s: float = COMMAND_S
) -> None:
    """Make the pool. Does not fail while PostgreSQL is away: the first use of a connection says so."""
    assert ENGINE.pool is None, "one process has one database"
    ENGINE.hooks = hooks
    ENGINE.pool = await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=pool_size,
        timeout=CONNECT_S,
        command_timeout=command_s,
        max_inactive_connection_lifetime=120,
        reset=_leave_as_it_is,
        server_settings={
            "application_name": "pulsehub",
            "timezone": "UTC",
            "jit": "off",
            "statement_timeout": str(int(command_s * 1000) + 500),
            "lock_timeout": str(int(command_s * 1000)),
            "idle_in_transaction_session_timeout": "10000",
        },
    )


class PoolSizes(Struct, frozen=True):
    """How many connections there are, by what they do."""

    busy: int
    idle: int


def pool_sizes() -> PoolSizes | None:
    """The open connections; None where no database is open."""
    pool = ENGINE.pool
    if pool is None:
        return None
    idle = pool.get_idle_size()
    return PoolSizes(busy=pool.get_size() - idle, idle=idle)


async def _leave_as_it_is(_: Connection) -> None:
    """We set nothing on a session that outlives its use, so there is nothing to reset: a round trip saved.

    An advisory lock of a session is unlocked by who took it.

    asyncpg itself rolls back an open transaction before it asks.
    """


async def close_database() -> None:
    pool, ENGINE.pool = ENGINE.pool, None
    ENGINE.hooks = None
    if pool is not None:
        try:
            await asyncio.wait_for(pool.close(), timeout=3)
        except TimeoutError:
            pool.terminate()


@asynccontextmanager
async def acquire() -> AsyncIterator[Connection]:
    """A connection: the current transaction's, else one of the pool. Raises DatabaseAway."""
    current = ENGINE.current_transaction.get()
    if current is not None:
        yield current.connection
        return
    assert ENGINE.pool is not None, "open_database comes first"
    try:
        connection = await ENGINE.pool.acquire(timeout=ACQUIRE_S)
    except _AWAY as error:
        raise DatabaseAway(type(error).__name__) from error
    try:
        yield connection
    except _AWAY as error:
        # Its state is unknown, and asking for it could hang: throw it away.
        _throw_away(connection)
        raise DatabaseAway(type(error).__name__) from error
    except asyncio.CancelledError:
        _throw_away(connection)
        raise
    finally:
        with suppress(*_AWAY):
            await ENGINE.pool.release(connection, timeout=CONNECT_S)


def _throw_away(connection: Any) -> None:
    # One that was lost is not the pool's any more, and cannot be terminated.
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


@asynccontextmanager
async def transaction(
    isolation: Literal["read_committed", "repeatable_read"] = "read_committed", *, readonly: bool = False
) -> AsyncIterator[Transaction]:
    """One transaction, never nested. Events recorded in it are numbered last, so heads are locked briefly."""
    assert ENGINE.current_transaction.get() is None, "a transaction does not nest: pass it on"
    async with acquire() as connection:
        running = connection.transaction(isolation=isolation, readonly=readonly)
        await running.start()
        tx = Transaction(connection)
        token = ENGINE.current_transaction.set(tx)  # type: ignore[arg-type]  # Piccolo asks for .connection only
        try:
            yield tx
            await tx.number()
        except _AWAY:
            # `acquire` throws the connection away, which rolls back; a frozen server would not answer.
            raise
        except BaseException:
            if not connection.is_closed():
                await running.rollback()
            raise
        else:
            await running.commit()
        finally:
            ENGINE.current_transaction.reset(token)
    if tx.announcements and ENGINE.hooks is not None:
        ENGINE.hooks.announce(tx.announcements)


async def fetch(query: str, *args: Any) -> list[Any]:
    async with acquire() as connection:
        return await connection.fetch(query, *args)


async def fetchrow(query: str, *args: Any) -> Any:
    async with acquire() as connection:
        return await connection.fetchrow(query, *args)


async def fetchval(query: str, *args: Any) -> Any:
    async with acquire() as connection:
        return await connection.fetchval(query, *args)


async def execute(query: str, *args: Any) -> str:
    async with acquire() as connection:
        return await connection.execute(query, *args)
