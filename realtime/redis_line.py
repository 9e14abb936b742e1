"""One server of Redis as the bus sees it: ears, a mouth, and a beat from the one to the other."""

import asyncio
import time
from collections.abc import Callable, Iterable

from realtime.redis_hearing import Ears
from realtime.redis_routes import TIMEOUT_S, Route, Verbs
from realtime.redis_saying import Mouth, Saying
from realtime.tasks import Tasks

_BEAT_S = 1.0
_BEAT_USEFUL_S = 1.0

Hear = Callable[[bytes, bytes], None]


class Line:
    """Says and hears, and heals by itself; `lost` tells that it had to: the server may be the wrong one."""

    def __init__(
        self,
        route: Route,
        verbs: Verbs,
        *,
        own: str,
        beat: bytes,
        hear: Hear,
        resynced: Callable[[], None],
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._lost = lost
        self._own = own
        self._beat_data = beat
        self._hear = hear
        self._mouth = Mouth(route, verbs, lost=lost)
        self._ears = Ears(route, verbs, hear=self._heard, resynced=resynced, lost=self._deaf)
        self._own_name = own.encode()
        self._tasks = Tasks()

    @property
    def healthy(self) -> bool:
        return self._ears.healthy

    @property
    def heard_at(self) -> float:
        return self._ears.heard_at

    @property
    def dropped(self) -> int:
        return self._mouth.dropped

    def start(self) -> None:
        self._ears.listen([self._own])
        self._tasks.keep(self._ears.run, "bus ears")
        self._tasks.keep(self._mouth.run, "bus mouth")
        self._tasks.keep(self._beat, "bus beat")

    async def stop(self) -> list[Saying]:
        """End it, and return what was not said."""
        if self.healthy:
            await self._mouth.flush(TIMEOUT_S)
        await self._tasks.stop()
        self._mouth.close()
        return self._mouth.leftovers()

    def say(self, saying: Saying) -> None:
        self._mouth.say(saying)

    def listen(self, topics: Iterable[str]) -> None:
        self._ears.listen(topics)

    def unlisten(self, topic: str) -> None:
        self._ears.unlisten(topic)

    async def listening(self, topic: str) -> bool:
        return await self._ears.confirmed(topic)

    async def _beat(self) -> None:
        while True:
            until = time.monotonic() + _BEAT_USEFUL_S
            self._mouth.say(Saying(self._own, self._beat_data, until, is_repeatable=False, is_beat=True))
            await asyncio.sleep(_BEAT_S)

    def _heard(self, name: bytes, data: bytes) -> None:
        if name == self._own_name:
            if data == self._beat_data:
                self._ears.heard_at = time.monotonic()
        else:
            self._hear(name, data)

    def _deaf(self) -> None:
        # What is said to a server that does not answer the ears may go nowhere.
        self._mouth.doubt()
        self._lost()
