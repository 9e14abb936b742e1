"""One client connection, frame by frame, with none of the rules: for the client, for tools and for tests."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from realtime import wire as wires
from realtime.frames import AnyClientFrame, AnyServerFrame


class Socket:
    """A WebSocket that speaks frames."""

    def __init__(self, connection: ClientConnection, wire: wires.Wire) -> None:
        self._connection = connection
        self._wire = wire
        self._waiting: list[AnyServerFrame] = []

    @classmethod
    async def open(
        cls, url: str, *, wire: wires.Wire = wires.JSON, headers: Mapping[str, str] | None = None
    ) -> Self:
        connection = await connect(
            url,
            subprotocols=[Subprotocol(wire.name)],
            additional_headers=dict(headers or {}),
            compression=None,
            max_size=16 * 1024 * 1024,
            ping_interval=None,
            close_timeout=2.0,
            proxy=None,
        )
        return cls(connection, wire)

    async def send(self, *frames: AnyClientFrame) -> None:
        data = self._wire.encode(frames)
        await self._connection.send(data, text=self._wire.opcode == wires.TEXT)

    async def receive(self) -> AnyServerFrame:
        """The next frame that is known here. Raises websockets' ConnectionClosed at the end, and an OSError
        where it makes no sense what comes."""
        while not self._waiting:
            message = await self._connection.recv(decode=False)
            try:
                self._waiting = list(self._known(message))
            except wires.Malformed as error:
                raise ConnectionResetError("this is not the live protocol") from error
        return self._waiting.pop(0)

    def _known(self, message: bytes) -> Iterator[AnyServerFrame]:
        """A newer hub may say what this version has no word for: that is no mistake."""
        for one in self._wire.split(message):
            with suppress(msgspec.ValidationError):
                yield self._wire.server_frame(one)

    async def close(self) -> None:
        await self._connection.close()

    def abort(self) -> None:
        """Cut the connection without a word, as a lost network does."""
        self._connection.transport.abort()

    @property
    def code(self) -> int | None:
        return self._connection.close_code
