"""One connection of a client, from `connect` to its end; while a node drains there are two for a moment."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime.client_socket import Socket
from realtime.frames import AnyServerFrame, Connect, Welcome
from realtime.views import View
from realtime.wire import Wire

TROUBLE = (ConnectionClosed, OSError, InvalidHandshake, TimeoutError)
"""What a connection ends with that a later one may not."""

_WELCOME_S = 10.0
_PONG_S = 20.0


class Link:
    """A socket that has said `connect`, and what its node calls the channels: cids are a node's own."""

    def __init__(self, socket: Socket, asked: Sequence[str]) -> None:
        self.socket = socket
        self.asked = asked
        """The channels that `connect` named."""
        self.by_cid: dict[int, View] = {}
        self.successor: Self | None = None
        self.is_left = asyncio.Event()
        """A successor has taken over."""
        self._patience_s = _WELCOME_S

    @classmethod
    async def open(cls, url: str, connect: Connect, *, wire: Wire, headers: Mapping[str, str] | None) -> Self:
        async with asyncio.timeout(_WELCOME_S):
            socket = await Socket.open(url, wire=wire, headers=headers)
        link = cls(socket, connect.subscribe)
        await socket.send(connect)
        return link

    async def receive(self) -> AnyServerFrame:
        """The next frame. A peer that says nothing for too long is gone, whatever TCP says: TimeoutError."""
        async with asyncio.timeout(self._patience_s):
            frame = await self.socket.receive()
        if isinstance(frame, Welcome):
            self._patience_s = frame.ping_s + _PONG_S
        return frame
