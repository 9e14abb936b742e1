"""A WebSocket client that does what no library would: for the guards."""

import asyncio
import base64
import os
import struct
from typing import Self

from realtime.frames import AnyServerFrame
from realtime.wire import JSON

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def masked(
    opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0, mask: bytes | None = None
) -> bytes:
    """A frame as a client sends it; `mask=b""` leaves the mask out, against the rules."""
    key = os.urandom(4) if mask is None else mask
    head = (0x80 if fin else 0) | rsv | opcode
    bit = 0x80 if key else 0
    length = len(payload)
    if length < 126:
        start = struct.pack("!BB", head, bit | length)
    elif length < 65_536:
        start = struct.pack("!BBH", head, bit | 126, length)
    else:
        start = struct.pack("!BBQ", head, bit | 127, length)
    body = bytes(byte ^ key[n % 4] for n, byte in enumerate(payload)) if key else payload
    return start + key + body


class RawClient:
    """A TCP connection past the handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.last_size = 0
        """How long the payload of the last frame was."""

    @classmethod
    async def open(cls, port: int, *, early: bytes = b"", small_buffer: bool = False) -> Self:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, limit=2**16 if small_buffer else 2**20
        )
        key = base64.b64encode(os.urandom(16))
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: pulse.v1.json\r\n"
            b"Sec-WebSocket-Key: " + key + b"\r\n\r\n" + early
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101"), answer
        return cls(reader, writer)

    def send(self, data: bytes) -> None:
        """Send, unless the server has closed by now."""
        if not self.writer.transport.is_closing():
            self.writer.write(data)

    async def frame(self) -> tuple[int, bytes]:
        """The next WebSocket frame: opcode and payload."""
        head, length = await self.reader.readexactly(2)
        assert not length & 0x80, "a server does not mask"
        if length == 126:
            length = int.from_bytes(await self.reader.readexactly(2), "big")
        elif length == 127:
            length = int.from_bytes(await self.reader.readexactly(8), "big")
        self.last_size = length
        return head & 0x0F, await self.reader.readexactly(length)

    async def frames(self) -> list[AnyServerFrame]:
        """What the next message says."""
        opcode, payload = await self.frame()
        assert opcode == TEXT, (opcode, payload)
        return [JSON.server_frame(one) for one in JSON.split(payload)]

    async def close_code(self, timeout_s: float = 5.0) -> int | None:
        """Read on to the end: the code of the close frame, or None where the connection was cut."""
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    opcode, payload = await self.frame()
                    if opcode == CLOSE:
                        return int.from_bytes(payload[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        finally:
            self.abort()

    def abort(self) -> None:
        self.writer.transport.abort()
