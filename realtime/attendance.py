"""Attendance: who is present through this node, and what of it the shared ledger has not been told yet."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice, takewhile

Key = tuple[str, str]
"""A channel and a member."""
Entries = dict[str, list[str]]
"""Members by channel."""

_PORTION = 1_000


class Attendance:
    """Counts connections, and remembers what is to be told. Nothing here waits for the ledger."""

    def __init__(self, grace_s: float, now_ms: Callable[[], float]) -> None:
        self._grace_s = grace_s
        self._now_ms = now_ms
        self._here: dict[str, dict[str, int]] = {}
        self._since: dict[Key, int] = {}
        self._leaving: dict[Key, float] = {}
        """Until when they are still here; all wait equally long, so the first to go stands first."""
        self._left: dict[Key, None] = {}
        self._coming: dict[Key, None] = {}
        self._entered: set[Key] = set()
        self._shown: set[Key] = set()
        self._unshown: set[Key] = set()
        self._work = asyncio.Event()

    async def wait(self, most_s: float) -> None:
        """Until there is something to tell, or so long."""
        try:
            async with asyncio.timeout(most_s):
                await self._work.wait()
        except TimeoutError:
            pass
        self._work.clear()

    # Coming and going.

    def joined(self, channel: str, member: str) -> None:
        members = self._here.setdefault(channel, {})
        members[member] = members.get(member, 0) + 1
        key = (channel, member)
        self._leaving.pop(key, None)
        self._left.pop(key, None)
        self._unshown.discard(key)
        if key not in self._entered:
            self._since.setdefault(key, int(self._now_ms()))
            self._coming[key] = None
            self._work.set()

    def left(self, channel: str, member: str, *, at_once: bool) -> None:
        """The last connection starts the grace, unless it is over at once."""
        members = self._here.get(channel, {})
        members[member] = members.get(member, 1) - 1
        if members[member] <= 0:
            del members[member]
            if not members:
                self._here.pop(channel, None)
            if at_once:
                self._left[channel, member] = None
                self._work.set()
            else:
                self._leaving[channel, member] = time.monotonic() + self._grace_s

    # Who is here.

    def count(self, *, without: str) -> int:
        """Members here, once a channel, but for channels whose name begins so."""
        return sum(not channel.startswith(without) for channel, _ in self._since)

    @property
    def channels(self) -> Collection[str]:
        return self._here.keys()

    def of(self, channel: str) -> dict[str, int]:
        """The members of a channel through this node, each with the milliseconds since when."""
        leaving = (member for name, member in self._leaving if name == channel)
        members = {*self._here.get(channel, ()), *leaving}
        return {m: self._since[channel, m] for m in members if (channel, m) in self._since}

    # What the ledger is told.

    def coming(self) -> Entries:
        """A portion of those to enter."""
        return self._portion(self._coming)

    def entered(self, entries: Mapping[str, Sequence[str]]) -> None:
        for channel, members in entries.items():
            for member in members:
                self._entered.add((channel, member))
                self._coming.pop((channel, member), None)

    def enter_again(self) -> None:
        """The ledger may have forgotten everybody."""
        self._entered.clear()
        self._coming = dict.fromkeys(self._since)
        self._work.set()

    def going(self) -> Entries:
        """A portion of those whose grace has ended."""
        now = time.monotonic()
        over = list(takewhile(lambda key: self._leaving[key] <= now, self._leaving))
        for key in over:
            del self._leaving[key]
            self._left[key] = None
        return self._portion(self._left)

    def gone(self, entries: Mapping[str, Sequence[str]]) -> None:
        for channel, members in entries.items():
            for member in members:
                key = (channel, member)
                self._entered.discard(key)
                if key in self._left:
                    del self._left[key]
                    self._since.pop(key, None)
                    self._coming.pop(key, None)
                    self._shown.discard(key)
                elif key in self._since:
                    # It came back while the ledger was told.
                    self._coming[key] = None
                    self._work.set()

    # What is shown here while the ledger is away.

    def newly_shown(self) -> set[str]:
        """The channels with somebody whom neither the ledger nor this node's watchers know yet."""
        fresh = self._coming.keys() - self._shown
        self._shown |= fresh
        return {channel for channel, _ in fresh}

    def newly_gone(self) -> Collection[Key]:
        """Who is shown no longer, though the ledger cannot be told yet."""
        self.going()
        gone = self._left.keys() - self._unshown
        self._unshown |= gone
        return gone

    def forget_shown(self) -> None:
        self._shown.clear()
        self._unshown.clear()

    def _portion(self, keys: Collection[Key]) -> Entries:
        """So many at a time that the ledger is not held up; the rest in the next round."""
        if len(keys) > _PORTION:
            self._work.set()
        entries: Entries = {}
        for channel, member in islice(keys, _PORTION):
            entries.setdefault(channel, []).append(member)
        return entries
