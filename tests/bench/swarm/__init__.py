"""The load: a crowd of WebSocket clients in a small C program, told what to do line by line."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from tests.support.hubs import ROOT

_HERE = Path(__file__).parent
_MADE = ROOT / ".pulse" / "bench"
_PATIENCE_S = 180.0

Speech = Literal["pulse", "plain", "socketio"]


class Seen(Struct, frozen=True):
    """What the crowd saw since the last command. `error` is the last trouble, in its own words."""

    seconds: float
    ready: int
    reached: int
    published: int
    events: int
    frames: int
    messages: int
    bytes: int
    ticks: int
    rows: int
    others: int
    resumed: int
    snapshots: int
    resets: int
    denied: int
    gaps: int
    errors: int
    lost: int
    away: int
    """Asked to come back later, before they were in; they did."""
    samples: int
    acknowledged: int
    p50_ms: float
    p99_ms: float
    acknowledged_p50_ms: float
    acknowledged_p99_ms: float
    error: str

    def must_be_clean(self) -> "Seen":
        """A figure from a run with errors is no figure."""
        troubles = self.errors, self.lost, self.gaps, self.resets, self.denied
        assert not any(troubles), f"errors, lost, gaps, resets, denied: {troubles} ({self.error})"
        return self


class Client(Struct, frozen=True):
    """One of the crowd: who they are, the stream they feed, the channels they watch and since when."""

    token: str = "-"
    stream: str = "-"
    channels: Sequence[str] = ()
    """Each as `kind:id`, or `kind:id@epoch:seq`."""

    def line(self) -> str:
        return " ".join((self.token, self.stream, *self.channels))


class Swarm:
    """A crowd of one size at one server. One command at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def open(self, *, inflight: int = 64, patience_s: float = 120.0) -> Seen:
        """Connect who is not there. `inflight` 0: each when their backoff says so, as after an accident."""
        return await self._do(f"open {inflight} {patience_s}")

    async def publish_by_redis(
        self, socket: str, *, topic: str, node: str, channel: str, epoch: int, next_seq: int
    ) -> None:
        """From now on events are said by another node, in Redis."""
        await self._do(f"redis {socket} {topic} {node} {channel} {epoch} {next_seq}")

    async def publish_by_websocket(self, path: str) -> None:
        """From now on events are said by one more client, whose messages the server tells everybody."""
        await self._do(f"publisher {path}")

    async def bursts(self, seconds: float, *, count: int, size: int) -> Seen:
        """`count` events at a time; the next ones when everybody has those."""
        return await self._do(f"bursts {seconds} {count} {size}")

    async def paced(self, seconds: float, *, per_s: float, size: int) -> Seen:
        return await self._do(f"paced {seconds} {per_s} {size}")

    async def exercise(self, seconds: float, *, hz: float) -> Seen:
        """Everybody sends so many samples a second."""
        return await self._do(f"exercise {seconds} {hz}")

    async def rest(self, seconds: float) -> Seen:
        """Only answer what is asked."""
        return await self._do(f"rest {seconds}")

    async def reach(self, seq: int, *, patience_s: float) -> Seen:
        """Until everybody has come this far in their first channel. What was counted before stays."""
        return await self._do(f"reach {seq} {patience_s}")

    async def cut(self) -> None:
        """Everybody is gone at once, without a goodbye."""
        await self._do("cut")

    async def _do(self, command: str) -> Seen:
        assert self._process.stdin is not None and self._process.stdout is not None, "both are pipes"
        self._process.stdin.write(command.encode() + b"\n")
        async with asyncio.timeout(_PATIENCE_S):
            answer = await self._process.stdout.readline()
        assert answer, f"the crowd broke up at {command!r}"
        return msgspec.json.decode(answer, type=Seen)


@asynccontextmanager
async def swarm(
    port: int, clients: Sequence[Client], *, speech: Speech = "pulse", path: str = "/ws"
) -> AsyncIterator[Swarm]:
    """A crowd that knows where to go and has not gone yet."""
    program = compiled("swarm", "main.c", "clients.c", "hear.c", "publish.c")
    process = await asyncio.create_subprocess_exec(
        program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    crowd = Swarm(process)
    names = _MADE / f"crowd-{process.pid}"
    try:
        names.touch(mode=0o600)
        names.write_text("".join(f"{client.line()}\n" for client in clients))
        await crowd._do(f"crowd {port} {speech} {names} {len(clients)} {path}")
        names.unlink()
        yield crowd
    finally:
        names.unlink(missing_ok=True)
        process.kill()
        await process.wait()


def compiled(name: str, *sources: str) -> Path:
    """One of the programs of this folder, compiled if it is not. Needs a C compiler."""
    program = _MADE / name
    newest = max((_HERE / each).stat().st_mtime for each in (*sources, "swarm.h"))
    if not program.exists() or program.stat().st_mtime < newest:
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        assert compiler, "the load is a C program: install a C compiler (Debian, Ubuntu: apt install gcc)"
        _MADE.mkdir(parents=True, exist_ok=True)
        command = [compiler, "-O2", "-Wall", "-D_GNU_SOURCE", "-o", str(program)]
        subprocess.run([*command, *(str(_HERE / each) for each in sources)], check=True)
    return program
