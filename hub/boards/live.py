"""Boards as one node serves them: what moved is passed to who ranks it, and channels are read from ranks.

Where Redis is away, or nobody ranks a board yet, its watchers are served from PostgreSQL a little less often,
with a version of its own epoch; as soon as there are ranks again, everybody gets a snapshot of those.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec
import structlog

from domain.challenges import boards
from domain.challenges.boards import Score
from domain.challenges.ledger import shard_of
from domain.database import DatabaseAway
from hub.boards import metrics, tops
from hub.boards.around import Around
from hub.boards.builder import Builder
from hub.boards.compare import Comparison
from hub.boards.counts import Counts
from hub.boards.kept import FirstPages
from hub.boards.materialiser import Listener, Materialiser
from hub.boards.places import packed_steps
from hub.boards.ranks import AWAY, TOP, Applied, Ranks
from hub.boards.shards import Shards
from hub.channels import BOARD, around_of, topic_id
from realtime.host import State, StateChange
from realtime.node import Node
from realtime.tasks import Tasks

log = structlog.get_logger()

MOVED, BUILD, READ = "boards.moved", "boards.build", "boards.read"
"""Signals between nodes, each with ids of challenges: scores moved, ranks are wanted, read it again."""
WATCHED, STEPS = "boards.watched", "boards.steps"
"""Boards whose middle somebody watches; and who went from where to where on one of those."""

WITHOUT_RANKS = 0
"""The epoch of what is read from PostgreSQL. Its versions are milliseconds."""

_GATHER_S = 0.02
_FALLBACK_S = 1.0
_FALLBACKS_AT_ONCE = 50
_PATIENCE_S = 0.25
_WATCHED_S = 15.0


class LiveBoards:
    """This node's part in all boards. Without a `redis_url` it is the only node, and PostgreSQL ranks."""

    def __init__(self, redis_url: str | None, *, node_id: str) -> None:
        self.shards = Shards(node_id)
        self.ranks = Ranks(redis_url) if redis_url else None
        self._node: Node | None = None
        self._moved: set[UUID] = set()
        self._something_moved = asyncio.Event()
        self._tasks = Tasks()
        self._fallen: dict[UUID, None] = {}
        """Boards whose watchers see what PostgreSQL says."""
        self._watched: dict[UUID, float] = {}
        """Until when somebody somewhere watches the middle of a board."""
        self.counts = Counts()
        self.first_pages = FirstPages()
        self.around = Around(self.ranks, self.shards, want=self.want, count=self.counts.of)
        self.materialiser: Materialiser | None = None
        self.builder: Builder | None = None
        if self.ranks is not None:
            listener = Listener(changed=self._tell, absent=self._tell_to_read, moved=self._tell_moves)
            self.materialiser = Materialiser(self.shards, self.ranks, listener)
            self.builder = Builder(self.shards, self.ranks)
            self._comparison = Comparison(self.shards, self.ranks, self.materialiser)

    # Living.

    def start(self, node: Node) -> None:
        self._node = node
        self._tasks.keep(self._pass_on, "moved boards")
        self._tasks.keep(self._fall_back, "boards without ranks")
        self._tasks.keep(lambda: self.around.run(node), "around me")
        if self.materialiser is not None:
            node.on_signal(MOVED, self._on_moved)
            node.on_signal(BUILD, self._on_build)
            node.on_signal(READ, self._on_read)
            node.on_signal(WATCHED, self._on_watched)
            node.on_signal(STEPS, self._on_steps)
            self._tasks.keep(self._say_what_is_watched, "who watches boards")
            self._tasks.keep(self.materialiser.tend, "leases of boards")
            self._tasks.keep(self.materialiser.run, "materialiser")
            self._tasks.keep(self._comparison.run, "comparison of boards")

    async def close(self) -> None:
        await self._tasks.stop()
        if self.ranks is not None:
            try:
                await self.shards.release()
            except DatabaseAway:
                log.warning("leases of boards end by themselves: the database is away")
            await self.ranks.close()

    # What is said.

    def moved(self, channel: str) -> None:
        """Scores of a board moved, by a transaction of this node. Never waits."""
        challenge_id = topic_id(channel)
        assert challenge_id is not None, "a board's channel names its challenge"
        self._moved.add(challenge_id)
        self._something_moved.set()

    async def _pass_on(self) -> None:
        """What moved within a moment is one message."""
        while True:
            await self._something_moved.wait()
            await asyncio.sleep(_GATHER_S)
            self._something_moved.clear()
            moved, self._moved = self._moved, set()
            node = self._running
            if self.materialiser is None:
                for one in moved:
                    node.doubt(_channel(one))
            elif all(shard_of(one) in self.shards.mine for one in moved):
                self.materialiser.wake()
            else:
                node.signal(MOVED, _packed(moved))

    async def _on_moved(self, body: bytes) -> None:
        assert self.materialiser is not None, "signals are heard where boards are ranked"
        if any(shard_of(one) in self.shards.mine for one in _unpacked(body)):
            self.materialiser.wake()

    async def _on_read(self, body: bytes) -> None:
        for one in _unpacked(body):
            self._running.doubt(_channel(one))
            self.around.doubt(one)

    async def _on_watched(self, body: bytes) -> None:
        until = time.monotonic() + _WATCHED_S
        self._watched.update(dict.fromkeys(_unpacked(body), until))

    async def _on_steps(self, body: bytes) -> None:
        self.around.heard(body)

    async def _say_what_is_watched(self) -> None:
        while True:
            await asyncio.sleep(_WATCHED_S / 3)
            if watched := self.around.boards():
                self._running.signal(WATCHED, _packed(watched))
            now = time.monotonic()
            self._watched = {one: until for one, until in self._watched.items() if until > now}

    async def _on_build(self, body: bytes) -> None:
        for one in _unpacked(body):
            if shard_of(one) in self.shards.mine:
                self._tasks.start(self._build(one), "build a board")

    async def _build(self, challenge_id: UUID) -> None:
        assert self.builder is not None and self.materialiser is not None, (
            "boards are built where there is Redis"
        )
        try:
            if await self.builder.build(challenge_id):
                await self.materialiser.refresh(challenge_id)
                self._tell_to_read([challenge_id])
        except (DatabaseAway, *AWAY) as error:
            log.warning("a board is not ranked yet", challenge=str(challenge_id), error=repr(error))

    # What the materialiser tells.

    def _tell(self, challenge_id: UUID, change: StateChange) -> None:
        self._running.tell_state(_channel(challenge_id), change)

    def _tell_to_read(self, challenge_ids: list[UUID]) -> None:
        self._running.signal(READ, _packed(challenge_ids))

    def _tell_moves(self, challenge_id: UUID, scores: Mapping[UUID, Score | None], applied: Applied) -> None:
        if applied.seq == 0:
            # Under another fence, what was told before is not known.
            self._tell_to_read([challenge_id])
        elif challenge_id in self._watched:
            self._running.signal(STEPS, packed_steps(challenge_id, scores, applied.old))

    # What is read.

    async def read_around(self, challenge_id: UUID, member_id: UUID) -> State:
        """The places around a member."""
        if self.ranks is not None and challenge_id not in self._watched:
            self._running.signal(WATCHED, _packed([challenge_id]))
        return await self.around.read(challenge_id, member_id)

    async def read(self, challenge_id: UUID) -> State:
        """The top of a board with its version: from its ranks; else from PostgreSQL, and ranks are wanted."""
        state = await self._ranked(challenge_id)
        if state is None and self.ranks is not None and await boards.exists(challenge_id):
            state = await self._ask_for_ranks(challenge_id)
        if state is not None:
            self._fallen.pop(challenge_id, None)
            return state
        if self.ranks is not None:
            self._fallen[challenge_id] = None
        return await self._stored(challenge_id)

    async def heads(self, channels: Collection[str]) -> dict[str, tuple[int, int]]:
        """`(epoch, seq)` of those of these channels that are boards with ranks."""
        # Heads are asked for after deafness, when steps may have been lost as well.
        for challenge_id in {found[0] for name in channels if (found := around_of(name)) is not None}:
            self.around.doubt(challenge_id)
        ids = [topic_id(name) for name in channels if name.startswith(f"{BOARD.name}:")]
        asked = [(one, self.shards.valid_from(shard_of(one))) for one in ids if one is not None]
        if self.ranks is None or not asked:
            return {}
        try:
            views = await self.ranks.views(asked)
        except AWAY:
            return {}
        return {_channel(one): view[:2] for (one, _), view in zip(asked, views, strict=True) if view}

    def is_fresh(self, challenge_id: UUID) -> bool:
        """Whether somebody keeps this board's ranks up to date, or did a moment ago."""
        return self.ranks is not None and self.shards.is_tended(shard_of(challenge_id))

    async def _ranked(self, challenge_id: UUID) -> State | None:
        if self.ranks is None or not self.is_fresh(challenge_id):
            return None
        try:
            (view,) = await self.ranks.views([(challenge_id, self.shards.valid_from(shard_of(challenge_id)))])
        except AWAY:
            return None
        return None if view is None else State(view[0], view[1], tops.public(msgspec.msgpack.decode(view[2])))

    async def _ask_for_ranks(self, challenge_id: UUID) -> State | None:
        """A small board is ranked in a moment: worth waiting for."""
        self.want(challenge_id)
        for _ in range(10):
            await asyncio.sleep(_PATIENCE_S / 10)
            state = await self._ranked(challenge_id)
            if state is not None or not self.is_fresh(challenge_id):
                return state
        return None

    def want(self, challenge_id: UUID) -> None:
        """Have a board ranked by whoever holds it."""
        self._running.signal(BUILD, _packed([challenge_id]))

    async def _stored(self, challenge_id: UUID) -> State:
        if not await boards.exists(challenge_id):
            return State(WITHOUT_RANKS, time.time_ns() // 1_000_000, {})
        top = await boards.top(challenge_id, limit=TOP)
        rows = tops.as_rows(top, len(top) if len(top) < TOP else await self.counts.of(challenge_id))
        return State(WITHOUT_RANKS, time.time_ns() // 1_000_000, rows)

    # Without ranks.

    async def _fall_back(self) -> None:
        """Boards that nobody keeps up to date are read again and again, some at a time."""
        while True:
            await asyncio.sleep(_FALLBACK_S)
            if self.ranks is None:
                continue
            watched = [one for one in map(topic_id, self._running.watchers(BOARD.name)) if one is not None]
            for one in self._fallen.keys() - set(watched):
                del self._fallen[one]
            is_away = await self._is_away()
            stale = [one for one in watched if is_away or one in self._fallen or not self.is_fresh(one)]
            metrics.FALLEN.set(len(stale))
            for one in stale[:_FALLBACKS_AT_ONCE]:
                # To the end of the line, so that everybody has their turn.
                self._fallen.pop(one, None)
                self._fallen[one] = None
            for one in list(self._fallen)[:_FALLBACKS_AT_ONCE]:
                self._running.doubt(_channel(one))

    async def _is_away(self) -> bool:
        assert self.ranks is not None, "there is a Redis to be away"
        try:
            await self.ranks.views([(UUID(int=0), 0)])
        except AWAY:
            return True
        return False

    @property
    def _running(self) -> Node:
        assert self._node is not None, "boards are served by a node that runs"
        return self._node


def _channel(challenge_id: UUID) -> str:
    return f"{BOARD.name}:{challenge_id}"


def _packed(ids: Collection[UUID]) -> bytes:
    return b"".join(one.bytes for one in ids)


def _unpacked(body: bytes) -> list[UUID]:
    return [UUID(bytes=body[at : at + 16]) for at in range(0, len(body), 16)]
