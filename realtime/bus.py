"""The bus: how nodes tell each other. What it promises, and what is said on it.

Delivery is at most once and says nothing about what was lost: whatever matters carries a position, so that a
hearer notices a hole (`seq`), and a digest of heads, so that it notices a missing end. Nothing on the bus is
the truth.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol
from zlib import crc32

import msgspec
from msgspec import Struct

from realtime.frames import Row
from realtime.host import StateChange

PARTITIONS = 64
EVERYONE = "everyone"
"""The topic that every node hears."""


class Said(Struct, array_like=True, tag_field="k", tag=str.lower, frozen=True):
    """What one node says to others."""


class Logged(Said, frozen=True):
    """An event of a log channel, as JSON."""

    channel: str
    epoch: int
    seq: int
    body: bytes
    at_ms: float = 0
    """When it was published, by the hub's clock."""


class Nudged(Said, frozen=True):
    """A state channel has reached this version: read it."""

    channel: str
    epoch: int
    seq: int


class Changed(Said, frozen=True):
    """A state channel has gone from one version to another, and this is what changed on the way."""

    channel: str
    change: StateChange


class Bundle(Said, frozen=True):
    """The rows of a tick channel that athletes of the speaking node have moved."""

    channel: str
    rows: list[Row]


class Signalled(Said, frozen=True):
    """News, as JSON, for whoever cares about `topic`."""

    topic: str
    body: bytes


class Revoked(Said, frozen=True):
    """What stood on these grants has ended."""

    grants: list[str]


class Rechecked(Said, frozen=True):
    """Who may watch has changed: for a channel, for a member, or for a member in a channel."""

    channel: str | None
    member: str | None


class Heads(Said, frozen=True):
    """Where channels are that moved lately: who is behind has missed something."""

    heads: dict[str, tuple[int, int]]


class Posted(Said, frozen=True):
    """A message by POST, for a stream of events that the hearing node serves. Answered by `Taken`."""

    stream: str
    number: int
    grants: list[str]
    message: bytes


class Taken(Said, frozen=True):
    """Whether what was posted as `number` has reached its stream."""

    number: int
    taken: bool


class Crowded(Said, frozen=True):
    """These connections are too many for their member: whoever has them ends them."""

    sids: list[str]


class Beat(Said, frozen=True):
    """A node hears itself: the bus works."""


Message = (
    Logged
    | Nudged
    | Changed
    | Bundle
    | Signalled
    | Revoked
    | Rechecked
    | Crowded
    | Heads
    | Posted
    | Taken
    | Beat
)


class _Envelope(Struct, array_like=True, frozen=True):
    node: str
    message: Message


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[_Envelope] = msgspec.msgpack.Decoder(_Envelope)


def sealed(node: str, message: Message) -> bytes:
    return _encoder.encode(_Envelope(node=node, message=message))


def opened(data: bytes) -> tuple[str, Message]:
    """Who says what. Raises msgspec.DecodeError where it is none of ours."""
    envelope = _decoder.decode(data)
    return envelope.node, envelope.message


def topic_of(channel: str) -> str:
    """The topic of a channel. The hash tag keeps a partition together on a cluster."""
    return f"{{{crc32(channel.encode()) % PARTITIONS:02d}}}:{channel}"


class Hearer(Protocol):
    """A node, as the bus sees it. Called on the event loop; neither waits nor raises."""

    def heard(self, node: str, message: Message) -> None:
        """Another node said something. A node never hears itself."""

    def resynced(self) -> None:
        """The node was deaf and hears again: whatever it knows may be old."""


Versions = dict[str, tuple[int, int]]
"""Channels that changed, each with its new `(epoch, version)`."""


class Ledger(Protocol):
    """Who is present where, as all nodes know it together. Any method may raise OSError: the bus is away."""

    async def enter(self, node: str, present: Mapping[str, Sequence[str]], *, at_ms: int) -> Versions:
        """These members are, by channel, present through `node`, since `at_ms` by the hub's clock. Returns
        the channels in which that is news."""

    async def leave(self, node: str, absent: Mapping[str, Sequence[str]]) -> Versions:
        """And these no longer. Returns the channels in which that is news."""

    async def renew(self, node: str, lease_s: float) -> bool:
        """`node` is alive; False where it had been given up, and so must enter everybody again."""

    async def reap(self) -> Versions:
        """Forget the dead nodes and who was present through them. Returns the channels that changed."""

    async def oldest(self, channels: Sequence[str], *, beyond: int) -> list[str]:
        """Of each channel in which more than `beyond` are present: those members who came first."""

    async def distrust(self, epoch: int) -> None:
        """This may be an older copy of itself: unless its epoch is another by now, it gets a new one."""

    async def read(self, channel: str) -> tuple[int, int, dict[str, int]]:
        """`(epoch, version, {member: milliseconds since when})`, the same on every node."""


class Bus(Protocol):
    """Say and hear by topic. Saying never waits and never raises, whether the bus is there or not."""

    @property
    def healthy(self) -> bool:
        """Whether this node really hears: it has heard itself within the last three seconds."""

    @property
    def heard_s_ago(self) -> float:
        """How long ago this node has heard itself, in seconds."""

    @property
    def dropped(self) -> int:
        """How many messages were given up so far, because they could not be said in time."""

    @property
    def ledger(self) -> Ledger: ...

    async def start(self, node: str, hearer: Hearer) -> None:
        """Connect and go on trying; returns without waiting for a bus that is away."""

    async def stop(self) -> None: ...

    def say(self, topic: str, message: Message) -> None:
        """Tell the other nodes that listen to `topic`, soon."""

    def listen(self, topic: str) -> None:
        """Hear `topic` from now on, also after a reconnect."""

    def unlisten(self, topic: str) -> None: ...

    async def listening(self, topic: str) -> bool:
        """Wait until the bus has confirmed that `topic` is heard; False where it is away."""
