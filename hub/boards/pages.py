"""One member's neighbourhood on a board: the rows around them, and how many stand before those.

A neighbourhood hardly changes when thousands move elsewhere: then only two numbers in it do, how many stand
before its first row and how many of those have more. Ranks are not written into rows: they follow from these
two numbers, the order, and equal scores.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.challenges.model import Standing
from hub.boards import places, tops
from hub.boards.places import Spot
from hub.boards.ranks import Window
from realtime.host import StateChange

SIZE = 32
HEADER, ORDER, PASSED = "#", "order", "!"
"""The rows that are nobody's: where the page is, the ids in their order, and which friend passed last."""


class Page(Struct, eq=False):
    """What a member's watchers on this node have, at version `seq`."""

    challenge_id: UUID
    member_id: UUID
    channel: str
    seq: int
    mine: Spot
    spots: list[Spot]
    rows: dict[str, Any]
    ids: dict[UUID, str]
    """By member: the key of their row, which an alias makes another one."""
    friends: frozenset[UUID]
    born: float
    hidden: bool = False
    is_settled: bool = False
    """Whether it was read again since everybody knows that it is watched."""

    @property
    def first(self) -> Spot:
        """The first listed row; the member's own where they are alone."""
        return next((spot for spot in self.spots if not self.hidden or spot != self.mine), self.mine)

    @property
    def reach(self) -> tuple[Spot, Spot]:
        """Whoever stands from here to there is on the page. At either end of the board, anybody beyond is."""
        starts_board = self.rows.get(HEADER, {}).get("before") == 0
        ends_board = len(self.spots) < SIZE
        return (
            places.TOPMOST if starts_board else self.spots[0],
            places.LOWEST if ends_board else self.spots[-1],
        )

    def news_in(self, window: Window) -> list[UUID]:
        """Who is not on the page, or not where they were."""
        there = set(self.spots)
        return [
            spot.member_id for spot in window.spots if spot not in there or spot.member_id not in self.ids
        ]

    def turn(self, window: Window, people: Mapping[UUID, Standing]) -> StateChange | None:
        """The page as it is now: `people` are those who moved or were not on it. None: nothing changed."""
        rows: dict[str, Any] = {HEADER: header(window.count, window.before, window.better)}
        if PASSED in self.rows:
            rows[PASSED] = self.rows[PASSED]
        ids: dict[UUID, str] = {}
        for spot in window.spots:
            member_id = spot.member_id
            if (person := people.get(member_id)) is not None:
                row = tops.row(person)
                ids[member_id] = row["member"]["id"]
                rows[ids[member_id]] = row
            elif member_id in self.ids:
                ids[member_id] = self.ids[member_id]
                rows[ids[member_id]] = self.rows[ids[member_id]]
        rows[ORDER] = {"ids": list(ids.values())}
        self.spots, self.ids = window.spots, ids
        return self.become(rows)

    def become(self, rows: dict[str, Any]) -> StateChange | None:
        old, self.rows = self.rows, rows
        upserts = {key: row for key, row in rows.items() if old.get(key) != row}
        removes = [key for key in old if key not in rows]
        return self._step(upserts, removes) if upserts or removes else None

    def shift(self, count: int, before: int, better: int) -> StateChange | None:
        """Others moved, elsewhere."""
        now = header(count, before, better)
        if self.rows.get(HEADER) == now:
            return None
        self.rows = {**self.rows, HEADER: now}
        return self._step({HEADER: now}, [])

    def tell_passed(self, row: dict[str, Any]) -> StateChange:
        """Somebody whom the member follows has passed them."""
        self.rows = {**self.rows, PASSED: row}
        return self._step({PASSED: row}, [])

    def _step(self, upserts: dict[str, Any], removes: Sequence[str]) -> StateChange:
        self.seq += 1
        return StateChange(EPOCH, self.seq - 1, self.seq, upserts, removes)


EPOCH = places.node_epoch()
"""Pages are one node's own: another node starts over."""


def header(count: int, before: int, better: int) -> dict[str, int]:
    return {"participants": count, "before": before, "better": better}
