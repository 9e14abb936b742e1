"""A hub of several nodes that a test can hurt: processes, their own ways to PostgreSQL and Redis, and gauges."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import httpx
import msgspec
from msgspec import Struct
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis
from uuid_utils.compat import uuid7

from domain import database
from domain.database import Hooks
from domain.identity import actions as identity
from domain.members.model import Registration, Role, Scope, TokenDraft
from domain.vault import Vault
from hub import clock
from hub.channels import route
from hub.embedded import Place, PostgresServer, RedisServer
from hub.migrate import migrate
from tests.faults.loss import Loss
from tests.faults.stalls import Stalls
from tests.support.hubs import HubProcess
from tests.support.places import temporary_place
from tests.support.proxies import Network

GAUGES = (
    "pulse_live_connections",
    "pulse_live_subscriptions",
    "pulse_live_channels",
    "pulse_live_choked",
    "pulse_live_pending_samples",
    "pulse_database_connections",
    "pulse_test_tasks",
    "process_resident_memory_bytes",
)


class Member(Struct, frozen=True):
    """Somebody with an account and a token for everything that a token may do."""

    id: UUID
    handle: str
    token: str
    token_id: UUID

    def __str__(self) -> str:
        return self.handle


class Seat:
    """A node's place: its way to PostgreSQL, its way to Redis, and whichever process sits there now."""

    def __init__(self, number: int, postgres: Path, redis: Path) -> None:
        self.number = number
        self.loss = Loss(one_in=0)
        self.postgres = Network(postgres)
        self.redis = Network(redis, answers=self.loss.sieve)
        self.process: HubProcess | None = None

    @property
    def is_open(self) -> bool:
        return self.process is not None and self.process.is_running

    @property
    def base_url(self) -> str:
        assert self.process is not None, "nobody sits here"
        return self.process.base_url

    @property
    def ws_url(self) -> str:
        assert self.process is not None, "nobody sits here"
        return self.process.ws_url

    def kill(self) -> None:
        assert self.process is not None, "nobody sits here"
        self.process.kill()


class Cluster:
    """Nodes on one PostgreSQL and one Redis, and people who know them all."""

    def __init__(self, place: Place, folder: Path, *, settings: dict[str, float]) -> None:
        self.postgres = PostgresServer(place, durable=False)
        self.redis = RedisServer(place)
        self.seats: list[Seat] = []
        self.stalls = Stalls()
        self.vault = Vault(os.urandom(32))
        self.http = httpx.AsyncClient(trust_env=False, timeout=10)
        self._folder = folder
        self._settings = settings
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
                "REDIS_URL": f"redis://localhost:{seat.redis.port}",
                "PULSE_DATA": str(self._folder),
                "PULSE_MASTER_KEY_FILE": str(self._folder / "master.key"),
                "PULSE_TEST_SETTINGS": msgspec.json.encode(self._settings).decode(),
            },
            log=self._folder / f"node-{self._started}-at-{seat.number}.log",
        )
        await seat.process.wait_ready()

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

    async def without(self, *pieces: str) -> None:
        """From now on every node does without these pieces, and only these."""
        for seat in self.seats:
            if seat.is_open:
                answer = await self.http.post(f"{seat.base_url}/-/without", json=list(pieces))
                assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    async def set_clock(self, seat: Seat, ahead_s: float) -> None:
        answer = await self.http.post(f"{seat.base_url}/-/clock", content=str(ahead_s))
        assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

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

    async def gauges(self, seat: Seat) -> dict[str, float]:
        """What a node counts, after it has put away its garbage; labels are added up."""
        assert seat.process is not None, "nobody sits here"
        await self.http.post(f"{seat.base_url}/-/rest")
        shown = await self.http.get(f"http://127.0.0.1:{seat.process.metrics_port}/metrics")
        sums = dict.fromkeys(GAUGES, 0.0)
        for family in text_string_to_metric_families(shown.text):
            for sample in family.samples:
                if sample.name in sums:
                    sums[sample.name] += sample.value
        return sums

    async def name(self, seat: Seat) -> str:
        """What the node there calls itself."""
        answer = await self.http.get(f"{seat.base_url}/health/ready")
        node: str = answer.json()["node"]
        return node

    # Servers.

    def crash_postgres(self) -> None:
        """End PostgreSQL as a crash does: no checkpoint, and whatever was not written is gone."""
        os.kill(self.postgres.pid, signal.SIGQUIT)
        self.postgres.stop()

    async def empty_redis(self) -> None:
        """FLUSHALL, as by an operator in the wrong window."""
        async with Redis.from_url(self.redis.url) as client:
            await client.flushall()

    # People.

    async def members(self, count: int) -> list[Member]:
        """New members, each with a token."""
        return [await self._member(f"m{uuid7().hex[-12:]}") for _ in range(count)]

    async def _member(self, handle: str) -> Member:
        now = clock.now()
        wish = Registration(
            id=uuid7(), email=f"{handle}@example.org", password="unused password", handle=handle, name=handle
        )
        async with database.transaction() as tx:
            await identity.add_member(tx, wish, role=Role.MEMBER, password_hash="", vault=self.vault, now=now)
        draft = TokenDraft(id=uuid7(), name="test", scopes=list(Scope))
        made = await identity.make_token(draft, member_id=wish.id, now=now)
        return Member(wish.id, handle, made.secret, draft.id)


@asynccontextmanager
async def running_cluster(folder: Path, *, nodes: int, settings: dict[str, float]) -> AsyncIterator[Cluster]:
    async with AsyncExitStack() as stack:
        place = stack.enter_context(temporary_place())
        cluster = Cluster(place, folder, settings=settings)
        stack.push_async_callback(cluster.close)
        await stack.enter_async_context(cluster.stalls)
        await cluster.open(nodes)
        yield cluster


def _socket_of_postgres(url: str) -> Path:
    query = parse_qs(urlsplit(url).query)
    return Path(query["host"][0]) / f".s.PGSQL.{query['port'][0]}"
