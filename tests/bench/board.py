"""Boards at scale: a million members, thousands of watchers and of moves a second; and many small ones."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import msgspec
import redis.asyncio

from realtime.bus import Changed, topic_of
from realtime.client import LiveClient
from realtime.host import StateChange
from tests.bench import machine
from tests.bench.board_load import Paced, Probe, moving, paced, redis_cpu_s, staleness
from tests.bench.crowd import Crowd, crowd
from tests.bench.load import request
from tests.bench.report import Goal, goals, spread, table
from tests.bench.swarm import Client, Swarm, swarm
from tests.support import crowds
from tests.support.crowds import member_id

MEMBERS = 1_000_000
WATCHERS = 5_000
MOVES_PER_S = 2_000.0
PAGES_PER_S = 200.0
SMALL_BOARDS, SMALL_SIZE, SMALL_WATCHED, SMALL_PER_S = 10_000, 20, 2_000, 500.0
PAST_LOGS = 5_000
FRIENDS = 500
ROWS = ("rebuild", "pages", "large", "naive", "join", "small")
"""In the order in which they are measured."""
_PROBES = 4
_SETTLED_S = 3.0

_LOGS = """
INSERT INTO workout (id, author_id, sport, title, note, started_at, tz, local_date, duration_s, distance_m,
    visibility, volume_kg, set_count, source, version, created_at, updated_at)
SELECT gen_random_uuid(), $1, 'run', 'Run', '', at, 'UTC', at::date, 60, 200 + n % 7, 'public', 0, 0,
    'manual', 1, at, at
