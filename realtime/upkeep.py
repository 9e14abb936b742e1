"""Upkeep: what a node does by the clock."""

import asyncio
import time

from realtime.bus import Bus, topic_of
from realtime.ingest import Recorder
from realtime.registry import Registry
from realtime.rooms import SLICES
from realtime.settings import Settings

_PARTS = 10


async def sweep(registry: Registry, recorder: Recorder, bus: Bus, settings: Settings) -> None:
    """About once a second: look at each connection, a part of them at a time, and let idle channels go."""
    while True:
        for part in range(_PARTS):
            await asyncio.sleep(settings.sweep_s / _PARTS)
            now = time.monotonic()
            for connection in list(registry.connections)[part::_PARTS]:
                connection.moment(now)
        recorder.acknowledge_all()
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
