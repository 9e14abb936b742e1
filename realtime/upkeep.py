"""Upkeep: what a node does by the clock."""

import asyncio
import logging
import time

from realtime.bus import Bus, topic_of
from realtime.clock import Timepiece
from realtime.host import Host
from realtime.ingest import Recorder
from realtime.registry import Registry
from realtime.rooms import SLICES
from realtime.settings import Settings

log = logging.getLogger(__name__)

_PARTS = 10
_SETTLING_S = 0.2


async def sweep(registry: Registry, recorder: Recorder, bus: Bus, settings: Settings) -> None:
    """About once a second: look at each connection, a part of them at a time, and let idle channels go."""
    looked_at = time.monotonic()
    while True:
        everybody = list(registry.connections)
        for part in range(_PARTS):
            await asyncio.sleep(settings.sweep_s / _PARTS)
            now = time.monotonic()
            for connection in everybody[part::_PARTS]:
                connection.moment(now)
        recorder.acknowledge_all()
        # There may be several channels a connection: they need no look every second.
        if time.monotonic() - looked_at > settings.linger_s / 2:
            looked_at = time.monotonic()
            for feed in registry.idle(settings.linger_s):
                bus.unlisten(topic_of(feed.name))


async def tick(registry: Registry, recorder: Recorder, settings: Settings) -> None:
    """Each room once a tick, in slices; a tick that comes late is not made up for."""
    due = time.monotonic()
    n = 0
    while True:
        due = max(due + settings.tick_s / SLICES, time.monotonic() - settings.tick_s)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        n = (n + 1) % SLICES
        for room in list(registry.rooms.values()):
            if room.cid % SLICES == n:
                recorder.acknowledge(room.name)
                room.tick(time.monotonic())


async def keep_time(timepiece: Timepiece, host: Host, settings: Settings) -> None:
    """Compare with the reference, a few times quickly and then now and again."""
    while True:
        await asyncio.sleep(settings.clock_s if timepiece.is_settled else min(_SETTLING_S, settings.clock_s))
        await ask_time(timepiece, host, settings)


async def ask_time(timepiece: Timepiece, host: Host, settings: Settings) -> None:
    """Once. A reference that does not answer is asked again later: the steady clock goes on."""
    asked_ms = timepiece.steady_ms()
    try:
        async with asyncio.timeout(settings.clock_patience_s):
            timepiece.learn(asked_ms, await host.read_clock())
    except Exception as error:
        log.info("the reference of time does not answer", extra={"error": repr(error)})
