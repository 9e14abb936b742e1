"""The materialiser: applies moved scores to the ranks of this node's boards, and tells what that changed.

A few times a second, while anything moves: one reading of the queue for all its boards, with the scores that
moved, one pipeline of steps in Redis, one of new tops; then each top's difference is told once, and all
nodes and clients share it. Nothing happens for a board where nobody moves.
"""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec
import structlog

from domain.challenges import boards, ledger
from domain.challenges.boards import Score
from domain.challenges.ledger import Move
from domain.challenges.model import Standing
from domain.database import DatabaseAway
from hub.boards import metrics, tops
from hub.boards.queue import Queue
from hub.boards.ranks import AWAY, Applied, Moves, Ranks
from hub.boards.shards import RENEW_S, Lease, Shards
from realtime.host import StateChange

log = structlog.get_logger()

TICK_S = 0.25
POLL_S = 1.0
"""How often the queue is looked at when nobody said that something moved."""
_REMEMBERED = 256


class Listener:
    """Who is told, as far as the materialiser cares."""

    def __init__(
        self,
        *,
        changed: Callable[[UUID, StateChange], None],
        absent: Callable[[list[UUID]], None],
        moved: Callable[[UUID, Mapping[UUID, Score | None], Applied], None],
    ) -> None:
        self.changed = changed
        self.absent = absent
        self.moved = moved


