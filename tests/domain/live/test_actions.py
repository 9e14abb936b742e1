"""Hosts and participants, against the real database."""

import asyncio
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.live import actions, queries, rules
from domain.live.errors import (
    HostOnly,
    NoSuchSession,
    NotOnTheRoster,
    RoomFull,
    SessionIdTaken,
    SessionOver,
    TooManyOpenSessions,
)
from domain.live.model import SessionState
from domain.visibility import Visibility
from tests.domain.live.rooms import COUNTDOWN_S, INTERVALS, at, join, lobby, room, running, session_draft
from tests.support.domains import NOW, Domain


async def test_the_host_is_the_first_on_the_roster(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    seen = await room(await lobby(ana, bob), bob)
    assert [(one.number, one.member.handle) for one in seen.roster] == [(1, "ana"), (2, "bob")]
    assert (seen.number, seen.stored_upto, seen.session.participants) == (2, 0, 2)
    assert (seen.session.state, seen.session.programme) == (SessionState.LOBBY, INTERVALS)


async def test_creating_again_is_the_same_session(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    draft = session_draft()
    assert await actions.create(draft, host_id=ana.member_id, stream=uuid7(), now=NOW)
    assert not await actions.create(draft, host_id=ana.member_id, stream=uuid7(), now=NOW)
    with pytest.raises(SessionIdTaken):
        await actions.create(draft, host_id=bob.member_id, stream=uuid7(), now=NOW)
    assert len((await room(draft.id, ana)).roster) == 1


async def test_nobody_hosts_more_than_a_few_sessions_at_once(db: Domain) -> None:
    ana = await db.member("ana")
    for _ in range(rules.OPEN_SESSIONS):
        last = await lobby(ana)
    with pytest.raises(TooManyOpenSessions):
        await lobby(ana)
    await actions.cancel(last, by=ana.member_id, now=NOW)
    await lobby(ana)


async def test_who_comes_back_has_their_number_and_stream_again(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana, bob)
    before = await room(made, bob)
    await actions.leave(made, member_id=bob.member_id, now=NOW)
    await actions.leave(made, member_id=bob.member_id, now=NOW)
    gone = await room(made, ana)
    assert [(one.number, one.left) for one in gone.roster] == [(1, False), (2, True)]
    assert gone.session.participants == 1
    await join(made, bob)
    after = await room(made, bob)
    assert (after.number, after.stream) == (before.number, before.stream)
    assert db.channels().count(f"session:{made}") == 4, "ana and bob joined, bob left and joined"


async def test_fifty_who_join_at_once_have_fifty_numbers(db: Domain) -> None:
    ana = await db.member("ana")
    crowd = [await db.member(f"runner_{n}") for n in range(50)]
    made = await lobby(ana)
    await asyncio.gather(*(join(made, member) for member in crowd), *(join(made, member) for member in crowd))
    numbers = [one.number for one in (await room(made, ana)).roster]
    assert numbers == list(range(1, 52))


async def test_a_full_room_takes_nobody_more(db: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bob, cyd = await db.member("ana"), await db.member("bob"), await db.member("cyd")
    monkeypatch.setattr(rules, "PARTICIPANTS", 2)
    made = await lobby(ana, bob)
    await join(made, bob)
    with pytest.raises(RoomFull):
        await join(made, cyd)


async def test_two_who_press_start_at_once_start_once(db: Domain) -> None:
    ana = await db.member("ana")
    made = await lobby(ana)
    db.announced.clear()
    await asyncio.gather(
        *(
            actions.start(made, by=ana.member_id, countdown_s=COUNTDOWN_S, now=NOW + timedelta(seconds=n))
            for n in range(5)
        )
    )
    assert db.channels().count(f"session:{made}") == 1
    started_at = (await room(made, ana)).session.started_at
    assert started_at is not None
    assert at(0) <= started_at <= at(4)


async def test_everybody_is_told_of_each_move(db: Domain) -> None:
    ana = await db.member("ana")
    made = await lobby(ana)
    db.announced.clear()
    await actions.start(made, by=ana.member_id, countdown_s=COUNTDOWN_S, now=NOW)
    await actions.pause(made, by=ana.member_id, now=at(30))
    await actions.resume(made, by=ana.member_id, now=at(60))
    await actions.resume(made, by=ana.member_id, now=at(61))
    assert db.channels() == [f"live", f"room:{made}", f"session:{made}"] * 3  # noqa: F541
    session = (await room(made, ana)).session
    assert (session.state, session.started_at) == (SessionState.RUNNING, at(0))
    assert [(pause.began_at, pause.ended_at) for pause in session.pauses] == [(at(30), at(60))]


async def test_readiness_is_shown_and_told_once(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana)
    with pytest.raises(NotOnTheRoster):
        await actions.set_ready(made, True, member_id=bob.member_id)
    db.announced.clear()
    await actions.set_ready(made, True, member_id=ana.member_id)
    await actions.set_ready(made, True, member_id=ana.member_id)
    assert db.channels() == [f"room:{made}"]
    assert [one.ready for one in (await room(made, ana)).roster] == [True]


async def test_a_session_that_is_over_takes_nobody(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana)
    await actions.cancel(made, by=ana.member_id, now=NOW)
    with pytest.raises(SessionOver):
        await join(made, bob)
    with pytest.raises(SessionOver):
        await actions.set_ready(made, True, member_id=ana.member_id)
    await actions.leave(made, member_id=ana.member_id, now=NOW)


async def test_guests_do_not_move_a_session(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana, bob)
    with pytest.raises(HostOnly):
        await actions.start(made, by=bob.member_id, countdown_s=0, now=NOW)


async def test_a_session_that_one_may_not_see_is_not_there(db: Domain) -> None:
    ana, bob, cyd = await db.member("ana"), await db.member("bob"), await db.member("cyd")
    made = await lobby(ana, visibility=Visibility.FOLLOWERS)
    await database.execute(
        "INSERT INTO follow VALUES ($1, $2, 'accepted', $3)", bob.member_id, ana.member_id, NOW
    )
    await join(made, bob)
    for attempt in (
        join(made, cyd),
        room(made, cyd),
        actions.leave(made, member_id=cyd.member_id, now=NOW),
        actions.start(made, by=cyd.member_id, countdown_s=0, now=NOW),
        queries.list_results(made, reader=cyd.member_id),
    ):
        with pytest.raises(NoSuchSession):
            await attempt
    assert await queries.is_visible(made, reader=bob.member_id)
    assert not await queries.is_visible(made, reader=cyd.member_id)
    assert not await queries.is_visible(made, reader=None)
    assert await queries.list_open(reader=cyd.member_id, limit=9) == []


async def test_whom_the_host_has_blocked_finds_nothing(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana)
    await database.execute("INSERT INTO block VALUES ($1, $2, $3)", ana.member_id, bob.member_id, NOW)
    with pytest.raises(NoSuchSession):
        await join(made, bob)


async def test_running_sessions_are_listed_first_and_ended_ones_not(db: Domain) -> None:
    ana = await db.member("ana")
    waiting, going, over = await lobby(ana), await running(ana), await lobby(ana)
    await actions.cancel(over, by=ana.member_id, now=NOW)
    assert [one.id for one in await queries.list_open(reader=None, limit=9)] == [going, waiting]


async def test_the_live_room_carries_the_version_that_it_shows(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await running(ana, bob)
    epoch, seq, rows = await queries.read_room(made)
    told = [one for one in db.announced if one.channel == f"room:{made}"]
    assert (epoch, seq) == (told[-1].epoch, told[-1].seq)
    assert rows.keys() == {"session", "p1", "p2"}
    assert (rows["session"]["state"], rows["p2"]["member"]["handle"]) == ("running", "bob")
    assert (await queries.read_room(uuid7()))[2] == {}


async def test_forgotten_sessions_end_by_themselves(db: Domain) -> None:
    ana = await db.member("ana")
    waiting, going = await lobby(ana), await running(ana)
    await actions.sweep(now=at(300), vault=db.vault)
    assert (await room(going, ana)).session.state is SessionState.RUNNING
    await actions.sweep(now=at(370), vault=db.vault)
    assert (await room(going, ana)).session.state is SessionState.FINISHED
    await actions.sweep(now=NOW + timedelta(hours=25), vault=db.vault)
    assert (await room(waiting, ana)).session.state is SessionState.CANCELLED


async def test_a_session_that_cannot_be_ended_does_not_keep_the_others_waiting(db: Domain) -> None:
    ana = await db.member("ana")
    broken, sound = await running(ana), await running(ana)
    await database.execute("UPDATE live_session SET programme = '{}' WHERE id = $1", broken)
    with pytest.raises(ExceptionGroup):
        await actions.sweep(now=at(370), vault=db.vault)
    assert (await room(sound, ana)).session.state is SessionState.FINISHED
