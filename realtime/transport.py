"""What carries a connection's bytes: a WebSocket (`protocol.py`), or a stream of events (`streams.py`)."""

from typing import Protocol


class Sink(Protocol):
    """Who takes the messages of an attached protocol. All are called on the event loop and must not raise."""

    def received(self, message: bytes, opcode: int) -> None:
        """A whole message; `opcode` says whether it was text (1) or binary (2)."""

    def choked(self) -> None:
        """More than the high-water mark is unsent: stop writing. Reading is paused as well."""

    def drained(self) -> None:
        """Write again."""

    def leaving(self) -> None:
        """The server shuts down; it waits a while for this connection to end."""

    def lost(self) -> None:
        """The connection is gone. Nothing follows."""


class Transport(Protocol):
    """The way out of one connection. It hands what comes in to the sink that was attached."""

    @property
    def is_open(self) -> bool:
        """Whether `write` still reaches the peer."""

    @property
    def unsent(self) -> int:
        """Bytes that wait for the peer to read."""

    def attach(self, sink: Sink, *, high_bytes: int) -> None:
        """From here on `sink` hears everything; with more than `high_bytes` unsent it is choked."""

    def write(self, data: bytes) -> None:
        """Whole WebSocket frames, unmasked. Never waits."""

    def finish(self, code: int) -> None:
        """Close once what was written is sent; whoever does not read it is cut off after a while."""

    def abort(self) -> None:
        """Cut the connection now; what is unsent is lost."""
