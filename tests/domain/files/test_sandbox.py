"""The reader is alone, has little, and dies without harm."""

import asyncio
import os
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from domain.files.model import Entry, Found, Order, Refused, Task, Trouble, Word
from domain.files.sandbox import Limits, Sandbox
from tests.domain.files import encoders

READ = Order(Task.READ, "a file")
ROOT = Path(__file__).resolve().parents[3]
LONG = encoders.gzipped(encoders.gpx_run(60_000))
"""Seconds of work."""


async def trouble(sandbox: Sandbox, content: bytes) -> Trouble:
    (word,) = await sandbox.read(READ, content)
    assert isinstance(word, Refused)
    return word.code


async def test_a_four_hour_ride_is_read_in_time_and_little_memory() -> None:
    sandbox = Sandbox(limits=Limits(memory_bytes=150_000_000, cpu_s=2))
    (ride,) = await sandbox.read(READ, encoders.fit_ride(4 * 3600))
    assert isinstance(ride, Found)
    assert (ride.sample_count, ride.distance_m) == (14_401, 115_200)


async def test_who_takes_too_much_memory_is_told_so() -> None:
    sandbox = Sandbox(limits=Limits(memory_bytes=60_000_000))
    large = encoders.gpx(
        f"<trkseg>{' ' * 23_000_000}{encoders.gpx_points(encoders.START, range(60))}</trkseg>"
    )
    assert await trouble(sandbox, large) == Trouble.TOO_MUCH_MEMORY
    for roomy, content in ((Sandbox(), large), (sandbox, encoders.gpx_run(60))):
        assert isinstance((await roomy.read(READ, content))[0], Found)


async def test_who_works_too_long_is_ended_by_the_kernel() -> None:
    sandbox = Sandbox(limits=Limits(cpu_s=1))
    assert await trouble(sandbox, LONG) == Trouble.TOO_SLOW


async def test_who_keeps_the_clock_waiting_is_ended_by_us() -> None:
    assert await trouble(Sandbox(limits=Limits(wall_s=0.01)), encoders.fit_ride()) == Trouble.TOO_SLOW


async def test_a_reader_knows_no_variables_no_files_to_write_and_no_children(tmp_path: Path) -> None:
    program = (
        "import os, sys; sys.path.insert(0, {root!r}); from domain.files import reader; "
        "reader._lock_in(512_000_000, 20)\n"
        "assert not os.environ.keys() - {{'LC_CTYPE'}}, dict(os.environ)\n"
        "try: open({path!r}, 'w').write('x' * 10_000); print('wrote')\n"
        "except OSError as error: print(error.errno)\n"
    ).format(root=str(ROOT), path=str(tmp_path / "x"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", program), stdout=asyncio.subprocess.PIPE, env={}, cwd="/"
    )
    output, _ = await process.communicate()
    assert output.decode().strip() in {"27", ""}, "EFBIG, or SIGXFSZ"


async def test_readers_come_one_after_the_other_and_all_are_gone_afterwards() -> None:
    sandbox = Sandbox(at_once=1)
    words = await asyncio.gather(*(sandbox.read(READ, encoders.fit_ride(60)) for _ in range(3)))
    assert all(isinstance(word, Found) for (word,) in words)
    assert children() == set()


async def test_a_reader_ends_with_who_asked() -> None:
    asking = asyncio.ensure_future(Sandbox().read(READ, LONG))
    async with asyncio.timeout(10):
        while not children():  # noqa: ASYNC110  # a process that starts tells nobody
            await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert children() == set()


async def test_a_bundle_is_told_file_by_file_and_may_be_left_in_the_middle() -> None:
    content = encoders.zipped({f"{number}.gpx": encoders.gpx_run(60) for number in range(20)})
    heard: list[Word] = []
    async with aclosing(Sandbox().words(Order(Task.UNPACK, "bundle"), content)) as words:
        async for word in words:
            heard.append(word)
            if len(heard) == 3:
                break
    assert [word.name for word in heard if isinstance(word, Entry)] == ["0.gpx", "1.gpx", "2.gpx"]
    assert children() == set()


def children() -> set[str]:
    """This process's readers that have not been waited for."""
    tasks = Path(f"/proc/{os.getpid()}/task")
    own = {child for task in tasks.iterdir() for child in (task / "children").read_text().split()}
    return {child for child in own if "domain.files.reader" in _command(child)}


def _command(process_id: str) -> str:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_text()
    except FileNotFoundError:
        return ""
