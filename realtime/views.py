"""What a client knows of a channel: the rules of the protocol applied to the frames that come, without any
I/O."""

from collections.abc import Callable
from typing import Any

from realtime.channels import ChannelClass
from realtime.frames import (
    AnyServerFrame,
    Diff,
    Event,
    Position,
    Reset,
    Row,
    Signal,
    Snapshot,
    Subscribed,
    Tick,
    Unsubscribed,
)


class View:
    """One channel. `position` is what to resume from; `lost` says that the server broke the rules:
    resubscribe."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.position: Position | None = None
        self.subscribed = False
        self.asked_as: int | None = None
        """The id of the request by which this was last asked for."""
        self.ended: str | None = None
        """The code with which the server ended the subscription, or `denied`."""
        self.events: list[Any] = []
        self.keep_events: Callable[[int, Any], None] | None = None
        """Called with each new event instead of keeping it in `events`."""
        self.resets: list[str] = []
        self.rows: dict[str, Any] = {}
        self.tick_rows: dict[int, Row] = {}
        self.signals: list[Any] = []
        self.lost = False

    def apply(self, frame: AnyServerFrame) -> bool:
        """Take a frame of this channel. False where it changed nothing."""
        match frame:
            case Event():
                return self._event(frame)
            case Diff():
                return self._diff(frame)
            case Signal():
                self.signals.append(frame.body)
            case Tick():
                self.tick_rows.update({row[0]: row for row in frame.rows if isinstance(row[0], int)})
            case _:
                return self._begin_or_end(frame)
        return True

    def _begin_or_end(self, frame: AnyServerFrame) -> bool:
        match frame:
            case Subscribed():
                self.subscribed, self.ended, self.lost = True, None, False
                if not self._is_ahead(frame):
                    self.position = (frame.epoch, frame.seq)
            case Snapshot():
                self.rows = dict(frame.rows)
                self.position = (frame.epoch, frame.seq)
            case Reset():
                self.resets.append(frame.reason)
                self.position = (frame.epoch, frame.seq)
            case Unsubscribed():
                self.subscribed, self.ended = False, frame.code
            case _:
                return False
        return True

    def _is_ahead(self, frame: Subscribed) -> bool:
        """While one connection takes over from another, the one before may have brought us further."""
        return (
            self.position is not None
            and self.position[0] == frame.epoch
            and self.position[1] > frame.seq
            and frame.delivers in (ChannelClass.LOG, ChannelClass.STATE)
        )

    def _event(self, frame: Event) -> bool:
        assert self.position is not None, "events follow `subscribed`"
        epoch, last = self.position
        if frame.seq <= last:
            return False
        if frame.seq != last + 1:
            self.lost = True
            return False
        self.position = (epoch, frame.seq)
        if self.keep_events is not None:
            self.keep_events(frame.seq, frame.event)
        else:
            self.events.append(frame.event)
        return True

    def _diff(self, frame: Diff) -> bool:
        if self.position is None:
            return False  # a snapshot was asked for
        epoch, version = self.position
        if frame.to_seq <= version:
            return False
        if frame.from_seq != version:
            self.lost = True
            self.position = None
            return False
        self.rows.update(frame.upserts)
        for key in frame.removes:
            self.rows.pop(key, None)
        self.position = (epoch, frame.to_seq)
        return True
