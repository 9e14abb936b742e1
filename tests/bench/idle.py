"""Connections that only listen: what each costs in memory, and all of them in CPU."""

from collections.abc import Sequence
from typing import Any

from tests.bench import machine
from tests.bench.crowd import crowd
from tests.bench.report import Goal, goals, spread, table
from tests.bench.swarm import Client, swarm

CONNECTIONS = (10_000,)
SETTLE_S = 15.0
OBSERVED_S = 30.0
"""Longer than the time between two pings."""


async def run(*, seconds: float, rounds: int, sizes: Sequence[int] = ()) -> dict[str, Any]:
    results = [await _at(size, max(seconds, OBSERVED_S), rounds) for size in sizes or CONNECTIONS]
    return {"bench": "idle", "results": results}


async def _at(size: int, seconds: float, rounds: int) -> dict[str, Any]:
    """Each a member of their own, with what the application's first page watches."""
    async with crowd(members=size) as there:
        hub = await there.start_hub()
        people = [
            Client(token=member.token, channels=(f"member:{member.id}", f"home:{member.id}", "live"))
            for member in there.members
        ]
        # Something has been served before: what the first connection loads is not what each costs.
        async with swarm(hub.port, people[:20]) as first:
            (await first.open()).must_be_clean()
            await first.rest(2)
        empty = machine.memory_bytes(hub.pid)
        async with swarm(hub.port, people) as crowd_of_all:
            opened = (await crowd_of_all.open(patience_s=300)).must_be_clean()
            assert opened.ready == size, f"only {opened.ready} of {size} connected"
            await crowd_of_all.rest(SETTLE_S)
            each_kb = (machine.memory_bytes(hub.pid) - empty) / size / 1024
            cores = []
            for _ in range(rounds):
                before = machine.cpu_s(hub.pid)
                seen = (await crowd_of_all.rest(seconds)).must_be_clean()
                cores.append((machine.cpu_s(hub.pid) - before) / seen.seconds)
    core = spread(cores)
    print(f"{size:,} idle connections, each with a session and 3 subscriptions")
    table(("", "KB a connection", "share of a core"), [("hub", each_kb, core)])
    return {
        "connections": size,
        "kb_each": round(each_kb, 2),
        "cores": cores,
        "goals": goals(
            [
                Goal("KB a connection", 25, round(each_kb, 2), is_ceiling=True),
                Goal("share of a core", 0.05, core.median, is_ceiling=True),
            ]
        ),
    }
