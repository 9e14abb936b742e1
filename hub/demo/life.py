"""Keeps the demo community alive, on one node at a time.

The lock belongs to a connection: when its node dies, another takes over where it was.
"""

import asyncio
from random import Random
from uuid import UUID

import structlog

from domain import database
from domain.database import DatabaseAway
from domain.outbox import Connection
from domain.vault import Vault
from hub import clock
from hub.demo.bustle import Bustle
from hub.demo.people import PEOPLE
from hub.demo.room import DemoRoom
from realtime.node import Node

log = structlog.get_logger()

BEAT_S = 1.0
ASK_AGAIN_S = 3.0

_TRY_LOCK = "SELECT pg_try_advisory_lock(7215690246)"
_UNLOCK = "SELECT pg_advisory_unlock(7215690246)"
_STILL_HERE = "SELECT 1"
_MEMBERS = "SELECT handle, id FROM member WHERE handle = ANY($1)"


async def run(*, node: Node, vault: Vault) -> None:
    """Live until cancelled. Waits for its turn, for the database, and for the community to move in."""
    while True:
        try:
            await take_turn(node=node, vault=vault)
        except DatabaseAway:
            log.warning("the demo community waits: the database is away")
        except Exception:
            log.exception("the demo community stumbled")
        await asyncio.sleep(ASK_AGAIN_S)


async def take_turn(*, node: Node, vault: Vault) -> None:
    """Live if no other node does, and if the community has moved in.

    The lock is given back: it is the connection's, which goes on in the pool. A cancellation ends the
    connection itself, and the lock with it.
    """
    async with database.acquire() as connection:
        if not await connection.fetchval(_TRY_LOCK):
            return
        try:
            await _live(connection, node, vault)
        except Exception:
            await connection.execute(_UNLOCK)
            raise
        await connection.execute(_UNLOCK)


async def _live(lock: Connection, node: Node, vault: Vault) -> None:
    members: dict[str, UUID] = {
        row["handle"]: row["id"] for row in await database.fetch(_MEMBERS, [one.handle for one in PEOPLE])
    }
    if len(members) < len(PEOPLE):
        return
    rng = Random()  # noqa: S311  # for fun, not for secrets
    room, bustle = DemoRoom(node, vault, members, rng), Bustle(members, rng)
    log.info("the demo community is alive here", node=node.node_id)
    loop = asyncio.get_running_loop()
    due = loop.time()
    try:
        while True:
            await lock.fetchval(_STILL_HERE)
            await room.beat(clock.now())
            await bustle.beat(clock.now())
            due = max(due + BEAT_S, loop.time() - BEAT_S)
            await asyncio.sleep(max(0.0, due - loop.time()))
    finally:
        room.leave()
