"""Files of strangers are read in a process of its own each, which may die without harm."""

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from domain.files.model import ENTRIES, Analysis, Done, Entry, Found, Order, Refused, Trouble, Word
from domain.files.reader import LENGTH

_WORDS = ENTRIES + 10
_WORD_BYTES = 40_000_000
"""Longer than the longest file of a bundle, which is packed."""
_ROOT = str(Path(__file__).resolve().parents[2])
# Isolated: no variables, no site of the user's, nothing from the folder that it starts in.
_PROGRAM = (
    f"import sys; sys.path.insert(0, {_ROOT!r}); from domain.files.reader import main; main({{}}, {{}})"
)

_DYING_S = 5.0
_CRASHED = Refused(Trouble.CRASHED, "This file cannot be read here. That is our mistake: please tell us.")

# Whoever has taken over a reader can say no more than these, within their bounds.
_decoder = msgspec.msgpack.Decoder(Found | Refused | Entry | Analysis | Done)


class Limits(Struct, frozen=True):
    """What one reader may take. It has more time by the clock than for its work: a busy machine is slow.

    Memory is counted in addresses, which are more than what is used.
    """

    memory_bytes: int = 512_000_000
    cpu_s: int = 20
    wall_s: float = 60.0


class Sandbox:
    """Readers of files. `at_once` bounds how many there are; the others wait in line."""

    def __init__(self, *, at_once: int = 1, limits: Limits | None = None) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._limits = limits or Limits()
        program = _PROGRAM.format(self._limits.memory_bytes, self._limits.cpu_s)
        self._command = (sys.executable, "-I", "-c", program)

    async def read(self, order: Order, data: bytes) -> list[Found | Refused]:
        """The activities of a file. Never fails because of the file: a reader that died is a refusal."""
        async with aclosing(self.words(order, data)) as words:
            return [word async for word in words if isinstance(word, Found | Refused)]

    async def measure(self, order: Order, samples: bytes) -> Analysis | None:
        """What the formulas of today say of packed streams; None where they cannot be read any more."""
        async with aclosing(self.words(order, samples)) as words:
            return next(iter([word async for word in words if isinstance(word, Analysis)]), None)

    async def words(self, order: Order, data: bytes) -> AsyncGenerator[Word, None]:
        """What the reader says, as it says it, without its last word; one that died is refused last."""
        async with self._places:
            with _on_file(msgspec.msgpack.encode(order), data) as file:
                process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=file, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/"
                )
            try:
                async with aclosing(_hear(process, self._limits.wall_s)) as heard:
                    async for word in heard:
                        yield word
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def _hear(process: Process, patience_s: float) -> AsyncGenerator[Word, None]:
    assert process.stdout is not None, "it was asked for"
    clock = asyncio.get_running_loop().time
    for _ in range(_WORDS):
        began = clock()
        try:
            async with asyncio.timeout(patience_s):
                word = await _word(process.stdout)
        except TimeoutError:
            yield Refused(Trouble.TOO_SLOW, "This takes longer to read than a file may.")
            return
        except asyncio.IncompleteReadError:
            yield _last_words(await _status(process))
            return
        except msgspec.DecodeError:
            yield _CRASHED
            return
        patience_s -= clock() - began
        if isinstance(word, Done):
            return
        yield word
    yield _CRASHED


async def _word(source: asyncio.StreamReader) -> Word:
    (length,) = LENGTH.unpack(await source.readexactly(LENGTH.size))
    if length > _WORD_BYTES:
        raise msgspec.DecodeError("a word without an end")
    word: Word = _decoder.decode(await source.readexactly(length))
    return word


async def _status(process: Process) -> int | None:
    """How it ended; None for one that only pretends to be dead."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DYING_S):
            return await process.wait()
    return None


def _last_words(status: int | None) -> Refused:
    if status == -signal.SIGXCPU:
        return Refused(Trouble.TOO_SLOW, "This takes longer to read than a file may.")
    if status == -signal.SIGKILL:
        return Refused(Trouble.TOO_MUCH_MEMORY, "This takes more memory to read than a file may.")
    return _CRASHED


@contextmanager
def _on_file(order: bytes, data: bytes) -> Iterator[BinaryIO]:
    """Order and file where a process can read them: in memory, on systems that can, and on no disk."""
    if hasattr(os, "memfd_create"):
        file: BinaryIO = os.fdopen(os.memfd_create("upload", os.MFD_CLOEXEC), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115  closed below
    with file:
        file.write(LENGTH.pack(len(order)))
        file.write(order)
        file.write(data)
        file.flush()
        file.seek(0)
        yield file
