"""A network that a test can cut: a proxy between somebody and a server."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.support.ports import free_port

Sieve = Callable[[bytes], bytes]
"""What comes out of bytes that go in, of one connection and in one direction."""


class Network:
    """Passes bytes on until it is cut; then connections break and new ones are refused until it is mended.

    The server is a TCP port of this machine, or a Unix socket. `answers` makes a sieve for what the server
    says on each new connection.
    """

    def __init__(self, server: int | Path, *, answers: Callable[[], Sieve] | None = None) -> None:
        self.port = free_port()
        self.answers = answers
        self._server = server
        self._listener: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def mend(self) -> None:
        """Let connections through (again), and whatever was swallowed meanwhile."""
        self._flows.set()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._connect, "localhost", self.port)

    async def cut(self) -> None:
        """Break every connection, without a word to either side, and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        passing = list(self._passing)
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    def swallow(self) -> None:
        """From now on connections stay, and new ones are taken, but nothing comes through."""
        self._flows.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._passing.add(task)
        writers = [writer]
        try:
            await self._flows.wait()
            there, back = await self._reach()
            writers.append(back)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, back))
                both.create_task(self._pass(there, writer, self.answers() if self.answers else None))
        except OSError:
            pass
        except asyncio.CancelledError:
            # Only `cut` cancels, and it wants this connection to be gone: that is done below.
            pass
        finally:
            self._passing.discard(task)
            for one in writers:
                one.transport.abort()
                with suppress(OSError):
                    await one.wait_closed()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._server, Path):
            return await asyncio.open_unix_connection(self._server)
        return await asyncio.open_connection("localhost", self._server)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sieve: Sieve | None = None
    ) -> None:
        # uvloop calls a transport that is gone a RuntimeError.
        with suppress(OSError, RuntimeError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(sieve(data) if sieve is not None else data)
                await writer.drain()
            writer.write_eof()
