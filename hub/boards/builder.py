"""Building the ranks of a board from PostgreSQL, beside what is there, which stays readable meanwhile.

Scores are read in portions, without one long transaction: whoever moves while it goes on is in the queue, and
what the queue brings wins over what a portion brings, in whatever order they come.
"""

import asyncio
import time
from uuid import UUID

import structlog

from domain.challenges import boards, ledger
from hub.boards import metrics
from hub.boards.ranks import Ranks
from hub.boards.shards import Shards

log = structlog.get_logger()

PORTION = 2_000
_FIRST = UUID(int=0)


class Builder:
    """Builds boards that this node holds, each one at a time."""

    def __init__(self, shards: Shards, ranks: Ranks) -> None:
        self._shards = shards
        self._ranks = ranks
        self._building: set[UUID] = set()
        self._at_once = asyncio.Semaphore(8)

    async def build(self, challenge_id: UUID) -> bool:
        """True when the board is ranked as the database has it; False where this node does not hold it, or is
        at it already."""
        lease = self._shards.mine.get(ledger.shard_of(challenge_id))
        if lease is None or challenge_id in self._building:
            return False
        self._building.add(challenge_id)
        try:
            async with self._at_once:
                return await self._build(challenge_id, lease.fence)
        finally:
            self._building.discard(challenge_id)

    async def _build(self, challenge_id: UUID, fence: int) -> bool:
        began = time.monotonic()
        epoch = time.time_ns() // 1_000_000
        token = f"{fence}:{epoch}"
        if not await self._ranks.begin(challenge_id, fence=fence, token=token):
            return False
        after: UUID | None = _FIRST
        count = 0
        while after is not None:
            after, scores = await boards.portion(challenge_id, after=after, limit=PORTION)
            count += len(scores)
            if scores and not await self._ranks.load(challenge_id, scores, token=token):
                return False
        if not await self._ranks.finish(challenge_id, token=token, epoch=epoch):
            return False
        metrics.BUILDS.inc()
        log.info(
            "a board was ranked", challenge=str(challenge_id), count=count, took_s=time.monotonic() - began
        )
        return True
