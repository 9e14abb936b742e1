"""A client's line to a hub: one link after the other, and two for a moment while a node leaves."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from realtime.client_link import TROUBLE, Link
from realtime.closing import may_return
from realtime.frames import AnyServerFrame, Drain, Welcome
from realtime.tasks import Tasks

_FIRST_DELAY_S = 0.2
_MOST_DELAY_S = 20.0


class Gone(Exception):
    """The hub closed the connection for good, with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


def backoff_s(attempt: int) -> float:
    """How long to wait: anything up to a bound that doubles. Full jitter makes no herd."""
    return random.uniform(0, min(_MOST_DELAY_S, _FIRST_DELAY_S * 2**attempt))  # noqa: S311


class Line:
    """Connects and connects again. `dial(n)` opens the link of the nth try; `take` hears its frames."""

    def __init__(
        self,
        dial: Callable[[int], Awaitable[Link]],
        take: Callable[[Link, AnyServerFrame], None],
        *,
        tasks: Tasks,
        on_state: Callable[[bool], None] | None,
    ) -> None:
        self.link: Link | None = None
        self.is_online = False
        """Whether the hub has welcomed us, and the connection has not ended since."""
        self._dial = dial
        self._take = take
        self._tasks = tasks
        self._on_state = on_state
        self._tried = 0

    async def run(self) -> None:
        """Until the hub says to stay away: raises Gone."""
        attempt = 0
        while True:
            code = None
            try:
                self.link = await self._dial(self._tried)
                await self._serve(self.link)
            except TROUBLE:
                code = self.link.socket.code if self.link is not None else None
            finally:
                if self.link is not None:
                    await self.link.socket.close()
            attempt = 0 if self.is_online else attempt + 1
            self._tried += 1
            self.link = None
            self._move(online=False)
            if code is not None and not may_return(code):
                raise Gone(code)
            await asyncio.sleep(backoff_s(attempt))

    async def _serve(self, link: Link) -> None:
        """Read it until it ends, and then whoever took over from it. Raises what it ended with."""
        while True:
            reading = asyncio.ensure_future(self._read(link))
            leaving = asyncio.ensure_future(link.is_left.wait())
            try:
                await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if not link.is_left.is_set():
                    reading.result()
            finally:
                reading.cancel()
                leaving.cancel()
            assert link.successor is not None, "who is left has a successor"
            self._tasks.start(link.socket.close(), "close the one before")
            link = link.successor

    async def _read(self, link: Link) -> None:
        while True:
            frame = await link.receive()
            self._hear(link, frame)
            if isinstance(frame, Drain):
                self._tasks.start(self._succeed(link, frame.slot_ms / 1000), "go elsewhere")

    async def _succeed(self, link: Link, slot_s: float) -> None:
        """The node leaves: at our moment, and while this link still serves, open the next one."""
        await asyncio.sleep(slot_s)
        attempt = 0
        while self.link is link:
            self._tried += 1
            try:
                successor = await self._dial(self._tried)
                first = await successor.receive()
            except TROUBLE:
                pass
            else:
                if self.link is link and isinstance(first, Welcome):
                    self.link = link.successor = successor
                    self._hear(successor, first)
                    link.is_left.set()
                    return
                await successor.socket.close()
            await asyncio.sleep(backoff_s(attempt))
            attempt += 1

    def _hear(self, link: Link, frame: AnyServerFrame) -> None:
        if isinstance(frame, Welcome):
            self._move(online=True)
        self._take(link, frame)

    def _move(self, *, online: bool) -> None:
        if online != self.is_online:
            self.is_online = online
            if self._on_state is not None:
                self._on_state(online)
