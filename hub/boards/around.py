"""Around me, live: this node's watchers of their own neighbourhoods, channel `around:<challenge>:<member>`.

Who moved is told by the materialiser to nodes that care. A node finds by bisection whose neighbourhood that
touches and reads those anew; of all others it asks Redis, in one pipeline, two numbers each. So a watcher
costs the same whether ten or a million take part, and a few bytes a moment while others move.
"""

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import structlog

from domain.challenges import boards
from domain.challenges.model import Standing
from domain.database import DatabaseAway
from hub.boards import places
from hub.boards.pages import EPOCH, PASSED, Page
from hub.boards.places import NOWHERE, Step
from hub.boards.ranks import AWAY, NotRanked, Ranks
from hub.boards.shards import Shards
from hub.boards.windows import Windows
from hub.channels import AROUND, around_of
from realtime.host import State
from realtime.node import Node

log = structlog.get_logger()

TICK_S = 0.4
_SHIFTED_AT_ONCE = 2_000
"""So many watchers hear of moves elsewhere in one tick. Where there are more, each hears of it less often."""
_AGAIN_S = 20.0
"""Each page is read again after so long, should news of it have been lost."""
_NOWHERE_S = 5.0
"""How often it is looked whether somebody takes part by now."""
_AT_ONCE = 256
_STORED_AT_ONCE = 20
_FRIENDS = 500


