"""Presence: who watches a channel, on any node; a member with several tabs is one.

Each node holds a lease and enters its own members into a shared ledger. A node that dies takes its members
with it when its lease ends; who leaves stays present for a moment, so that a reconnect is no news.

A ledger that was away or emptied is no news either: until the nodes have had the time to enter everybody
again, a node shows who was there before as well. Only when the ledger stays away for longer than a lease does
a node show its own members alone. What it shows meanwhile has an epoch of its own.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from realtime.attendance import Attendance
from realtime.bus import Bus, Versions
from realtime.channels import PRESENCE
from realtime.host import State
from realtime.settings import Settings

log = logging.getLogger(__name__)

Nudge = Callable[[str, int, int], None]

HIDDEN = "#"
"""A channel of the ledger that begins so is the node's own business, and no channel for clients."""
_REMEMBERED = 20_000


def presence_of(channel: str) -> str:
    """The state channel that tells who watches `channel`."""
    return f"{PRESENCE.name}:{channel}"


class Presence:
    """This node's part of who is where."""

    def __init__(
        self,
        node: str,
        bus: Bus,
        settings: Settings,
        nudge: Nudge,
        learn: Nudge,
        *,
        now_ms: Callable[[], float],
    ) -> None:
        """`nudge` tells all nodes that a presence channel has moved, `learn` only this one; `now_ms` is the
        hub's clock."""
        self._node = node
        self._bus = bus
        self._settings = settings
        self._nudge = nudge
        self._learn = learn
        self._now_ms = now_ms
        self._attendance = Attendance(settings.grace_s, now_ms)
        self._known: OrderedDict[str, dict[str, int]] = OrderedDict()
        self._epoch = 0
        self._own_epoch = _epoch_of_ours()
        self._own_version = 0
        self._settles_at = time.monotonic() + settings.lease_s / 2
        self._is_settling = False
        self._is_distrusted = False
        self._away_since: float | None = None
        self._is_alone = False
        self._renewed_at = 0.0
        self._entered_hidden: Callable[[list[str]], None] | None = None

    # What the node tells.

    def joined(self, channel: str, member: str) -> None:
        """One more connection of `member` watches `channel`."""
        self._attendance.joined(channel, member)

    def left(self, channel: str, member: str) -> None:
        """One less. The last one starts the grace; there is none for what is hidden."""
        self._attendance.left(channel, member, at_once=channel.startswith(HIDDEN))

    def enter_again(self) -> None:
        """The ledger may have forgotten, or be an older copy of itself: tell it everything."""
        self._attendance.enter_again()
        if self._epoch:
            self._is_distrusted = True
            self._settle()

    def on_entered(self, tell: Callable[[list[str]], None]) -> None:
        """`tell` hears which hidden channels have somebody new of this node's."""
        self._entered_hidden = tell

    @property
    def here(self) -> int:
        """How many members are present through this node, counted once a channel."""
        return self._attendance.count(without=HIDDEN)

    # What others ask.

    async def present(self, channel: str) -> set[str]:
        """The members who watch `channel`, on all nodes; only on this one while the ledger is away long."""
        return set((await self.read(presence_of(channel))).rows)

    async def read(self, presence_channel: str) -> State:
        """The state channel `presence:x`: `{member: {"since": milliseconds}}`."""
        channel = presence_channel.partition(":")[2]
        try:
            epoch, version, since = await self._bus.ledger.read(channel)
        except OSError:
            return self._own(channel, {} if self._is_alone else self._known.get(channel, {}))
        self._meet(epoch)
        if not self._bus.healthy and not self._is_settling:
            # Whoever answers may not be who answered before.
            self._settle()
        if self._is_settling:
            # Remembered as well: the ledger may be emptied once more before it is believed.
            since = _earliest(self._known.get(channel, {}), since)
            self._remember(channel, since)
            return self._own(channel, since)
        self._remember(channel, since)
        return State(epoch=epoch, seq=version, rows=_rows(since))

    def _own(self, channel: str, others: Mapping[str, int]) -> State:
        """As this node sees it for now, in an epoch that no other node has."""
        self._own_version += 1
        since = _earliest(others, self._attendance.of(channel))
        return State(epoch=self._own_epoch, seq=self._own_version, rows=_rows(since))

    def _remember(self, channel: str, since: dict[str, int]) -> None:
        self._known.pop(channel, None)
        if since:
            self._known[channel] = since
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    # What the ledger goes through.

    def _meet(self, epoch: int) -> None:
        if self._epoch and epoch != self._epoch:
            log.warning("the ledger was emptied", extra={"node": self._node})
            self._settle()
        self._epoch = epoch

    def _settle(self) -> None:
        """Believe the ledger only when every node has had the time to enter its members again."""
        self._is_settling = True
        self._settles_at = time.monotonic() + self._settings.lease_s / 2
        self._own_epoch = _epoch_of_ours()

    def _is_back(self) -> None:
        if self._away_since is not None:
            self._away_since = None
            self._is_alone = False
            self._attendance.forget_shown()
            self._settle()

    def _believe_again(self) -> None:
        if self._is_settling and time.monotonic() > self._settles_at:
            self._is_settling = False
            for channel in list(self._known):
                self._learn(presence_of(channel), self._epoch, 0)

    # The work.

    async def run(self) -> None:
        """Keep the lease, enter who came, remove who left, bury dead nodes: for as long as the node lives."""
        while True:
            await self._attendance.wait(min(1.0, self._settings.lease_s / 4))
            try:
                await self._keep_lease()
                await self._distrust()
                await self._tell_changes()
                self._is_back()
                self._believe_again()
            except OSError:
                self._do_without()
                await asyncio.sleep(0.2)

    async def _keep_lease(self) -> None:
        now = time.monotonic()
        if now - self._renewed_at < self._settings.lease_s / 4:
            return
        if not await self._bus.ledger.renew(self._node, self._settings.lease_s):
            self._attendance.enter_again()
        self._renewed_at = now
        # While the ledger was away all leases ended: first everybody may renew theirs.
        if self._away_since is None and now > self._settles_at:
            self._announce(await self._bus.ledger.reap())

    async def _distrust(self) -> None:
        """An older copy would use its numbers a second time: it gets another epoch, once for all nodes."""
        if self._is_distrusted:
            await self._bus.ledger.distrust(self._epoch)
            self._is_distrusted = False

    async def _tell_changes(self) -> None:
        going = self._attendance.going()
        if going:
            changed = await self._bus.ledger.leave(self._node, going)
            self._attendance.gone(going)
            self._announce(changed)
        coming = self._attendance.coming()
        if coming:
            changed = await self._bus.ledger.enter(self._node, coming, at_ms=int(self._now_ms()))
            self._attendance.entered(coming)
            self._announce(changed)
            hidden = [channel for channel in changed if channel.startswith(HIDDEN)]
            if hidden and self._entered_hidden is not None:
                self._entered_hidden(hidden)

    def _do_without(self) -> None:
        """The ledger is away. Who comes and goes here is shown here; after a while, nobody else."""
        now = time.monotonic()
        if self._away_since is None:
            log.warning("the ledger of who is present is away", extra={"node": self._node})
            self._away_since = now
            self._own_epoch = _epoch_of_ours()
        changed = self._attendance.newly_shown()
        for channel, member in self._attendance.newly_gone():
            self._known.get(channel, {}).pop(member, None)
            changed.add(channel)
        if not self._is_alone and now - self._away_since > self._settings.lease_s:
            self._is_alone = True
            changed |= {*self._known, *self._attendance.channels}
        self._own_version += 1
        for channel in changed:
            if not channel.startswith(HIDDEN):
                self._learn(presence_of(channel), self._own_epoch, self._own_version)

    def _announce(self, changed: Versions) -> None:
        for channel, (epoch, version) in changed.items():
            self._meet(epoch)
            if not channel.startswith(HIDDEN):
                self._nudge(presence_of(channel), epoch, version)


def _epoch_of_ours() -> int:
    """In microseconds: the ledger's are milliseconds, and one of the same moment must not be the same."""
    return int(time.time() * 1_000_000)


def _earliest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {**one, **{member: min(since, one.get(member, since)) for member, since in other.items()}}


def _rows(since: Mapping[str, int]) -> dict[str, Any]:
    return {member: {"since": at} for member, at in since.items()}
