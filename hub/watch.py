"""`pulsehub watch CHANNEL`: a live channel on the terminal, as people read it, or one JSON line a frame."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import urlsplit

import msgspec

from realtime.client import Gone, LiveClient
from realtime.closing import Close
from realtime.frames import (
    AnyServerFrame,
    Diff,
    Drain,
    Event,
    Reset,
    Row,
    Signal,
    Snapshot,
    Subscribed,
    Tick,
    Unsubscribed,
    Welcome,
)

_PATIENCE_S = 3.0
_COLUMNS = ("bpm", "W", "rpm", "m/s", "m", "reps", "kcal")
_COLOURS = {"dim": "2", "green": "32", "red": "31", "cyan": "36", "yellow": "33"}
_WHY: dict[int, str] = {
    Close.BAD_TOKEN: "The hub knows nobody by this token. `pulsehub token` makes one.",
    Close.REVOKED: "This token was revoked.",
    Close.CONNECTION_LIMIT: "You have too many connections: close one and try again.",
}


class WatchEnded(Exception):
    """Why there is nothing more to see, in one sentence."""


async def watch(urls: Sequence[str], channel: str, *, token: str, as_json: bool, out: TextIO) -> None:
    """Show `channel` until interrupted, whatever becomes of the hub.

    Raises WatchEnded, and BrokenPipeError when nobody reads what is shown any more.
    """
    shown: Screen | Lines = Lines(channel, out) if as_json else Screen(channel, out)
    is_read = True

    def show(name: str | None, frame: AnyServerFrame) -> None:
        # To the client an OSError is a lost connection; and what was shown is not kept.
        nonlocal is_read
        try:
            shown.frame(name, frame)
        except BrokenPipeError:
            is_read = False
        view.events.clear()
        view.signals.clear()

    sockets = [_socket_of(url) for url in urls]
    async with LiveClient(sockets, token=token, on_frame=show, on_state=shown.state) as live:
        view = live.watch(channel)
        try:
            with suppress(TimeoutError):
                await live.until(lambda: live.is_online or view.ended, timeout_s=_PATIENCE_S)
            if not live.is_online and not view.ended:
                shown.say(f"{' and '.join(urls)} cannot be reached yet: trying again and again")
            await live.until(lambda: view.ended or not is_read, timeout_s=None)
        except Gone as gone:
            raise WatchEnded(_why(gone.code)) from gone
    if not is_read:
        raise BrokenPipeError
    if view.ended == "revoked":
        raise WatchEnded(f"You may not watch {channel} any more.")
    raise WatchEnded(f"There is no channel {channel}, or this token may not watch it.")


def _socket_of(url: str) -> str:
    """Where the WebSocket of a hub is. Raises WatchEnded for what is no address."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return f"{url.replace('http', 'ws', 1).rstrip('/')}/ws"
    raise WatchEnded(f"{url} is no address of a hub: give one as http://localhost:8000.")


def _why(code: int) -> str:
    return _WHY.get(code, f"The hub closed the connection for good ({code}).")


class Lines:
    """One JSON line a frame of the channel, for programs."""

    def __init__(self, channel: str, out: TextIO) -> None:
        self._out = out

    def frame(self, channel: str | None, frame: AnyServerFrame) -> None:
        if channel is not None:
            self._out.write(msgspec.json.encode(frame).decode() + "\n")
            self._out.flush()

    def state(self, online: bool) -> None:
        """Programs see it by the next `subscribed`."""

    def say(self, text: str) -> None:
        print(f"pulsehub: {text}", file=sys.stderr, flush=True)


