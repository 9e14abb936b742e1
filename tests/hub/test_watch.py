"""`pulsehub watch`: what is on the terminal, through cuts and ends."""

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec
import pytest
from uuid_utils.compat import uuid7

from hub.watch import Screen, WatchEnded, watch
from realtime.channels import ChannelClass
from realtime.frames import Diff, Event, Snapshot, Subscribed, Tick, Welcome
from tests.hub.test_live_api import draft
from tests.hub.test_sockets import Browser
from tests.support.hubs import ROOT, StartHub
from tests.support.proxies import Network


class Terminal:
    """A running `watch`, and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.printed = ""

    async def until(self, text: str, *, after: int = 0) -> None:
        assert self.process.stdout is not None, "it was asked for"
        async with asyncio.timeout(20):
            while text not in self.printed[after:]:
                line = await self.process.stdout.readline()
                assert line, f"it ended without {text!r}:\n{self.printed}"
                self.printed += line.decode()


@asynccontextmanager
async def watching(channel: str, token: str, *words: str) -> AsyncIterator[Terminal]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub.cli", "watch", channel, *words,
        cwd=ROOT, env={**os.environ, "PULSE_TOKEN": token},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def talk(who: Browser, session: str, text: str) -> None:
    said = {"mid": uuid7().hex, "body": {"type": "chat", "text": text}}
    answer = await who.http.post(f"/api/live/{session}/messages", json=said)
    assert answer.status_code == 200, answer.text


async def test_a_channel_is_shown_through_a_cut_until_nobody_reads_and_ends_with_clear_words(
    hub_process: StartHub,
) -> None:
    hub = await hub_process()
    ana = await Browser(hub).register("ana")
    wish = draft()
    assert (await ana.http.post("/api/live", json=wish)).status_code == 201
    session, token = wish["id"], await ana.token("live:read")
    network = Network(hub.port)
    await network.mend()
    url = f"http://localhost:{network.port}"
    async with watching(f"session:{session}", token, "--url", url) as terminal:
        await terminal.until(f"watching session:{session} (log)")
        await talk(ana, session, "first")
        await terminal.until("ChatSaid")
        await network.cut()
        await terminal.until("the connection is lost")
        await talk(ana, session, "said meanwhile \x1b[31m")
        await network.mend()
        await terminal.until("said meanwhile")
        assert "\x1b" not in terminal.printed, "nobody else speaks to this terminal"
        assert terminal.printed.count("first") == 1
    async with watching(f"session:{session}", token, "--url", url, "--json") as terminal:
        await terminal.until("subscribed")
        await talk(ana, session, "for programs")
        await terminal.until("for programs")
        frames = [msgspec.json.decode(line) for line in terminal.printed.splitlines()]
        assert [frame["type"] for frame in frames] == ["subscribed", "event"]
        # As `pulsehub watch ... --json | head -2`.
        reading = terminal.process.stdout
        assert reading is not None, "it was asked for"
        reading._transport.close()  # type: ignore[attr-defined]  # this end of the pipe
        await talk(ana, session, "nobody reads this")
        _, error = await asyncio.wait_for(terminal.process.communicate(), 20)
        assert (terminal.process.returncode, error) == (0, b"")

    async def last_words(channel: str, secret: str) -> str:
        async with watching(channel, secret, "--url", url) as terminal:
            _, error = await asyncio.wait_for(terminal.process.communicate(), 20)
            assert terminal.process.returncode == 1
            return error.decode()

    absent = f"session:{uuid7()}"
    assert f"There is no channel {absent}, or this token may not watch it." in await last_words(absent, token)
    assert "The hub knows nobody by this token." in await last_words(absent, "pulse_" + "0" * 40)
    await network.cut()
    await ana.http.aclose()


async def test_what_is_no_address_is_said_to_be_none() -> None:
    for url in ("localhost:8000", "ftp://hub.example.org", "http://", "http://localhost:99999"):
        with pytest.raises(WatchEnded, match=f"^{url} is no address"):
            await watch([url], "live", token="pulse_" + "0" * 40, as_json=True, out=io.StringIO())


def test_each_class_of_channel_has_its_lines():
    out = io.StringIO()
    screen = Screen("x:1", out, clock=lambda: datetime(2026, 1, 2, 3, 4, 5))
    screen.frame(None, Welcome(sid="s", node="n1", now=0.0, ping_s=25.0, limits=None, results={}))  # type: ignore[arg-type]
    screen.frame("x:1", Subscribed(channel="x:1", cid=1, delivers=ChannelClass.STATE, epoch=1, seq=7))
    screen.frame("x:1", Snapshot(cid=1, epoch=1, seq=7, rows={"m1": {"rank": 1}, "#": {"participants": 1}}))
    screen.frame("x:1", Diff(cid=1, from_seq=7, to_seq=9, upserts={"m2": {"rank": 2}}, removes=["m1"]))
    screen.frame("x:1", Event(cid=1, seq=3, event={"type": "ChatSaid", "text": "go on\x07"}))
    screen.frame("x:1", Tick(cid=1, n=1, t=0.0, rows=[[2, 250, 153, 235], [5, 0, None, 90.5]]))
    assert out.getvalue().splitlines() == [
        "03:04:05  - welcomed by node n1",
        "03:04:05  - watching x:1 (state) from 7",
        "03:04:05  version 7: 2 rows",
        "  + m1  rank=1",
        "  + #   participants=1",
        "03:04:05  version 9",
        "  + m2  rank=2",
        "  - m1",
        '03:04:05  #3  ChatSaid text="go on\\u0007"',
        "03:04:05  2: 153 bpm 235 W   5: 90.5 W",
    ]
