"""A feed: one channel as this node serves it. Its news is encoded once, framed once, and written to each
listener.

A listener at the tip has no cursor: it has what the feed has sent. Only who fell behind has a place of its
own, and catches up from what the node remembers; nothing is queued for anybody.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from realtime.channels import Kind
from realtime.frames import AnyServerFrame, Position, Resumption, Signal, Subscribed
from realtime.metrics import Metrics
from realtime.wire import Parcel, Wire


class Reader(Protocol):
    """A connection, as a feed sees it."""

    wire: Wire
    is_choked: bool
    every: int
    """Of how many ticks it wants one."""

    def write(self, data: bytes) -> None:
        """Framed bytes. May turn `is_choked` on, and then every listener of this reader falls behind at
        once."""

    def send(self, *frames: AnyServerFrame) -> None: ...


class Listener:
    """One connection's place in one channel. `cursor` means something only while it is behind."""

    __slots__ = ("at_tip", "cursor", "feed", "reader")

    def __init__(self, reader: Reader, feed: "Feed", cursor: int) -> None:
        self.reader = reader
        self.feed = feed
        self.cursor = cursor
        self.at_tip = False


class Feed:
    """One channel on this node. Subclasses remember what a listener that is behind still needs."""

    def __init__(self, name: str, kind: Kind, cid: int, metrics: Metrics) -> None:
        self.name = name
        self.kind = kind
        self.cid = cid
        self.epoch = 0
        self.sent = 0
        """Where every listener at the tip is."""
        self.held = 0
        """How many subscriptions are being prepared: a feed that is held is kept."""
        self.behind: dict[Listener, None] = {}
        self._metrics = metrics
        self._tips: tuple[dict[Listener, None], dict[Listener, None]] = ({}, {})
        self._writes: list[list[Callable[[bytes], None]] | None] = [None, None]

    @property
    def is_watched(self) -> bool:
        return bool(self._tips[0] or self._tips[1] or self.behind)

    @property
    def is_needed(self) -> bool:
        """Whether the node must go on hearing this channel."""
        return self.held > 0 or self.is_watched

    async def ready(self, position: Position | None) -> None:
        """Wait until the feed can take listeners, at best one from there. Raises what the host raises."""

    def has(self, position: Position | None) -> bool:
        """Whether a listener from there can be taken at once: the feed is ready, and no less far."""
        return True

    async def reach(self, position: Position) -> None:
        """A reader was further than this node: try to be there, too. Raises what the host raises."""

    # Coming and going: each is one synchronous block, so nothing can slip in between.

    def outcome(self, position: Position | None) -> Resumption:
        """What `attach` will do with a reader that comes from `position`."""
        return "snapshot"

    def attach(self, reader: Reader, position: Position | None, request: int | None) -> Listener:
        """Tell the reader where it starts, give it what it needs to get to the tip, and add it."""
        listener = Listener(reader, self, self.sent)
        reader.send(self.subscribed(self.sent, request))
        self.join(listener)
        return listener

    def detach(self, listener: Listener) -> None:
        self._leave_tip(listener)
        self.behind.pop(listener, None)

    def subscribed(self, seq: int, request: int | None) -> Subscribed:
        return Subscribed(
            channel=self.name,
            cid=self.cid,
            delivers=self.kind.delivers,
            epoch=self.epoch,
            seq=seq,
            id=request,
        )

    def join(self, listener: Listener) -> None:
        """To the tip; or behind, where the reader cannot take more right now."""
        if listener.reader.is_choked:
            self.behind[listener] = None
            return
        self.behind.pop(listener, None)
        listener.at_tip = True
        index = listener.reader.wire.index
        self._tips[index][listener] = None
        self._writes[index] = None

    def fall_behind(self, listener: Listener) -> None:
        """The reader takes no more. It has everything up to `sent`, unless it was behind already."""
        if listener.at_tip:
            self._leave_tip(listener)
            listener.cursor = self.sent
            self.behind[listener] = None

    def catch_up(self, listener: Listener) -> None:
        """The reader takes bytes again: give it what it missed, then back to the tip."""
        self.join(listener)

    def _leave_tip(self, listener: Listener) -> None:
        if listener.at_tip:
            listener.at_tip = False
            index = listener.reader.wire.index
            self._tips[index].pop(listener, None)
            self._writes[index] = None

    # The way out.

    def tell_tip(self, parcel: Parcel) -> None:
        """Write to each listener at the tip. Set `sent` before: who chokes here falls behind from it."""
        for index, tip in enumerate(self._tips):
            if not tip:
                continue
            writes = self._writes[index]
            if writes is None:
                writes = self._writes[index] = [listener.reader.write for listener in tip]
            data = parcel.framed(next(iter(tip)).reader.wire)
            for write in writes:
                write(data)
            self._metrics.delivered(self.kind.name, len(writes))

    def tell_all(self, parcel: Parcel) -> None:
        """Write to each listener, also to those behind: for what replaces all they miss."""
        for listener in list(self.behind):
            listener.cursor = self.sent
            listener.reader.write(parcel.framed(listener.reader.wire))
        self.tell_tip(parcel)


class SignalFeed(Feed):
    """News, told once to whoever is here now."""

    def say(self, body: bytes) -> None:
        self.tell_tip(Parcel(Signal(cid=self.cid, body=msgspec.Raw(body))))
