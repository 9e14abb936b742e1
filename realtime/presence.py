"""Presence: who watches a channel, on any node; a member with several tabs is one.

Each node holds a lease and enters its own members into a shared ledger. A node that dies takes its members
with it when its lease ends; who leaves stays present for a moment, so that a reconnect is no news. While the
ledger is away, a node knows its own members and says so with an epoch of its own.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from realtime.bus import Bus, Versions
from realtime.channels import PRESENCE
from realtime.host import State
from realtime.settings import Settings

log = logging.getLogger(__name__)

Nudge = Callable[[str, int, int], None]


def presence_of(channel: str) -> str:
    """The state channel that tells who watches `channel`."""
    return f"{PRESENCE.name}:{channel}"


class Presence:
    """This node's part of who is where."""

    def __init__(self, node: str, bus: Bus, settings: Settings, nudge: Nudge) -> None:
        self._node = node
        self._bus = bus
        self._settings = settings
        self._nudge = nudge
        self._here: dict[str, dict[str, int]] = {}
        self._since: dict[tuple[str, str], int] = {}
        self._leaving: dict[tuple[str, str], float] = {}
        self._entered: set[tuple[str, str]] = set()
        self._own_epoch = int(time.time() * 1000)
        self._own_version = 0
        self._work = asyncio.Event()
        self._renewed_at = 0.0
        self._reached = True

    # What the node tells.

    def joined(self, channel: str, member: str) -> None:
        """One more connection of `member` watches `channel`."""
        members = self._here.setdefault(channel, {})
        members[member] = members.get(member, 0) + 1
        self._leaving.pop((channel, member), None)
        if (channel, member) not in self._entered:
            self._since.setdefault((channel, member), int(time.time() * 1000))
            self._work.set()

    def left(self, channel: str, member: str) -> None:
        """One less. The last one starts the grace."""
        members = self._here.get(channel, {})
        members[member] = members.get(member, 1) - 1
        if members[member] <= 0:
            del members[member]
            if not members:
                self._here.pop(channel, None)
            self._leaving[channel, member] = time.monotonic() + self._settings.grace_s

    def enter_again(self) -> None:
        """The ledger may have forgotten: tell it everything."""
        self._entered.clear()
        self._work.set()

    # What others ask.

    async def present(self, channel: str) -> set[str]:
        """The members who watch `channel`, on all nodes; only on this one while the ledger is away."""
        return set((await self.read(presence_of(channel))).rows)

    async def read(self, presence_channel: str) -> State:
        """The state channel `presence:x`: `{member: {"since": milliseconds}}`."""
        channel = presence_channel.partition(":")[2]
        try:
            epoch, version, since = await self._bus.ledger.read(channel)
        except OSError:
            epoch, version = self._own_epoch, self._own_version
            since = {member: at for (name, member), at in self._since.items() if name == channel}
        rows: dict[str, Any] = {member: {"since": at} for member, at in since.items()}
        return State(epoch=epoch, seq=version, rows=rows)

    # The work.

    async def run(self) -> None:
        """Keep the lease, enter who came, remove who left, bury dead nodes: for as long as the node lives."""
        while True:
            try:
                async with asyncio.timeout(min(1.0, self._settings.lease_s / 4)):
                    await self._work.wait()
            except TimeoutError:
                pass
            self._work.clear()
            try:
                await self._keep_lease()
                await self._tell_changes()
                self._reached = True
            except OSError:
                self._alone()
                await asyncio.sleep(0.2)

    async def _keep_lease(self) -> None:
        now = time.monotonic()
        if now - self._renewed_at < self._settings.lease_s / 4:
            return
        if not await self._bus.ledger.renew(self._node, self._settings.lease_s):
            self._entered.clear()
        self._renewed_at = now
        self._announce(await self._bus.ledger.reap())

    async def _tell_changes(self) -> None:
        coming: dict[str, list[str]] = {}
        for channel, member in self._since.keys() - self._entered:
            coming.setdefault(channel, []).append(member)
        if coming:
            changed = await self._bus.ledger.enter(self._node, coming)
            self._entered.update(
                (channel, member) for channel, members in coming.items() for member in members
            )
            self._announce(changed)
        going = self._over()
        if going:
            changed = await self._bus.ledger.leave(self._node, going)
            self._forget(going)
            self._announce(changed)

    def _over(self) -> dict[str, list[str]]:
        """Whose grace has ended."""
        now = time.monotonic()
        going: dict[str, list[str]] = {}
        for (channel, member), until in self._leaving.items():
            if until <= now:
                going.setdefault(channel, []).append(member)
        return going

    def _forget(self, going: dict[str, list[str]]) -> None:
        for channel, members in going.items():
            for member in members:
                key = (channel, member)
                # Who came back while the ledger was told is entered again in the next round.
                self._entered.discard(key)
                if self._leaving.pop(key, None) is not None:
                    self._since.pop(key, None)

    def _alone(self) -> None:
        """The ledger is away: this node's own watchers see this node's own members."""
        if self._reached:
            log.warning("presence is local only", extra={"node": self._node})
        going = self._over()
        self._forget(going)
        changed = {channel for channel, _ in self._since.keys() - self._entered} | going.keys()
        if self._reached:
            changed |= self._here.keys()
            self._own_epoch = int(time.time() * 1000)
        self._reached = False
        if changed:
            self._own_version += 1
            self._announce(dict.fromkeys(changed, (self._own_epoch, self._own_version)))

    def _announce(self, changed: Versions) -> None:
        for channel, (epoch, version) in changed.items():
            self._nudge(presence_of(channel), epoch, version)