class Screen:
    """A line for whatever happens; ticks move in place where the terminal can."""

    def __init__(self, channel: str, out: TextIO, *, clock: Callable[[], datetime] = datetime.now) -> None:
        self._channel = channel
        self._out = out
        self._clock = clock
        self._is_terminal = out.isatty()
        self._is_coloured = self._is_terminal and "NO_COLOR" not in os.environ
        self._is_tick = False
        self._moving: dict[int, Row] = {}
        self._node = ""

    def state(self, online: bool) -> None:
        if not online:
            self.say("the connection is lost; coming back by itself")

    def say(self, text: str) -> None:
        self._line(self._paint("dim", f"- {text}"))

    def frame(self, channel: str | None, frame: AnyServerFrame) -> None:
        match frame:
            case Welcome():
                moved = "welcomed by" if not self._node else "now at"
                self._node = frame.node
                self.say(f"{moved} node {_safe(frame.node)}")
            case Drain():
                self.say("this node is leaving: another one takes over")
            case _ if channel is not None:
                self._content(frame)

    def _content(self, frame: AnyServerFrame) -> None:
        match frame:
            case Subscribed():
                self.say(f"watching {self._channel} ({frame.delivers}) from {frame.seq}")
            case Event():
                self._line(f"{self._paint('cyan', f'#{frame.seq}')}  {_told(frame.event)}")
            case Signal():
                self._line(f"{self._paint('cyan', 'news')}  {_told(frame.body)}")
            case Snapshot():
                self._line(self._paint("cyan", f"version {frame.seq}: {len(frame.rows)} rows"))
                self._rows(frame.rows, [])
            case Diff():
                self._line(self._paint("cyan", f"version {frame.to_seq}"))
                self._rows(frame.upserts, frame.removes)
            case Tick():
                self._tick(frame)
            case Reset():
                self._line(
                    self._paint("yellow", f"the past is not kept ({frame.reason}): on from {frame.seq}")
                )
            case Unsubscribed():
                self._line(self._paint("red", f"ended: {frame.code}"))

    def _rows(self, upserts: Mapping[str, Any], removes: Sequence[str]) -> None:
        width = min(40, max((len(key) for key in [*upserts, *removes]), default=0))
        for key, row in upserts.items():
            self._plain(f"  {self._paint('green', '+')} {_safe(key):{width}}  {_told(row)}")
        for key in removes:
            self._plain(f"  {self._paint('red', '-')} {_safe(key)}")

    def _tick(self, frame: Tick) -> None:
        for row in frame.rows:
            if isinstance(row[0], int):
                self._moving[row[0]] = row
        people = "   ".join(_athlete(number, row) for number, row in sorted(self._moving.items()))
        if not self._is_terminal:
            self._line(people)
            return
        text = f"{self._time()}  {people}"[: max(20, os.get_terminal_size(self._out.fileno()).columns - 1)]
        self._out.write(f"\r\x1b[K{text}")
        self._out.flush()
        self._is_tick = True

    def _line(self, text: str) -> None:
        self._plain(f"{self._paint('dim', self._time())}  {text}")

    def _plain(self, text: str) -> None:
        self._out.write(("\n" if self._is_tick else "") + text + "\n")
        self._out.flush()
        self._is_tick = False

    def _time(self) -> str:
        return self._clock().strftime("%H:%M:%S")

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._is_coloured else text


def _athlete(number: int, row: Row) -> str:
    values = zip(row[2:], _COLUMNS, strict=False)
    return f"{number}: " + " ".join(f"{value:g} {unit}" for value, unit in values if value is not None)


def _told(value: Any) -> str:
    """An event or a row as words; its type first."""
    if not isinstance(value, dict):
        return _safe(value if isinstance(value, str) else msgspec.json.encode(value).decode())
    words = [] if "type" not in value else [_safe(str(value["type"]))]
    words += [f"{_safe(name)}={_field(name, one)}" for name, one in value.items() if name != "type"]
    return " ".join(words)


def _field(name: str, value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("handle"), str):
        return _safe(f"@{value['handle']}")
    if name == "since" and isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000).strftime("%H:%M:%S")  # the reader's own time of day
    return _safe(
        value if isinstance(value, str) and " " not in value else msgspec.json.encode(value).decode()
    )


def _safe(text: str) -> str:
    """What others wrote may not speak to the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def run(urls: Sequence[str], channel: str, *, token: str, as_json: bool) -> None:
    try:
        asyncio.run(watch(urls, channel, token=token, as_json=as_json, out=sys.stdout))
    except BrokenPipeError:
        # As `watch ... | head`: all that was wanted has been read. Nothing is left to be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
