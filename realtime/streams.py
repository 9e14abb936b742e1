"""Frames without a WebSocket: down as server-sent events, up by POST, where a proxy blocks the better way.

Session, limits, feeds and slow-client rules are those of any connection; only the way of the bytes differs.
What feeds framed for sockets is unwrapped here, so that the many do not pay for the few.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

from realtime.patience import PatientHttp
from realtime.transport import Sink
from realtime.wire import TEXT

EXTENSION = "pulse.http"
"""Where an ASGI application finds its protocol: `scope["extensions"][EXTENSION]`."""

_BEAT_S = 15.0
"""So often something is sent: proxies and phones give up a silent answer after 30 s at the earliest."""
_CHUNK_BYTES = 16 * 1024
_CLOSE_S = 5.0
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class PulseHttp(PatientHttp):
    """The class for `uvicorn.run(http=...)`: patient HTTP; an answer can be cut off, and hears of the end."""

    leaving: Callable[[], None] | None = None
    """Called when the server shuts down while an answer is under way."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {EXTENSION: self}
        self.scope["extensions"] = extensions

    def shutdown(self) -> None:
        super().shutdown()
        if self.leaving is not None:
            self.leaving()

    def abort(self) -> None:
        self.transport.abort()


class EventStream:
    """The transport of a connection whose frames go down as events of one endless answer."""

    def __init__(self, http: PulseHttp) -> None:
        self.sid = secrets.token_urlsafe(24)
        self._http = http
        self._sink: Sink | None = None
        self._is_open = True
        self._is_choked = False
        self._high_bytes = 0
        self._waiting: deque[bytes] = deque()
        self._unsent = 0
        self._wake = asyncio.Event()
        self._reaper: asyncio.TimerHandle | None = None

    # What a connection uses.

    @property
    def is_open(self) -> bool:
        return self._is_open

    @property
    def unsent(self) -> int:
        return self._unsent

    def attach(self, sink: Sink, *, high_bytes: int) -> None:
        self._sink = sink
        self._high_bytes = high_bytes
        self._http.leaving = sink.leaving
        if not self._is_open:
            asyncio.get_running_loop().call_soon(sink.lost)

    def write(self, data: bytes) -> None:
        if self._is_open:
            self._put(b"".join(events(data)))
            if self._unsent > self._high_bytes and not self._is_choked and self._sink is not None:
                self._is_choked = True
                self._sink.choked()

    def finish(self, code: int) -> None:
        """The last frame, `bye`, has said the code already."""
        if self._is_open:
            self._is_open = False
            self._wake.set()
            self._reaper = asyncio.get_running_loop().call_later(_CLOSE_S, self._http.abort)

    def abort(self) -> None:
        self._is_open = False
        self._waiting.clear()
        self._wake.set()
        self._http.abort()

    # What the way up uses.

    def received(self, message: bytes) -> bool:
        """The text of a WebSocket message, by POST; False where nobody takes it any more."""
        if self._sink is None or not self._is_open:
            return False
        self._sink.received(message, TEXT)
        return True

    # The answer.

    async def serve(self, receive: Receive, send: Send, *, name: str) -> None:
        """Answer with events until either side ends it. The first event says how the stream is called."""
        self._put(b'event: stream\ndata: {"sid":"%s"}\n\n' % name.encode())
        watch = asyncio.ensure_future(self._until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await self._pump(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._is_open = False
            self._http.leaving = None
            if self._reaper is not None:
                self._reaper.cancel()
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            if self._sink is not None:
                self._sink.lost()

    async def _pump(self, send: Send) -> None:
        while True:
            while not self._waiting and self._is_open:
                await self._next()
            if not self._waiting:
                return
            chunk = self._waiting.popleft()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            self._unsent = max(0, self._unsent - len(chunk))
            if self._is_choked and self._is_open and self._unsent <= self._high_bytes // 4:
                self._is_choked = False
                assert self._sink is not None, "only who is attached is choked"
                self._sink.drained()

    async def _next(self) -> None:
        """Wait for something to send; a comment, where nothing comes."""
        self._wake.clear()
        try:
            async with asyncio.timeout(_BEAT_S):
                await self._wake.wait()
        except TimeoutError:
            self._put(b":\n\n")

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_open = False
        self._waiting.clear()
        self._wake.set()

    def _put(self, data: bytes) -> None:
        """In pieces: what waits is given up piece by piece, and so its progress can be seen."""
        self._unsent += len(data)
        if len(data) <= _CHUNK_BYTES:
            self._waiting.append(data)
        else:
            self._waiting.extend(data[at : at + _CHUNK_BYTES] for at in range(0, len(data), _CHUNK_BYTES))
        self._wake.set()


def events(data: bytes) -> Iterator[bytes]:
    """Unmasked WebSocket frames of text (RFC 6455, section 5.2) as events: one event a message."""
    at = 0
    while at < len(data):
        length = data[at + 1]
        at += 2
        if length >= 126:
            width = 2 if length == 126 else 8
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        yield b"data: " + data[at : at + length].replace(b"\n", b"\ndata: ") + b"\n\n"
        at += length
