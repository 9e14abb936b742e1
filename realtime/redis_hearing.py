"""The hearing half of a line to Redis: one subscription connection, and somebody who minds it.

Every subscription is confirmed before it counts. The node says something to itself each second; when it does
not hear that for three seconds the connection is dead, whatever TCP says, and everything starts over.
"""

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable

from hiredis import ReplyError

from realtime.redis_routes import Route, Verbs, tag_of
from realtime.redis_wire import Refused, Wire, reason

log = logging.getLogger(__name__)

SILENCE_S = 3.0
_VERIFY_S = 2.0
_CONFIRM_S = 1.0
_UNSUBSCRIBE_S = 1.0
_TOPICS_A_COMMAND = 500


class Deaf(ConnectionError):
    """Nothing was heard for too long, or a subscription was taken away."""


class Ears:
    """Hears the topics that are wanted, now and after each reconnect.

    `resynced` is called each time that all of them are confirmed again; `lost` when a connection is given up.
    """

    def __init__(
        self,
        route: Route,
        verbs: Verbs,
        *,
        hear: Callable[[bytes, bytes], None],
        resynced: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._route = route
        self._verbs = verbs
        self._hear = hear
        self._resynced = resynced
        self._lost = lost
        self._wanted: set[bytes] = set()
        self._leaving: dict[bytes, float] = {}
        """Not wanted any more since when, but still subscribed: who leaves often comes back at once."""
        self._asked: set[bytes] = set()
        self._confirmed: set[bytes] = set()
        self._parting: set[bytes] = set()
        self._confirmations: dict[bytes, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()
        self._is_complete = False
        self.heard_at = -math.inf

    @property
    def healthy(self) -> bool:
        return self._is_complete and time.monotonic() - self.heard_at < SILENCE_S

    def listen(self, topics: Iterable[str]) -> None:
        names = {topic.encode() for topic in topics}
        self._wanted |= names
        for name in names & self._leaving.keys():
            del self._leaving[name]
        self._changed.set()

    def unlisten(self, topic: str) -> None:
        """At once for the hearer, and a moment later for Redis, unless `topic` is wanted again by then."""
        name = topic.encode()
        self._wanted.discard(name)
        self._leaving.setdefault(name, time.monotonic())

    async def confirmed(self, topic: str) -> bool:
        """Wait until Redis has confirmed `topic`; False where that takes too long."""
        name = topic.encode()
        if name in self._confirmed:
            return True
        if not self.healthy:
            return False
        waiting = self._confirmations.get(name)
        if waiting is None:
            waiting = self._confirmations[name] = asyncio.get_running_loop().create_future()
        done, _ = await asyncio.wait([waiting], timeout=_CONFIRM_S)
        return bool(done) and not waiting.cancelled()

    async def run(self) -> None:
        """Connect, hear, and connect again, for as long as the bus lives."""
        delay_s = 0.05
        while True:
            began = time.monotonic()
            wire: Wire | None = None
            try:
                wire = await self._route.open()
                await self._serve(wire)
            except Exception as error:
                log.warning("the bus is away", extra={"error": reason(error)})
            finally:
                self._forget()
                if wire is not None:
                    wire.close()
            self._lost()
            if time.monotonic() - began > SILENCE_S * 2:
                delay_s = 0.05
            await asyncio.sleep(delay_s)
            delay_s = min(1.0, delay_s * 2)

    async def _serve(self, wire: Wire) -> None:
        self.heard_at = time.monotonic()
        self._changed.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read(wire))
            group.create_task(self._subscribe(wire))
            group.create_task(self._unsubscribe(wire))
            group.create_task(self._watch())
            group.create_task(self._verify(wire))

    def _forget(self) -> None:
        self._is_complete = False
        for topics in (self._asked, self._confirmed, self._parting, self._leaving):
            topics.clear()
        for waiting in self._confirmations.values():
            waiting.cancel()
        self._confirmations.clear()

    async def _read(self, wire: Wire) -> None:
        """Many messages without a switch to another task, but not without end: a read has its bound."""
        message = self._verbs.message
        wanted = self._wanted
        while True:
            for answer in await wire.answers():
                if isinstance(answer, ReplyError):
                    raise Refused(str(answer))
                if answer[0] == message:
                    if answer[1] in wanted:
                        self._hear(answer[1], answer[2])
                elif answer[0] == self._verbs.subscribed:
                    self._confirm(answer[1])
                else:
                    self._parted(answer[1])

    def _confirm(self, name: bytes) -> None:
        if name in self._asked:
            self._confirmed.add(name)
        waiting = self._confirmations.pop(name, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        if not self._is_complete and self._confirmed >= self._wanted:
            self._is_complete = True
            self.heard_at = time.monotonic()
            log.info("the bus is heard", extra={"topics": len(self._confirmed)})
            self._resynced()

    def _parted(self, name: bytes) -> None:
        """By our wish, or because the partition has moved to another server."""
        if name in self._parting:
            self._parting.discard(name)
        elif name in self._asked:
            raise Deaf("a subscription was taken away")

    async def _subscribe(self, wire: Wire) -> None:
        """What came since the last time, in as few commands as can be."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            added = self._wanted - self._asked
            self._asked |= added
            await self._send(wire, self._verbs.subscribe, added)

    async def _unsubscribe(self, wire: Wire) -> None:
        """What nobody has wanted for a while."""
        while True:
            await asyncio.sleep(_UNSUBSCRIBE_S / 2)
            left_by = time.monotonic() - _UNSUBSCRIBE_S
            over = {name for name, left_at in self._leaving.items() if left_at <= left_by}
            for name in over:
                del self._leaving[name]
            gone = over & self._asked
            self._asked -= gone
            self._confirmed -= gone
            self._parting |= gone
            await self._send(wire, self._verbs.unsubscribe, gone)

    async def _send(self, wire: Wire, verb: str, names: set[bytes]) -> None:
        for group in self._groups(names):
            for at in range(0, len(group), _TOPICS_A_COMMAND):
                wire.write([(verb, *group[at : at + _TOPICS_A_COMMAND])])
        await wire.drain()

    def _groups(self, names: set[bytes]) -> list[list[bytes]]:
        """What may go into one command: with sharded pub/sub, topics of one partition."""
        if not self._verbs.is_sharded:
            return [sorted(names)]
        groups: dict[bytes, list[bytes]] = defaultdict(list)
        for name in sorted(names):
            groups[tag_of(name)].append(name)
        return list(groups.values())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(SILENCE_S / 6)
            if time.monotonic() - self.heard_at > SILENCE_S:
                raise Deaf(f"silent for {SILENCE_S} s")

    async def _verify(self, wire: Wire) -> None:
        """The server may be well, and yet no longer the one that the others speak to."""
        while True:
            await asyncio.sleep(_VERIFY_S)
            await self._route.verify(wire.server)
