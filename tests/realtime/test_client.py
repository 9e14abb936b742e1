"""The Python client comes back by itself, and knows when not to."""

import asyncio
from collections.abc import Callable

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidURI
from websockets.typing import Subprotocol

from realtime.client import Gone, LiveClient
from realtime.client_line import backoff_s
from realtime.client_samples import Samples
from realtime.frames import Error, Ingest, Ingested
from realtime.wire import MSGPACK
from tests.realtime.conftest import Server, StartNode, eventually
from tests.realtime.memory_host import MemoryHost

WELCOME = '{"type":"welcome","sid":"s","node":"n","now":1.0,"ping_s":25.0,"limits":{},"results":{}}'


def test_attempts_wait_longer_and_longer_but_never_for_ever():
    for attempt in range(200):
        assert 0 <= backoff_s(attempt) <= min(20.0, 0.2 * 2**attempt)
    assert len({backoff_s(5) for _ in range(20)}) > 15, "no two clients wait alike"


async def test_a_client_told_to_stay_away_does(server: Server):
    async with LiveClient(server.url, token="nobody") as live:
        with pytest.raises(Gone, match="4500"):
            await live.until(lambda: False)
        assert live.closed_with == 4500


async def test_a_request_of_a_client_told_to_stay_away_fails(server: Server):
    async with LiveClient(server.url, token="nobody") as live:
        with pytest.raises(Gone):
            await asyncio.wait_for(live.publish("chat:1", {"text": "hi"}), 5)


async def test_a_denied_channel_is_known_as_such(server: Server):
    async with server.client() as live:
        view = live.watch("chat:secret")
        unknown = live.watch("nonsense:1")
        await live.until(lambda: view.ended and unknown.ended)
        late = live.watch("chat:secret2")
        await live.until(lambda: late.ended)
    assert (view.ended, unknown.ended, late.ended) == ("denied", "denied", "denied")


