"""Every frame that goes over the socket: one tagged union a direction.

A WebSocket message carries one or more frames: JSON frames (`pulse.v1.json`) are separated by a newline,
msgpack frames (`pulse.v1.msgpack`) stand one after another. Times are milliseconds since the epoch.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from realtime.channels import ChannelClass

ChannelName = Annotated[str, Meta(min_length=1, max_length=100)]
Position = tuple[int, int]
"""`(epoch, seq)`: where a reader is in a channel. Valid on every node. A new epoch means: start over."""
RequestId = Annotated[int, Meta(ge=0, le=2**53)]
Number = Annotated[int, Meta(ge=-(2**53), le=2**53)] | Annotated[float, Meta(ge=-1e15, le=1e15)] | None
"""Bounded, so that whatever came in can go out in every encoding."""
Row = Annotated[list[Number], Meta(max_length=32)]
"""One packed row. In a sample the first column is milliseconds since the session's start; in a tick it
is the participant's number in the room, then the same columns as in a sample. The columns are named in
docs/live-protocol.md."""
Resumption = Literal["resumed", "snapshot", "reset", "denied"]


class ClientFrame(Struct, tag_field="type", tag=str.lower, forbid_unknown_fields=True, omit_defaults=True):
    """What a client may send."""


class Connect(ClientFrame):
    """The first frame, within five seconds: who I am, what I watch, and how far I had come."""

    token: Annotated[str, Meta(max_length=200)] | None = None
    subscribe: list[ChannelName] = []
    positions: dict[ChannelName, Position] = {}
    hz: Annotated[float, Meta(ge=0.2, le=10)] | None = None
    t0: float | None = None


class Subscribe(ClientFrame):
    """Watch a channel, from a position if I had one."""

    id: RequestId
    channel: ChannelName
    position: Position | None = None


class Unsubscribe(ClientFrame):
    id: RequestId
    channel: ChannelName


class Publish(ClientFrame):
    """Say something on a channel. The same `mid` has one effect, however often it is sent."""

    id: RequestId
    channel: ChannelName
    mid: Annotated[str, Meta(min_length=8, max_length=64)]
    body: dict[str, Any]


class Ingest(ClientFrame):
    """An athlete's own samples, numbered from 1 without holes; sent again until `ingested` covers them."""

    stream: Annotated[str, Meta(min_length=1, max_length=64)]
    first_seq: Annotated[int, Meta(ge=1, le=2**53)]
    samples: Annotated[list[Row], Meta(min_length=1, max_length=50)]


class Refresh(ClientFrame):
    """A newer token for this connection."""

    id: RequestId
    token: Annotated[str, Meta(max_length=200)]


class Time(ClientFrame):
    """What time is it? `t0` is the client's clock, given back untouched."""

    t0: float


class Pong(ClientFrame):
    t: float


class Hint(ClientFrame):
    """How closely this client is looked at: a hidden page wants fewer ticks."""

    visible: bool | None = None
    hz: Annotated[float, Meta(ge=0.2, le=10)] | None = None


AnyClientFrame = Connect | Subscribe | Unsubscribe | Publish | Ingest | Refresh | Time | Pong | Hint


class ServerFrame(Struct, tag_field="type", tag=str.lower, omit_defaults=True):
    """What a server may send."""


class Limits(Struct, frozen=True):
    """What this node accepts of one connection."""

    message_bytes: int = 65_536
    frames_per_message: int = 32
    subscriptions: int = 64
    ingest_per_s: int = 8
    samples_per_ingest: int = 50


class Welcome(ServerFrame):
    """The answer to `connect`. `t0`, `t1`, `now` make a first clock sample."""

    sid: str
    node: str
    now: float
    ping_s: float
    limits: Limits
    results: dict[str, Resumption]
    t0: float | None = None


class Ok(ServerFrame):
    """A request was carried out. `seq` is the position of what `publish` made."""

    id: int
    seq: int | None = None


class Error(ServerFrame):
    """A request was refused. The codes are listed in docs/live-protocol.md."""

    code: str
    id: int | None = None
    retry_after: float | None = None


class Subscribed(ServerFrame):
    """From here on, frames of `channel` carry `cid`, a number of this node's."""

    channel: str
    cid: int
    delivers: ChannelClass
    epoch: int
    seq: int
    id: int | None = None


class Snapshot(ServerFrame):
    """The whole of a state channel at `seq`. It replaces what the client had."""

    cid: int
    epoch: int
    seq: int
    rows: dict[str, Any]


class Event(ServerFrame):
    """One event of a log channel. `seq` is the last one plus one."""

    cid: int
    seq: int
    event: Any


class Diff(ServerFrame):
    """A state channel went from version `from_seq` to `to_seq`: set the upserts, drop the removes."""

    cid: int
    from_seq: int
    to_seq: int
    upserts: dict[str, Any] = {}
    removes: list[str] = []


class Tick(ServerFrame):
    """The newest sample of each participant that changed. `n` counts a node's ticks, `t` is its time."""

    cid: int
    n: int
    t: float
    rows: list[Row]


class Signal(ServerFrame):
    """News on a signal channel."""

    cid: int
    body: Any


class Ingested(ServerFrame):
    """Every sample of `stream` up to and including `upto` is durable."""

    stream: str
    upto: int


class TimeIs(ServerFrame, tag="time"):
    """`t0` as the client sent it, `t1` when it arrived, `t2` when this answer left."""

    t0: float
    t1: float
    t2: float


class Ping(ServerFrame):
    """Answer with `pong {t}`. `t` is the server's time."""

    t: float


class Reset(ServerFrame):
    """The history before this point is gone: read the truth over REST, then go on from `seq`."""

    cid: int
    reason: str
    epoch: int
    seq: int


class Unsubscribed(ServerFrame):
    """The server ended a subscription (`revoked`) or did what was asked (`requested`)."""

    cid: int
    code: str


class Drain(ServerFrame):
    """This node is leaving: connect again, elsewhere, within `slot_ms`, then close this socket."""

    slot_ms: int


class Bye(ServerFrame):
    """The last frame before the server closes; `code` as in the close frame."""

    code: int


AnyServerFrame = (
    Welcome
    | Ok
    | Error
    | Subscribed
    | Snapshot
    | Event
    | Diff
    | Tick
    | Signal
    | Ingested
    | TimeIs
    | Ping
    | Reset
    | Unsubscribed
    | Drain
    | Bye
)
