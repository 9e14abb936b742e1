"""Where the materialiser is in the queue of moves."""

import time
from collections import deque
from collections.abc import Collection

from domain.challenges import ledger
from domain.challenges.ledger import Move, Reading

BATCH = 2_500
"""Applied in one step a board, so it bounds how long Redis does nothing else."""
_REMEMBERED_S = 30


class Queue:
    """Reads each move at least once, and normally once: `read`, apply, `done`, until `done` says it is all.

    A round reads portions up to the end. What its first portion's snapshot saw is applied when the round is
    over: the next one begins at the oldest transaction that ran then, and leaves out what was seen.
    """

    def __init__(self) -> None:
        self._upto = 0
        self._after = (0, 0)
        self._seen = ledger.NOTHING
        self._first: Reading | None = None
        self._page: list[Move] = []
        self._rewind_to: int | None = None
        self._history: deque[tuple[float, int]] = deque()

    @property
    def upto(self) -> int:
        """All moves of transactions before this one are applied."""
        return self._upto if self._rewind_to is None else min(self._upto, self._rewind_to)

    async def read(self, shards: Collection[int]) -> list[Move]:
        """The next moves of these shards that were not applied yet. Call `done` when they are."""
        if self._rewind_to is not None:
            self._start_round(self._rewind_to, ledger.NOTHING)
            self._rewind_to = None
            self._history.append((time.monotonic(), self._upto))
        reading = await ledger.read(shards, after=self._after, limit=BATCH, seen=self._seen)
        self._first = self._first or reading
        self._page = reading.moves
        return self._page

    def done(self) -> bool:
        """What was read is applied. True where that was all for now."""
        if len(self._page) == BATCH:
            self._after = (self._page[-1].xid, self._page[-1].id)
            return False
        assert self._first is not None, "a round begins with a reading"
        self._start_round(self._first.upto, self._first.snapshot)
        self._remember()
        return True

    def rewind(self, xid: int) -> None:
        """Apply the moves from this transaction on again: that does no harm."""
        self._rewind_to = min(self.upto, xid) if self._upto else xid

    def rewind_a_while(self) -> None:
        """Apply those of the last half minute again."""
        if self._history:
            self.rewind(min(upto for _, upto in self._history))

    def _start_round(self, xid: int, seen: str) -> None:
        self._upto, self._after, self._seen, self._first = xid, (xid, 0), seen, None

    def _remember(self) -> None:
        now = time.monotonic()
        if not self._history or now - self._history[-1][0] >= 1:
            self._history.append((now, self._upto))
            if now - self._history[0][0] > _REMEMBERED_S:
                self._history.popleft()
