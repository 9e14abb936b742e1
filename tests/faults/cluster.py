"""A hub of several nodes that a test can hurt: processes, their ways to PostgreSQL and Redis, and gauges."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import msgspec
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from domain import database
from domain.database import Hooks
from domain.identity.secrets import csrf_token
from domain.vault import Vault
from hub.channels import route
from hub.embedded import Place, PostgresServer, RedisServer
from hub.migrate import migrate
from tests.faults.members import Member, newcomer
from tests.faults.seats import Seat
from tests.faults.stalls import Stalls
from tests.support.hubs import HubProcess
from tests.support.places import temporary_place

TOO_SLOW = "4008"
"""The gauge of how many connections a node has closed because they did not read."""

MAY_GROW = {
    "pulse_live_connections": 0,
    "pulse_live_subscriptions": 0,
    "pulse_live_channels": 0,
    "pulse_live_choked": 0,
    "pulse_live_pending_samples": 0,
    "pulse_test_tasks": 4,
    "process_resident_memory_bytes": 64 * 2**20,
}
"""And by how much: a task runs for a moment now and then, and memory that was used once is kept by Python."""


class Cluster:
    """Nodes on one PostgreSQL and one Redis, and people who know them all."""

    def __init__(
        self, place: Place, folder: Path, *, settings: dict[str, float], redis_url: str | None = None
    ) -> None:
        """With `redis_url` the nodes go to that one, whatever it is, and to none of ours."""
        self.postgres = PostgresServer(place, durable=False)
        self.redis = RedisServer(place)
        self.seats: list[Seat] = []
        self.stalls = Stalls()
        self.vault = Vault(os.urandom(32))
        self.http = httpx.AsyncClient(trust_env=False, timeout=10)
        self._folder = folder
        self._settings = settings
        self._redis_url = redis_url
        self._started = 0

    # Nodes.

    async def open(self, nodes: int) -> None:
        """Servers, migrations, and so many nodes."""
        self.postgres.start()
        self.redis.start()
        await migrate(self.postgres.url())
        await self.open_truth()
        sockets = _socket_of_postgres(self.postgres.url()), Path(unquote(urlsplit(self.redis.url).path))
        self.seats = [Seat(number, *sockets) for number in range(nodes)]
        for seat in self.seats:
            await seat.postgres.mend()
            await seat.redis.mend()
        await asyncio.gather(*(self.take_seat(seat) for seat in self.seats))

    async def take_seat(self, seat: Seat) -> None:
        """Start a node here; it is ready when this returns."""
        self._started += 1
        seat.process = HubProcess(
            module=("tests.faults.node",),
            workers=1,
            environment={
                "DATABASE_URL": f"postgresql://pulsehub@localhost:{seat.postgres.port}/pulsehub?sslmode=disable",
                "REDIS_URL": self._redis_url or f"redis://localhost:{seat.redis.port}",
                "PULSE_DATA": str(self._folder),
                "PULSE_MASTER_KEY_FILE": str(self._folder / "master.key"),
                "PULSE_TEST_SETTINGS": msgspec.json.encode(self._settings).decode(),
            },
            log=self._folder / f"node-{self._started}-at-{seat.number}.log",
        )
        await seat.process.wait_ready()
        seat.at_first = await self.gauges(seat)

    async def restart(self, seat: Seat) -> None:
        """As an operator does: SIGTERM, and another process when that one has ended."""
        assert seat.process is not None, "nobody sits here"
        await asyncio.to_thread(seat.process.stop)
        await self.take_seat(seat)

    async def open_truth(self) -> None:
        """This process' own way to PostgreSQL, beside all proxies. What it commits, it tells nobody."""
        key = self._folder / "master.key"
        if not key.exists():
            key.write_bytes(os.urandom(32))
        self.vault = Vault(key.read_bytes())
        hooks = Hooks(route=route, announce=lambda _: None)
        await database.open_database(self.postgres.url(), hooks=hooks, pool_size=4)

    async def close(self) -> None:
        await self.http.aclose()
        await database.close_database()
        try:
            for seat in self.seats:
                if seat.process is not None:
                    seat.process.kill()
                await seat.postgres.cut()
                await seat.redis.cut()
        finally:
            self.redis.stop()
            self.postgres.stop()

    def elsewhere(self, home: int) -> list[Seat]:
        """Where somebody tries to get in who prefers one seat, in this order."""
        count = len(self.seats)
        order = [self.seats[(home + step) % count] for step in range(count)]
        return [seat for seat in order if seat.is_open]

    async def mend(self) -> None:
        """Whatever the last test broke and did not repair."""
        if not self.redis.is_running:
            self.redis.start()
        if not self.postgres.is_running:
            self.postgres.start()
        for seat in self.seats:
            seat.loss.one_in = 0
            await seat.postgres.mend()
            await seat.redis.mend()
            if not seat.is_open:
                await self.take_seat(seat)
        await self.is_well()

    @asynccontextmanager
    async def without(self, *pieces: str, at: Seat | None = None) -> AsyncIterator[None]:
        """Meanwhile the nodes, or the one there, do without these pieces."""
        await self._take_away(pieces, [at] if at is not None else self.seats)
        try:
            yield
        finally:
            await self._take_away((), self.seats)

    async def _take_away(self, pieces: Sequence[str], seats: Sequence[Seat]) -> None:
        for seat in seats:
            if seat.is_open:
                answer = await self.http.post(f"{seat.base_url}/-/without", json=list(pieces))
                assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    async def set_clock(self, seat: Seat, ahead_s: float) -> None:
        answer = await self.http.post(f"{seat.base_url}/-/clock", content=str(ahead_s))
        assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    async def time_at(self, seat: Seat) -> float:
        """What time it is, in seconds, says the node there."""
        answer = await self.http.get(f"{seat.base_url}/api/time")
        now_ms: float = answer.json()["now_ms"]
        return now_ms / 1000

    async def readiness(self, seat: Seat) -> tuple[int, str]:
        answer = await self.http.get(f"{seat.base_url}/health/ready")
        return answer.status_code, answer.json()["status"]

    async def all_healthy(self) -> bool:
        """Whether every node says that it is well."""
        try:
            said = [await self.readiness(seat) for seat in self.seats]
        except httpx.TransportError:
            return False
        return all(one == (200, "ok") for one in said)

    async def is_well(self) -> None:
        """Until every node says that it is, as an operator would see it."""
        async with asyncio.timeout(30):
            while not await self.all_healthy():  # noqa: ASYNC110  # another process tells nobody
                await asyncio.sleep(0.05)

    async def gauges(self, seat: Seat) -> dict[str, float]:
        """What a node counts, after it has put away its garbage; labels are added up."""
        assert seat.process is not None, "nobody sits here"
        await self.http.post(f"{seat.base_url}/-/rest")
        shown = await self.http.get(f"http://127.0.0.1:{seat.process.metrics_port}/metrics")
        sums = dict.fromkeys((*MAY_GROW, TOO_SLOW), 0.0)
        for family in text_string_to_metric_families(shown.text):
            for sample in family.samples:
                if sample.name in sums:
                    sums[sample.name] += sample.value
                elif sample.labels.get("code") == TOO_SLOW and sample.name.endswith("_total"):
                    sums[TOO_SLOW] += sample.value
        return sums

    async def sum_of(self, gauge: str) -> float:
        """Over all nodes."""
        return sum([(await self.gauges(seat))[gauge] for seat in self.seats])

    async def name(self, seat: Seat) -> str:
        """What the node there calls itself."""
        answer = await self.http.get(f"{seat.base_url}/health/ready")
        node: str = answer.json()["node"]
        return node

    async def left_over(self) -> list[str]:
        """What the nodes have more of than at first, now that everybody is gone."""
        found = []
        for seat in self.seats:
            gauges = await self.gauges(seat)
            for name, more in MAY_GROW.items():
                grown = gauges[name] - seat.at_first[name]
                if grown > more:
                    found.append(f"{name} by {grown} at {seat.number}")
        return found

    # Servers.

    def crash_postgres(self) -> None:
        """End PostgreSQL as a crash does: no checkpoint, and whatever was not written is gone."""
        os.kill(self.postgres.pid, signal.SIGQUIT)
        self.postgres.stop()

    @asynccontextmanager
    async def written_later(self) -> AsyncIterator[None]:
        """Meanwhile commits are acknowledged before they are written."""
        self._administer(
            "ALTER ROLE pulsehub SET synchronous_commit = off",
            "ALTER SYSTEM SET wal_writer_delay = '10s'",
        )
        try:
            yield
        finally:
            self._administer(
                "ALTER ROLE pulsehub RESET synchronous_commit", "ALTER SYSTEM RESET wal_writer_delay"
            )

    def _administer(self, *statements: str) -> None:
        """And everybody connects anew, to be concerned by it."""
        end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pulsehub'"
        for statement in (*statements, "SELECT pg_reload_conf()", end_all):
            command = [str(self.postgres.psql), self.postgres.superuser_url, "-X", "-q", "-c", statement]
            subprocess.run(command, check=True, capture_output=True)

    async def empty_redis(self) -> None:
        """FLUSHALL, as by an operator in the wrong window."""
        async with Redis.from_url(self.redis.url) as client:
            await client.flushall()

    # People.

    async def members(self, count: int) -> list[Member]:
        """New members, each with a token."""
        return [await newcomer(self.vault) for _ in range(count)]

    async def in_browser(self, member: Member, method: str, path: str, *, at: Seat) -> None:
        """What a member does in their browser, as no token may."""
        headers = {
            "Origin": at.base_url,
            "Cookie": f"pulse={member.sign_in}",
            "X-CSRF-Token": csrf_token(member.sign_in),
        }
        answer = await self.http.request(method, f"{at.base_url}{path}", headers=headers)
        assert answer.is_success, answer.text


@asynccontextmanager
async def running_cluster(
    folder: Path, *, nodes: int, settings: dict[str, float], redis_url: str | None = None
) -> AsyncIterator[Cluster]:
    async with AsyncExitStack() as stack:
        place = stack.enter_context(temporary_place())
        cluster = Cluster(place, folder, settings=settings, redis_url=redis_url)
        stack.push_async_callback(cluster.close)
        await stack.enter_async_context(cluster.stalls)
        await cluster.open(nodes)
        yield cluster


def _socket_of_postgres(url: str) -> Path:
    query = parse_qs(urlsplit(url).query)
    return Path(query["host"][0]) / f".s.PGSQL.{query['port'][0]}"
