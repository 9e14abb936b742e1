"""Rooms of people who each send samples and see everybody's, every sample durable and acknowledged."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from domain import database
from tests.bench import machine
from tests.bench.crowd import Crowd, crowd
from tests.bench.report import Goal, goals, spread, table
from tests.bench.swarm import Client, Seen, Swarm, swarm

ROOMS = (50, 100)
PEOPLE = 100
HZ = 4.0
ARRIVING_S = 8.0
WARM_UP_S = 5.0
SETTLE_S = 15.0
_STORED = "SELECT coalesce(sum(stored_upto), 0) FROM live_participant"


class Round(Struct, frozen=True):
    """One round of all rooms: shares of what was due, milliseconds, and the server's core."""

    samples: float
    ticks: float
    age_p50_ms: float
    age_p99_ms: float
    acknowledged_p99_ms: float
    server_core: float


async def run(*, seconds: float, rounds: int, sizes: Sequence[int] = ()) -> dict[str, Any]:
    results = [await _at(size, max(seconds, 10.0), rounds) for size in sizes or ROOMS]
    return {"bench": "rooms", "people": PEOPLE, "hz": HZ, "results": results}


async def _at(rooms: int, seconds: float, rounds: int) -> dict[str, Any]:
    people = rooms * PEOPLE
    async with crowd(members=people, rooms=rooms, each=PEOPLE) as there:
        hub = await there.start_hub()
        async with swarm(hub.port, _athletes(there)) as athletes:
            opened = (await athletes.open(patience_s=300)).must_be_clean()
            assert opened.ready == people, f"only {opened.ready} of {people} connected"
            first = (await athletes.exercise(ARRIVING_S, hz=1 / ARRIVING_S)).must_be_clean()
            warm = (await athletes.exercise(WARM_UP_S, hz=HZ)).must_be_clean()
            seen = [await _round(athletes, hub.pid, people, seconds) for _ in range(rounds)]
            sent = first.samples + warm.samples + sum(each.samples for _, each in seen)
            durable = await _all_durable(athletes, sent)
    figures = [figure for figure, _ in seen]
    _show(rooms, figures, durable)
    ages = spread([one.age_p99_ms for one in figures])
    return {
        "rooms": rooms,
        "rounds": [msgspec.to_builtins(one) for one in figures],
        "durable": durable,
        "goals": goals(
            [
                Goal(f"{rooms} rooms: share of the ticks", 0.99, spread([f.ticks for f in figures]).median),
                Goal(f"{rooms} rooms: age of a sample, p99 ms", 300, ages.median, is_ceiling=True),
                Goal(f"{rooms} rooms: share of samples durable", 1.0, durable),
            ]
        ),
    }


def _athletes(there: Crowd) -> list[Client]:
    """Neighbours in this list are in different rooms, as they would be anywhere."""
    seats = [
        Client(
            token=there.members[place].token,
            stream=str(stream),
            channels=(f"metrics:{room.id}", f"room:{room.id}", f"session:{room.id}"),
        )
        for room in there.rooms
        for place, stream in room.streams.items()
    ]
    return [seat for k in range(PEOPLE) for seat in seats[k::PEOPLE]]


async def _round(athletes: Swarm, hub: int, people: int, seconds: float) -> tuple[Round, Seen]:
    before = machine.cpu_s(hub)
    seen = (await athletes.exercise(seconds, hz=HZ)).must_be_clean()
    due = people * HZ * seen.seconds
    figure = Round(
        samples=round(seen.samples / due, 4),
        ticks=round(seen.ticks / due, 4),
        age_p50_ms=seen.p50_ms,
        age_p99_ms=seen.p99_ms,
        acknowledged_p99_ms=seen.acknowledged_p99_ms,
        server_core=round((machine.cpu_s(hub) - before) / seen.seconds, 3),
    )
    return figure, seen


async def _all_durable(athletes: Swarm, sent: int) -> float:
    """What share of all samples that were sent are in PostgreSQL, once everything was acknowledged."""
    await athletes.rest(SETTLE_S)
    return round(await database.fetchval(_STORED) / sent, 6)


def _show(rooms: int, figures: Sequence[Round], durable: float) -> None:
    people = rooms * PEOPLE
    print(f"{rooms} rooms of {PEOPLE}: {people * HZ:,.0f} samples/s in, as many ticks/s out")
    columns = ("", "samples", "ticks", "age p50 ms", "p99 ms", "acknowledged p99 ms", "server core")
    table(columns, [(f"round {n + 1}", *msgspec.structs.astuple(one)) for n, one in enumerate(figures)])
    print(f"durable: {durable:.4%} of what was sent")
