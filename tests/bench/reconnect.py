"""Everybody is dropped at once, while people go on talking: until all are back and have missed nothing."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.bench import machine
from tests.bench.crowd import Crowd, crowd
from tests.bench.report import Goal, goals, spread, table
from tests.bench.swarm import Client, Swarm, swarm

CLIENTS = (10_000,)
ROOMS = 10
SAID_EVERY_S = 0.25
QUIET_S = 12.0
"""Between two rounds: presence is settled, and what nobody watched any more is forgotten."""


async def run(*, seconds: float, rounds: int, sizes: Sequence[int] = ()) -> dict[str, Any]:
    results = [await _at(size, rounds) for size in sizes or CLIENTS]
    return {"bench": "reconnect", "results": results}


async def _at(size: int, rounds: int) -> dict[str, Any]:
    took, cpu = [], []
    async with crowd(members=size, rooms=ROOMS, each=1) as there:
        hub = await there.start_hub()
        async with swarm(hub.port, _people(there)) as people:
            opened = (await people.open(patience_s=300)).must_be_clean()
            assert opened.ready == size, f"only {opened.ready} of {size} connected"
            for _ in range(rounds):
                await people.rest(QUIET_S)
                before = machine.cpu_s(hub.pid)
                seconds = await _accident(there, people, size)
                took.append(seconds)
                cpu.append(machine.cpu_s(hub.pid) - before)
    seconds = spread(took)
    print(f"{size:,} clients dropped at once, while {ROOMS} rooms talk on")
    table(("", "seconds until all are back", "CPU seconds"), [("hub", seconds, spread(cpu))])
    return {
        "clients": size,
        "seconds": took,
        "cpu_s": cpu,
        "goals": goals([Goal("seconds until all are back", 15, seconds.median, is_ceiling=True)]),
    }


async def _accident(there: Crowd, people: Swarm, size: int) -> float:
    """Seconds until all were back. Fails where anybody missed anything, or anything went wrong."""
    enough = asyncio.Event()
    talking = asyncio.create_task(_talk(there, enough))
    try:
        await people.cut()
        back = (await people.open(inflight=0)).must_be_clean()
    finally:
        enough.set()
        await talking
    assert back.ready == size, f"only {back.ready} of {size} came back"
    assert back.resumed == 2 * size, f"{back.resumed} logs of {2 * size} were resumed"
    heads = {await there.say(room.id, 1) for room in there.rooms}
    assert len(heads) == 1, "the same was said in each room"
    seen = (await people.reach(heads.pop(), patience_s=5)).must_be_clean()
    assert seen.reached == size, f"{size - seen.reached} clients have not heard the last word"
    return back.seconds


def _people(there: Crowd) -> list[Client]:
    return [
        Client(
            token=member.token,
            channels=(f"session:{there.rooms[n % ROOMS].id}", f"member:{member.id}", f"home:{member.id}"),
        )
        for n, member in enumerate(there.members)
    ]


async def _talk(there: Crowd, enough: asyncio.Event) -> None:
    """The same in each room, again and again."""
    while not enough.is_set():
        for room in there.rooms:
            await there.say(room.id, 1)
        await asyncio.sleep(SAID_EVERY_S)
