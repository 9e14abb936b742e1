"""A bus inside one process: for a hub of one node, and for tests with several."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from realtime.bus import EVERYONE, Hearer, Message, Versions, opened, sealed


class MemoryLedger:
    """Presence of nodes that share a process."""

    def __init__(self) -> None:
        self._epoch = int(time.time() * 1000)
        self._versions: dict[str, int] = {}
        self._present: dict[str, dict[tuple[str, str], int]] = {}
        self._leases: dict[str, float] = {}

    async def enter(self, node: str, present: Mapping[str, Sequence[str]], *, at_ms: int) -> Versions:
        changed: Versions = {}
        for channel, members in present.items():
            here = self._present.setdefault(channel, {})
            before = len(here)
            for member in members:
                here.setdefault((node, member), at_ms)
            if len(here) > before:
                changed[channel] = self._bump(channel)
        return changed

    async def leave(self, node: str, absent: Mapping[str, Sequence[str]]) -> Versions:
        changed: Versions = {}
        for channel, members in absent.items():
            here = self._present.get(channel, {})
            gone = [here.pop((node, member), None) for member in members]
            if any(since is not None for since in gone):
                changed[channel] = self._bump(channel)
            if not here:
                self._present.pop(channel, None)
        return changed

    async def renew(self, node: str, lease_s: float) -> bool:
        known = self._leases.get(node, 0.0) > time.monotonic()
        self._leases[node] = time.monotonic() + lease_s
        return known

    async def reap(self) -> Versions:
        now = time.monotonic()
        dead = {node for node, until in self._leases.items() if until <= now}
        changed: Versions = {}
        for channel, here in list(self._present.items()):
            gone = [key for key in here if key[0] in dead]
            for key in gone:
                del here[key]
            if gone:
                changed[channel] = self._bump(channel)
        for node in dead:
            del self._leases[node]
        return changed

    async def oldest(self, channels: Sequence[str], *, beyond: int) -> list[str]:
        found: list[str] = []
        for channel in channels:
            present = self._present.get(channel, {})
            by_age = sorted(present, key=lambda key: (present[key], key))
            found += [member for _, member in by_age[: max(0, len(by_age) - beyond)]]
        return found

    async def distrust(self, epoch: int) -> None:
        if epoch == self._epoch:
            self._epoch += 1

    async def read(self, channel: str) -> tuple[int, int, dict[str, int]]:
        rows: dict[str, int] = {}
        for (_, member), since in self._present.get(channel, {}).items():
            rows[member] = min(since, rows.get(member, since))
        return self._epoch, self._versions.get(channel, 0), rows

    def _bump(self, channel: str) -> tuple[int, int]:
        version = self._versions[channel] = self._versions.get(channel, 0) + 1
        return self._epoch, version


class Exchange:
    """What the memory buses of one process have in common."""

    def __init__(self) -> None:
        self.buses: list[MemoryBus] = []
        self.ledger = MemoryLedger()


class MemoryBus:
    """Delivers in order, in the next turn of the event loop. `Exchange` connects several."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self._exchange = exchange or Exchange()
        self._topics: set[str] = {EVERYONE}
        self._node = ""
        self._hearer: Hearer | None = None

    @property
    def healthy(self) -> bool:
        return self._hearer is not None

    @property
    def heard_s_ago(self) -> float:
        return 0.0

    @property
    def dropped(self) -> int:
        return 0

    @property
    def ledger(self) -> MemoryLedger:
        return self._exchange.ledger

    async def start(self, node: str, hearer: Hearer) -> None:
        self._node = node
        self._hearer = hearer
        self._exchange.buses.append(self)

    async def stop(self) -> None:
        if self in self._exchange.buses:
            self._exchange.buses.remove(self)
        self._hearer = None

    def say(self, topic: str, message: Message) -> None:
        data = sealed(self._node, message)
        loop = asyncio.get_running_loop()
        for bus in self._exchange.buses:
            if bus is not self and topic in bus._topics:
                loop.call_soon(bus.deliver, data)

    def listen(self, topic: str) -> None:
        self._topics.add(topic)

    def unlisten(self, topic: str) -> None:
        self._topics.discard(topic)

    async def listening(self, topic: str) -> bool:
        return self.healthy

    def deliver(self, data: bytes) -> None:
        if self._hearer is not None:
            self._hearer.heard(*opened(data))
