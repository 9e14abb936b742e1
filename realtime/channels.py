"""Channels: what they are called, and what each kind of them promises."""

from enum import StrEnum

from msgspec import Struct


class ChannelClass(StrEnum):
    """How a channel delivers. Fixed by the channel's kind."""

    LOG = "log"
    """Every event, in order, without a gap; resumable by position after minutes or days."""
    STATE = "state"
    """Keyed values: a snapshot, then diffs; the latest wins; all watchers converge."""
    TICK = "tick"
    """The newest sample of each row that changed, a few times a second; at most once."""
    SIGNAL = "signal"
    """News worth showing now; at most once. Who subscribes (again) reads the truth over REST."""


class Kind(Struct, frozen=True):
    """A kind of channel, named by what stands before the colon: `board` in `board:0191...`."""

    name: str
    delivers: ChannelClass
    presence: bool = False
    """Whether who watches `x` is shown on the channel `presence:x`."""


PRESENCE = Kind(name="presence", delivers=ChannelClass.STATE)
"""Who is here: `presence:x` tells who watches `x`, as rows `{member: {"since": milliseconds}}`. A host
that wants it declares it; the node itself reads it, and the host is asked only who may watch."""


class Kinds:
    """The kinds that a host application declares. A channel of no declared kind does not exist."""

    def __init__(self, *kinds: Kind) -> None:
        self._by_name = {kind.name: kind for kind in kinds}

    def of(self, channel: str) -> Kind | None:
        """The kind of `channel`, or None where its name is of no declared kind."""
        return self._by_name.get(channel.partition(":")[0])
