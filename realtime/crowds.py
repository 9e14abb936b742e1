"""Crowds: how many connections a member has on all nodes together; beyond the limit, the oldest ones go.

The nodes write their connections into the ledger of who is present, after the fact: nobody waits for it to
connect. While it is away, each node keeps the limit by itself.
"""

import logging
from collections.abc import Collection

from realtime.bus import EVERYONE, Bus, Crowded
from realtime.closing import Close
from realtime.presence import HIDDEN, Presence
from realtime.registry import Registry
from realtime.settings import Settings
from realtime.tasks import Tasks

log = logging.getLogger(__name__)


class Crowds:
    """Ends connections, here and elsewhere, that are too many for their member."""

    def __init__(
        self, node: str, bus: Bus, presence: Presence, registry: Registry, settings: Settings, tasks: Tasks
    ) -> None:
        self._node = node
        self._bus = bus
        self._registry = registry
        self._settings = settings
        self._tasks = tasks
        presence.on_entered(self._check_soon)
        registry.on_member(
            lambda member, sid: presence.joined(_crowd_of(member), sid),
            lambda member, sid: presence.left(_crowd_of(member), sid),
        )

    def end(self, sids: Collection[str]) -> None:
        """End those of these connections that are here."""
        for sid in sids:
            connection = self._registry.find(sid)
            if connection is not None:
                connection.end(Close.CONNECTION_LIMIT)

    def _check_soon(self, crowds: list[str]) -> None:
        self._tasks.start(self._check(crowds), "count connections")

    async def _check(self, crowds: list[str]) -> None:
        try:
            oldest = await self._bus.ledger.oldest(crowds, beyond=self._settings.connections_per_member)
        except OSError:
            return  # It is away: when it is back, everybody is entered again, and counted.
        if oldest:
            self.end(oldest)
            self._bus.say(EVERYONE, Crowded(sids=oldest))


def _crowd_of(member: str) -> str:
    return f"{HIDDEN}connections:{member}"
