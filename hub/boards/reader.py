"""Pages of a board over REST: from its ranks where those are kept up to date, else from PostgreSQL.

What PostgreSQL is asked without ranks has a bound: the first places, and places around somebody, whose rank
is counted in an index. The places themselves come from Redis, the people from PostgreSQL, by their keys.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from domain.challenges import boards
from domain.challenges.board_pages import BoardPage, FriendsPage, MyPlace
from domain.challenges.boards import Place
from domain.challenges.ledger import shard_of
from domain.challenges.model import Standing
from hub.boards import places
from hub.boards.live import LiveBoards
from hub.boards.places import Spot
from hub.boards.ranks import AWAY, NotRanked, Window

AROUND = 32
FRIENDS = 500
_FRIENDS_SHOWN = 50
_DEEPEST = 1_000
"""How far down a board PostgreSQL is asked to go without ranks."""

_WITHOUT = (NotRanked, *AWAY)
_COUNTING = asyncio.Semaphore(2)
"""Counting ranks of a large board is work for PostgreSQL: a node asks for few at once."""


class Reader:
    """Reads boards for one request at a time. Who may see a challenge was asked before."""

    def __init__(self, live: LiveBoards) -> None:
        self._live = live

    async def page(self, challenge_id: UUID, *, offset: int, limit: int) -> BoardPage:
        """The places from `offset` on. The first ones may be a second old."""
        ranks = self._live.ranks
        if ranks is not None and self._live.is_fresh(challenge_id):
            kept = self._live.first_pages
            if offset == 0 and (known := kept.get(challenge_id, limit)) is not None:
                return known
            try:
                window = await ranks.slice(
                    challenge_id, offset=offset, size=limit, valid_from=self._valid_from(challenge_id)
                )
                page = await self._shown(challenge_id, window)
                if offset == 0:
                    kept.keep(challenge_id, limit, page)
                return page
            except _WITHOUT:
                self._live.want(challenge_id)
        top = await boards.top(challenge_id, limit=min(offset + limit, _DEEPEST))
        return BoardPage(await self._live.counts.of(challenge_id), offset, top[offset:])

    async def around(self, challenge_id: UUID, member_id: UUID, *, size: int = AROUND) -> BoardPage | None:
        """The places around a member, their own among them; None for who takes no part."""
        ranks = self._live.ranks
        if ranks is not None and self._live.is_fresh(challenge_id):
            try:
                window = await ranks.around(
                    challenge_id,
                    member_id,
                    above=size // 2,
                    size=size,
                    valid_from=self._valid_from(challenge_id),
                )
                if window is not None:
                    return await self._shown(challenge_id, window)
                return await self._around_hidden(challenge_id, member_id, size)
            except _WITHOUT:
                self._live.want(challenge_id)
        at = await boards.place(challenge_id, member_id)
        if at is None:
            return None
        async with _COUNTING:
            before, better, rows = await boards.neighbours(
                challenge_id, at, above=size // 2, below=size - size // 2 - 1
            )
        return BoardPage(
            await self._live.counts.of(challenge_id),
            before,
            boards.ranked(rows, before=before, better=better),
        )

    async def mine(self, challenge_id: UUID, member_id: UUID) -> MyPlace | None:
        """Where a member stands and what parts them from the next place; None for who takes no part."""
        page = await self.around(challenge_id, member_id, size=4)
        at = await boards.place(challenge_id, member_id)
        if page is None or at is None:
            return None
        shown = at.standing.member.id
        row = next((one for one in page.rows if one.member.id == shown), None)
        if row is None:
            return None
        above = [one for one in page.rows if one.rank < row.rank]
        below = [one for one in page.rows if one.rank > row.rank]
        return MyPlace(
            participants=page.participants,
            standing=row,
            next_above=above[-1] if above else None,
            next_below=below[0] if below else None,
        )

    async def friends(self, challenge_id: UUID, member_id: UUID) -> FriendsPage:
        """A member and those they follow who are listed, ranked among themselves: the first fifty."""
        circle = await boards.friends_packed(member_id, limit=FRIENDS) + member_id.bytes
        ranks = self._live.ranks
        if ranks is not None and self._live.is_fresh(challenge_id):
            try:
                count, spots = await ranks.best_of(
                    challenge_id, circle, limit=_FRIENDS_SHOWN, valid_from=self._valid_from(challenge_id)
                )
                rows = await self._people(challenge_id, spots, places.ranks(spots, before=0, better=0))
                return FriendsPage(count, rows)
            except _WITHOUT:
                self._live.want(challenge_id)
        members = [UUID(bytes=circle[at : at + 16]) for at in range(0, len(circle), 16)]
        rows = await boards.circle(challenge_id, members, limit=_FRIENDS_SHOWN)
        return FriendsPage(await self._live.counts.of(challenge_id), rows)

    # From ranks.

    def _valid_from(self, challenge_id: UUID) -> int:
        return self._live.shards.valid_from(shard_of(challenge_id))

    async def _around_hidden(self, challenge_id: UUID, member_id: UUID, size: int) -> BoardPage | None:
        """Who is hidden stands where they would, for themselves alone."""
        at = await boards.place(challenge_id, member_id)
        if at is None:
            return None
        if not at.hidden:
            # They have joined a moment ago: ranks will tell soon.
            raise NotRanked
        assert self._live.ranks is not None, "asked where there are ranks"
        spot = _spot(at)
        window = await self._live.ranks.around_score(
            challenge_id,
            spot.minus,
            above=size // 2,
            size=size - 1,
            valid_from=self._valid_from(challenge_id),
        )
        spots = sorted([*window.spots, spot])
        page = Window(window.count, window.before, window.better, spots)
        return await self._shown(challenge_id, page)

    async def _shown(self, challenge_id: UUID, window: Window) -> BoardPage:
        found = places.ranks(window.spots, before=window.before, better=window.better)
        return BoardPage(window.count, window.before, await self._people(challenge_id, window.spots, found))

    async def _people(
        self, challenge_id: UUID, spots: Sequence[Spot], ranks: Sequence[int]
    ) -> list[Standing]:
        people = await boards.people([(challenge_id, spot.member_id) for spot in spots])
        return [
            Standing(rank, one.member, one.score, one.workouts, one.reached_at)
            for spot, rank in zip(spots, ranks, strict=True)
            if (one := people.get((challenge_id, spot.member_id))) is not None
        ]


def _spot(at: Place) -> Spot:
    return places.spot_of(boards.Score(at.member_id, boards.thousandths(at.score), at.reached_at))
