"""The uvicorn WebSocket class that hands the application its transport: pre-framed bytes out, messages in.

`uvicorn.run(app, ws=PulseProtocol)`: ordinary ASGI until an application calls `attach`. From then on messages
go to a sink, and only what is unusual (fragments, control frames, broken frames) through the general parser.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from realtime.transport import Sink

EXTENSION = "pulse.protocol"
"""Where an ASGI application finds its protocol: `scope["extensions"][EXTENSION]`."""

_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TEXT = 0x81
_BINARY = 0x82
_MASKED = 0x80


class _Unread(asyncio.Queue[Any]):
    """Where uvicorn puts events that nobody receives any more."""

    def put_nowait(self, item: Any) -> None: ...


_NOBODY_READS = _Unread()


class PulseProtocol(WebSocketsSansIOProtocol):
    """The class for `uvicorn.run(ws=...)`.

    Whatever the application: no compression, messages of at most 64 KiB in at most 256 fragments, and a peer
    that pings more than a hundred times a second, or while 256 KiB wait for it to read, is cut off.
    """

    message_bytes = 64 * 1024
    fragments = 256
    flood_bytes = 256 * 1024
    pings_per_s = 100

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = self._parser(State.CONNECTING)
        self.close_timeout = 5.0
        self._sink: Sink | None = None
        self._is_open = False
        self._by_parser = False
        self._chunks = 0
        self._held = b""
        self._fragments = 0
        self._pings = 0
        self._pinged_at = 0.0
        self._reaper: asyncio.TimerHandle | None = None

    # What an application uses.

    def attach(self, sink: Sink, *, high_bytes: int) -> None:
        """From here on, `sink` gets every message, and `write` may be used. Call it right after accepting."""
        self._sink = sink
        self._is_open = not self.transport.is_closing()
        # Bytes that came before the handshake was over are already in the general parser: it stays in charge.
        self._by_parser = self._chunks > 1 or not self.queue.empty()
        self.transport.set_write_buffer_limits(high=high_bytes, low=high_bytes // 4)
        while not self.queue.empty():
            event = self.queue.get_nowait()
            if event["type"] == "websocket.receive":
                text = event.get("text")
                data = event.get("bytes") if text is None else text.encode()
                sink.received(data or b"", 1 if text is not None else 2)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self._forget_handshake()
        if not self._is_open:
            self.loop.call_soon(sink.lost)

    def _forget_handshake(self) -> None:
        """It took ten kilobytes, which are not kept for as long as the socket."""
        self.queue = _NOBODY_READS
        self.scope["headers"] = []
        del self.response
        if not self._by_parser:
            del self.conn

    def __getattr__(self, name: str) -> Any:
        """The general parser is made anew when something unusual comes, which for most sockets is never."""
        if name != "conn":
            raise AttributeError(name)
        self.conn = self._parser(State.OPEN)
        return self.conn

    def _parser(self, state: State) -> ServerProtocol:
        return ServerProtocol(extensions=[], state=state, max_size=self.message_bytes, logger=self.logger)

    @property
    def is_open(self) -> bool:
        """Whether `write` still reaches the peer: no close frame was sent or received."""
        return self._is_open

    @property
    def unsent(self) -> int:
        """Bytes that the peer's kernel has not taken."""
        return self.transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Whole WebSocket frames, as they are. Never after a close frame."""
        if self._is_open:
            self.transport.write(data)

    def finish(self, code: int) -> None:
        """Start the closing handshake; whoever does not answer it in five seconds is cut off."""
        if not self._is_open:
            return
        self._is_open = False
        self.close_sent = True
        try:
            self.conn.send_close(code)
        except InvalidState:
            self.transport.abort()
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._hear(True)
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def abort(self) -> None:
        """Cut the connection now; what is unsent is lost."""
        self._is_open = False
        self.transport.abort()

    # What uvicorn calls.

    def data_received(self, data: bytes) -> None:
        self._chunks += 1
        if self._sink is None or self._by_parser or not self._is_open:
            held, self._held = self._held, b""
            super().data_received(held + data if held else data)
            if self.conn.handshake_exc is not None and not self.handshake_initiated:
                # A head that the parser refuses (128 headers, 8 KiB a line) would be left without an answer.
                self.handshake_initiated = self.handshake_complete = self.close_sent = True
                self.transport.write(_BAD_REQUEST)
                self.transport.close()
        else:
            self._scan(self._held + data if self._held else data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_open = False
        if self._reaper is not None:
            self._reaper.cancel()
        super().connection_lost(exc)
        if self._sink is not None:
            self._sink.lost()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._sink is not None and self._is_open:
            self._hear(False)
            self._sink.choked()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._sink is not None and self._is_open:
            self._hear(True)
            self._sink.drained()

    def shutdown(self) -> None:
        if self._sink is None:
            super().shutdown()
        elif self._is_open:
            self._sink.leaving()
        else:
            # Its close frame is on the way; who does not read it would keep the server from ending.
            self._reap(1.0)

    def start_keepalive(self) -> None:
        """No pings of the protocol: ours are frames, which a page in a browser can see, too."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def handle_text(self, event: Frame) -> None:
        self._fragments = 0 if event.fin else 1
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        self._fragments = 0 if event.fin else 1
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        self._fragments = 0 if event.fin else self._fragments + 1
        if self._fragments > self.fragments:
            # Empty fragments count nothing towards the size of a message, and would grow a list for ever.
            self.abort()
        elif not self.transport.is_closing():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        now = self.loop.time()
        if now - self._pinged_at > 1.0:
            self._pinged_at, self._pings = now, 0
        self._pings += 1
        if self.unsent > self.flood_bytes or self._pings > self.pings_per_s:
            self.abort()
        else:
            super().handle_ping()

    def handle_close(self, event: Frame) -> None:
        self._is_open = False
        super().handle_close(event)
        self._reap(self.close_timeout)

    def handle_parser_exception(self) -> None:
        self._is_open = False
        super().handle_parser_exception()
        self._reap(self.close_timeout)

    def send_receive_event_to_app(self) -> None:
        if self._sink is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self._is_open:
            self._sink.received(bytes(data), 1 if self.curr_msg_data_type == "text" else 2)

    # The way in of the usual case: whole, masked frames.

    def _scan(self, data: bytes) -> None:
        at, size = 0, len(data)
        sink = self._sink
        assert sink is not None, "only an attached protocol scans"
        while size - at >= 2 and self._is_open:
            second = data[at + 1]
            length = second & 0x7F
            start = at + 6
            if length == 126:
                if size - at < 4:
                    break
                length = data[at + 2] << 8 | data[at + 3]
                start += 2
            if length > self.message_bytes or second == 0xFF or not second & _MASKED:
                # It is broken or far too long: the general parser has the words for that.
                self._by_parser = True
                break
            end = start + length
            if end > size:
                break
            head = data[at]
            if head in (_TEXT, _BINARY) and not self._fragments:
                # Unmasked (RFC 6455, section 5.3) by one XOR of big integers.
                mask = int.from_bytes((data[start - 4 : start] * (length // 4 + 1))[:length], "little")
                plain = int.from_bytes(data[start:end], "little") ^ mask
                sink.received(plain.to_bytes(length, "little"), head & 0x0F)
            else:
                super().data_received(data[at:end])
            at = end
        rest = data[at:] if at else data
        if self._by_parser or not self._is_open:
            self._held = b""
            if rest and not self.transport.is_closing():
                super().data_received(rest)
        else:
            self._held = rest

    def _hear(self, on: bool) -> None:
        """Who does not read is not read from, either."""
        if on and self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        elif not on and not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def _reap(self, after_s: float) -> None:
        """A transport that is closing waits for its peer to read; not for ever."""
        if self._reaper is not None:
            self._reaper.cancel()
        self._reaper = self.loop.call_later(after_s, self.transport.abort)
