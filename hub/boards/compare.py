"""Ranks are compared with PostgreSQL, a sample at a time, for as long as the hub runs, and mended."""

import asyncio
import random
from collections.abc import Collection
from uuid import UUID

import structlog

from domain.challenges import boards
from domain.challenges.ledger import shard_of
from domain.database import DatabaseAway
from hub.boards import metrics
from hub.boards.materialiser import Materialiser
from hub.boards.places import spot_of
from hub.boards.ranks import AWAY, NotRanked, Ranks
from hub.boards.shards import Shards

log = structlog.get_logger()

EVERY_S = 5.0
_SAMPLE = 100
_FIRST = UUID(int=0)
SETTLED_S = 1.5
"""Who differs twice, with this between, has not just moved."""


class Comparison:
    """Looks at one board that this node ranks, at the next hundred of its members, every few seconds."""

    def __init__(
        self, shards: Shards, ranks: Ranks, materialiser: Materialiser, *, settled_s: float = SETTLED_S
    ) -> None:
        self._settled_s = settled_s
        self._after: dict[UUID, UUID] = {}
        """How far the round through each board has come."""
        self._shards = shards
        self._ranks = ranks
        self._materialiser = materialiser

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.compare(random.Random())  # noqa: S311  # a sample, not a secret
            except (DatabaseAway, NotRanked, *AWAY):
                continue

    async def compare(self, dice: random.Random) -> int:
        """Compare a sample; mend and count who differs twice."""
        here = [one for one in self._materialiser.lately() if shard_of(one) in self._shards.mine]
        self._after = {one: after for one, after in self._after.items() if one in here}
        if not here:
            return 0
        board = dice.choice(here)
        after, sampled = await boards.portion(board, after=self._after.get(board, _FIRST), limit=_SAMPLE)
        self._after[board] = after or _FIRST
        members = [score.member_id for score in sampled]
        suspects = await self._different(board, members)
        metrics.COMPARED.inc(len(members))
        if suspects:
            await asyncio.sleep(self._settled_s)
            suspects = await self._different(board, suspects)
        if suspects:
            metrics.DIFFERENT.inc(len(suspects))
            log.error(
                "ranks differ from PostgreSQL, and are mended", challenge=str(board), count=len(suspects)
            )
            await self._materialiser.mend(board, suspects)
        return len(suspects)

    async def _different(self, board: UUID, members: Collection[UUID]) -> list[UUID]:
        stored = await boards.scores([(board, one) for one in members])
        valid_from = self._shards.valid_from(shard_of(board))
        spots = await self._ranks.find(board, list(members), valid_from=valid_from)
        ranked = {spot.member_id: spot for spot in spots}
        return [
            one
            for one in members
            if ranked.get(one)
            != (spot_of(score) if (score := stored.get((board, one))) is not None else None)
        ]
