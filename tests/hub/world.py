"""A hub with somebody of every sort in it, and one of everything they could share, for the matrix."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx
from uuid_utils.compat import uuid7

from domain import database
from domain.members.model import Scope
from domain.visibility import Visibility
from hub.settings import Settings
from tests.support.apis import Api, Person, running

SCOPES = [scope.value for scope in Scope]


class Who(StrEnum):
    """Everybody's part: what they are to the author, to the hub, or how they prove who they are."""

    NOBODY = "nobody"
    STRANGER = "stranger"
    FOLLOWER = "follower"
    PENDING = "pending"
    BLOCKED = "blocked"
    AUTHOR = "author"
    COACH = "coach"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OWNER = "owner"
    EXPIRED_TOKEN = "expired_token"
    REVOKED_TOKEN = "revoked_token"


class World:
    """`people` by their part. `author` shares everything under each visibility; all know each other's ids."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.people: dict[Who, Person] = {}
        self.tokens: dict[frozenset[str], Person] = {}
        self.open: Person
        self.closed: Person
        self.workouts: dict[Visibility, str] = {}
        self.posts: dict[Visibility, str] = {}
        self.comments: dict[Visibility, str] = {}
        self.sessions: dict[Visibility, str] = {}
        self.challenge = ""

    @property
    def author(self) -> Person:
        return self.people[Who.AUTHOR]

    def profiles(self) -> dict[Visibility, Person]:
        """Somebody with a profile of each visibility; the follower follows all three."""
        return {
            Visibility.PUBLIC: self.open,
            Visibility.FOLLOWERS: self.author,
            Visibility.PRIVATE: self.closed,
        }

    async def followers_token(self, *scopes: str) -> Person:
        """A token of the follower's with just these scopes."""
        key = frozenset(scopes)
        if key not in self.tokens:
            self.tokens[key] = self.api.script(await make_token(self.people[Who.FOLLOWER], scopes))
        return self.tokens[key]


async def make_token(person: Person, scopes: Any, *, token_id: str | None = None) -> str:
    draft = {"id": token_id or str(uuid7()), "name": "matrix", "scopes": list(scopes)}
    secret: str = ok(await person.post("/api/me/tokens", draft))["secret"]
    return secret


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


@asynccontextmanager
async def populated(database_url: str, redis_url: str) -> AsyncIterator[World]:
    settings = Settings(database_url=database_url, redis_url=redis_url, master_key=os.urandom(32))
    async with running(settings) as api:
        world = World(api)
        people = world.people
        people[Who.OWNER] = await api.person("the_owner")
        for who in (Who.STRANGER, Who.FOLLOWER, Who.PENDING, Who.BLOCKED, Who.AUTHOR):
            people[who] = await api.person(f"the_{who}")
        for who in (Who.COACH, Who.MODERATOR, Who.ADMIN):
            people[who] = await api.person(f"the_{who}")
            ok(await people[Who.OWNER].put(f"/api/members/the_{who}/role", {"role": who}))
        people[Who.NOBODY] = api.stranger()
        world.open = await api.person("open_profile", public=True)
        world.closed = await api.person("closed_profile")
        likes = {"profile_visibility": "private", "workout_visibility": "private"}
        ok(await world.closed.put("/api/me/preferences", likes))
        await _tie(world)
        await _share(world)
        await _spoil_tokens(world)
        yield world


async def _tie(world: World) -> None:
    follower, pending = world.people[Who.FOLLOWER], world.people[Who.PENDING]
    for one in world.profiles().values():
        ok(await follower.put(f"/api/members/{one.handle}/follow"))
        if one is not world.open:
            ok(await one.put(f"/api/me/follow-requests/{follower.id}"))
            ok(await pending.put(f"/api/members/{one.handle}/follow"))
        ok(await one.put(f"/api/members/{world.people[Who.BLOCKED].handle}/block"))


async def _share(world: World) -> None:
    author, now = world.author, datetime.now(UTC)
    for visibility in Visibility:
        draft = {
            "id": str(uuid7()),
            "sport": "run",
            "started_at": (now - timedelta(hours=2)).isoformat(),
            "tz": "UTC",
            "duration_s": 1800,
            "distance_m": 5000,
            "note": "for the author alone",
            "visibility": visibility,
        }
        world.workouts[visibility] = ok(await author.post("/api/workouts", draft))["id"]
        note = {"id": str(uuid7()), "text": f"seen by {visibility}", "visibility": visibility}
        world.posts[visibility] = ok(await author.post("/api/posts", note))["id"]
        said = {"id": str(uuid7()), "text": "and more"}
        path = f"/api/posts/{world.posts[visibility]}/comments"
        world.comments[visibility] = ok(await author.post(path, said))["id"]
        session = {
            "id": str(uuid7()),
            "title": f"seen by {visibility}",
            "sport": "run",
            "programme": {"parts": [{"blocks": [{"kind": "free", "duration_s": None}]}]},
            "visibility": visibility,
        }
        world.sessions[visibility] = ok(await author.post("/api/live", session))["session"]["id"]
    challenge = {
        "id": str(uuid7()),
        "title": "Everybody",
        "metric": "distance",
        "starts_on": now.date().isoformat(),
        "ends_on": (now + timedelta(days=7)).date().isoformat(),
        "tz": "UTC",
    }
    world.challenge = ok(await author.post("/api/challenges", challenge))["id"]


async def _spoil_tokens(world: World) -> None:
    """Two tokens of the follower's that could do everything once."""
    follower = world.people[Who.FOLLOWER]
    revoked, expired = str(uuid7()), str(uuid7())
    world.people[Who.REVOKED_TOKEN] = world.api.script(await make_token(follower, SCOPES, token_id=revoked))
    ok(await follower.delete(f"/api/me/tokens/{revoked}"))
    world.people[Who.EXPIRED_TOKEN] = world.api.script(await make_token(follower, SCOPES, token_id=expired))
    await database.execute(
        "UPDATE personal_token SET expires_at = now() - interval '1 second' WHERE id = $1::uuid", expired
    )