async def test_what_a_newer_hub_says_is_passed_over():
    async def newer_hub(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(WELCOME)
        await connection.send(
            '{"type":"subscribed","channel":"chat:1","cid":1,"delivers":"log","epoch":7,"seq":0}'
        )
        await connection.send(
            '{"type":"applause","cid":1}\n{"type":"event","cid":1,"seq":1,"event":"hi","mood":"good"}'
        )
        await connection.wait_closed()

    async with serve(newer_hub, "127.0.0.1", 0, subprotocols=[Subprotocol("pulse.v1.json")]) as hub:
        [listening] = hub.sockets
        async with LiveClient(f"ws://127.0.0.1:{listening.getsockname()[1]}/ws", token="token-ann") as live:
            chat = live.watch("chat:1")
            await live.until(lambda: chat.events)

    assert chat.events == ["hi"]


async def test_what_is_no_hub_at_all_is_a_lost_connection():
    talks = 0

    async def no_hub(connection: ServerConnection) -> None:
        nonlocal talks
        talks += 1
        await connection.send("good day")
        await connection.wait_closed()

    async with serve(no_hub, "127.0.0.1", 0, subprotocols=[Subprotocol("pulse.v1.json")]) as hub:
        [listening] = hub.sockets
        async with LiveClient(f"ws://127.0.0.1:{listening.getsockname()[1]}/ws", token="token-ann"):
            await eventually(lambda: talks > 1)


async def test_whoever_waits_learns_that_an_address_is_none():
    live = LiveClient("nowhere/ws", token="token-ann")
    with pytest.raises(InvalidURI, match="nowhere"):
        async with live:
            await live.until(lambda: False)


async def test_a_client_that_starts_before_the_hub_gets_there(start_node: StartNode):
    server = await start_node()
    live = LiveClient("ws://127.0.0.1:1/ws", token="token-ann")
    async with live:
        view = live.watch("chat:1")
        await asyncio.sleep(0.1)
        live.urls = [server.url]
        await live.until(lambda: view.subscribed)


async def test_a_channel_that_is_not_watched_any_more_is_silent(server: Server, host: MemoryHost):
    async with server.client() as live:
        chat = live.watch("chat:1")
        other = live.watch("chat:2")
        await live.until(lambda: chat.subscribed and other.subscribed)
        await live.unwatch("chat:1")
        host.say("chat:1", "unheard")
        host.say("chat:2", "heard")
        await live.until(lambda: other.events)
    assert chat.events == []


async def test_a_client_knows_the_hubs_time(server: Server):
    async with server.client(wire=MSGPACK) as live:
        await live.until(lambda: live.welcomes)
    assert abs(live.clock.offset_ms) < 200


async def test_frames_can_be_listened_to(server: Server, host: MemoryHost):
    heard: list[tuple[str | None, str]] = []
    async with server.client(
        on_frame=lambda channel, frame: heard.append((channel, type(frame).__name__))
    ) as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        host.say("chat:1", 1)
        await live.until(lambda: chat.events)
    assert heard[0] == (None, "Welcome")
    assert heard[-1] == ("chat:1", "Event")


# Samples on the client.


def numbers(sent: list[Ingest]) -> list[tuple[int, int]]:
    return [(frame.first_seq, len(frame.samples)) for frame in sent]


def test_samples_are_kept_until_they_are_durable_and_sent_again_from_there():
    sent: list[Ingest] = []
    samples = Samples(sent.append, lambda _, go_on: None)
    samples.add("s", [[n] for n in range(120)])
    assert numbers(sent) == [(1, 50), (51, 50), (101, 20)]

    sent.clear()
    samples.durable(Ingested(stream="s", upto=60))
    assert sent == [], "the rest is on its way"
    samples.send_again()
    assert numbers(sent) == [(61, 50), (111, 10)]
    assert sent[0].samples[0] == [60]


def test_a_long_backlog_is_sent_no_faster_than_the_hub_takes_it(monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr("realtime.client_samples.time.monotonic", lambda: now[0])
    sent: list[Ingest] = []
    waits: list[tuple[float, Callable[[], None]]] = []
    samples = Samples(sent.append, lambda wait_s, go_on: waits.append((wait_s, go_on)))
    samples.add("s", [[n] for n in range(1_000)])
    while not sent or sent[-1].samples[-1] != [999]:
        assert len(waits) <= 1, "it never waits twice at a time"
        samples.durable(Ingested(stream="s", upto=sent[-1].first_seq + 49))
        if waits:
            wait_s, go_on = waits.pop()
            now[0] += wait_s + 0.001
            go_on()
    assert [sample for frame in sent for sample in frame.samples] == [[n] for n in range(1_000)]
    assert len(sent) / (now[0] - 100.0) < 10, "six at once, then six a second"


def test_a_refusal_is_answered_once_and_later():
    sent: list[Ingest] = []
    waits: list[tuple[float, Callable[[], None]]] = []
    samples = Samples(sent.append, lambda wait_s, go_on: waits.append((wait_s, go_on)))
    samples.add("s", [[1]])
    for _ in range(5):
        samples.refused(0.7)
    assert [wait_s for wait_s, _ in waits] == [0.7]
    assert len(sent) == 1
    waits[0][1]()
    assert numbers(sent) == [(1, 1), (1, 1)]


async def test_a_backlog_of_minutes_gets_through_the_limits(server: Server, host: MemoryHost):
    refusals: list[str] = []

    def note(_: str | None, frame: object) -> None:
        if isinstance(frame, Error):
            refusals.append(frame.code)

    async with server.client(on_frame=note) as live:
        live.ingest("1/4", [[n * 250, n] for n in range(1_200)])
        await live.until(lambda: live.upto.get("1/4") == 1_200, timeout_s=20)
    assert host.samples["1/4"] == [[n * 250, n] for n in range(1_200)]
    assert set(refusals) <= {"too_fast"}
