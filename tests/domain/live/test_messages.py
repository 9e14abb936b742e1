"""Chat and cheers: once each, by who is there, at a bearable pace."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.errors import Invalid
from domain.identity.model import Actor
from domain.live import actions, messages
from domain.live.errors import (
    EmptyMessage,
    NoSuchParticipant,
    NoSuchSession,
    NotOnTheRoster,
    SaidTooMuch,
    SessionOver,
)
from domain.live.model import Cheer, Said
from tests.domain.live.rooms import at, finish, lobby, running
from tests.support.domains import NOW, Domain

HELLO = Said("  Hello!  ")


async def say(
    session_id: object, who: Actor, mid: str, body: Said | Cheer = HELLO, *, after_s: float = 0
) -> int:
    return await messages.publish(
        session_id,  # type: ignore[arg-type]
        member_id=who.member_id,
        mid=mid,
        body=body,
        now=NOW + timedelta(seconds=after_s),
    )


async def test_what_is_said_is_an_event_at_the_seq_that_is_answered(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana, bob)
    seq = await say(made, bob, "message-1")
    told = db.announced[-1]
    assert (told.channel, told.seq) == (f"session:{made}", seq)
    assert told.payload is not None
    event = msgspec.json.decode(told.payload)
    assert (event["type"], event["number"], event["name"], event["text"]) == ("ChatSaid", 2, "Bob", "Hello!")


async def test_the_same_mid_has_one_effect_and_one_answer(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana, bob)
    answers = await asyncio.gather(*(say(made, ana, "message-1") for _ in range(10)))
    assert len(set(answers)) == 1
    assert db.channels().count(f"session:{made}") == 3, "two joined, one said something"
    assert await say(made, bob, "message-1") == answers[0] + 1
    assert await say(made, ana, "message-1", after_s=3600) == answers[0]


async def test_five_lines_in_ten_seconds_and_then_a_rest(db: Domain) -> None:
    ana = await db.member("ana")
    made = await lobby(ana)
    outcomes = await asyncio.gather(
        *(say(made, ana, f"message-{n}") for n in range(9)), return_exceptions=True
    )
    refused = [one for one in outcomes if isinstance(one, SaidTooMuch)]
    assert len(refused) == 4
    assert refused[0].retry_after_s == 10
    await say(made, ana, "message-later", after_s=10)
    await say(made, ana, "a-cheer-is-not-a-line", Cheer("fire", 3))


async def test_a_cheer_is_for_somebody_who_is_there(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana, bob)
    await say(made, ana, "cheering", Cheer("clap", 50, to=2))
    with pytest.raises(NoSuchParticipant):
        await say(made, ana, "cheering-2", Cheer("clap", 1, to=3))


async def test_only_who_takes_part_is_heard(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana)
    with pytest.raises(NotOnTheRoster):
        await say(made, bob, "message-1")
    await actions.join(made, member_id=bob.member_id, stream=uuid7(), now=NOW)
    seq = await say(made, bob, "message-1")
    await actions.leave(made, member_id=bob.member_id, now=NOW)
    with pytest.raises(NotOnTheRoster):
        await say(made, bob, "message-2")
    assert await say(made, bob, "message-1") == seq
    with pytest.raises(NoSuchSession):
        await say(uuid7(), bob, "message-1")


@pytest.mark.parametrize("mid", ["short", "x" * 65, "nul\0 inside", "line\nbreak"])
async def test_an_odd_mid_is_refused(db: Domain, mid: str) -> None:
    ana = await db.member("ana")
    with pytest.raises(Invalid):
        await say(await lobby(ana), ana, mid)


async def test_a_line_of_blanks_is_nothing(db: Domain) -> None:
    ana = await db.member("ana")
    made = await lobby(ana)
    with pytest.raises(EmptyMessage):
        await say(made, ana, "message-1", Said(" \n "))
    assert await database.fetchval("SELECT count(*) FROM live_message") == 0


async def test_people_talk_on_for_a_while_after_the_finish(db: Domain) -> None:
    ana = await db.member("ana")
    made, called_off = await running(ana), await lobby(ana)
    await finish(db, made, ana, now=at(60))
    await say(made, ana, "well done!", after_s=600)
    with pytest.raises(SessionOver):
        await say(made, ana, "hello again?", after_s=4_000)
    await actions.cancel(called_off, by=ana.member_id, now=NOW)
    with pytest.raises(SessionOver):
        await say(called_off, ana, "a pity...")
