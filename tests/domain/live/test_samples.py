"""Samples are stored in order, once, sealed, and acknowledged only when they are."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain import database
from domain.live import actions, samples
from domain.live.errors import NoSuchStream, SessionOver
from domain.live.samples import Batch
from tests.domain.live.rooms import at, finish, lobby, room, running, store, stream_of
from tests.support.domains import NOW, Domain

SOMEBODY = uuid7()


def rows(first: int, last: int) -> list[list[float | None]]:
    """Samples that say their own number."""
    return [[float(n)] for n in range(first, last + 1)]


def batch(first: int, last: int) -> Batch:
    return Batch("stream", SOMEBODY, first, rows(first, last))


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10)), max_size=12), st.integers(0, 30))
def test_only_what_follows_without_a_hole_is_new(spans: list[tuple[int, int]], after: int) -> None:
    new = samples.new_samples([batch(first, first + more) for first, more in spans], after=after)
    assert new == rows(after + 1, after + len(new))
    covered = {n for first, more in spans for n in range(first, first + more + 1)}
    assert covered >= {after + 1 + n for n in range(len(new))}
    assert after + len(new) + 1 not in covered


async def test_the_acknowledgement_is_cumulative(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    assert await store(db, made, ana, rows(1, 10)) == 10
    assert await store(db, made, ana, rows(1, 10)) == 10
    assert await store(db, made, ana, rows(8, 15), first_seq=8) == 15
    assert await store(db, made, ana, rows(20, 25), first_seq=20) == 15
    assert await store(db, made, ana, rows(16, 25), first_seq=16) == 25
    assert (await room(made, ana)).stored_upto == 25


async def test_what_is_stored_can_be_read_again_and_only_with_its_owners_key(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    heart = [[1_000.0, 171.0], [2_000.0, 172.5]]
    await store(db, made, ana, heart)
    await store(db, made, ana, rows(3, 5), first_seq=3)
    stream = uuid_of(await stream_of(made, ana))
    async with database.transaction() as tx:
        assert await samples.read(tx, stream, owner=ana.member_id, vault=db.vault) == heart + rows(3, 5)
    sealed = await database.fetchval("SELECT samples FROM live_samples LIMIT 1")
    assert msgspec.msgpack.encode(heart) not in sealed


def uuid_of(stream: str) -> object:
    from uuid import UUID

    return UUID(stream)


async def test_the_same_batch_twice_at_once_is_stored_once(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await running(ana, bob)
    streams = {who.member_id: await stream_of(made, who) for who in (ana, bob)}
    batches = [Batch(stream, who, 1, rows(1, 50)) for who, stream in streams.items()]
    answers = await asyncio.gather(
        *(samples.store(batches[:: 1 if n % 2 else -1], now=NOW, vault=db.vault) for n in range(10))
    )
    assert all(answer == dict.fromkeys(streams.values(), 50) for answer in answers)
    assert await database.fetchval("SELECT sum(length) FROM live_samples") == 100


async def test_another_members_stream_takes_nothing_of_mine(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await running(ana, bob)
    stream = await stream_of(made, ana)
    assert await samples.store([Batch(stream, bob.member_id, 1, rows(1, 5))], now=NOW, vault=db.vault) == {}
    with pytest.raises(NoSuchStream):
        await samples.open_stream(stream, member_id=bob.member_id, now=NOW, vault=db.vault)


async def test_a_stream_opens_where_it_had_come_to(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await store(db, made, ana, rows(1, 7))
    opened = await samples.open_stream(
        await stream_of(made, ana), member_id=ana.member_id, now=NOW, vault=db.vault
    )
    assert (opened.session_id, opened.number, opened.upto) == (made, 1, 7)


@pytest.mark.parametrize("stream", ["", "nonsense", "{0}", "00000000-0000-0000-0000-00000000000A", "\0"])
async def test_what_is_no_stream_is_not_found(db: Domain, stream: str) -> None:
    ana = await db.member("ana")
    with pytest.raises(NoSuchStream):
        await samples.open_stream(stream, member_id=ana.member_id, now=NOW, vault=db.vault)


async def test_samples_are_taken_for_a_day_after_the_finish(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await finish(db, made, ana, now=at(60))
    stream = await stream_of(made, ana)
    assert await store(db, made, ana, rows(1, 5), now=at(60) + timedelta(hours=23)) == 5
    too_late = at(60) + timedelta(hours=24)
    late = [Batch(stream, ana.member_id, 6, rows(6, 9))]
    assert await samples.store(late, now=too_late, vault=db.vault) == {}
    with pytest.raises(SessionOver):
        await samples.open_stream(stream, member_id=ana.member_id, now=too_late, vault=db.vault)


async def test_a_cancelled_session_takes_no_samples(db: Domain) -> None:
    ana = await db.member("ana")
    made = await lobby(ana)
    await actions.cancel(made, by=ana.member_id, now=NOW)
    with pytest.raises(SessionOver):
        await samples.open_stream(
            await stream_of(made, ana), member_id=ana.member_id, now=NOW, vault=db.vault
        )


async def test_more_columns_than_there_are_do_not_get_in(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await store(db, made, ana, [[0.0] * 32])
    stream = uuid_of(await stream_of(made, ana))
    async with database.transaction() as tx:
        assert await samples.read(tx, stream, owner=ana.member_id, vault=db.vault) == [[0.0] * 8]  # type: ignore[arg-type]
