"""Who is let in by which route: every route of the application, everybody who might call it."""

import re
from enum import StrEnum
from uuid import UUID

import pytest
from litestar import Litestar
from uuid_utils.compat import uuid7

from hub.static import browser_application
from tests.hub.test_permissions import handlers_of
from tests.hub.world import SCOPES, Who, World
from tests.support.apis import PASSWORD, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Access(StrEnum):
    """Who is let in. What they find there is another question."""

    EVERYBODY = "everybody"
    SESSIONS = "whoever is signed in with a browser"
    STAFF = "owner and admins, with a browser"
    MODERATORS = "owner, admins and moderators, with a browser"


# A scope means: whoever is signed in, and a token with this scope.
EXPECTED: dict[str, str] = {
    "GET /health/live": Access.EVERYBODY,
    "GET /health/ready": Access.EVERYBODY,
    "GET /api/time": Access.EVERYBODY,
    "GET /api/openapi.json": Access.EVERYBODY,
    "GET /api/docs": Access.EVERYBODY,
    "GET /api/docs/page.css": Access.EVERYBODY,
    "GET /api/docs/page.js": Access.EVERYBODY,
    "GET /": Access.EVERYBODY,
    "GET /{path}": Access.EVERYBODY,
    "GET /api/session": Access.EVERYBODY,
    "POST /api/session": Access.EVERYBODY,
    "DELETE /api/session": Access.SESSIONS,
    "POST /api/demo/session": Access.EVERYBODY,
    "GET /api/demo/glimpse": Access.EVERYBODY,
    "POST /api/accounts": Access.EVERYBODY,
    "GET /api/me": "profile:read",
    "PATCH /api/me": Access.SESSIONS,
    "PUT /api/me/preferences": Access.SESSIONS,
    "PUT /api/me/avatar": Access.SESSIONS,
    "DELETE /api/me/avatar": Access.SESSIONS,
    "PUT /api/me/password": Access.SESSIONS,
    "GET /api/me/devices": Access.SESSIONS,
    "DELETE /api/me/devices/{device_id}": Access.SESSIONS,
    "GET /api/me/tokens": Access.SESSIONS,
    "POST /api/me/tokens": Access.SESSIONS,
    "DELETE /api/me/tokens/{token_id}": Access.SESSIONS,
    "GET /api/me/blocks": Access.SESSIONS,
    "GET /api/me/follow-requests": Access.SESSIONS,
    "PUT /api/me/follow-requests/{member_id}": Access.SESSIONS,
    "DELETE /api/me/follow-requests/{member_id}": Access.SESSIONS,
    "DELETE /api/me/followers/{handle}": Access.SESSIONS,
    "GET /api/members": "profile:read",
    "GET /api/members/{handle}": Access.EVERYBODY,
    "GET /api/members/{handle}/avatar": Access.EVERYBODY,
    "GET /api/members/{handle}/workouts": Access.EVERYBODY,
    "GET /api/members/{handle}/posts": Access.EVERYBODY,
    "GET /api/members/{handle}/followers": "profile:read",
    "GET /api/members/{handle}/following": "profile:read",
    "PUT /api/members/{handle}/follow": Access.SESSIONS,
    "DELETE /api/members/{handle}/follow": Access.SESSIONS,
    "PUT /api/members/{handle}/block": Access.SESSIONS,
    "DELETE /api/members/{handle}/block": Access.SESSIONS,
    "PUT /api/members/{handle}/role": Access.STAFF,
    "GET /api/exercises": Access.EVERYBODY,
    "GET /api/exercises/{slug}/last": "logs:read",
    "GET /api/workouts": "logs:read",
    "POST /api/workouts": "logs:write",
    "GET /api/workouts/{workout_id}": Access.EVERYBODY,
    "PUT /api/workouts/{workout_id}": "logs:write",
    "DELETE /api/workouts/{workout_id}": "logs:write",
    "GET /api/workouts/{workout_id}/streams": Access.EVERYBODY,
    "GET /api/workouts/{workout_id}/analysis": Access.EVERYBODY,
    "POST /api/sync/batch": "logs:write",
    "GET /api/sync/changes": "logs:read",
    "GET /api/imports": "logs:read",
    "POST /api/imports": "logs:write",
    "GET /api/imports/{import_id}": "logs:read",
    "GET /api/imports/{import_id}/files": "logs:read",
    "GET /api/imports/{import_id}/original": "logs:read",
    "DELETE /api/imports/{import_id}": "logs:write",
    "GET /api/feed": "feed:read",
    "POST /api/posts": "feed:write",
    "GET /api/posts/{post_id}": Access.EVERYBODY,
    "DELETE /api/posts/{post_id}": "feed:write",
    "PUT /api/posts/{post_id}/kudos": "feed:write",
    "DELETE /api/posts/{post_id}/kudos": "feed:write",
    "GET /api/posts/{post_id}/comments": Access.EVERYBODY,
    "POST /api/posts/{post_id}/comments": "feed:write",
    "DELETE /api/comments/{comment_id}": "feed:write",
    "GET /api/clubs": "feed:read",
    "POST /api/clubs": Access.SESSIONS,
    "GET /api/clubs/{slug}": "feed:read",
    "GET /api/clubs/{slug}/members": "feed:read",
    "PUT /api/clubs/{slug}/membership": Access.SESSIONS,
    "DELETE /api/clubs/{slug}/membership": Access.SESSIONS,
    "GET /api/challenges": "challenges:read",
    "POST /api/challenges": "challenges:write",
    "GET /api/challenges/{challenge_id}": "challenges:read",
    "DELETE /api/challenges/{challenge_id}": "challenges:write",
    "PATCH /api/challenges/{challenge_id}": "challenges:write",
    "PUT /api/challenges/{challenge_id}/membership": "challenges:write",
    "PATCH /api/challenges/{challenge_id}/membership": "challenges:write",
    "DELETE /api/challenges/{challenge_id}/membership": "challenges:write",
    "GET /api/challenges/{challenge_id}/standings": "challenges:read",
    "GET /api/challenges/{challenge_id}/board": "challenges:read",
    "GET /api/challenges/{challenge_id}/board/around": "challenges:read",
    "GET /api/challenges/{challenge_id}/board/friends": "challenges:read",
    "GET /api/challenges/{challenge_id}/board/me": "challenges:read",
    "GET /api/challenges/{challenge_id}/board/progress": "challenges:read",
    "GET /api/challenges/{challenge_id}/standings.csv": "challenges:read",
    "GET /api/challenges/{challenge_id}/results": "challenges:read",
    "GET /api/challenges/{challenge_id}/score/me": "challenges:read",
    "GET /api/challenges/{challenge_id}/audit": "challenges:read",
    "GET /api/challenges/{challenge_id}/teams": "challenges:read",
    "POST /api/challenges/{challenge_id}/teams": "challenges:write",
    "PATCH /api/challenges/{challenge_id}/teams/{team_id}": "challenges:write",
    "DELETE /api/challenges/{challenge_id}/teams/{team_id}": "challenges:write",
    "GET /api/challenges/{challenge_id}/teams/{team_id}/members": "challenges:read",
    "DELETE /api/challenges/{challenge_id}/teams/{team_id}/members/{member_id}": "challenges:write",
    "PUT /api/challenges/{challenge_id}/teams/{team_id}/membership": "challenges:write",
    "GET /api/challenges/{challenge_id}/invites": "challenges:read",
    "POST /api/challenges/{challenge_id}/invites": "challenges:write",
    "DELETE /api/challenges/{challenge_id}/invites/{invite_id}": "challenges:write",
    "POST /api/challenges/{challenge_id}/embed": "challenges:write",
    "DELETE /api/challenges/{challenge_id}/embed": "challenges:write",
    "GET /api/challenges/recommended": "challenges:read",
    "GET /api/challenges/templates": "challenges:read",
    "POST /api/challenges/summary": "challenges:read",
    "POST /api/challenges/invitation": "challenges:read",
    "POST /api/challenges/invitation/accept": "challenges:write",
    "GET /api/embed/boards/{token}": Access.EVERYBODY,
    "GET /api/members/{handle}/badges": "challenges:read",
    "GET /api/fair-play/rules": Access.EVERYBODY,
    "GET /api/fair-play/cases": "challenges:read",
    "POST /api/fair-play/cases/{workout_id}/appeal": "challenges:write",
    "GET /api/fair-play/queue": Access.MODERATORS,
    "POST /api/fair-play/queue/{workout_id}/decision": Access.MODERATORS,
    "GET /api/live": "live:read",
    "POST /api/live": "live:write",
    "GET /api/live/stream": "live:read",
    "POST /api/live/stream/{sid}": "live:read",
    "GET /api/live/{session_id}": "live:read",
    "PUT /api/live/{session_id}/participation": "live:write",
    "DELETE /api/live/{session_id}/participation": "live:write",
    "PUT /api/live/{session_id}/ready": "live:write",
    "POST /api/live/{session_id}/start": "live:write",
    "POST /api/live/{session_id}/pause": "live:write",
    "POST /api/live/{session_id}/resume": "live:write",
    "POST /api/live/{session_id}/finish": "live:write",
    "POST /api/live/{session_id}/cancel": "live:write",
    "POST /api/live/{session_id}/messages": "live:write",
    "GET /api/live/{session_id}/results": "live:read",
}

