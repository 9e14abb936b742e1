"""One connection to one Redis, for what redis-py does too slowly: many commands in one write, many answers
out of one read, and nothing tried again behind our back."""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from hiredis import ProtocolError, Reader, ReplyError, pack_command

from realtime.redis_address import Login, Server

_READ_BYTES = 64 * 1024
Word = str | bytes | int | float
_packed: Callable[[tuple[Word, ...]], bytes] = pack_command  # type: ignore[assignment]  # its types say one word


class Refused(OSError):
    """Redis answered with an error. `code` is its first word, as MOVED or READONLY."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.code = text.partition(" ")[0]


class Untrusted(ConnectionError):
    """Whoever answered could not prove to be the server that was meant."""


def reason(error: BaseException) -> str:
    """What went wrong, for the log: in words where there are some, and out of the group of a TaskGroup."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, TimeoutError):
        return "it does not answer"
    return str(error) or repr(error)


class Wire:
    """Connected, and logged in. Every failure is an OSError; after one the connection is of no more use."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self._reader = reader
        self._writer = writer
        self._parser = Reader()

    @classmethod
    async def open(
        cls,
        server: Server,
        *,
        timeout_s: float,
        login: Login = Login(),  # noqa: B008  # it is frozen
        db: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> "Wire":
        async with asyncio.timeout(timeout_s):
            wire = cls(server, *await _connected(server, tls))
            try:
                if login.password is not None:
                    who = [login.username] if login.username else []
                    await wire.ask("AUTH", *who, login.password)
                if db:
                    await wire.ask("SELECT", db)
            except BaseException:
                wire.close()
                raise
            return wire

    def write(self, commands: Iterable[tuple[Word, ...]]) -> None:
        """Send, soon. Commands fail together with the connection, as answers that never come."""
        self._writer.write(b"".join([_packed(command) for command in commands]))

    async def drain(self) -> None:
        """Wait until the other side takes what was written."""
        await self._writer.drain()

    async def ask(self, *command: Word) -> Any:
        """One command, and its answer. Raises Refused, or OSError when the connection ends."""
        self.write([command])
        answer = await self.answer()
        if isinstance(answer, ReplyError):
            raise Refused(str(answer))
        return answer

    async def answer(self) -> Any:
        """The next answer; an error of Redis is a value. Waits without end: the caller sets the time."""
        try:
            while (answer := self._parser.gets()) is False:
                await self._fill()
        except ProtocolError as error:
            raise ConnectionResetError("what was connected to does not speak as Redis") from error
        return answer

    async def answers(self) -> list[Any]:
        """Everything that has come, at least one, without a switch to another task for each."""
        found = [await self.answer()]
        try:
            while (answer := self._parser.gets()) is not False:
                found.append(answer)
        except ProtocolError as error:
            raise ConnectionResetError("what was connected to does not speak as Redis") from error
        return found

    def close(self) -> None:
        """At once, whatever is still unsent."""
        with suppress(RuntimeError):  # the event loop has been closed before
            self._writer.transport.abort()

    async def _fill(self) -> None:
        data = await self._reader.read(_READ_BYTES)
        if not data:
            raise ConnectionResetError("Redis closed the connection")
        self._parser.feed(data)


async def _connected(
    server: Server, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if server.is_socket:
        return await asyncio.open_unix_connection(server.host)
    try:
        return await asyncio.open_connection(server.host, server.port, ssl=tls)
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(f"the certificate of {server} is not trusted: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise Untrusted(f"{server} and we find no way to encrypt: {error.reason or error}") from error
