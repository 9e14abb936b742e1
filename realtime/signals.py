"""News for this node's own handlers: taken in at once, handled one after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

_WAITING = 1_000

OnSignal = Callable[[bytes], Awaitable[None]]


class Signals:
    """Who wants to know what. What comes while a thousand wait is dropped: a signal is no promise."""

    def __init__(self) -> None:
        self._handlers: dict[str, OnSignal] = {}
        self._waiting: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_WAITING)

    def handle(self, topic: str, handler: OnSignal) -> None:
        self._handlers[topic] = handler

    def take(self, topic: str, body: bytes) -> bool:
        """Whether somebody handles this topic."""
        if topic not in self._handlers:
            return False
        if not self._waiting.full():
            self._waiting.put_nowait((topic, body))
        return True

    async def run(self) -> None:
        while True:
            topic, body = await self._waiting.get()
            try:
                await self._handlers[topic](body)
            except Exception:
                log.warning("a signal was not told", exc_info=True, extra={"topic": topic})
