"""How many are on a board without ranks: counted by PostgreSQL now and then, by one reader for all."""

import asyncio
import time
from uuid import UUID

from domain.challenges import boards

_COUNTED_S = 30.0
_REMEMBERED = 1_000


class Counts:
    """Counting a million takes a tenth of a second: not for every reader."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[int, float]] = {}
        self._counting = asyncio.Lock()

    async def of(self, challenge_id: UUID) -> int:
        """How many are listed, or were half a minute ago."""
        async with self._counting:
            known, until = self._known.get(challenge_id, (0, 0.0))
            if time.monotonic() > until:
                known = await boards.count(challenge_id)
                self._known[challenge_id] = (known, time.monotonic() + _COUNTED_S)
                if len(self._known) > _REMEMBERED:
                    del self._known[next(iter(self._known))]
            return known
