"""The hearing half of the bus over Redis: one subscription connection, and somebody who minds it.

Every subscription is confirmed before it counts. The node publishes to a topic of its own each second; when
it does not hear that for three seconds the connection is dead, whatever TCP says, and everything starts over.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable
from typing import Any

log = logging.getLogger(__name__)

SILENCE_S = 3.0
_CONFIRM_S = 1.0
_TOPICS_A_COMMAND = 500
_TURN = 500


class Deaf(Exception):
    """Nothing was heard for too long."""


class Ears:
    """Hears the topics that are wanted, now and after each reconnect."""

    def __init__(self, pool: Any, hear: Callable[[str, bytes], None], resynced: Callable[[], None]) -> None:
        self._pool = pool
        self._hear = hear
        self._resynced = resynced
        self._wanted: set[str] = set()
        self._asked: set[str] = set()
        self._confirmed: set[str] = set()
        self._confirmations: dict[str, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()
        self._is_complete = False
        self.heard_at = -math.inf

    @property
    def healthy(self) -> bool:
        return self._is_complete and time.monotonic() - self.heard_at < SILENCE_S

    def listen(self, topics: Iterable[str]) -> None:
        self._wanted.update(topics)
        self._changed.set()

    def unlisten(self, topic: str) -> None:
        self._wanted.discard(topic)
        self._changed.set()

    async def confirmed(self, topic: str) -> bool:
        """Wait until Redis has confirmed `topic`; False where that takes too long."""
        if topic in self._confirmed:
            return True
        if not self.healthy:
            return False
        waiting = self._confirmations.get(topic)
        if waiting is None:
            waiting = self._confirmations[topic] = asyncio.get_running_loop().create_future()
        done, _ = await asyncio.wait([waiting], timeout=_CONFIRM_S)
        return bool(done) and not waiting.cancelled()

    async def run(self) -> None:
        """Connect, hear, and connect again, for as long as the bus lives."""
        delay_s = 0.05
        while True:
            connection = self._pool.make_connection()
            began = time.monotonic()
            try:
                await connection.connect()
                await self._serve(connection)
            except Exception as error:
                log.warning("the bus is away", extra={"error": _named(error)})
            finally:
                self._forget()
                await connection.disconnect(nowait=True)
            if time.monotonic() - began > SILENCE_S * 2:
                delay_s = 0.05
            await asyncio.sleep(delay_s)
            delay_s = min(1.0, delay_s * 2)

    async def _serve(self, connection: Any) -> None:
        self.heard_at = time.monotonic()
        self._changed.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read(connection))
            group.create_task(self._change(connection))
            group.create_task(self._watch())

    def _forget(self) -> None:
        self._is_complete = False
        self._asked.clear()
        self._confirmed.clear()
        for waiting in self._confirmations.values():
            waiting.cancel()
        self._confirmations.clear()

    async def _read(self, connection: Any) -> None:
        """Many messages without a switch to another task, but not without end."""
        count = 0
        while True:
            answer = await connection.read_response(timeout=math.inf, disconnect_on_error=False)
            if answer[0] == b"message":
                self._hear(answer[1].decode(), answer[2])
            elif answer[0] == b"subscribe":
                self._confirm(answer[1].decode())
            count += 1
            if count % _TURN == 0:
                await asyncio.sleep(0)

    def _confirm(self, topic: str) -> None:
        if topic in self._asked:
            self._confirmed.add(topic)
        waiting = self._confirmations.pop(topic, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        if not self._is_complete and self._confirmed >= self._wanted:
            self._is_complete = True
            self.heard_at = time.monotonic()
            log.info("the bus is heard", extra={"topics": len(self._confirmed)})
            self._resynced()

    async def _change(self, connection: Any) -> None:
        """What came and went since the last time, in as few commands as can be."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            added, removed = sorted(self._wanted - self._asked), sorted(self._asked - self._wanted)
            self._asked = set(self._wanted)
            self._confirmed -= set(removed)
            for command, topics in (("SUBSCRIBE", added), ("UNSUBSCRIBE", removed)):
                for at in range(0, len(topics), _TOPICS_A_COMMAND):
                    await connection.send_command(
                        command, *topics[at : at + _TOPICS_A_COMMAND], check_health=False
                    )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(SILENCE_S / 6)
            if time.monotonic() - self.heard_at > SILENCE_S:
                raise Deaf(f"silent for {SILENCE_S} s")


def _named(error: Exception) -> str:
    """What went wrong, out of the group that a TaskGroup makes of it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return repr(error)
