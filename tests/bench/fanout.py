"""One event to many sockets: the hub, the floor of the machine, and others, in the same run."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import msgspec
from msgspec import Struct

from domain import database
from realtime.bus import topic_of
from tests.bench import machine, peers
from tests.bench.crowd import Crowd, crowd
from tests.bench.report import Goal, Spread, goals, spread, table
from tests.bench.swarm import Client, Swarm, swarm

SUBSCRIBERS = (1_000, 10_000)
EVENT_BYTES = 200
BURST = 16
CONNECTIONS_EACH = 8
HUB, FLOOR, LITESTAR, SOCKETIO = "hub", "floor", "Litestar channels", "Socket.IO"


class Contender(Struct, frozen=True):
    """A server with its listeners."""

    name: str
    pid: int
    swarm: Swarm


class Figures(Struct, frozen=True):
    """Deliveries a second of the clock, and a second of the server's CPU."""

    name: str
    per_s: Spread
    per_cpu_s: Spread
    joined_per_s: Spread | None
    joined_per_cpu_s: Spread | None


async def run(*, seconds: float, rounds: int, sizes: Sequence[int] = ()) -> dict[str, Any]:
    others = peers.prepare()
    results = [await _at(size, others, seconds, rounds) for size in sizes or SUBSCRIBERS]
    return {"bench": "fanout", "event_bytes": EVENT_BYTES, "results": results}


async def _at(size: int, others: Sequence[str], seconds: float, rounds: int) -> dict[str, Any]:
    async with crowd(members=size // CONNECTIONS_EACH, rooms=1, each=1) as there, AsyncExitStack() as stack:
        contenders = [await _hub(there, size, stack)]
        contenders += [await _peer(name, there, size, stack) for name in others]
        figures = await _race(contenders, seconds, rounds)
        hub = contenders[0]
        half_load = figures[HUB].per_s.median / size / 2
        calm = (await hub.swarm.paced(max(seconds, 5), per_s=half_load, size=EVENT_BYTES)).must_be_clean()
    _show(size, figures)
    print(f"at half load, {half_load:.1f} events a second: p50 {calm.p50_ms} ms, p99 {calm.p99_ms} ms\n")
    return {
        "subscribers": size,
        "figures": [msgspec.to_builtins(one) for one in figures.values()],
        "half_load": {"events_per_s": half_load, "p50_ms": calm.p50_ms, "p99_ms": calm.p99_ms},
        "goals": goals(_goals(figures, calm.p99_ms)),
    }


async def _hub(there: Crowd, size: int, stack: AsyncExitStack) -> Contender:
    hub = await there.start_hub()
    channel = f"session:{there.rooms[0].id}"
    tokens = [member.token for member in there.members] * CONNECTIONS_EACH
    listeners = await stack.enter_async_context(
        swarm(hub.port, [Client(token=token, channels=(channel,)) for token in tokens[:size]])
    )
    await _open(listeners, size)
    head = await database.fetchrow("SELECT epoch, seq FROM channel_head WHERE channel = $1", channel)
    await listeners.publish_by_redis(
        there.redis_socket, topic=f"pulse:{topic_of(channel)}", node="elsewhere",
        channel=channel, epoch=head["epoch"], next_seq=head["seq"],
    )  # fmt: skip
    return Contender(HUB, hub.pid, listeners)


async def _peer(name: str, there: Crowd, size: int, stack: AsyncExitStack) -> Contender:
    other = await stack.enter_async_context(peers.peer(name, redis_url=there.redis.url))
    listeners = await stack.enter_async_context(
        swarm(other.port, [Client()] * size, speech=other.speech, path=other.path)
    )
    await _open(listeners, size)
    await listeners.publish_by_websocket(other.publish)
    return Contender(name, other.pid, listeners)


async def _open(listeners: Swarm, size: int) -> None:
    seen = (await listeners.open()).must_be_clean()
    assert seen.ready == size, f"only {seen.ready} of {size} connected"


async def _race(contenders: Sequence[Contender], seconds: float, rounds: int) -> dict[str, Figures]:
    """Each contender once a round, so that the machine's moods are everybody's."""
    single: dict[str, list[tuple[float, float]]] = {one.name: [] for one in contenders}
    joined: dict[str, list[tuple[float, float]]] = {name: [] for name in (HUB, FLOOR, LITESTAR, SOCKETIO)}
    for _ in range(rounds):
        for one in contenders:
            single[one.name].append(await _deliveries(one, seconds, 1))
            if one.name in joined:
                joined[one.name].append(await _deliveries(one, seconds, BURST))
    return {
        name: Figures(
            name=name,
            per_s=spread([each[0] for each in seen]),
            per_cpu_s=spread([each[1] for each in seen]),
            joined_per_s=spread([each[0] for each in joined[name]]) if joined.get(name) else None,
            joined_per_cpu_s=spread([each[1] for each in joined[name]]) if joined.get(name) else None,
        )
        for name, seen in single.items()
    }


async def _deliveries(one: Contender, seconds: float, count: int) -> tuple[float, float]:
    before = machine.cpu_s(one.pid)
    seen = (await one.swarm.bursts(seconds, count=count, size=EVENT_BYTES)).must_be_clean()
    return seen.events / seen.seconds, seen.events / (machine.cpu_s(one.pid) - before)


def _show(size: int, figures: dict[str, Figures]) -> None:
    floor = figures[FLOOR]
    print(f"{size:,} subscribers, events of {EVENT_BYTES} bytes; deliveries a second, median (least..most)")
    table(
        ("", "one by one", "of floor", "a CPU second", "of floor", f"bursts of {BURST}", "a CPU second"),
        [
            (
                one.name,
                one.per_s,
                one.per_s.median / floor.per_s.median,
                one.per_cpu_s,
                one.per_cpu_s.median / floor.per_cpu_s.median,
                one.joined_per_s or "",
                one.joined_per_cpu_s or "",
            )
            for one in figures.values()
        ],
    )


def _goals(figures: dict[str, Figures], p99_ms: float) -> list[Goal]:
    """By the server's CPU: what else the machine does changes that least."""
    hub, floor = figures[HUB], figures[FLOOR]
    reached = [
        Goal("of the floor, one frame a write", 0.6, _times(hub.per_cpu_s, floor.per_cpu_s)),
        Goal("of the floor, in bursts", 2.0, _times(hub.joined_per_cpu_s, floor.per_cpu_s)),
        Goal("p99 at half load, ms", 50, p99_ms, is_ceiling=True),
    ]
    for name, factor in ((LITESTAR, 5.0), (SOCKETIO, 1.3)):
        if other := figures.get(name):
            single = _times(hub.per_cpu_s, other.per_cpu_s)
            joined = _times(hub.joined_per_cpu_s, other.joined_per_cpu_s)
            reached.append(Goal(f"times {name}, one by one", factor, single))
            reached.append(Goal(f"times {name}, in bursts", factor, joined))
    return reached


def _times(one: Spread | None, other: Spread | None) -> float:
    assert one is not None and other is not None, "both were measured"
    return round(one.median / other.median, 3)
