"""Background work of a node: started by name, ended together, and never failing in silence."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

_AGAIN_S = 1.0
_PATIENCE_S = 5.0


class Tasks:
    """Tasks that live no longer than their owner. One that fails is logged; the others go on."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None] | None:
        """Run `work` until it returns or `stop`; after `stop`, nothing starts any more."""
        if self._closed:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        """Run `work`, which never returns, until `stop`. Should it fail all the same, it is started again."""
        self.start(self._keep(work, name), name)

    async def _keep(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("background work failed, and starts again", extra={"task": name})
            await asyncio.sleep(_AGAIN_S)

    async def stop(self) -> None:
        """Cancel all, and wait until they have ended; one that will not is told of, and left behind."""
        self._closed = True
        patient_until = time.monotonic() + _PATIENCE_S
        while (running := list(self._running)) and time.monotonic() < patient_until:
            for task in running:
                task.cancel()
            # Again, if need be: `asyncio.wait_for`, which libraries use, may lose a cancellation.
            await asyncio.wait(running, timeout=_AGAIN_S / 5)
        if running:
            log.error("background work does not end", extra={"tasks": [task.get_name() for task in running]})

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", exc_info=error, extra={"task": task.get_name()})
