"""Clients that were away come back to a node that knows nothing yet, each with hundreds of missed events."""

from collections.abc import Sequence
from typing import Any

from domain import database
from tests.bench import machine
from tests.bench.crowd import Crowd, crowd
from tests.bench.report import Goal, goals, spread, table
from tests.bench.swarm import Client, swarm

CLIENTS = (1_000,)
MISSED = 500
ROOMS = 10
CONNECTIONS_EACH = 8
_READ = "SELECT seq, payload FROM channel_event"
_HEAD = "SELECT epoch, seq FROM channel_head WHERE channel = $1"


async def run(*, seconds: float, rounds: int, sizes: Sequence[int] = ()) -> dict[str, Any]:
    results = [await _at(size, rounds) for size in sizes or CLIENTS]
    return {"bench": "resume", "missed": MISSED, "results": results}


async def _at(size: int, rounds: int) -> dict[str, Any]:
    took, cpu, asked = [], [], []
    async with crowd(members=size // CONNECTIONS_EACH, rooms=ROOMS, each=1) as there:
        people, last = await _who_missed(there, size)
        there.log_statements()
        for _ in range(rounds):
            # A new node has nobody's events in memory.
            hub = await there.start_hub()
            before = machine.cpu_s(hub.pid), there.statements(_READ)
            async with swarm(hub.port, people) as crowd_of_all:
                back = (await crowd_of_all.open(inflight=size)).must_be_clean()
                rest = (await crowd_of_all.reach(last, patience_s=60)).must_be_clean()
            assert rest.reached == back.ready == size, f"only {rest.reached} of {size} are there"
            assert rest.events == size * MISSED, f"{rest.events} events instead of {size * MISSED}"
            took.append(back.seconds + rest.seconds)
            cpu.append(machine.cpu_s(hub.pid) - before[0])
            asked.append((there.statements(_READ) - before[1]) / ROOMS)
            hub.kill()
    assert min(asked) > 0, f"no {_READ!r} was found in PostgreSQL's log"
    seconds = spread(took)
    print(f"{size:,} clients in {ROOMS} rooms resume {MISSED} missed events each")
    table(("", "seconds", "CPU seconds", "reads a channel"), [("hub", seconds, spread(cpu), max(asked))])
    return {
        "clients": size,
        "seconds": took,
        "cpu_s": cpu,
        "reads_a_channel": asked,
        "goals": goals(
            [
                Goal("seconds until all have everything", 3, seconds.median, is_ceiling=True),
                Goal("reads of events a channel", 1, max(asked), is_ceiling=True),
            ]
        ),
    }


async def _who_missed(there: Crowd, size: int) -> tuple[list[Client], int]:
    """Clients with the position from before; and the number of the last event, the same in each room."""
    places = []
    for room in there.rooms:
        head = await database.fetchrow(_HEAD, f"session:{room.id}")
        places.append(f"session:{room.id}@{head['epoch']}:{head['seq']}")
    last = {await there.say(room.id, MISSED) for room in there.rooms}
    assert len(last) == 1, "the same was said in each room"
    tokens = [member.token for member in there.members] * CONNECTIONS_EACH
    people = [Client(token=token, channels=(places[n % ROOMS],)) for n, token in enumerate(tokens[:size])]
    return people, last.pop()
