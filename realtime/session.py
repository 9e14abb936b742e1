"""The rules of one connection, without any I/O: messages and moments in, intents out.

A client's valid frames are their own intents; beside them the session says what to tell the client and when
to end. It raises nothing, whatever it is fed.
"""

from collections.abc import Iterator

from msgspec import Struct

from realtime.closing import Close
from realtime.frames import (
    AnyClientFrame,
    AnyServerFrame,
    Connect,
    Error,
    Hint,
    Ingest,
    Ping,
    Pong,
    Publish,
    Refresh,
    Subscribe,
    Time,
    TimeIs,
    Unsubscribe,
)
from realtime.settings import Settings
from realtime.wire import TEXT, Malformed, Wire, only_samples


class Tell(Struct, frozen=True):
    """Send this frame to the client."""

    frame: AnyServerFrame


class End(Struct, frozen=True):
    """Close the connection."""

    code: Close


Intent = Tell | End | Connect | Subscribe | Unsubscribe | Publish | Ingest | Refresh | Hint


class Allowance:
    """So many in a window of so many seconds, refilled steadily."""

    __slots__ = ("_at", "_left", "_most", "_per_s")

    def __init__(self, most: int, window_s: float) -> None:
        self._most = float(most)
        self._per_s = most / window_s
        self._left = self._most
        self._at = 0.0

    def take(self, now: float) -> float:
        """0 where one more is allowed, else the seconds until it is."""
        self._left = min(self._most, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._per_s


class Session:
    """What a client has done so far, and so what it may do next. Times are monotonic seconds."""

    __slots__ = (
        "_answered",
        "_asides",
        "_channels",
        "_ingests",
        "_opened_at",
        "_pinged_at",
        "_publishes",
        "_received",
        "_settings",
        "_strikes",
        "_subscribes",
        "_wire",
        "connected",
        "ended",
    )

    def __init__(self, wire: Wire, settings: Settings, *, now: float) -> None:
        self._wire = wire
        self._settings = settings
        self._opened_at = now
        self._pinged_at = now
        self._answered = True
        self._strikes = 0
        self._channels: set[str] = set()
        self._ingests = Allowance(settings.limits.ingest_per_s, 1.0)
        self._subscribes = Allowance(settings.subscribes, settings.subscribe_window_s)
        self._asides = Allowance(settings.asides, settings.aside_window_s)
        self._received = 0
        self._publishes = Allowance(settings.publishes, settings.publish_window_s)
        self.connected = False
        self.ended = False

    def samples(self, message: bytes, opcode: int, *, now: float) -> Ingest | None:
        """The short way of the commonest message; None where it has to take the long way, `receive`."""
        if not self.connected or self.ended or opcode != TEXT or self._wire.opcode != TEXT:
            return None
        frame = only_samples(message)
        if frame is None or self._ingests.take(now):
            return None
        self._received += 1
        self._answered = True
        return frame

    def receive(self, message: bytes, opcode: int, *, now: float, wall_ms: float) -> list[Intent]:
        """What a WebSocket message means. After an `End` there is nothing more."""
        if self.ended:
            return []
        self._received += 1
        # Whoever talks is there: a busy athlete need not answer pings as well.
        self._answered = True
        if opcode != self._wire.opcode:
            return list(self._strike("wrong_encoding"))
        intents: list[Intent] = []
        frames = 0
        try:
            for one in self._wire.split(message):
                frames += 1
                if frames > self._settings.limits.frames_per_message:
                    intents += self._strike("too_many_frames")
                    break
                intents += self._take(self._wire.client_frame(one), now, wall_ms)
                if self.ended:
                    break
        except Malformed:
            intents += self._strike("bad_frame")
        return intents

    def moment(self, *, now: float, wall_ms: float) -> Tell | End | None:
        """What the passing of time demands: ask once a second or so."""
        settings = self._settings
        if self.ended:
            return None
        received, self._received = self._received, 0
        if received > settings.messages_per_sweep:
            return self._end(Close.BAD_FRAME)
        if not self.connected:
            return self._end(Close.NO_PONG) if now - self._opened_at > settings.connect_s else None
        since_ping = now - self._pinged_at
        if not self._answered and since_ping > settings.pong_s:
            return self._end(Close.NO_PONG)
        if since_ping > settings.ping_s:
            self._pinged_at = now
            self._answered = False
            return Tell(Ping(t=wall_ms))
        return None

    def forget(self, channel: str) -> None:
        """A subscription was refused or has ended: it no longer counts."""
        self._channels.discard(channel)

    def _take(self, frame: AnyClientFrame, now: float, wall_ms: float) -> Iterator[Intent]:
        if not self.connected:
            yield from self._first(frame)
            return
        match frame:
            case Time():
                yield Tell(TimeIs(t0=frame.t0, t1=wall_ms, t2=wall_ms))
            case Ingest():
                yield _limited(self._ingests, frame, now)
            case Subscribe():
                yield self._subscribe(frame, now)
            case Publish():
                yield _limited(self._publishes, frame, now)
            case Pong():
                pass
            case Connect():
                yield from self._strike("already_connected")
            case Unsubscribe():
                self._channels.discard(frame.channel)
                yield frame
            case Refresh() | Hint():
                yield _limited(self._asides, frame, now)

    def _first(self, frame: AnyClientFrame) -> Iterator[Intent]:
        if isinstance(frame, Connect):
            yield from self._connect(frame)
        else:
            yield from self._strike("not_connected")

    def _connect(self, frame: Connect) -> Iterator[Intent]:
        wanted = set(frame.subscribe)
        if len(wanted) > self._settings.limits.subscriptions:
            yield from self._strike("too_many_subscriptions")
            return
        self.connected = True
        self._channels = wanted
        yield frame

    def _subscribe(self, frame: Subscribe, now: float) -> Intent:
        taken = _limited(self._subscribes, frame, now)
        if taken is not frame:
            return taken
        if frame.channel not in self._channels:
            if len(self._channels) >= self._settings.limits.subscriptions:
                return Tell(Error(code="too_many_subscriptions", id=frame.id))
            self._channels.add(frame.channel)
        return frame

    def _strike(self, code: str) -> Iterator[Intent]:
        """The first thing that is not of this protocol is answered, the second ends it."""
        self._strikes += 1
        yield Tell(Error(code=code))
        if self._strikes > 1:
            yield self._end(Close.BAD_FRAME)

    def _end(self, code: Close) -> End:
        self.ended = True
        return End(code)


def _limited(
    allowance: Allowance, frame: Ingest | Subscribe | Publish | Refresh | Hint, now: float
) -> Intent:
    """The frame itself, or that it came too soon."""
    wait_s = allowance.take(now)
    if not wait_s:
        return frame
    return Tell(Error(code="too_fast", id=getattr(frame, "id", None), retry_after=round(wait_s, 3)))
