"""Where the materialiser is in the queue of moves."""

import time
from collections import deque
from collections.abc import Collection

from domain.challenges import ledger
from domain.challenges.ledger import Move

BATCH = 2_500
"""Applied in one step a board, so it bounds how long Redis does nothing else."""
_REMEMBERED_S = 30


class Queue:
    """Reads each move at least once, and normally once: `read`, apply, `done`, until `done` says it is all.

    A round reads portions up to the end. Only when it is over, everything before the oldest transaction that
    ran when it began counts as applied; later moves were seen as well, and are remembered by their ids.
    """

    def __init__(self) -> None:
        self._upto = 0
        self._after = (0, 0)
        self._horizon: int | None = None
        self._page: list[Move] = []
        self._applied: dict[int, int] = {}
        self._rewind_to: int | None = None
        self._history: deque[tuple[float, int]] = deque()

    @property
    def upto(self) -> int:
        """All moves of transactions before this one are applied."""
        return self._upto if self._rewind_to is None else min(self._upto, self._rewind_to)

    async def read(self, shards: Collection[int]) -> list[Move]:
        """The next moves of these shards that were not applied yet. Call `done` when they are."""
        if self._rewind_to is not None:
            self._start_round(self._rewind_to)
            self._applied.clear()
            self._rewind_to = None
            self._history.append((time.monotonic(), self._upto))
        horizon, self._page = await ledger.read(shards, after=self._after, limit=BATCH)
        if self._horizon is None:
            self._horizon = horizon
        return [one for one in self._page if one.id not in self._applied]

    def done(self) -> bool:
        """What was read is applied. True where that was all for now."""
        self._applied.update((one.id, one.xid) for one in self._page)
        if len(self._page) == BATCH:
            self._after = (self._page[-1].xid, self._page[-1].id)
            return False
        assert self._horizon is not None, "a round begins with a reading"
        self._start_round(self._horizon)
        self._applied = {move: xid for move, xid in self._applied.items() if xid >= self._upto}
        self._remember()
        return True

    def rewind(self, xid: int) -> None:
        """Apply the moves from this transaction on again: that does no harm."""
        self._rewind_to = min(self.upto, xid) if self._upto else xid

    def rewind_a_while(self) -> None:
        """Apply those of the last half minute again."""
        if self._history:
            self.rewind(min(upto for _, upto in self._history))

    def _start_round(self, xid: int) -> None:
        self._upto, self._after, self._horizon = xid, (xid, 0), None

    def _remember(self) -> None:
        now = time.monotonic()
        if not self._history or now - self._history[-1][0] >= 1:
            self._history.append((now, self._upto))
            if now - self._history[0][0] > _REMEMBERED_S:
                self._history.popleft()