class Around:
    """The neighbourhoods that somebody on this node watches."""

    def __init__(
        self,
        ranks: Ranks | None,
        shards: Shards,
        *,
        want: Callable[[UUID], None],
        count: Callable[[UUID], Awaitable[int]],
    ) -> None:
        """`want` has a board ranked; `count` says how many are on one without ranks."""
        self._windows = Windows(ranks, shards, want=want, count=count)
        self._want = want
        self._doubted: set[UUID] = set()
        self._pages: defaultdict[UUID, dict[UUID, Page]] = defaultdict(dict)
        self._followers: defaultdict[UUID, set[Page]] = defaultdict(set)
        self._steps: defaultdict[UUID, list[Step]] = defaultdict(list)
        self._nowhere: dict[tuple[UUID, UUID], float] = {}
        """Who watches without taking part, and when that was looked at."""
        self._reading: Counter[UUID] = Counter()
        self._owed: dict[UUID, int] = {}
        """In how many ticks all watchers of a board will have heard that others moved."""
        self._here: dict[str, tuple[UUID, UUID] | None] = {}
        """What is watched, by the names of the channels."""
        self._seq = 0
        self._turn = 0

    def boards(self) -> list[UUID]:
        """The boards that somebody here watches the middle of."""
        return [one for one, pages in self._pages.items() if pages]

    def heard(self, body: bytes) -> None:
        """What moved on a board."""
        challenge_id, steps = places.unpacked_steps(body)
        if challenge_id in self._pages:
            self._steps[challenge_id].extend(steps)

    def doubt(self, challenge_id: UUID) -> None:
        """More may have moved than was heard: read all pages of the board again."""
        if challenge_id in self._pages:
            self._doubted.add(challenge_id)

    async def read(self, challenge_id: UUID, member_id: UUID) -> State:
        """A neighbourhood from the beginning. Who takes no part has none."""
        self._pages[challenge_id]  # from here on, what moves is kept
        self._reading[challenge_id] += 1
        try:
            return await self._read(challenge_id, member_id)
        finally:
            self._reading[challenge_id] -= 1

    async def _read(self, challenge_id: UUID, member_id: UUID) -> State:
        friends = frozenset(await boards.friends(member_id, limit=_FRIENDS))
        found = await self._windows.of(challenge_id, member_id)
        people = {}
        if found is not None:
            people = await self._windows.people(challenge_id, [spot.member_id for spot in found[0].spots])
        before = self._forget(challenge_id, member_id)
        seq = self._seq = max(self._seq, before.seq if before is not None else 0) + 1
        if found is None:
            self._nowhere[challenge_id, member_id] = time.monotonic()
            return State(EPOCH, seq, {})
        window, mine, hidden = found
        name = f"{AROUND.name}:{challenge_id}:{member_id}"
        page = Page(challenge_id, member_id, name, seq, mine, [], {}, {}, friends, time.monotonic(), hidden)
        if before is not None:
            page.rows, page.is_settled = {k: row for k, row in before.rows.items() if k == PASSED}, True
        page.turn(window, people)
        self._pages[challenge_id][member_id] = page
        for friend in friends:
            self._followers[friend].add(page)
        return State(EPOCH, page.seq, page.rows)

    # The work.

    async def run(self, node: Node) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            began = time.thread_time()
            self._turn += 1
            self._look_who_watches(node)
            for challenge_id in self.boards():
                try:
                    await self._tick(node, challenge_id)
                except (DatabaseAway, NotRanked, *AWAY) as error:
                    if isinstance(error, NotRanked):
                        self._want(challenge_id)
                    await self._from_database(node, challenge_id)
            # However many watch, at most half of this node's core goes into it; waiting costs none.
            await asyncio.sleep(max(0.0, time.thread_time() - began - TICK_S))

    def _look_who_watches(self, node: Node) -> None:
        """Forget the pages of who has gone; read those of who came back before their channel was closed."""
        known = self._here
        self._here = {
            name: known[name] if name in known else around_of(name) for name in node.watchers(AROUND.name)
        }
        here = {found: name for name, found in self._here.items() if found is not None}
        now = time.monotonic()
        self._nowhere = {found: at for found, at in self._nowhere.items() if found in here}
        for found, name in here.items():
            has_page = found[1] in self._pages.get(found[0], ())
            if not has_page and now - self._nowhere.get(found, 0.0) > _NOWHERE_S:
                node.doubt(name)
        for challenge_id in list(self._pages):
            for member_id in list(self._pages[challenge_id]):
                if (challenge_id, member_id) not in here:
                    self._forget(challenge_id, member_id)
            if not self._pages[challenge_id] and not self._reading[challenge_id]:
                del self._pages[challenge_id]
                self._steps.pop(challenge_id, None)
                self._owed.pop(challenge_id, None)

    def _forget(self, challenge_id: UUID, member_id: UUID) -> Page | None:
        page = self._pages[challenge_id].pop(member_id, None)
        if page is not None:
            for friend in page.friends:
                watching = self._followers[friend]
                watching.discard(page)
                if not watching:
                    del self._followers[friend]
        return page

    async def _tick(self, node: Node, challenge_id: UUID) -> None:
        steps = self._steps.pop(challenge_id, [])
        pages = sorted(self._pages[challenge_id].values(), key=lambda page: page.mine)
        is_doubted = challenge_id in self._doubted
        self._doubted.discard(challenge_id)
        due = pages if is_doubted else self._due(pages)
        shares = 1 + len(pages) // _SHIFTED_AT_ONCE
        owed = self._owed[challenge_id] = shares if steps else self._owed.get(challenge_id, 0)
        if not owed and not due:
            return
        try:
            touched = {page.member_id: page for page in [*_touched(pages, steps), *due]}
            await self._turn_pages(node, challenge_id, list(touched.values()))
            if owed:
                share = [
                    page
                    for page in pages
                    if page.member_id.int % shares == self._turn % shares and page.member_id not in touched
                ]
                await self._shift(node, challenge_id, share)
                self._owed[challenge_id] = owed - 1
            await self._tell_passed(node, challenge_id, steps)
        except BaseException:
            self._steps[challenge_id][:0] = steps
            if is_doubted:
                self._doubted.add(challenge_id)
            raise

    def _due(self, pages: Sequence[Page]) -> list[Page]:
        """Some of all, so that each has its turn within `_AGAIN_S`; and once those that are a second old:
        until then, not everybody may have known that they are watched."""
        turns = int(_AGAIN_S / TICK_S)
        a_second_ago = time.monotonic() - 1
        due = []
        for page in pages:
            if not page.is_settled and page.born < a_second_ago:
                page.is_settled = True
                due.append(page)
            elif page.member_id.int % turns == self._turn % turns:
                due.append(page)
        return due

    async def _turn_pages(self, node: Node, challenge_id: UUID, pages: Sequence[Page]) -> None:
        """Read these pages anew, and who is new on them."""
        for at in range(0, len(pages), _AT_ONCE):
            some = pages[at : at + _AT_ONCE]
            windows = await self._windows.of_pages(challenge_id, some)
            asked = {
                member_id
                for page, window in zip(some, windows, strict=True)
                if window is not None
                for member_id in page.news_in(window)
            }
            people = await self._windows.people(challenge_id, asked)
            for page, window in zip(some, windows, strict=True):
                if window is None:
                    node.doubt(page.channel)
                elif (change := page.turn(window, people)) is not None:
                    node.tell_state_here(page.channel, change)

    async def _shift(self, node: Node, challenge_id: UUID, pages: Sequence[Page]) -> None:
        """Pages that nobody entered or left: only where they are."""
        if not pages:
            return
        count, headers = await self._windows.headers(challenge_id, [page.first for page in pages])
        for n, (page, (before, better)) in enumerate(zip(pages, headers, strict=True)):
            if before == NOWHERE:
                node.doubt(page.channel)
            elif (change := page.shift(count, before, better)) is not None:
                node.tell_state_here(page.channel, change)
            if n % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)

    async def _tell_passed(self, node: Node, challenge_id: UUID, steps: Iterable[Step]) -> None:
        """To who watches: somebody whom they follow has passed them."""
        passed = [
            (page, step.member_id)
            for step in steps
            if step.new is not None
            for page in self._followers.get(step.member_id, ())
            if page.challenge_id == challenge_id
            and page.member_id != step.member_id
            and step.new < page.mine
            and (step.old is None or step.old > page.mine)
        ]
        involved = {who for _, who in passed} | {page.member_id for page, _ in passed}
        people = await self._windows.people(challenge_id, involved)
        for page, who in passed:
            friend, me = people.get(who), people.get(page.member_id)
            if friend is not None and me is not None:
                node.tell_state_here(page.channel, page.tell_passed(_passed(friend, me)))

    async def _from_database(self, node: Node, challenge_id: UUID) -> None:
        """Without ranks: a few pages at a time are read from the beginning."""
        pages = list(self._pages[challenge_id].values())
        first = self._turn * _STORED_AT_ONCE % max(1, len(pages))
        for page in pages[first : first + _STORED_AT_ONCE]:
            node.doubt(page.channel)


def _passed(friend: Standing, me: Standing) -> dict[str, Any]:
    return {
        "member": {"id": str(friend.member.id), "handle": friend.member.handle, "name": friend.member.name},
        "score": friend.score,
        "ahead": abs(friend.score - me.score),
        "at": time.time_ns() // 1_000_000,
    }


def _touched(pages: Sequence[Page], steps: Iterable[Step]) -> list[Page]:
    """Whose window somebody has left or entered; in the order of their places, windows never nest."""
    reaches = [page.reach for page in pages]
    firsts, lasts = [first for first, _ in reaches], [last for _, last in reaches]
    touched: set[int] = set()
    for step in steps:
        for spot in (step.old, step.new):
            if spot is not None:
                touched.update(range(bisect_left(lasts, spot), bisect_right(firsts, spot)))
    return [pages[n] for n in sorted(touched)]
