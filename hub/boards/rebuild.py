"""Ranks of boards made anew on demand, by the nodes that hold them; everybody goes on reading meanwhile."""

import asyncio
import time
from collections.abc import Collection
from uuid import UUID

from domain import database
from domain.challenges import boards
from hub.boards.live import BUILD
from hub.boards.ranks import AWAY, Ranks
from hub.settings import MissingSetting, Settings
from realtime.bus import EVERYONE, Message, Signalled
from realtime.bus_redis import RedisBus

_PATIENCE_S = 300.0
_LOOK_S = 0.2
_HEARD_S = 5.0


class NotRebuilt(Exception):
    """No running node built the ranks; the message says which board."""


async def rebuild(settings: Settings, challenge_id: UUID | None) -> list[tuple[UUID, float]]:
    """Have one board ranked anew, or all that are ranked; how many seconds each took. Raises NotRebuilt."""
    if settings.redis_url is None:
        raise MissingSetting("Set REDIS_URL: without Redis, boards are ranked by PostgreSQL alone.")
    await database.open_database(settings.database_url)
    ranks, bus = Ranks(settings.redis_url), RedisBus(settings.redis_url)
    try:
        await bus.start("rebuild", _Deaf())
        asked = [challenge_id] if challenge_id else await boards.list_running()
        if challenge_id is None:
            views = await ranks.views([(one, 0) for one in asked])
            asked = [one for one, view in zip(asked, views, strict=True) if view is not None]
        return [(one, await _rebuild(one, ranks, bus)) for one in asked]
    finally:
        await bus.stop()
        await ranks.close()
        await database.close_database()


async def _rebuild(challenge_id: UUID, ranks: Ranks, bus: RedisBus) -> float:
    began = time.monotonic()
    before = await _epoch(challenge_id, ranks)
    said_at = 0.0
    while time.monotonic() - began < _PATIENCE_S:
        if time.monotonic() - said_at > _HEARD_S:
            # Who is at it already does not begin again.
            bus.say(EVERYONE, Signalled(topic=BUILD, body=challenge_id.bytes))
            said_at = time.monotonic()
        await asyncio.sleep(_LOOK_S)
        if await _epoch(challenge_id, ranks) not in (before, None):
            return time.monotonic() - began
    raise NotRebuilt(f"Nobody ranked the board {challenge_id}: does a hub run on this Redis and database?")


async def _epoch(challenge_id: UUID, ranks: Ranks) -> int | None:
    try:
        (view,) = await ranks.views([(challenge_id, 0)])
    except AWAY:
        return None
    return view[0] if view is not None else None


class _Deaf:
    """It only speaks."""

    def heard(self, node: str, message: Message) -> None:
        """Nobody listens here."""

    def resynced(self) -> None:
        """Nothing here could be old."""


def shown(rebuilt: Collection[tuple[UUID, float]]) -> str:
    """What became of it, in words."""
    if not rebuilt:
        return "No board is ranked just now: each is when somebody looks at it."
    return "\n".join(f"{one} is ranked anew, in {took:.1f} s" for one, took in rebuilt)
