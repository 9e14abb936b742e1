"""First pages as they were a moment ago: they are the same for every reader, and most readers want them."""

import time
from collections import OrderedDict
from uuid import UUID

from domain.challenges.board_pages import BoardPage

_KEPT_S = 1.0
_REMEMBERED = 256


class FirstPages:
    """Pages by challenge and length, each for a second; who was asked for longest ago goes first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[UUID, int], tuple[BoardPage, float]] = OrderedDict()

    def get(self, challenge_id: UUID, limit: int) -> BoardPage | None:
        """None where it is to be read."""
        page, until = self._known.get((challenge_id, limit), (None, 0.0))
        return page if time.monotonic() < until else None

    def keep(self, challenge_id: UUID, limit: int, page: BoardPage) -> None:
        self._known[challenge_id, limit] = page, time.monotonic() + _KEPT_S
        self._known.move_to_end((challenge_id, limit))
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
