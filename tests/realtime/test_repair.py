"""The digest tells what moved lately, until everybody must have heard it; background work is kept alive."""

import asyncio

import pytest

from realtime import repair
from realtime.bus import EVERYONE, Heads, Message
from realtime.bus_memory import MemoryBus
from realtime.repair import Digest
from realtime.settings import Settings
from realtime.tasks import Tasks
from tests.realtime.conftest import eventually


class NotingBus(MemoryBus):
    """Notes what is said, and is as healthy as it is told to be."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, Message]] = []
        self.is_well = True

    @property
    def healthy(self) -> bool:
        return self.is_well

    def say(self, topic: str, message: Message) -> None:
        self.said.append((topic, message))


async def test_what_moved_is_told_until_it_is_old(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repair, "_LATELY_S", 0.05)
    bus = NotingBus()
    digest = Digest(bus, Settings())
    digest.moved("chat:1", 7, 3)
    digest.moved("chat:1", 7, 2)
    digest.tell()
    assert bus.said == [(EVERYONE, Heads(heads={"chat:1": (7, 3)}))]
    await asyncio.sleep(0.06)
    bus.said.clear()
    digest.tell()
    digest.tell()
    assert bus.said == [(EVERYONE, Heads(heads={"chat:1": (7, 3)}))], "once more at the end, then no more"


async def test_what_moved_while_the_bus_was_away_is_told_when_it_is_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repair, "_LATELY_S", 0.0)
    bus = NotingBus()
    bus.is_well = False
    digest = Digest(bus, Settings())
    digest.moved("chat:1", 7, 3)
    digest.tell()
    digest.tell()
    bus.said.clear()
    bus.is_well = True
    digest.tell()
    assert bus.said == [(EVERYONE, Heads(heads={"chat:1": (7, 3)}))]


async def test_work_that_fails_is_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("realtime.tasks._AGAIN_S", 0.01)
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        raise ZeroDivisionError

    tasks = Tasks()
    tasks.keep(work, "fragile")
    await eventually(lambda: len(runs) >= 3)
    await tasks.stop()
    assert "fragile" in {record.task for record in caplog.records}
    caplog.clear()


async def test_nothing_starts_after_the_end():
    tasks = Tasks()
    await tasks.stop()

    async def work() -> None:
        raise AssertionError("too late")

    assert tasks.start(work(), "late") is None
