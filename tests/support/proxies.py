"""A network that a test can cut: a TCP proxy between one person and a server."""

import asyncio
from contextlib import suppress

from tests.support.ports import free_port


class Network:
    """Passes bytes on until it is cut; then connections break and new ones are refused until it is mended."""

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def mend(self) -> None:
        """Let connections through (again)."""
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

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._passing.add(task)
        writers = [writer]
        try:
            there, back = await asyncio.open_connection("localhost", self._server_port)
            writers.append(back)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, back))
                both.create_task(self._pass(there, writer))
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

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
            writer.write_eof()
