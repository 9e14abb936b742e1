"""Who sees what: each thing that members share, under each visibility, for everybody; over REST and live.

Blocked and absent are one answer, to the byte, but for the request's id.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from domain.identity.model import Actor
from domain.members.model import Role, Scope
from domain.visibility import Visibility
from hub.live_host import LiveHost, identity_of
from tests.hub.world import SCOPES, Who, World
from tests.support.apis import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIGNED_IN = (
    *(Who.STRANGER, Who.FOLLOWER, Who.PENDING, Who.BLOCKED, Who.AUTHOR),
    *(Who.COACH, Who.MODERATOR, Who.ADMIN, Who.OWNER),
)
READERS = (Who.NOBODY, *SIGNED_IN)
# A role on the hub opens nothing that a member shares with others only.
SEES = {
    Visibility.PUBLIC: set(READERS) - {Who.BLOCKED},
    Visibility.FOLLOWERS: {Who.FOLLOWER, Who.AUTHOR},
    Visibility.PRIVATE: {Who.AUTHOR},
}
CASES = [(visibility, who) for visibility in Visibility for who in READERS]
each_reader = pytest.mark.parametrize(("visibility", "who"), CASES)
each_visibility = pytest.mark.parametrize("visibility", Visibility)


async def sees(world: World, person: Person, method: str, path: str, thing: str, body: Any = None) -> bool:
    """Whether this works on a thing. Where it does not, the answer is that to a thing that never was."""
    answer = await person.call(method, path.replace("ID", thing), body)
    if answer.is_success:
        return True
    if body is not None:
        body = {**body, "id": str(uuid7())}
    absent = await person.call(method, path.replace("ID", str(uuid7())), body)
    assert answer.status_code == absent.status_code == 404, answer.text
    assert {**answer.json(), "request_id": ""} == {**absent.json(), "request_id": ""}
    return False


def ids(page: Any) -> set[str]:
    return {one["id"] for one in (page["items"] if isinstance(page, dict) else page)}


async def everything(person: Person, path: str) -> set[str]:
    """The ids in a list; none where the list itself is not to be seen."""
    answer = await person.get(path)
    assert answer.status_code in {200, 401, 404}, answer.text
    return ids(answer.json()) if answer.is_success else set()


@each_reader
async def test_workouts(world: World, visibility: Visibility, who: Who) -> None:
    person, workout = world.people[who], world.workouts[visibility]
    expected = who in SEES[visibility]
    assert await sees(world, person, "GET", "/api/workouts/ID", workout) is expected
    if expected:
        note = (await person.get(f"/api/workouts/{workout}")).json()["note"]
        assert (note is not None) is (who is Who.AUTHOR)
    listed = await everything(person, f"/api/members/{world.author.handle}/workouts")
    # The page of a profile that is not public is not there for who is not signed in.
    assert (workout in listed) is (expected and who is not Who.NOBODY)


@each_reader
async def test_posts_and_their_comments(world: World, visibility: Visibility, who: Who) -> None:
    person, post = world.people[who], world.posts[visibility]
    expected = who in SEES[visibility]
    assert await sees(world, person, "GET", "/api/posts/ID", post) is expected
    assert await sees(world, person, "GET", "/api/posts/ID/comments", post) is expected
    listed = await everything(person, f"/api/members/{world.author.handle}/posts")
    assert (post in listed) is (expected and who is not Who.NOBODY)
    at_home = post in await everything(person, "/api/feed")
    assert at_home is (expected and who in {Who.AUTHOR, Who.FOLLOWER})


@each_visibility
@pytest.mark.parametrize("who", SIGNED_IN)
async def test_kudos_and_comments_need_sight(world: World, visibility: Visibility, who: Who) -> None:
    person, post = world.people[who], world.posts[visibility]
    expected = who in SEES[visibility]
    assert await sees(world, person, "PUT", "/api/posts/ID/kudos", post) is expected
    assert await sees(world, person, "DELETE", "/api/posts/ID/kudos", post) is expected
    comment = {"id": str(uuid7()), "text": "well done"}
    assert await sees(world, person, "POST", "/api/posts/ID/comments", post, comment) is expected
    if expected:
        assert (await person.delete(f"/api/comments/{comment['id']}")).status_code == 204


@each_visibility
@pytest.mark.parametrize("who", [who for who in SIGNED_IN if who is not Who.AUTHOR])
async def test_only_its_author_changes_a_thing(world: World, visibility: Visibility, who: Who) -> None:
    """Moderators delete what they see of posts and comments; that has its own tests."""
    person, workout = world.people[who], world.workouts[visibility]
    stored = (await world.author.get(f"/api/workouts/{workout}")).json()
    draft = {key: stored[key] for key in ("id", "sport", "started_at", "tz", "duration_s")}
    for answer in (
        await person.put(f"/api/workouts/{workout}", draft),
        await person.delete(f"/api/workouts/{workout}"),
    ):
        assert answer.status_code in ({403, 404} if who in SEES[visibility] else {404}), answer.text
    if who not in {Who.MODERATOR, Who.ADMIN, Who.OWNER}:
        for path in (f"/api/posts/{world.posts[visibility]}", f"/api/comments/{world.comments[visibility]}"):
            answer = await person.delete(path)
            assert answer.status_code in ({403, 404} if who in SEES[visibility] else {404}), answer.text
    answer = await person.post(f"/api/live/{world.sessions[visibility]}/cancel")
    assert answer.status_code in ({403, 404} if who in SEES[visibility] else {404}), answer.text


@each_reader
async def test_live_sessions(world: World, visibility: Visibility, who: Who) -> None:
    person, session = world.people[who], world.sessions[visibility]
    if who is Who.NOBODY:
        assert (await person.get(f"/api/live/{session}")).status_code == 401
        assert (await person.get("/api/live")).status_code == 401
        return
    expected = who in SEES[visibility]
    assert await sees(world, person, "GET", "/api/live/ID", session) is expected
    assert (session in await everything(person, "/api/live")) is expected
    assert await sees(world, person, "PUT", "/api/live/ID/participation", session) is expected
    if who is not Who.AUTHOR:
        assert await sees(world, person, "DELETE", "/api/live/ID/participation", session) is expected
    if not expected:
        for verb in ("pause", "resume", "finish", "cancel"):
            assert not await sees(world, person, "POST", f"/api/live/ID/{verb}", session)
        assert not await sees(world, person, "GET", "/api/live/ID/results", session)


@each_reader
async def test_profiles(world: World, visibility: Visibility, who: Who) -> None:
    """Whoever is signed in sees the card; the rest is for those it is shared with."""
    whose = world.profiles()[visibility]
    person = whose if who is Who.AUTHOR else world.people[who]
    answer = await person.get(f"/api/members/{whose.handle}")
    is_hidden = who is Who.BLOCKED or (who is Who.NOBODY and visibility is not Visibility.PUBLIC)
    if is_hidden:
        absent = await person.get("/api/members/nobody_of_this_name")
        assert answer.status_code == absent.status_code == 404
        assert {**answer.json(), "request_id": ""} == {**absent.json(), "request_id": ""}
        return
    profile = answer.json()
    assert profile["member"]["id"] == whose.id
    for field in ("bio", "workouts", "followers", "following"):
        assert (profile[field] is not None) is (who in SEES[visibility]), field


@pytest.mark.parametrize("who", READERS)
async def test_pictures_go_with_the_card(world: World, who: Who) -> None:
    for visibility, whose in world.profiles().items():
        assert (await whose.put("/api/me/avatar", content=PNG)).status_code == 200
        person = whose if who is Who.AUTHOR else world.people[who]
        answer = await person.get(f"/api/members/{whose.handle}/avatar")
        is_hidden = who is Who.BLOCKED or (who is Who.NOBODY and visibility is not Visibility.PUBLIC)
        assert answer.status_code == (404 if is_hidden else 200)


@each_visibility
async def test_a_token_reads_with_its_scopes_only(world: World, visibility: Visibility) -> None:
    """Without the scope it sees what anybody sees; with it, what its member sees."""
    for path, thing, scope in (
        ("/api/workouts/ID", world.workouts[visibility], "logs:read"),
        ("/api/posts/ID", world.posts[visibility], "feed:read"),
        ("/api/posts/ID/comments", world.posts[visibility], "feed:read"),
    ):
        with_it = await world.followers_token(scope)
        without = await world.followers_token(*(other for other in SCOPES if other != scope))
        assert await sees(world, with_it, "GET", path, thing) is (visibility is not Visibility.PRIVATE)
        assert await sees(world, without, "GET", path, thing) is (visibility is Visibility.PUBLIC)


async def test_a_token_without_its_scope_does_not_read_a_profile_or_an_address(world: World) -> None:
    blind = await world.followers_token("logs:write")
    seeing = await world.followers_token("profile:read")
    handle = world.author.handle
    assert (await blind.get(f"/api/members/{handle}")).status_code == 404
    assert (await seeing.get(f"/api/members/{handle}")).json()["bio"] is not None
    assert (await blind.get("/api/session")).json()["me"] is None
    assert "@" not in (await blind.get("/api/session")).text
    assert (await seeing.get("/api/session")).json()["me"]["handle"] == world.people[Who.FOLLOWER].handle


# Live: the same people at the doors of the channels.


def actor_of(world: World, who: Who) -> Actor:
    roles = {Who(role): role for role in Role if role != Role.MEMBER}
    return Actor(UUID(world.people[who].id), roles.get(who, Role.MEMBER), sign_in_id=uuid7())


def token_of(world: World, *scopes: str) -> Actor:
    follower = UUID(world.people[Who.FOLLOWER].id)
    return Actor(follower, Role.MEMBER, token_id=uuid7(), scopes=frozenset(map(Scope, scopes)))


async def may_watch(world: World, actor: Actor, channel: str) -> bool:
    host: LiveHost = world.api.app._live._services.node._reception._host
    return await host.may_watch(identity_of(actor), channel)


def channels(world: World, visibility: Visibility) -> Iterator[str]:
    for kind in ("room", "session", "presence:session", "metrics"):
        yield f"{kind}:{world.sessions[visibility]}"


@each_visibility
@pytest.mark.parametrize("who", SIGNED_IN)
async def test_the_channels_of_a_session(world: World, visibility: Visibility, who: Who) -> None:
    for channel in channels(world, visibility):
        allowed = await may_watch(world, actor_of(world, who), channel)
        assert allowed is (who in SEES[visibility]), channel


@pytest.mark.parametrize("who", SIGNED_IN)
async def test_a_members_own_channels(world: World, who: Who) -> None:
    for kind in ("member", "home"):
        channel = f"{kind}:{world.author.id}"
        assert await may_watch(world, actor_of(world, who), channel) is (who is Who.AUTHOR), channel


@pytest.mark.parametrize("who", SIGNED_IN)
async def test_an_authors_channel_is_for_followers(world: World, who: Who) -> None:
    allowed = await may_watch(world, actor_of(world, who), f"author:{world.author.id}")
    assert allowed is (who in {Who.AUTHOR, Who.FOLLOWER})


@pytest.mark.parametrize("who", SIGNED_IN)
async def test_boards_and_the_list_of_sessions_are_for_every_member(world: World, who: Who) -> None:
    actor = actor_of(world, who)
    sees_it = who is not Who.BLOCKED  # its author's challenge is not there for whom they block
    assert await may_watch(world, actor, f"board:{world.challenge}") is sees_it
    assert await may_watch(world, actor, "live")


@pytest.mark.parametrize("kind", ["member", "home", "author", "board", "room", "session", "metrics"])
async def test_a_channel_of_nothing_is_closed_to_everybody(world: World, kind: str) -> None:
    for who in SIGNED_IN:
        assert not await may_watch(world, actor_of(world, who), f"{kind}:{uuid7()}")


async def test_a_token_watches_with_its_scopes_only(world: World) -> None:
    follower, visible = world.people[Who.FOLLOWER].id, Visibility.FOLLOWERS
    for channel, scope in (
        (f"member:{follower}", "profile:read"),
        (f"home:{follower}", "feed:read"),
        (f"author:{world.author.id}", "feed:read"),
        (f"board:{world.challenge}", "challenges:read"),
        ("live", "live:read"),
        *((channel, "live:read") for channel in channels(world, visible)),
    ):
        others = [other for other in SCOPES if other != scope]
        assert await may_watch(world, token_of(world, scope), channel), channel
        assert not await may_watch(world, token_of(world, *others), channel), channel


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