STAFF = (Who.ADMIN, Who.OWNER)
MEMBERS = (Who.STRANGER, Who.COACH, Who.MODERATOR, *STAFF)
_ONLY = {Access.STAFF: STAFF, Access.MODERATORS: (Who.MODERATOR, *STAFF)}
_LET_IN, _WHO_ARE_YOU, _NOT_FOR_YOU = "let in", 401, 403


def routes_of(app: Litestar) -> set[str]:
    """`METHOD /path/{name}` of every route."""
    return {
        f"{method} {re.sub(r':[a-z]+}', '}', path)}"
        for handler in handlers_of(app)
        for method in handler.http_methods  # type: ignore[attr-defined]  # there are HTTP routes only
        for path in handler.paths
    }


async def test_the_table_names_every_route_and_no_other(world: World) -> None:
    assert browser_application(None), "the page of the browser application is a route, too"
    assert routes_of(world.api.app._app) == set(EXPECTED)


@pytest.mark.parametrize("route", EXPECTED)
async def test_a_route_lets_in_who_may_call_it_and_nobody_else(world: World, route: str) -> None:
    access = EXPECTED[route]
    is_scope = access in SCOPES
    found: dict[str, str | int] = {}
    expected: dict[str, str | int] = {}

    async def try_as(name: str, person: Person, answer: str | int) -> None:
        expected[name] = answer
        found[name] = await call(route, person)

    nobody = _LET_IN if access == Access.EVERYBODY else _WHO_ARE_YOU
    await try_as("nobody", world.people[Who.NOBODY], nobody)
    for who in MEMBERS:
        is_for_them = who in _ONLY.get(access, MEMBERS)
        person = world.people[who]
        if route == "DELETE /api/session":
            person = await signed_in_elsewhere(world, person)
        await try_as(who, person, _LET_IN if is_for_them else _NOT_FOR_YOU)

    tokens_may = is_scope or access == Access.EVERYBODY
    right = [access] if is_scope else SCOPES
    await try_as("token", await world.followers_token(*right), _LET_IN if tokens_may else _NOT_FOR_YOU)
    if is_scope:
        other = [scope for scope in SCOPES if scope != access]
        await try_as("token with every other scope", await world.followers_token(*other), _NOT_FOR_YOU)
    # A token that counts no more is an error even where nobody needs one: it is never silently ignored.
    for who in (Who.EXPIRED_TOKEN, Who.REVOKED_TOKEN):
        await try_as(who, world.people[who], _WHO_ARE_YOU)
    assert found == expected


async def call(route: str, person: Person) -> str | int:
    """How the door answers, for things that do not exist and an empty body: nobody comes to harm."""
    method, _, path = route.partition(" ")
    path = re.sub(r"\{[a-z_]*(_id)\}", lambda _: str(UUID(bytes=uuid7().bytes)), path)
    path = re.sub(r"\{[a-z_]+\}", "nothing_of_this_name", path)
    answer = await person.call(method, path, None if method in {"GET", "DELETE"} else {})
    assert answer.status_code < 500, answer.text
    is_door = answer.status_code in {_WHO_ARE_YOU, _NOT_FOR_YOU} and answer.json()["code"] in {
        "unauthenticated",
        "not_allowed",
        "csrf",
    }
    return answer.status_code if is_door else _LET_IN


async def signed_in_elsewhere(world: World, person: Person) -> Person:
    """The same member on another device, who may sign out without leaving the others' tests outside."""
    other = world.api.stranger()
    answer = await other.post("/api/session", {"login": person.handle, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    other.signed_in(answer.json())
    return other
