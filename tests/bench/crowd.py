"""A hub and its community for the live benches: PostgreSQL on the disk, Redis, and one node on a core."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID

from msgspec import Struct
from uuid_utils.compat import uuid7

from domain import database
from domain.database import Hooks
from domain.identity import actions as identity
from domain.live import actions as live
from domain.live.events import ChatSaid
from domain.live.model import Block, BlockKind, Part, Programme, SessionDraft
from domain.members.model import Registration, Role, Scope, TokenDraft
from domain.outbox import Announcement
from domain.vault import Vault
from domain.workouts.model import Sport
from hub.channels import route
from hub.embedded import PostgresServer, RedisServer, settle
from hub.migrate import migrate
from realtime.bus import Logged, Message, topic_of
from realtime.bus_redis import RedisBus
from tests.bench import machine
from tests.support.hubs import ROOT, HubProcess

T = TypeVar("T")

_TOGETHER = 200
_AT_ONCE = 6


class Member(Struct, frozen=True):
    id: UUID
    token: str


class Room(Struct, frozen=True):
    """A session and who takes part: their places in `Crowd.members`, each with the stream they feed."""

    id: UUID
    streams: Mapping[int, UUID]


class Crowd:
    """What is there: servers, people with a token each, sessions; and a voice of another node."""

    def __init__(self, postgres: PostgresServer, redis: RedisServer, key: Path, logs: Path) -> None:
        self.postgres = postgres
        self._log = logs / "postgres.log"
        self.redis = redis
        self.key = key
        self.vault = Vault(key.read_bytes())
        self.members: list[Member] = []
        self.rooms: list[Room] = []
        self.hubs: list[HubProcess] = []
        self.bus = RedisBus(redis.url)

    @property
    def redis_socket(self) -> str:
        return unquote(urlsplit(self.redis.url).path)

    async def start_hub(self, **environment: str) -> HubProcess:
        """A node on the server's core, ready."""
        with machine.server_core():
            hub = HubProcess(
                workers=1,
                environment={
                    "DATABASE_URL": self.postgres.url(),
                    "REDIS_URL": self.redis.url,
                    "PULSE_MASTER_KEY_FILE": str(self.key),
                    "PULSE_LOG_LEVEL": "WARNING",
                    **environment,
                },
                log=self.key.with_name(f"hub-{len(self.hubs)}.log"),
            )
        self.hubs.append(hub)
        await hub.wait_ready()
        return hub

    async def say(self, session_id: UUID, count: int, *, size: int = 120) -> int:
        """`count` lines of chat, committed together and told by another node. The seq of the last one."""
        now = datetime.now(UTC)
        async with database.transaction() as tx:
            for n in range(count):
                tx.record(ChatSaid(session_id, 1, "Ada", "x" * size, f"bench-{n}", now))
            numbered = await tx.number()
        return numbered[-1].seq

    def announce(self, announcements: Sequence[Announcement]) -> None:
        for one in announcements:
            if one.payload is not None:
                message = Logged(channel=one.channel, epoch=one.epoch, seq=one.seq, body=one.payload)
                self.bus.say(topic_of(one.channel), message)

    def log_statements(self) -> None:
        """From now on PostgreSQL writes down what new connections ask."""
        database_name = urlsplit(self.postgres.url()).path.lstrip("/")
        statement = f"ALTER DATABASE {database_name} SET log_statement = 'all'"
        command = [str(self.postgres.psql), self.postgres.superuser_url, "-X", "-q", "-c", statement]
        subprocess.run(command, check=True)

    def statements(self, containing: str) -> int:
        """How many of the statements that were written down contain this."""
        return self._log.read_text(errors="replace").count(containing)


class _Deaf:
    """The other node has nobody who listens."""

    def heard(self, node: str, message: Message) -> None:
        """It only speaks."""

    def resynced(self) -> None:
        """It knows nothing that could be old."""


@asynccontextmanager
async def crowd(*, members: int, rooms: int = 0, each: int = 0) -> AsyncIterator[Crowd]:
    """So many members, and sessions that `each` so many of them take part in, one after the other."""
    with ExitStack() as stack:
        data = _data_folder()
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        place = settle(data)
        stack.callback(shutil.rmtree, place.home, ignore_errors=True)
        key = data / "master.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(32))
        postgres, redis = PostgresServer(place), RedisServer(place)
        for server in (postgres, redis):
            server.start()
            stack.callback(server.stop)
        await migrate(postgres.url())
        there = Crowd(postgres, redis, key, place.logs)
        hooks = Hooks(route=route, announce=there.announce)
        await database.open_database(postgres.url(), hooks=hooks, command_s=30)
        try:
            await there.bus.start("elsewhere", _Deaf())
            await there.vault.check()
            await _enrol(there, members)
            await _gather(there, rooms, each)
            machine.leave_server_core()
            yield there
        finally:
            for hub in there.hubs:
                hub.kill()
            await there.bus.stop()
            await database.close_database()


def _data_folder() -> Path:
    """On the disk: in memory, nothing would have to wait until it is durable."""
    made = ROOT / ".pulse" / "bench"
    made.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="data-", dir=made))
    data.chmod(0o711)
    return data


async def _enrol(there: Crowd, count: int) -> None:
    """Members with a token each; many in one transaction."""
    now = datetime.now(UTC)
    scopes = list(Scope)

    async def some(first: int) -> list[Member]:
        wishes = [
            Registration(
                id=uuid7(),
                email=f"m{n}@example.org",
                password="not a password",
                handle=f"member_{n}",
                name=f"Member {n}",
            )
            for n in range(first, min(first + _TOGETHER, count))
        ]
        async with database.transaction() as tx:
            for wish in wishes:
                await identity.add_member(
                    tx, wish, role=Role.MEMBER, password_hash="-", vault=there.vault, now=now
                )
            tokens = [
                await identity.make_token(
                    TokenDraft(id=uuid7(), name="bench", scopes=scopes), member_id=wish.id, now=now
                )
                for wish in wishes
            ]
        return [Member(id=wish.id, token=token.secret) for wish, token in zip(wishes, tokens, strict=True)]

    for part in await _in_turns([some(first) for first in range(0, count, _TOGETHER)]):
        there.members += part


async def _gather(there: Crowd, count: int, each: int) -> None:
    """Sessions that have begun. A member takes part in one after the other, if there are more places."""
    now = datetime.now(UTC)
    programme = Programme(parts=[Part(blocks=[Block(kind=BlockKind.FREE, duration_s=None)])])

    async def one(r: int) -> Room:
        places = [(r * each + k) % len(there.members) for k in range(each)]
        streams = {place: uuid7() for place in places}
        host, *others = places
        draft = SessionDraft(id=uuid7(), title=f"Room {r}", sport=Sport.RIDE, programme=programme)
        host_id = there.members[host].id
        await live.create(draft, host_id=host_id, stream=streams[host], now=now)
        for place in others:
            await live.join(draft.id, member_id=there.members[place].id, stream=streams[place], now=now)
        await live.start(draft.id, by=host_id, countdown_s=0, now=now + timedelta(seconds=1))
        return Room(id=draft.id, streams=streams)

    there.rooms += await _in_turns([one(r) for r in range(count)])


async def _in_turns(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results in order; a few at a time."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def when_it_is_its_turn(one: Coroutine[Any, Any, T]) -> T:
        async with turn:
            return await one

    return await asyncio.gather(*map(when_it_is_its_turn, work))
