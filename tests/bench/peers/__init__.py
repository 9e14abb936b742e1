"""Other ways to tell many sockets the same thing, started as their documentation shows, for comparison.

Each serves `/listen`, and tells everybody there whatever a client of `/publish` says. What a peer needs
beyond the tests' own packages is installed below `.pulse/bench`, never into the hub's environment; a peer
that cannot be had here is left out with a word.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from tests.bench import machine
from tests.bench.swarm import Speech, compiled
from tests.support.hubs import ROOT
from tests.support.ports import free_port

_HERE = Path(__file__).parent
_MADE = ROOT / ".pulse" / "bench"
_LOCK = ROOT / "requirements" / "peers.lock"
_START_PATIENCE_S = 30.0


class Peer(Struct, frozen=True):
    """One that runs."""

    name: str
    pid: int
    port: int
    speech: Speech = "plain"
    path: str = "/listen"
    publish: str = "/publish"


class Unavailable(Exception):
    """This peer cannot be had here; the message says why."""


def prepare() -> list[str]:
    """Install what is missing. The names of those that can be had here; a word about the others."""
    there = []
    for name, make in _MAKERS.items():
        try:
            make(0)
        except Unavailable as reason:
            print(f"without {name}: {reason}")
        else:
            there.append(name)
    return there


@asynccontextmanager
async def peer(name: str, *, redis_url: str) -> AsyncIterator[Peer]:
    """Start one of `prepare()` on the server's core. Raises Unavailable."""
    port = free_port()
    command, speech, path, publish = _MAKERS[name](port)
    with machine.server_core():
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env={**os.environ, "REDIS_URL": redis_url, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        await _answers(process, port)
        yield Peer(name=name, pid=process.pid, port=port, speech=speech, path=path, publish=publish)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(process: asyncio.subprocess.Process, port: int) -> None:
    deadline = asyncio.get_running_loop().time() + _START_PATIENCE_S
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
                raise Unavailable("it does not start") from None
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


_Start = tuple[Sequence[str | Path], Speech, str, str]


def _floor(port: int) -> _Start:
    return [compiled("floor", "floor.c"), str(port)], "plain", "/listen", "/publish"


def _asgi(port: int) -> _Start:
    return [sys.executable, "-m", "tests.bench.peers.asgi_send", str(port)], "plain", "/listen", "/publish"


def _litestar(port: int, backend: str) -> _Start:
    command = [sys.executable, "-m", "tests.bench.peers.litestar_channels", str(port), backend]
    return command, "plain", "/listen", "/publish"


def _django(port: int, layer: str) -> _Start:
    python = _python_with_daphne()
    return [python, _HERE / "django_channels.py", str(port), layer], "plain", "/listen", "/publish"


def _socketio(port: int) -> _Start:
    folder = _node_folder()
    path = "/socket.io/?EIO=4&transport=websocket"
    return [_node(), folder / "server.mjs", str(port)], "socketio", path, path


_MAKERS = {
    "floor": _floor,
    "plain ASGI send": _asgi,
    "Litestar channels": lambda port: _litestar(port, "memory"),
    "Litestar channels, Redis": lambda port: _litestar(port, "redis"),
    "Django Channels": lambda port: _django(port, "memory"),
    "Django Channels, Redis": lambda port: _django(port, "redis"),
    "Socket.IO": _socketio,
}


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise Unavailable("there is no Node here")
    return node


def _node_folder() -> Path:
    """Socket.IO, installed as its lock says into a folder of its own."""
    _node()
    source, folder = _HERE / "socketio", _MADE / "socketio"
    files = ("package.json", "package-lock.json", "server.mjs")
    if _stamp(folder, [source / name for name in files]):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in files:
        shutil.copy(source / name, folder / name)
    _install(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder)
    _stamp(folder, [source / name for name in files], write=True)
    return folder


def _python_with_daphne() -> Path:
    """Django Channels and daphne, installed as their lock says into a virtual environment of their own."""
    folder = _MADE / "peers"
    python = folder / "bin" / "python"
    if _stamp(folder, [_LOCK]):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _install([sys.executable, "-m", "venv", str(folder)], cwd=ROOT)
    pip = [str(python), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"]
    _install([*pip, "-r", str(_LOCK)], cwd=ROOT)
    _stamp(folder, [_LOCK], write=True)
    return python


def _install(command: Sequence[str], *, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-200:]}")


def _stamp(folder: Path, files: Sequence[Path], *, write: bool = False) -> bool:
    """Whether the folder was made of these very files."""
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = folder / "made-of"
    if write:
        stamp.write_text(wanted)
    return stamp.exists() and stamp.read_text() == wanted
