"""Events are numbered without gaps in the order of commits, and nothing that was committed is lost."""

import asyncio

import pytest

from domain import database, outbox
from domain.live.events import RoomChanged
from domain.members.events import PreferencesChanged
from domain.members.model import Preferences
from tests.support.domains import Domain

_EVENTS = "SELECT seq FROM channel_event WHERE channel = $1 ORDER BY seq"
_OUTBOX = "SELECT channel, seq FROM outbox ORDER BY channel, seq"


class Abort(Exception):
    pass


async def test_concurrent_writers_leave_no_gap(db: Domain) -> None:
    me = await db.member("ana")
    event = PreferencesChanged(me.member_id, Preferences())

    async def write(fails: bool) -> None:
        try:
            async with database.transaction() as tx:
                tx.record(event)
                tx.record(event)
                await asyncio.sleep(0)
                if fails:
                    raise Abort
        except Abort:
            pass

    await asyncio.gather(*(write(fails=n % 3 == 0) for n in range(30)))

    seqs = [row["seq"] for row in await database.fetch(_EVENTS, f"member:{me.member_id}")]
    assert seqs == list(range(1, 41))
    assert sorted(one.seq for one in db.announced) == seqs


async def test_events_of_one_transaction_keep_their_order_on_each_channel(db: Domain) -> None:
    me = await db.member("ana")
    likes = [Preferences(tz=f"Etc/GMT+{n}") for n in range(1, 6)]
    async with database.transaction() as tx:
        for one in likes:
            tx.record(PreferencesChanged(me.member_id, one))
            tx.record(RoomChanged(me.member_id))

    mine = [one for one in db.announced if one.channel.startswith("member:")]
    assert [one.seq for one in mine] == [1, 2, 3, 4, 5]
    assert [b"Etc/GMT+%d" % n in (one.payload or b"") for n, one in enumerate(mine, 1)] == [True] * 5
    board = [one for one in db.announced if one.channel.startswith("room:")]
    assert [(one.seq, one.payload) for one in board] == [(n, None) for n in range(1, 6)]


async def test_what_was_not_published_is_found_again_and_forgotten_once_it_is(db: Domain) -> None:
    me = await db.member("ana")
    async with database.transaction() as tx:
        tx.record(PreferencesChanged(me.member_id, Preferences()))
        tx.record(RoomChanged(me.member_id))

    async with database.acquire() as connection:
        left = await outbox.left_behind(connection, older_than_s=0, limit=10)
        assert left == sorted(db.announced, key=lambda one: one.channel)
        await outbox.done(connection, left[:1])
    assert [row["channel"] for row in await database.fetch(_OUTBOX)] == [left[1].channel]


async def test_a_failed_transaction_announces_nothing_and_frees_its_connection(db: Domain) -> None:
    me = await db.member("ana")
    for _ in range(40):  # more often than the pool has connections
        with pytest.raises(Abort):
            async with database.transaction() as tx:
                tx.record(PreferencesChanged(me.member_id, Preferences()))
                raise Abort
    assert db.announced == []
    assert await database.fetchval("SELECT 1") == 1
