"""Who comes back at once is not asked again; unless something ended meanwhile."""

import asyncio
from typing import Any

import pytest

from realtime.client_socket import Socket
from realtime.closing import Close
from realtime.frames import Bye, Connect, Error, Publish, Refresh, Subscribed, Welcome
from realtime.host import Identity
from realtime.partings import Partings
from tests.realtime.conftest import Server, eventually, receive_until
from tests.realtime.memory_host import MemoryHost

ADA = Identity(member="ada", grants=frozenset({"token:1", "member:ada"}), subject=None)
BOB = Identity(member="bob", grants=frozenset({"token:2", "member:bob"}), subject=None)


def both_gone() -> Partings:
    partings = Partings()
    partings.part(ADA, "secret of ada", ["chat:1"], now_s=100.0)
    partings.part(BOB, "secret of bob", ["chat:1", "chat:2"], now_s=101.0)
    return partings


def test_who_went_a_moment_ago_is_who_they_were_and_may_watch_what_they_watched():
    partings = both_gone()

    assert partings.who("secret of ada", now_s=102.0) == ADA
    assert partings.might_watch(ADA, "chat:1")
    assert not partings.might_watch(ADA, "chat:2")
    assert partings.who("another secret", now_s=102.0) is None


def test_two_tabs_of_one_sign_in_watched_what_both_watched():
    partings = both_gone()
    partings.part(ADA, "secret of ada", ["chat:3"], now_s=102.0)

    assert partings.might_watch(ADA, "chat:1")
    assert partings.might_watch(ADA, "chat:3")


def test_after_half_a_minute_the_host_is_asked_again():
    partings = both_gone()

    assert partings.who("secret of ada", now_s=130.5) is None
    assert partings.who("secret of bob", now_s=130.5) == BOB
    assert not partings.might_watch(ADA, "chat:1")


def test_who_lost_what_they_stood_on_is_asked_again():
    partings = both_gone()

    partings.forget(["token:1"])

    assert partings.who("secret of ada", now_s=102.0) is None
    assert not partings.might_watch(ADA, "chat:1")
    assert partings.who("secret of bob", now_s=102.0) == BOB


def test_a_question_about_rights_is_a_question_about_everybody_who_went():
    partings = both_gone()

    partings.forget()

    assert partings.who("secret of bob", now_s=102.0) is None
    assert not partings.might_watch(BOB, "chat:2")


async def _ann_goes(server: Server) -> None:
    """She was here, watched two channels, and her network went."""
    raw = await server.socket("ann", subscribe=["chat:1", "chat:2"])
    await receive_until(raw, Welcome)
    raw.abort()
    await eventually(lambda: not server.node.watchers("chat"))


async def _ann_is_back(server: Server) -> Welcome:
    raw = await server.socket("ann", subscribe=["chat:1", "chat:2"], positions={"chat:1": (7, 0)})
    welcome: Welcome = await receive_until(raw, Welcome)
    await raw.close()
    return welcome


async def test_who_is_back_in_a_moment_costs_no_question(server: Server, host: MemoryHost):
    await _ann_goes(server)
    asked = host.questions

    welcome = await _ann_is_back(server)

    assert welcome.results == {"chat:1": "resumed", "chat:2": "snapshot"}
    assert host.questions == asked


async def _banned_while_away(server: Server, host: MemoryHost) -> Welcome:
    await _ann_goes(server)
    host.banned.add(("ann", "chat:1"))
    server.node.recheck(channel="chat:1")
    return await _ann_is_back(server)


async def test_who_was_banned_while_away_is_not_let_in_by_memory(server: Server, host: MemoryHost):
    welcome = await _banned_while_away(server, host)

    assert welcome.results == {"chat:1": "denied", "chat:2": "snapshot"}


async def test_twin_a_memory_that_is_not_cleared_lets_in_who_was_banned(
    server: Server, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Partings, "forget", lambda *_: None)

    welcome = await _banned_while_away(server, host)

    assert welcome.results["chat:1"] == "resumed"


@pytest.mark.parametrize("away", ["healthy", "resynced"])
async def test_a_node_that_was_deaf_asks_again(server: Server, host: MemoryHost, away: str):
    await _ann_goes(server)
    host.banned.add(("ann", "chat:1"))
    if away == "resynced":
        server.node.resynced()

    welcome = await _ann_is_back(server)

    assert welcome.results["chat:1"] == ("denied" if away == "resynced" else "resumed")


async def test_a_token_that_was_refused_is_nobodys_when_its_connection_goes(server: Server):
    raw = await server.socket("ann")
    await receive_until(raw, Welcome)
    await raw.send(Refresh(id=1, token="stolen"))
    assert (await receive_until(raw, Error)).code == "bad_token"
    raw.abort()
    await eventually(lambda: not server.node._registry.connections)

    again = await Socket.open(server.url)
    await again.send(Connect(token="stolen"))

    assert (await receive_until(again, Bye)).code == Close.BAD_TOKEN


async def test_who_goes_while_a_request_of_theirs_takes_long_is_asked_again_after_a_ban(
    server: Server, host: MemoryHost
):
    raw = await server.socket("ann", subscribe=["chat:1"])
    await receive_until(raw, Subscribed)
    say, answered = host.publish, asyncio.Event()
    is_asked: list[bool] = []

    async def publish(*said: Any) -> int:
        is_asked.append(True)
        await answered.wait()
        return await say(*said)

    host.publish = publish  # type: ignore[method-assign]
    await raw.send(Publish(id=1, channel="chat:1", mid="a-long-one", body={"text": "hm"}))
    [connection] = server.node._registry.connections
    await eventually(lambda: is_asked)
    raw.abort()
    await eventually(lambda: not connection.is_open)
    host.banned.add(("ann", "chat:1"))
    server.node.recheck(member="ann")
    answered.set()
    await eventually(lambda: not server.node._registry.connections)

    again = await server.socket("ann", subscribe=["chat:1"])

    assert (await receive_until(again, Welcome)).results == {"chat:1": "denied"}
    await again.close()
