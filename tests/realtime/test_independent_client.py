"""A client in another language, written from docs/live-protocol.md alone, keeps the promises of that page.

It needs Node, as the browser application's tests do; without it this test fails, and says so.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.realtime.conftest import Server, StartNode
from tests.realtime.memory_host import MemoryHost

CLIENT = Path(__file__).with_name("independent_client.mjs")


class Independent:
    """The process, asked for what it knows."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def knows(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        line = await self._process.stdout.readline()
        assert line, "the client ended by itself"
        known: dict[str, Any] = msgspec.json.decode(line)
        return known

    async def until(self, is_so: Callable[[dict[str, Any]], bool], timeout_s: float = 15) -> dict[str, Any]:
        known: dict[str, Any] = {}
        try:
            async with asyncio.timeout(timeout_s):
                while not is_so(known := await self.knows()):  # noqa: ASYNC110  # another process
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(known) from None
        return known


@asynccontextmanager
async def independent(server: Server) -> AsyncIterator[Independent]:
    node = shutil.which("node")
    assert node is not None, "install Node 20 or newer"
    process = await asyncio.create_subprocess_exec(
        node, str(CLIENT), "127.0.0.1", str(server.port), "token-ann", "chat:1", "board:1", "1/4",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
    )  # fmt: skip
    try:
        yield Independent(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 5)
        process._transport.close()  # type: ignore[attr-defined]  # or it warns when the loop has gone


async def test_a_client_from_the_page_alone_misses_nothing_whatever_happens_to_its_sockets(
    server: Server, host: MemoryHost
):
    host.set_rows("board:1", {"a": 1, "gone": 1})
    async with independent(server) as client:
        await client.until(lambda known: known["welcomes"] == 1 and known["rows"])
        for n in range(200):
            host.say("chat:1", {"n": n})
            host.set_rows("board:1", {"a": n, f"k{n % 5}": n, "gone": None})
            if n % 50 == 25:
                for connection in list(server.node._registry.connections):
                    connection._transport.abort()
            await asyncio.sleep(0.01)
        head = len(host.logs["chat:1"])
        known = await client.until(
            lambda known: (
                known["positions"]["chat:1"][1] == head
                and known["rows"] == host.states["board:1"]
                and known["durable"] == 40
                and all(said["seq"] for said in known["sayings"])
            )
        )
    assert [event[0] for event in known["events"]] == list(range(1, head + 1))
    assert known["resets"] == []
    assert known["welcomes"] >= 4
    assert len(host.samples["1/4"]) == 40
    assert head == 203, "what was said again after a loss was said once"
    for said in known["sayings"]:
        event = msgspec.json.decode(host.logs["chat:1"][said["seq"] - 1])
        assert event["text"] == said["text"]
    assert abs(known["offset_ms"]) < 500


async def test_a_client_from_the_page_alone_goes_when_it_is_asked_to_and_stays_away_when_told(
    start_node: StartNode, host: MemoryHost
):
    server = await start_node()
    async with independent(server) as client:
        await client.until(lambda known: known["welcomes"] == 1)
        host.say("chat:1", "before")
        server.node.revoke(["member:ann"])
        known = await client.until(lambda known: 4503 in known["closes"])
        await asyncio.sleep(0.6)
        assert (await client.knows())["welcomes"] == known["welcomes"], "from 4500 on it stays away"


async def test_a_client_from_the_page_alone_drains(server: Server, host: MemoryHost):
    async with independent(server) as client:
        await client.until(lambda known: known["welcomes"] == 1)
        draining = asyncio.create_task(server.node.drain())
        host.say("chat:1", "meanwhile")
        known = await client.until(lambda known: known["drains"] == 1)
        # There is nowhere else to go here: it is turned away with 4001, and comes back again and again.
        await client.until(lambda known: 4001 in known["closes"])
        await draining
    assert known["drains"] == 1
