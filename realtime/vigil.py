"""The vigil: while a node cannot hear the others, it asks the host instead.

A node hears itself once a second. As soon as that is late, it believes no more that it would hear of a
revocation, and asks who may still be here and who may still watch; when it is deaf for sure, also where the
channels are. Where the host does not answer either, nobody can say who may watch: soon everybody is sent
away, to come back to a node that knows.
"""

import asyncio
import logging
import time

from realtime.bus import EVERYONE, Bus, Rechecked
from realtime.closing import Close
from realtime.host import Host
from realtime.metrics import Metrics
from realtime.registry import Registry
from realtime.repair import resync
from realtime.rights import Rights
from realtime.settings import Settings

log = logging.getLogger(__name__)

_LATE_S = 1.5
"""A node hears itself each second; this late, and something is wrong."""


class Vigil:
    """Who may be here and who may watch is true within two seconds, with or without the bus."""

    def __init__(
        self, bus: Bus, host: Host, registry: Registry, rights: Rights, settings: Settings, metrics: Metrics
    ) -> None:
        self._bus = bus
        self._host = host
        self._registry = registry
        self._rights = rights
        self._settings = settings
        self._metrics = metrics
        self._dropped = 0

    @property
    def _is_uncertain(self) -> bool:
        return not self._bus.healthy or self._bus.heard_s_ago > _LATE_S

    async def run(self) -> None:
        """For as long as the node lives."""
        settings = self._settings
        asked_at = known_at = time.monotonic()
        while True:
            await asyncio.sleep(settings.recheck_s / 8)
            self._measure()
            now = time.monotonic()
            uncertain = self._is_uncertain
            if not uncertain:
                known_at = now
            if now - asked_at < (settings.recheck_s if uncertain else settings.grants_s):
                continue
            asked_at = now
            if await self._ask(now, uncertain=uncertain):
                known_at = now
            elif time.monotonic() - known_at > settings.blind_s and self._registry.connections:
                log.warning("neither the bus nor the host is there: everybody is sent away")
                for connection in list(self._registry.connections):
                    connection.end(Close.TOO_MANY)

    async def start_over(self) -> None:
        """The node was deaf and hears again. What it missed: revocations first, then every channel; until it
        has worked."""
        delay_s = 0.1
        if self._bus.dropped > self._dropped:
            # Perhaps the others did not hear who may not watch any more.
            self._dropped = self._bus.dropped
            self._bus.say(EVERYONE, Rechecked(channel=None, member=None))
        while True:
            try:
                await self._rights.check_grants()
                await resync(self._registry, self._host)
                self._rights.question(None, None)
            except Exception:
                log.warning("a resync failed", exc_info=True)
                await asyncio.sleep(delay_s)
                delay_s = min(2.0, delay_s * 2)
            else:
                return

    async def _ask(self, now: float, *, uncertain: bool) -> bool:
        """Whether the host could say all that is to be known."""
        try:
            async with asyncio.timeout(max(1.0, self._settings.blind_s / 2)):
                await self._rights.check_grants()
                if uncertain:
                    await self._rights.check_watching(within_s=self._settings.recheck_s)
                if not self._bus.healthy:
                    await resync(self._registry, self._host)
        except Exception as error:
            log.warning("the host does not answer", extra={"error": repr(error)})
            return False
        return True

    def _measure(self) -> None:
        self._metrics.healthy.set(self._bus.healthy)
        self._metrics.bus_dropped.set(self._bus.dropped)
        self._metrics.bus_heard.set(self._bus.heard_s_ago)
