"""Who ranks which boards: leases on shards of them, in PostgreSQL, each with a fence that only grows.

PostgreSQL's clock decides when a lease ends, so nodes need not agree on the time; and a holder that was
paused beyond its lease is refused by the fence. A node that holds less than its share takes what is free,
else from who holds more: taking is always safe, because the fence moves on.
"""

import time
from collections.abc import Mapping

import structlog
from msgspec import Struct

from domain import database
from domain.challenges.ledger import SHARDS

log = structlog.get_logger()

LEASE_S = 3.0
RENEW_S = 0.75
TENDED_S = 10.0

_RENEW = """
UPDATE board_shard AS shard
SET held_until = clock_timestamp() + make_interval(secs => $2),
    upto = greatest(shard.upto, $5::text::xid8)
FROM unnest($3::int[], $4::bigint[]) AS mine (shard, fence)
WHERE shard.shard = mine.shard AND shard.fence = mine.fence AND shard.holder = $1
"""

_SEE = """
SELECT shard, fence, valid_from, holder, held_until > clock_timestamp() AS is_held, upto::text::bigint AS upto
FROM board_shard
"""

# The fence is who it is taken from: of two who want the same, one finds it moved on.
_TAKE = """
UPDATE board_shard
SET holder = $1, fence = fence + 1, held_until = clock_timestamp() + make_interval(secs => $2)
WHERE shard = $3 AND fence = $4
RETURNING fence, valid_from, upto::text::bigint AS upto
"""

_RELEASE = "UPDATE board_shard SET held_until = 'epoch' WHERE holder = $1"


class Lease(Struct, frozen=True):
    """`valid_from`: what was ranked under an older fence has missed moves."""

    fence: int
    valid_from: int


class Shards:
    """The shards that this node holds, and what it knows of the others."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self._mine: dict[int, Lease] = {}
        self._valid_from: dict[int, int] = {}
        self._tended_at: dict[int, float] = {}
        self._renewed_at = 0.0

    @property
    def mine(self) -> Mapping[int, Lease]:
        """What this node holds; nothing once it may have lost it."""
        return self._mine if time.monotonic() < self._renewed_at + LEASE_S * 0.8 else {}

    def valid_from(self, shard: int) -> int:
        return self._valid_from.get(shard, 0)

    def is_tended(self, shard: int) -> bool:
        """Whether somebody ranked this shard's boards until a moment ago, as far as this node knows.

        Longer than a take-over lasts: ranks of a moment ago are worth more than a load on PostgreSQL.
        """
        return time.monotonic() < self._tended_at.get(shard, 0.0) + TENDED_S

    def lose(self, shard: int) -> None:
        """Somebody else has shown a later fence."""
        self._mine.pop(shard, None)

    async def tend(self, *, upto: int) -> list[int]:
        """Renew what is held, noting that all moves before `upto` are applied, and take what is due.

        Returns, for each shard that was taken, from where on its moves must be applied.
        """
        began = time.monotonic()
        if self._mine:
            fences = [lease.fence for lease in self._mine.values()]
            await database.execute(_RENEW, self.holder, LEASE_S, list(self._mine), fences, str(upto))
        rows = {row["shard"]: row for row in await database.fetch(_SEE)}
        self._valid_from = {shard: row["valid_from"] for shard, row in rows.items()}
        self._tended_at.update((shard, began) for shard, row in rows.items() if row["is_held"])
        for shard in [
            one
            for one, lease in self._mine.items()
            if rows[one]["holder"] != self.holder or rows[one]["fence"] != lease.fence
        ]:
            self.lose(shard)
        self._renewed_at = began
        return [
            upto for shard in self._due(rows) if (upto := await self._take(shard, rows[shard]["fence"])) >= 0
        ]

    async def release(self) -> None:
        """Leave at once what others would wait for."""
        self._mine.clear()
        await database.execute(_RELEASE, self.holder)

    def _due(self, rows: Mapping[int, Mapping[str, object]]) -> list[int]:
        """What is free; where this node has less than its share, also one of who has the most."""
        held: dict[str, list[int]] = {self.holder: list(self._mine)}
        free = []
        for shard, row in rows.items():
            if shard in self._mine:
                continue
            if row["is_held"]:
                held.setdefault(str(row["holder"]), []).append(shard)
            else:
                free.append(shard)
        if free:
            return free
        richest = max(held.values(), key=len)
        is_poor = len(self._mine) < SHARDS // len(held) and len(richest) > len(self._mine) + 1
        return richest[:1] if is_poor else []

    async def _take(self, shard: int, fence: int) -> int:
        row = await database.fetchrow(_TAKE, self.holder, LEASE_S, shard, fence)
        if row is None:
            return -1
        self._mine[shard] = Lease(row["fence"], row["valid_from"])
        self._valid_from[shard] = row["valid_from"]
        self._tended_at[shard] = time.monotonic()
        upto: int = row["upto"]
        return upto
