"""An athlete's recording, as a client keeps it: no sample is let go before the hub calls it durable."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from realtime.frames import Ingest, Ingested, Row

_PER_MESSAGE = 50
_SAMPLE_S = 0.25
_STUCK_S = 2.0


class Recording:
    """An athlete's samples: numbered, kept until they are durable, sent again after a loss."""

    def __init__(
        self, stream: str, *, send: Callable[[Ingest], Awaitable[None]], is_connected: Callable[[], bool]
    ) -> None:
        self.stream = stream
        self.made: list[Row] = []
        self.durable = 0
        self._send = send
        self._is_connected = is_connected
        self._sent = 0
        self._heard_at = time.monotonic()
        self._makes = True
        self._task = asyncio.create_task(self._go(), name="recording")

    async def stop(self) -> None:
        """Make no more, and return when everything is durable."""
        self._makes = False
        await self._task

    async def give_up(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def stored(self, frame: Ingested) -> None:
        self._heard_at = time.monotonic()
        self.durable = max(self.durable, frame.upto)

    def begin_again(self) -> None:
        self._sent = self.durable

    async def _go(self) -> None:
        while self._makes or self.durable < len(self.made):
            if self._makes:
                self.made.append([len(self.made) * 250, 120 + len(self.made) % 60, 200])
            if self._sent > self.durable and time.monotonic() - self._heard_at > _STUCK_S:
                self.begin_again()
                self._heard_at = time.monotonic()
            some = self.made[self._sent : self._sent + _PER_MESSAGE]
            if some and self._is_connected():
                frame = Ingest(stream=self.stream, first_seq=self._sent + 1, samples=some)
                self._sent += len(some)
                await self._send(frame)
            await asyncio.sleep(_SAMPLE_S)
