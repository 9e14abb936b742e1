"""Attendance: who is present through this node, and what of it the shared ledger has not been told yet."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence

Key = tuple[str, str]
"""A channel and a member."""
Entries = dict[str, list[str]]
"""Members by channel."""


class Attendance:
    """Counts connections, and remembers what is to be told. Nothing here waits for the ledger."""

    def __init__(self, grace_s: float) -> None:
        self._grace_s = grace_s
        self._here: dict[str, dict[str, int]] = {}
        self._since: dict[Key, int] = {}
        self._leaving: dict[Key, float] = {}
        self._entered: set[Key] = set()
        self._shown: set[Key] = set()
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
        self._leaving.pop((channel, member), None)
        if (channel, member) not in self._entered:
            self._since.setdefault((channel, member), int(time.time() * 1000))
            self._work.set()

    def left(self, channel: str, member: str, *, at_once: bool) -> None:
        """The last connection starts the grace, unless it is over at once."""
        members = self._here.get(channel, {})
        members[member] = members.get(member, 1) - 1
        if members[member] <= 0:
            del members[member]
            if not members:
                self._here.pop(channel, None)
            self._leaving[channel, member] = time.monotonic() + (0 if at_once else self._grace_s)
            if at_once:
                self._work.set()

    # Who is here.

    def count(self, *, without: str) -> int:
        """Members here, once a channel, but for channels whose name begins so."""
        return sum(not channel.startswith(without) for channel, _ in self._since)

    @property
    def channels(self) -> Collection[str]:
        return self._here.keys()

    def of(self, channel: str) -> dict[str, int]:
        """The members of a channel through this node, each with the milliseconds since when."""
        members = {*self._here.get(channel, ()), *(m for name, m in self._leaving if name == channel)}
        return {m: self._since[channel, m] for m in members if (channel, m) in self._since}

    # What the ledger is told.

    def coming(self) -> Entries:
        return _by_channel(self._since.keys() - self._entered)

    def entered(self, entries: Mapping[str, Sequence[str]]) -> None:
        self._entered.update((channel, member) for channel, members in entries.items() for member in members)

    def enter_again(self) -> None:
        """The ledger may have forgotten everybody."""
        self._entered.clear()
        self._work.set()

    def going(self) -> Entries:
        """Whose grace has ended."""
        now = time.monotonic()
        return _by_channel(key for key, until in self._leaving.items() if until <= now)

    def gone(self, entries: Mapping[str, Sequence[str]]) -> None:
        for channel, members in entries.items():
            for member in members:
                key = (channel, member)
                # Who came back while the ledger was told is entered again in the next round.
                self._entered.discard(key)
                if self._leaving.pop(key, None) is not None:
                    self._since.pop(key, None)
                    self._shown.discard(key)

    # What is shown here while the ledger is away.

    def newly_shown(self) -> set[str]:
        """The channels with somebody whom neither the ledger nor this node's watchers know yet."""
        fresh = self._since.keys() - self._entered - self._shown
        self._shown |= fresh
        return {channel for channel, _ in fresh}

    def forget_shown(self) -> None:
        self._shown.clear()


def _by_channel(keys: Iterable[Key]) -> Entries:
    entries: Entries = {}
    for channel, member in keys:
        entries.setdefault(channel, []).append(member)
    return entries
