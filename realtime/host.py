"""What the live layer asks of the application that hosts it. Nothing else is shared."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from realtime.frames import Row


class Identity(Struct, frozen=True):
    """Who is at the other end, as far as the live layer cares.

    `member` counts connections and presence (one person, however many tabs). `grants` name what this
    connection stands on (`session:<id>`, `token:<id>`, `member:<id>`): revoking any of them ends it.
    `subject` is the host's own idea of who this is, handed back untouched. `expires_at`, in seconds since the
    epoch, ends the connection unless it was refreshed before.
    """

    member: str
    grants: frozenset[str]
    subject: Any
    expires_at: float | None = None


class LogPage(Struct, frozen=True):
    """Events `after < seq` of a log channel, oldest first, each as JSON bytes, and the channel's head.

    `oldest_seq` is the first that is still kept; a reader further back than that gets a `reset`.
    """

    epoch: int
    head: int
    oldest_seq: int
    events: Sequence[tuple[int, bytes]]


class State(Struct, frozen=True):
    """The whole of a state channel, read in one transaction with its version."""

    epoch: int
    seq: int
    rows: Mapping[str, Any]


class StateChange(Struct, frozen=True):
    """What changed in a state channel between two of its versions."""

    epoch: int
    from_seq: int
    to_seq: int
    upserts: Mapping[str, Any]
    removes: Sequence[str] = ()


class Stream(Struct, frozen=True):
    """Where an athlete's samples go: the tick channel and the row they move, and how far they had come."""

    channel: str
    row: int
    upto: int


class Batch(Struct, frozen=True):
    """Samples of one stream on their way to the disk."""

    stream: str
    first_seq: int
    samples: Sequence[Row]
    identity: Identity


class Refused(Exception):
    """The host says no to a request. `code` goes to the client."""

    def __init__(self, code: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Host(Protocol):
    """The promises a host makes. Each method may raise `Refused`; any other error means 'try again later'."""

    async def identify(self, token: str) -> Identity | None:
        """Who holds this token; None where nobody does."""

    async def still_granted(self, grants: Collection[str]) -> Collection[str]:
        """Which of these grants still hold. Asked when a node may have missed a revocation."""

    async def may_watch(self, identity: Identity, channel: str) -> bool:
        """Default deny. Asked at each subscription, and again after a revocation."""

    async def publish(self, identity: Identity, channel: str, mid: str, body: dict[str, Any]) -> int:
        """Carry out what a client said; the seq of the event it made. The same `mid` gives the same seq."""

    async def open_stream(self, identity: Identity, stream: str) -> Stream:
        """Where this member's stream goes; refused where it is somebody else's or its session is over."""

    async def store(self, batches: Sequence[Batch]) -> Mapping[str, int]:
        """Make samples durable, one transaction for all; for each stream the seq up to which all are."""

    async def read_log(self, channel: str, *, after: int, limit: int) -> LogPage:
        """A page of a log channel from PostgreSQL. With `after` beyond the head: no events, but epoch and
        head."""

    async def read_state(self, channel: str) -> State:
        """The whole of a state channel with its version, from one snapshot of the database."""

    async def read_clock(self) -> float:
        """The time that all nodes keep, in milliseconds since the epoch: that of the one database."""

    async def read_heads(self, channels: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """`(epoch, seq)` of each channel that has one."""
