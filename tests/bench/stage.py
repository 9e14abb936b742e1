"""A hub to measure: real, durable PostgreSQL and Redis, one worker, and people with some history."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from uuid_utils.compat import uuid7

from domain import database
from domain.challenges import actions as challenges
from domain.challenges.model import ChallengeDraft, Metric
from domain.database import Hooks
from domain.follows import actions as follows
from domain.identity import actions as identity
from domain.identity.passwords import Passwords
from domain.members import actions as members
from domain.members.model import Preferences, Registration, Role, Scope, TokenDraft
from domain.vault import Vault
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.model import Sport, WorkoutDraft
from hub.channels import route
from hub.embedded import PostgresServer, RedisServer
from hub.migrate import migrate
from tests.support.hubs import HubProcess
from tests.support.places import temporary_data, temporary_place

PASSWORD = "correct horse battery"
PEOPLE = 50
WORKOUTS_EACH = 10


class Stage(Struct, frozen=True):
    """Where to send requests, and as whom."""

    base_url: str
    tokens: list[str]
    """One a member; the first member follows all the others."""
    challenge_id: UUID
    handles: list[str]


@asynccontextmanager
async def hub_with_people() -> AsyncIterator[Stage]:
    with temporary_place() as place, temporary_data() as data:
        postgres, redis = PostgresServer(place), RedisServer(place)
        key = data / "master.key"
        key.write_bytes(os.urandom(32))
        postgres.start()
        redis.start()
        hub = None
        try:
            await migrate(postgres.url())
            tokens, challenge_id, handles = await _people(postgres.url(), Vault(key.read_bytes()))
            hub = HubProcess(
                workers=1,
                environment={
                    "DATABASE_URL": postgres.url(),
                    "REDIS_URL": redis.url,
                    "PULSE_MASTER_KEY_FILE": str(key),
                    "PULSE_LOG_LEVEL": "WARNING",
                    # So that each sign-in may say that it comes from somewhere else.
                    "PULSE_TRUSTED_PROXIES": "127.0.0.1,::1",
                },
                log=data / "hub.log",
            )
            await hub.wait_ready()
            yield Stage(hub.base_url, tokens, challenge_id, handles)
        finally:
            if hub is not None:
                hub.kill()
            redis.stop()
            postgres.stop()


async def _people(url: str, vault: Vault) -> tuple[list[str], UUID, list[str]]:
    """One member who follows everybody else; all are in one challenge and have logged something."""
    now = datetime.now(UTC)
    passwords = Passwords()
    hashed = await passwords.hash(PASSWORD)
    passwords.close()
    await database.open_database(url, hooks=Hooks(route=route, announce=lambda _: None), command_s=30)
    try:
        await vault.check()
        wishes = [
            Registration(
                id=uuid7(),
                email=f"m{n}@example.org",
                password=PASSWORD,
                handle=f"member_{n}",
                name=f"Member {n}",
            )
            for n in range(PEOPLE)
        ]
        for wish in wishes:
            async with database.transaction() as tx:
                await identity.add_member(
                    tx, wish, role=Role.MEMBER, password_hash=hashed, vault=vault, now=now
                )
            open_to_all = Preferences(
                profile_visibility=Visibility.PUBLIC, workout_visibility=Visibility.PUBLIC
            )
            await members.prefer(open_to_all, member_id=wish.id)
        me = wishes[0].id
        challenge = ChallengeDraft(
            id=uuid7(),
            title="Distance",
            metric=Metric.DISTANCE,
            starts_on=(now - timedelta(days=20)).date(),
            ends_on=(now + timedelta(days=20)).date(),
            tz="UTC",
        )
        await challenges.create(challenge, creator_id=me, now=now)
        for n, wish in enumerate(wishes):
            if wish.id != me:
                await follows.follow(wish.handle, follower_id=me, now=now)
            await challenges.join(challenge.id, member_id=wish.id, now=now)
            for k in range(WORKOUTS_EACH):
                await workouts.log_workout(
                    run(now - timedelta(days=k, minutes=n), distance_m=3000.0 + 100 * n),
                    author_id=wish.id,
                    now=now,
                )
        tokens = [await _token(wish.id, now) for wish in wishes]
        return tokens, challenge.id, [wish.handle for wish in wishes]
    finally:
        await database.close_database()


async def _token(member_id: UUID, now: datetime) -> str:
    draft = TokenDraft(id=uuid7(), name="bench", scopes=list(Scope))
    return (await identity.make_token(draft, member_id=member_id, now=now)).secret


def run(started_at: datetime, *, distance_m: float) -> WorkoutDraft:
    return WorkoutDraft(
        id=uuid7(), sport=Sport.RUN, started_at=started_at, tz="UTC", duration_s=1800, distance_m=distance_m
    )
