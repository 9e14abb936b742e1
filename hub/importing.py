"""What uploads become, in the background: each node takes steps of whatever import waited longest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog

from domain.database import DatabaseAway
from domain.files import queries, work, workout_data
from domain.files.sandbox import Sandbox
from domain.vault import Vault
from hub import clock
from realtime.tasks import Tasks

log = structlog.get_logger()

AT_ONCE = 2
"""How many files a node reads at once: each costs a core for as long as it is read."""
LOOK_AROUND_S = 2.0
"""How often a node looks for what another one left behind."""
MEASURE_AGAIN_S = 60.0
PATIENCE_S = 10.0
"""How long an upload waits for its report before it is told to come back for it."""
_GLANCE_S = 0.25


class Importing:
    """The work on imports of one node."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._sandbox = Sandbox(at_once=AT_ONCE)
        self._work = asyncio.Event()
        self._stepped = asyncio.Condition()
        self._steps = 0

    def start(self, tasks: Tasks) -> None:
        for lane in range(AT_ONCE):
            tasks.keep(self._take_steps, f"imports {lane + 1}")
        tasks.keep(self._measure_again, "measure again")

    def there_is_work(self) -> None:
        self._work.set()

    async def settle(self, import_id: UUID) -> bool:
        """Wait a little for an import to come to rest, on whichever node; whether it did."""
        self.there_is_work()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                seen = self._steps
                while not await queries.is_at_rest(import_id):
                    await self._next_step(after=seen)
                    seen = self._steps
                return True
        return False

    async def _next_step(self, *, after: int) -> None:
        """Until something happened here since that step, or may have happened elsewhere."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GLANCE_S), self._stepped:
                await self._stepped.wait_for(lambda: self._steps != after)

    async def _take_steps(self) -> None:
        while True:
            # Before looking: what comes while we look is not missed.
            self._work.clear()
            try:
                if not await self._step():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AROUND_S):
                            await self._work.wait()
            except DatabaseAway:
                log.warning("imports wait: the database is away")
                await asyncio.sleep(LOOK_AROUND_S)

    async def _step(self) -> bool:
        """Take one step of one import; False where there is none to take."""
        import_id = await work.claim(now=clock.now())
        if import_id is None:
            return False
        try:
            async with _at_work(import_id):
                await work.step(import_id, clock=clock.now, vault=self._vault, sandbox=self._sandbox)
        except DatabaseAway:
            raise
        except Exception:
            # It is tried again, in its turn; a file that fails again and again is refused.
            log.exception("a step of an import failed", import_id=str(import_id))
        finally:
            # Also when this node stops: whoever is next need not wait until the claim runs out.
            await asyncio.shield(work.release(import_id, now=clock.now()))
        async with self._stepped:
            self._steps += 1
            self._stepped.notify_all()
        return True

    async def _measure_again(self) -> None:
        while True:
            try:
                measured = await workout_data.measure_again(vault=self._vault, sandbox=self._sandbox)
            except DatabaseAway:
                log.warning("measuring waits: the database is away")
                measured = 0
            await asyncio.sleep(0 if measured else MEASURE_AGAIN_S)


@asynccontextmanager
async def _at_work(import_id: UUID) -> AsyncIterator[None]:
    """Say from time to time that this node is still at it: else another one takes it over."""
    saying = asyncio.get_running_loop().create_task(_say_so(import_id))
    try:
        yield
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)


async def _say_so(import_id: UUID) -> None:
    while True:
        await asyncio.sleep(work.CLAIM.total_seconds() / 3)
        try:
            await work.extend(import_id, now=clock.now())
        except DatabaseAway:
            log.warning("an import could not be claimed anew: the database is away")