class Materialiser:
    """This node's part of all boards."""

    def __init__(self, shards: Shards, ranks: Ranks, listener: Listener) -> None:
        self._shards = shards
        self._ranks = ranks
        self._listener = listener
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()
        self._queue = Queue()
        self._known: OrderedDict[UUID, tuple[int, int, tops.Rows]] = OrderedDict()
        self._untold: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._unsure: set[UUID] = set()
        """Boards whose last version may have been made without being told."""
        self._beats = 0

    def wake(self) -> None:
        """Something moved."""
        self._wake.set()

    def lately(self) -> list[UUID]:
        """Boards that moved lately."""
        return list(self._known)

    async def mend(self, challenge_id: UUID, members: Collection[UUID]) -> None:
        """Put these members where PostgreSQL has them."""
        shard = ledger.shard_of(challenge_id)
        if (lease := self._shards.mine.get(shard)) is not None:
            async with self._lock:
                await self._bring_up_to_date({challenge_id: set(members)}, {shard: lease}, {})

    # The loops.

    async def run(self) -> None:
        """Until cancelled."""
        began = 0.0
        while True:
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(max(0.0, began + TICK_S - time.monotonic()))
            self._wake.clear()
            began = time.monotonic()
            try:
                await self.tick()
            except DatabaseAway:
                log.warning("boards wait: the database is away")
            except AWAY as error:
                self._unsure |= self._untold.keys()
                self._known.clear()
                log.warning("boards wait: Redis is away", error=repr(error))

    async def tend(self) -> None:
        """Keep the leases, until cancelled."""
        while True:
            try:
                await self.hold()
                await self._look_for_losses()
            except DatabaseAway:
                log.warning("boards cannot be held: the database is away")
            except AWAY:
                log.warning("boards cannot be ranked: Redis is away")
            await asyncio.sleep(RENEW_S)

    async def _look_for_losses(self) -> None:
        """Where Redis has forgotten what was written, all goes on under a later fence, from a while ago."""
        before, self._beats = self._beats, self._beats + 1
        if await self._ranks.beat(self._shards.holder, self._beats) != before:
            log.warning("Redis has lost what was written")
            await self._shards.release()
            self._queue.rewind_a_while()
            await self.hold()

    async def hold(self) -> None:
        """Renew the leases, and take those that are due."""
        taken = await self._shards.tend(upto=self._queue.upto)
        if taken:
            self._queue.rewind(min(taken))
            self.wake()

    # A tick.

    async def tick(self) -> None:
        """Apply what moved since the last time."""
        leases = self._shards.mine
        is_over = not leases
        while not is_over:
            moves = await self._queue.read(leases.keys())
            if moves or self._untold:
                async with self._lock:
                    await self._apply(moves, leases)
            is_over = self._queue.done()

    async def _apply(self, moves: list[Move], leases: Mapping[int, Lease]) -> None:
        moved: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for challenge_id, members in self._untold.items():
            moved[challenge_id] |= members
        read: dict[tuple[UUID, UUID], Score | None] = {}
        for move in moves:
            if move.member_id is None:
                await self._drop(move.challenge_id, leases)
                moved.pop(move.challenge_id, None)
            else:
                moved[move.challenge_id].add(move.member_id)
                read[move.challenge_id, move.member_id] = move.score
        await self._bring_up_to_date(moved, leases, read)

    async def _drop(self, challenge_id: UUID, leases: Mapping[int, Lease]) -> None:
        await self._ranks.drop(challenge_id, fence=leases[ledger.shard_of(challenge_id)].fence)
        self._known.pop(challenge_id, None)
        self._untold.pop(challenge_id, None)
        self._listener.absent([challenge_id])

    async def refresh(self, challenge_id: UUID) -> None:
        """Tell the top of a board that was just built."""
        await self.mend(challenge_id, ())

    async def _bring_up_to_date(
        self,
        moved: Mapping[UUID, set[UUID]],
        leases: Mapping[int, Lease],
        read: Mapping[tuple[UUID, UUID], Score | None],
    ) -> None:
        """Apply the scores of who moved, those not `read` as they are now, and tell what that changed."""
        ids = [one for one in moved if ledger.shard_of(one) in leases]
        if not ids:
            return
        asked = [(one, member) for one in ids for member in moved[one] if (one, member) not in read]
        found = {**read, **(await boards.scores(asked) if asked else {})}
        steps = [Moves(one, {member: found.get((one, member)) for member in moved[one]}) for one in ids]
        fences = [(lease.fence, lease.valid_from) for lease in (leases[ledger.shard_of(one)] for one in ids)]
        applied = await self._ranks.apply(steps, fences=fences)
        metrics.MOVES.inc(sum(len(one.scores) for one in steps))
        ready: dict[UUID, Applied] = {}
        for one, answer, fence in zip(ids, applied, fences, strict=True):
            if answer.status == "ok":
                ready[one] = answer
                self._untold[one] |= moved[one]
            else:
                self._untold.pop(one, None)
                self._explain(one, answer, fence[0])
        await self._tell(ready, {one: fence[0] for one, fence in zip(ids, fences, strict=True)})
        for step in steps:
            if step.challenge_id in ready and step.scores:
                self._listener.moved(step.challenge_id, step.scores, ready[step.challenge_id])

    def _explain(self, challenge_id: UUID, answer: Applied, fence: int) -> None:
        """Why a step was not made."""
        if answer.status == "absent":
            self._listener.absent([challenge_id])
        elif answer.status == "stale":
            metrics.REFUSED.inc()
            log.warning("somebody else ranks a board by now", challenge=str(challenge_id), fence=fence)
            self._shards.lose(ledger.shard_of(challenge_id))

    async def _tell(self, ready: Mapping[UUID, Applied], fences: Mapping[UUID, int]) -> None:
        """Make the next version of each top that changed."""
        known = await self._versions(ready)
        asked = {one: tops.missing(step.top, known[one], self._untold[one]) for one, step in ready.items()}
        people = await boards.people([(one, member) for one, members in asked.items() for member in members])
        by_board: defaultdict[UUID, dict[UUID, Standing]] = defaultdict(dict)
        for (one, member), standing in people.items():
            by_board[one][member] = standing
        changes: list[tuple[UUID, Applied, dict[str, Any], StateChange]] = []
        for one, step in ready.items():
            rows = tops.rows(step.top, step.count, known[one], by_board[one])
            upserts, removes = tops.difference(known[one] or {}, rows)
            if upserts or removes or known[one] is None:
                change = StateChange(step.epoch, step.seq, step.seq + 1, upserts, removes)
                changes.append((one, step, rows, change))
            else:
                self._untold.pop(one, None)
                if step.seq == 0 or one in self._unsure:
                    # Whether everybody has this version is not known: let them look.
                    self._unsure.discard(one)
                    self._listener.changed(one, StateChange(step.epoch, step.seq, step.seq, {}, []))
        answers = await self._ranks.publish(
            [
                (one, fences[one], step.epoch, step.seq, msgspec.msgpack.encode(rows))
                for one, step, rows, _ in changes
            ]
        )
        for (one, step, rows, change), is_next in zip(changes, answers, strict=True):
            if not is_next:
                self._known.pop(one, None)
                self.wake()
                continue
            self._untold.pop(one, None)
            self._unsure.discard(one)
            self._note(one, step.epoch, step.seq + 1, rows)
            self._listener.changed(one, change)

    async def _versions(self, ready: Mapping[UUID, Applied]) -> dict[UUID, tops.Rows | None]:
        """The rows that each board's present version has: remembered, else as they are in Redis."""
        rows: dict[UUID, tops.Rows | None] = {}
        for one, step in ready.items():
            if (kept := self._known.get(one)) is not None and kept[:2] == (step.epoch, step.seq):
                rows[one] = kept[2]
        asked = [one for one in ready if one not in rows]
        for one, view in zip(asked, await self._ranks.views([(one, 0) for one in asked]), strict=True):
            is_present = view is not None and view[:2] == (ready[one].epoch, ready[one].seq)
            rows[one] = msgspec.msgpack.decode(view[2]) if view is not None and is_present else None
        return rows

    def _note(self, challenge_id: UUID, epoch: int, seq: int, rows: tops.Rows) -> None:
        self._known[challenge_id] = (epoch, seq, rows)
        self._known.move_to_end(challenge_id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
