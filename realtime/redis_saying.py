"""The speaking half of the bus over Redis: messages gather for a moment and go out as one pipeline.

Whoever says something never waits. What cannot be said for a while is given up, by age and by number:
positions and digests make up for it.
"""

import asyncio
import contextlib
import logging
import math
import time
from collections import deque
from typing import Any, NamedTuple

log = logging.getLogger(__name__)

_WAITING = 20_000
_BATCH = 512
_ANSWER_S = 2.0


class Saying(NamedTuple):
    topic: str
    data: bytes
    until: float
    """Monotonic seconds: later than this it is of no use."""
    is_repeatable: bool
    """Whether hearing it twice does no harm."""


class Mouth:
    """One connection to Redis, only for PUBLISH."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._waiting: deque[Saying] = deque()
        self._work = asyncio.Event()
        self._connection: Any = None
        self._silent = asyncio.Event()
        self._silent.set()
        self.dropped = 0

    def say(self, saying: Saying) -> None:
        if len(self._waiting) >= _WAITING:
            # The oldest is of the least use.
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(saying)
        self._silent.clear()
        self._work.set()

    async def run(self) -> None:
        """Say what waits, for as long as the bus lives."""
        delay_s = 0.05
        while True:
            await self._work.wait()
            self._work.clear()
            batch = self._take()
            try:
                if batch:
                    await self._publish(batch)
                delay_s = 0.05
            except Exception as error:
                log.warning("the bus cannot be spoken to", extra={"error": repr(error), "count": len(batch)})
                await self.close()
                self._put_back(batch)
                await asyncio.sleep(delay_s)
                delay_s = min(1.0, delay_s * 2)
            if self._waiting:
                self._work.set()
            else:
                self._silent.set()

    async def flush(self, timeout_s: float) -> None:
        """Wait until everything is said, or for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._silent.wait()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)

    def _take(self) -> list[Saying]:
        now = time.monotonic()
        batch: list[Saying] = []
        while self._waiting and len(batch) < _BATCH:
            saying = self._waiting.popleft()
            if saying.until < now:
                self.dropped += 1
            else:
                batch.append(saying)
        return batch

    def _put_back(self, batch: list[Saying]) -> None:
        """Perhaps it was heard, perhaps not: say again only what may be heard twice."""
        again = [saying for saying in batch if saying.is_repeatable]
        self.dropped += len(batch) - len(again)
        self._waiting.extendleft(reversed(again))

    async def _publish(self, batch: list[Saying]) -> None:
        if self._connection is None:
            self._connection = self._pool.make_connection()
            await self._connection.connect()
        connection = self._connection
        await connection.send_packed_command(
            connection.pack_commands([("PUBLISH", saying.topic, saying.data) for saying in batch]),
            check_health=False,
        )
        async with asyncio.timeout(_ANSWER_S):
            for _ in batch:
                await connection.read_response(timeout=math.inf)