FROM (SELECT n, $2::timestamptz + n * interval '2 minutes' AS at FROM generate_series(1, $3::int) AS n) AS log
"""


async def run(*, seconds: float, rounds: int, sizes: Sequence[int], rows: Sequence[str]) -> dict[str, Any]:
    """`sizes`: members of the large board, and its watchers. `rows`: which of ROWS."""
    members, watchers = (*sizes, MEMBERS, WATCHERS)[:2] if len(sizes) != 1 else (sizes[0], WATCHERS)
    async with crowd(members=0) as there:
        bench = Bench(there, members, watchers, seconds, rounds)
        await bench.prepare(with_small="small" in rows)
        if "rebuild" not in rows and {"pages", "large"} & set(rows):
            await bench.have_it_ranked()
        reached: list[Goal] = []
        for name in (one for one in ROWS if one in rows):
            began = time.monotonic()
            reached += await getattr(bench, name)()
            print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return {"bench": "board", "members": members, "watchers": watchers, "goals": goals(reached),
            "figures": bench.figures}  # fmt: skip


class Bench:
    """The cases share one database, one Redis and one node."""

    def __init__(self, there: Crowd, members: int, watchers: int, seconds: float, rounds: int) -> None:
        self._there = there
        self._members = members
        self._watchers = watchers
        self._seconds = seconds
        self._rounds = rounds
        self._url = there.postgres.url()
        self.figures: dict[str, Any] = {}

    async def prepare(self, *, with_small: bool) -> None:
        """A large board, without a move for each of its members: as if they had been there for long."""
        began = time.monotonic()
        self._connection = await asyncpg.connect(self._url)
        await crowds.people(self._connection, self._members)
        await self._connection.execute("ALTER TABLE challenge_member DISABLE TRIGGER score_put")
        self._board = await crowds.board(self._connection, self._members)
        self._quiet = await crowds.board(self._connection, 100)
        self._small = [
            await crowds.board(self._connection, SMALL_SIZE, first=1 + n * SMALL_SIZE % (self._members - 20))
            for n in range(SMALL_BOARDS if with_small else 0)
        ]
        await self._connection.execute("ALTER TABLE challenge_member ENABLE TRIGGER score_put")
        await self._connection.execute("ANALYZE", timeout=300)
        self.figures["prepared_s"] = round(time.monotonic() - began, 1)
        small, took = len(self._small), self.figures["prepared_s"]
        print(f"{self._members:,} members, {small:,} small boards: {took} s", flush=True)
        self._hub = await self._there.start_hub()
        self._redis = redis.asyncio.Redis.from_url(self._there.redis.url)

    async def have_it_ranked(self) -> None:
        """Looking at it has it ranked; what is shown until then has the epoch of what is not."""
        (token,) = await crowds.tokens(self._connection, [member_id(8)])
        async with LiveClient(self._hub.ws_url, token=token) as live:
            view = live.watch(f"board:{self._board}")
            await live.until(lambda: (view.position or (0, 0))[0] > 0, timeout_s=170)

    # The cases.

    async def rebuild(self) -> list[Goal]:
        """From nothing, and again while somebody reads."""
        (token,) = await crowds.tokens(self._connection, [member_id(7)])
        async with LiveClient(self._hub.ws_url, token=token) as live:
            view = live.watch(f"board:{self._board}")
            began = time.monotonic()
            await live.until(lambda: view.rows, timeout_s=30)
            shown_s = time.monotonic() - began
            # Looking at it has it ranked; what is shown until then has the epoch of what is not.
            await live.until(lambda: (view.position or (0, 0))[0] > 0, timeout_s=170)
            first_s = time.monotonic() - began
            began = time.monotonic()
            rebuilding = asyncio.create_task(
                asyncio.to_thread(self._hub.do, "rebuild", "boards", str(self._board))
            )
            readable: list[float] = []
            while not rebuilding.done():
                readable.append(await self._one_page(token))
                await asyncio.sleep(0.1)
            await rebuilding
            took = time.monotonic() - began
        memory = (await self._redis.info("memory"))["used_memory"]
        figures = {
            "seconds": took,
            "first_look_s": shown_s,
            "ranked_when_looked_at_s": first_s,
            "worst_page_meanwhile_s": max(readable),
            "redis_mb": memory / 1e6,
        }
        self._show("rebuild", figures)
        return [
            Goal("rebuild: seconds", 60, took, is_ceiling=True),
            Goal("rebuild: a page meanwhile, s", 1, max(readable), is_ceiling=True),
        ]

    async def pages(self) -> list[Goal]:
        """Top, around me, friends of 500, in turns."""
        await self._befriend(1, FRIENDS)
        readers = [1, *(random.Random(3).randrange(1, self._members) for _ in range(49))]
        tokens = await crowds.tokens(self._connection, [member_id(n) for n in readers])
        paths = ("", "/around", "/friends")
        worst: dict[str, Paced] = {}
        for path in paths:
            # Only the first has 500 friends.
            asking = tokens[:1] if path == "/friends" else tokens
            asked = [self._page_request(path, token) for token in asking]
            await paced(self._hub.base_url, asked, per_s=50, seconds=1)
            before = machine.cpu_s(self._hub.pid)
            rounds = [
                await paced(self._hub.base_url, asked, per_s=PAGES_PER_S, seconds=self._seconds)
                for _ in range(self._rounds)
            ]
            core = (machine.cpu_s(self._hub.pid) - before) / (self._seconds * self._rounds)
            worst[path] = sorted(rounds, key=lambda one: one.p99_ms)[len(rounds) // 2]
            self._show(f"page{path or '/top'}", {**msgspec.to_builtins(worst[path]), "node_core": core})
        return [
            Goal(f"page {path or '/top'}: p99 ms at {PAGES_PER_S:.0f}/s", 20, one.p99_ms, is_ceiling=True)
            for path, one in worst.items()
        ]

    async def large(self) -> list[Goal]:
        """Everybody watches the top and around themselves, while scores move everywhere."""
        dice = random.Random(2)
        watching = dice.sample(range(1_000, self._members), self._watchers)
        tokens = await crowds.tokens(self._connection, [member_id(n) for n in watching])
        clients = [
            Client(token=token, channels=(f"board:{self._board}", f"around:{self._board}:{member_id(n)}"))
            for n, token in zip(watching, tokens, strict=True)
        ]
        async with swarm(self._hub.port, clients) as people:
            opened = await people.open(patience_s=170)
            assert opened.ready == self._watchers, f"only {opened.ready} of {self._watchers} watch"
            pick = self._anybody
            async with moving(self._url, self._there.bus, per_s=MOVES_PER_S, pick=pick) as moved:
                await asyncio.sleep(_SETTLED_S)
                figures = await self._measured(people, self._stale_on_large)
            figures["moves_per_s"] = moved.count / moved.seconds
        self._show("large", figures)
        return [
            Goal("large: moves a second", MOVES_PER_S * 0.98, figures["moves_per_s"]),
            Goal("large: top stale p99, s", 1, figures["top_p99_s"], is_ceiling=True),
            Goal("large: around stale p99, s", 1, figures["around_p99_s"], is_ceiling=True),
            Goal("large: Redis, cores", 0.3, figures["redis_core"], is_ceiling=True),
            Goal("large: node, cores", 1, figures["node_core"], is_ceiling=True),
        ]

    async def naive(self) -> list[Goal]:
        """What it would cost to publish the whole board on each change of it, to the same watchers."""
        tokens = await crowds.tokens(self._connection, [member_id(n) for n in range(1, self._watchers + 1)])
        channel = f"board:{self._quiet}"
        async with LiveClient(self._hub.ws_url, token=tokens[0]) as live:
            view = live.watch(channel)
            await live.until(lambda: view.rows)
            await asyncio.sleep(1)
            assert view.position is not None
            epoch, seq = view.position
            rows = dict(view.rows)
        clients = [Client(token=token, channels=(channel,)) for token in tokens]
        async with swarm(self._hub.port, clients) as people:
            await people.open(patience_s=170)
            changes = 10
            before, began = machine.cpu_s(self._hub.pid), time.monotonic()
            resting = asyncio.create_task(people.rest(changes * 0.5 + 1))
            for n in range(changes):
                change = StateChange(epoch, seq + n, seq + n + 1, rows)
                self._there.bus.say(topic_of(channel), Changed(channel=channel, change=change))
                await asyncio.sleep(0.5)
            seen = await resting
            cpu = (machine.cpu_s(self._hub.pid) - before) / changes
        figures = {
            "node_cpu_s_a_change": cpu,
            "mb_a_change": seen.bytes / changes / 1e6,
            "cores_at_2000_changes_a_second": cpu * MOVES_PER_S,
            "seconds": time.monotonic() - began,
        }
        self._show("naive: the whole board on each change", figures)
        return []

    async def join(self) -> list[Goal]:
        """Somebody with thousands of logs in the window joins."""
        took = []
        starts_at = await self._connection.fetchval(
            "SELECT starts_at FROM challenge WHERE id = $1", self._quiet
        )
        for n in range(self._rounds):
            who = member_id(10_000 + n)
            await self._connection.execute(_LOGS, who, starts_at, PAST_LOGS, timeout=60)
            (token,) = await crowds.tokens(self._connection, [who])
            asked = self._request("PUT", f"/api/challenges/{self._quiet}/membership", token)
            took.append((await paced(self._hub.base_url, [asked, asked], per_s=2, seconds=1)).p99_ms / 1000)
            score = await self._connection.fetchval(
                "SELECT score FROM challenge_member WHERE challenge_id = $1 AND member_id = $2",
                self._quiet,
                who,
            )
            assert score, "the logs count"
        seconds = spread(took)
        self._show("join", {"seconds": seconds.median, "past_logs": PAST_LOGS})
        return [Goal(f"join with {PAST_LOGS:,} past logs: s", 1, seconds.median, is_ceiling=True)]

    async def small(self) -> list[Goal]:
        """Many boards; some are watched; scores move on all."""
        watched = self._small[:SMALL_WATCHED]
        readers = [1 + n * SMALL_SIZE % (self._members - 20) for n in range(SMALL_WATCHED)]
        tokens = await crowds.tokens(self._connection, [member_id(n) for n in readers])
        clients = [
            Client(token=token, channels=(f"board:{board}",))
            for token, board in zip(tokens, watched, strict=True)
        ]
        async with swarm(self._hub.port, clients) as people:
            opened = await people.open(patience_s=170)
            assert opened.ready == SMALL_WATCHED, f"only {opened.ready} watch"
            await asyncio.sleep(_SETTLED_S)
            idle = await self._measured(people, lambda: asyncio.sleep(self._seconds, {}))
            async with moving(self._url, self._there.bus, per_s=SMALL_PER_S, pick=self._on_small) as moved:
                await asyncio.sleep(_SETTLED_S)
                figures = await self._measured(people, self._stale_on_small)
            figures["moves_per_s"] = moved.count / moved.seconds
        figures |= {"idle_node_core": idle["node_core"], "idle_redis_core": idle["redis_core"]}
        self._show("small", figures)
        return [
            Goal("small: moves a second", SMALL_PER_S * 0.98, figures["moves_per_s"]),
            Goal("small: stale p99, s", 1, figures["top_p99_s"], is_ceiling=True),
            Goal("small, idle: node, cores", 0.05, figures["idle_node_core"], is_ceiling=True),
        ]

    # How they are measured.

    async def _measured(
        self, people: Swarm, work: Callable[[], Awaitable[dict[str, float]]]
    ) -> dict[str, float]:
        node, kept = machine.cpu_s(self._hub.pid), await redis_cpu_s(self._redis)
        began = time.monotonic()
        resting = asyncio.create_task(people.rest(self._seconds))
        figures = await work()
        lasted = time.monotonic() - began
        figures["node_core"] = (machine.cpu_s(self._hub.pid) - node) / lasted
        figures["redis_core"] = (await redis_cpu_s(self._redis) - kept) / lasted
        seen = await resting
        figures |= {"frames_per_s": seen.frames / seen.seconds, "mb_per_s": seen.bytes / seen.seconds / 1e6}
        return figures

    async def _stale_on_large(self) -> dict[str, float]:
        """Some are on the top, others in the middle, and both are moved and watched."""
        numbers = {"top": range(1, 1 + _PROBES), "around": range(101, 101 + _PROBES)}
        figures: dict[str, float] = {}
        for what, who in numbers.items():
            base = 10_000_000.0 if what == "top" else 50_000.0
            figures |= await self._stale(what, [(self._board, n) for n in who], base)
        return figures

    async def _stale_on_small(self) -> dict[str, float]:
        who = [(self._small[n], 1 + n * SMALL_SIZE % (self._members - 20)) for n in range(_PROBES)]
        return await self._stale("top", who, 1_000_000.0)

    async def _stale(self, what: str, who: Sequence[tuple[UUID, int]], base: float) -> dict[str, float]:
        tokens = await crowds.tokens(self._connection, [member_id(n) for _, n in who])
        lives = [LiveClient(self._hub.ws_url, token=token) for token in tokens]
        probes = []
        try:
            for live, (board, n) in zip(lives, who, strict=True):
                await live.__aenter__()
                channel = f"board:{board}" if what == "top" else f"around:{board}:{member_id(n)}"
                view = live.watch(channel)
                await live.until(lambda: view.rows)  # noqa: B023
                probes.append(Probe(board, n, base + n, view, live))
            await asyncio.sleep(_SETTLED_S)
            seen = await staleness(
                self._url, self._there.bus, probes, seconds=self._seconds * self._rounds, every_s=0.15
            )
        finally:
            for live in lives:
                await live.__aexit__(None, None, None)
        ordered = sorted(seen)
        return {
            f"{what}_p50_s": ordered[len(ordered) // 2],
            f"{what}_p99_s": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
            f"{what}_seen": len(ordered),
        }

    def _anybody(self, dice: random.Random) -> tuple[UUID, UUID]:
        """Anybody but the probes."""
        return self._board, member_id(dice.randrange(1_000, self._members))

    def _on_small(self, dice: random.Random) -> tuple[UUID, UUID]:
        n = dice.randrange(SMALL_BOARDS)
        first = 1 + n * SMALL_SIZE % (self._members - 20)
        return self._small[n], member_id(first + dice.randrange(1, SMALL_SIZE))

    async def _befriend(self, n: int, count: int) -> None:
        friends = random.Random(4).sample(range(2, self._members), count)
        await self._connection.execute(
            "INSERT INTO follow SELECT $1, who, 'accepted', now() FROM unnest($2::uuid[]) AS who",
            *(member_id(n), [member_id(one) for one in friends]),
        )

    async def _one_page(self, token: str) -> float:
        began = time.monotonic()
        await paced(self._hub.base_url, [self._page_request("/around", token)] * 2, per_s=100, seconds=0.02)
        return time.monotonic() - began

    def _page_request(self, path: str, token: str) -> bytes:
        return self._request("GET", f"/api/challenges/{self._board}/board{path}", token)

    def _request(self, method: str, path: str, token: str) -> bytes:
        host = urlsplit(self._hub.base_url).netloc
        return request(method, path, host=host, headers={"Authorization": f"Bearer {token}"})

    def _show(self, what: str, figures: dict[str, Any]) -> None:
        self.figures[what] = {key: round(value, 4) for key, value in figures.items()}
        table((what, ""), list(figures.items()))
