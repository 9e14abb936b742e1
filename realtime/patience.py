"""Patience with those who connect and do not ask: limits of time and size from the first byte on.

uvicorn waits for ever for a request that does not end, and keeps headers of any size. Behind a proxy that is
the proxy's care; a hub may stand without one.
"""

import asyncio

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class PatientHttp(HttpToolsProtocol):
    """HTTP whose requests end in time: the head within ten seconds and 64 KiB, the body within a minute."""

    head_s = 10.0
    body_s = 60.0
    head_bytes = 64 * 1024

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._head: int | None = 0
        """How much of a head has come; None while none is under way."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._allow(self.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_patient()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > self.head_bytes:
            self._refuse()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = self._head or 0
        self._allow(self.head_s)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(name) + len(value) > self.head_bytes:
            self._refuse()

    def on_headers_complete(self) -> None:
        self._head = None
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > self.head_bytes:
            self._refuse()
        elif not self.transport.is_closing():
            self._allow(self.body_s)
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._be_patient()
        if not self.transport.is_closing():
            super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._be_patient()
        if not self.transport.is_closing():
            super().handle_websocket_upgrade()
        # It and its parser hold each other, and would stay until the collector looks.
        self.parser = None  # type: ignore[assignment]  # nothing is parsed after an upgrade

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def _allow(self, seconds: float) -> None:
        self._be_patient()
        self._deadline = self.loop.call_later(seconds, self._give_up)

    def _be_patient(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Abort: who does not send may not read either."""
        self._deadline = None
        self.transport.abort()
