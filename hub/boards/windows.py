"""Where the rows around a member come from: ranks, else PostgreSQL; and who the people in them are."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import UUID

from domain.challenges import boards
from domain.challenges.ledger import shard_of
from domain.challenges.model import Standing
from hub.boards import places
from hub.boards.pages import SIZE, Page
from hub.boards.places import Spot
from hub.boards.ranks import AWAY, NotRanked, Ranks, Window
from hub.boards.shards import Shards

_ABOVE = SIZE // 2
_COUNTING = asyncio.Semaphore(2)
"""Counting ranks of a large board is work for PostgreSQL: a node asks for few at once."""


class Windows:
    """Reads neighbourhoods, one or many at once."""

    def __init__(
        self,
        ranks: Ranks | None,
        shards: Shards,
        *,
        want: Callable[[UUID], None],
        count: Callable[[UUID], Awaitable[int]],
    ) -> None:
        self._ranks = ranks
        self._shards = shards
        self._want = want
        self._count = count

    async def of_pages(self, challenge_id: UUID, pages: Sequence[Page]) -> list[Window | None]:
        """None for who has to be read from the beginning: they have left, are hidden, or are listed again."""
        if self._ranks is None:
            raise NotRanked
        windows = await self._ranks.windows(
            challenge_id,
            [page.member_id for page in pages],
            above=_ABOVE,
            size=SIZE,
            valid_from=self._valid_from(challenge_id),
        )
        for page, window in zip(pages, windows, strict=True):
            if window is not None:
                page.mine = next(one for one in window.spots if one.member == page.member_id.bytes)
                page.hidden = False
        return windows

    async def headers(self, challenge_id: UUID, firsts: Sequence[Spot]) -> tuple[int, list[tuple[int, int]]]:
        """How many are listed, and `(before, better)` of each spot. Raises NotRanked."""
        if self._ranks is None:
            raise NotRanked
        return await self._ranks.headers(challenge_id, firsts, valid_from=self._valid_from(challenge_id))

    async def people(self, challenge_id: UUID, members: Collection[UUID]) -> dict[UUID, Standing]:
        if not members:
            return {}
        found = await boards.people([(challenge_id, one) for one in members])
        return {member: person for (_, member), person in found.items()}

    async def of(self, challenge_id: UUID, member_id: UUID) -> tuple[Window, Spot, bool] | None:
        """A neighbourhood, whose it is, and whether they are hidden."""
        if self._ranks is not None and self._shards.is_tended(shard_of(challenge_id)):
            try:
                (window,) = await self._ranks.windows(
                    challenge_id,
                    [member_id],
                    above=_ABOVE,
                    size=SIZE,
                    valid_from=self._valid_from(challenge_id),
                )
            except NotRanked:
                self._want(challenge_id)
                window = None
            except AWAY:
                window = None
            if window is not None:
                mine = next(one for one in window.spots if one.member == member_id.bytes)
                return window, mine, False
        return await self._stored(challenge_id, member_id)

    async def _stored(self, challenge_id: UUID, member_id: UUID) -> tuple[Window, Spot, bool] | None:
        at = await boards.place(challenge_id, member_id)
        if at is None:
            return None
        async with _COUNTING:
            before, better, scores = await boards.neighbouring_scores(
                challenge_id, at, above=_ABOVE, below=SIZE - _ABOVE - 1
            )
        spots = [places.spot_of(score) for score in scores]
        mine = next(one for one in spots if one.member == member_id.bytes)
        return Window(await self._count(challenge_id), before, better, spots), mine, at.hidden

    def _valid_from(self, challenge_id: UUID) -> int:
        return self._shards.valid_from(shard_of(challenge_id))
