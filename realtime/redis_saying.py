"""The speaking half of a line to Redis: messages gather for a moment and go out as one pipeline.

Whoever says something never waits. What cannot be said for a while is given up, by age and by number:
positions and digests make up for it.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hiredis import ReplyError

from realtime.redis_routes import Route, Verbs
from realtime.redis_wire import Refused, Wire, Word, reason

log = logging.getLogger(__name__)

WAITING = 20_000
_BATCH = 512
_ANSWER_S = 2.0
_BEAT = (Path(__file__).parent / "scripts" / "beat.lua").read_text()


class Saying(NamedTuple):
    topic: str
    data: bytes
    until: float
    """Monotonic seconds: later than this it is of no use."""
    is_repeatable: bool
    """Whether hearing it twice does no harm."""
    is_beat: bool = False

    def command(self, verbs: Verbs) -> tuple[Word, ...]:
        if self.is_beat and verbs.is_guarded:
            return ("EVAL", _BEAT, 1, f"{self.topic}:beat", verbs.publish, self.topic, self.data)
        return (verbs.publish, self.topic, self.data)


class Mouth:
    """One connection to Redis, only for saying. `lost` is called when it fails."""

    def __init__(self, route: Route, verbs: Verbs, *, lost: Callable[[], None]) -> None:
        self._route = route
        self._verbs = verbs
        self._lost = lost
        self._waiting: deque[Saying] = deque()
        self._work = asyncio.Event()
        self._wire: Wire | None = None
        self._is_doubted = False
        self._silent = asyncio.Event()
        self._silent.set()
        self.dropped = 0

    def say(self, saying: Saying) -> None:
        if len(self._waiting) >= WAITING:
            # The oldest is of the least use.
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(saying)
        self._silent.clear()
        self._work.set()

    def doubt(self) -> None:
        """Connect anew before anything else is said: this may be the wrong server."""
        self._is_doubted = True

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
                log.warning(
                    "the bus cannot be spoken to", extra={"error": reason(error), "count": len(batch)}
                )
                self.close()
                self._put_back(batch)
                self._lost()
                await asyncio.sleep(delay_s)
                delay_s = min(1.0, delay_s * 2)
            except asyncio.CancelledError:
                self._put_back(batch)
                raise
            if self._waiting:
                self._work.set()
            else:
                self._silent.set()

    async def flush(self, timeout_s: float) -> None:
        """Wait until everything is said, or for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._silent.wait()

    def close(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def leftovers(self) -> list[Saying]:
        """What was not said, except for beats: they belong to this line. For one that has been stopped."""
        left = [saying for saying in self._waiting if not saying.is_beat]
        self._waiting.clear()
        return left

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
        if self._is_doubted:
            self._is_doubted = False
            self.close()
        if self._wire is None:
            self._wire = await self._route.open()
        wire = self._wire
        wire.write([saying.command(self._verbs) for saying in batch])
        answers: list[Any] = []
        async with asyncio.timeout(_ANSWER_S):
            await wire.drain()
            while len(answers) < len(batch):
                answers += await wire.answers()
        for answer in answers:
            if isinstance(answer, ReplyError):
                raise Refused(str(answer))
