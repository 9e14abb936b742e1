"""Following and blocking. Who may no longer hear somebody stops hearing them at once."""

from datetime import datetime
from uuid import UUID

from litestar import delete, get, put

from domain.follows import actions, queries
from domain.follows.access import sight_of
from domain.follows.model import Follow, FollowRequest
from domain.identity.model import Actor
from domain.members.model import MemberCard
from domain.pages import Page
from hub.policy import Permission, needs
from hub.routes.paging import Cursor, Limit


@put("/api/members/{handle:str}/follow", opt=needs(Permission.FOLLOWS_MANAGE))
async def follow(handle: str, me: Actor, now: datetime) -> Follow:
    """Follow a public profile at once, or ask to follow another."""
    return await actions.follow(handle, follower_id=me.member_id, now=now)


@delete("/api/members/{handle:str}/follow", opt=needs(Permission.FOLLOWS_MANAGE))
async def unfollow(handle: str, me: Actor) -> None:
    """Stop following, or asking to."""
    await actions.unfollow(handle, follower_id=me.member_id)


@put("/api/members/{handle:str}/block", status_code=204, opt=needs(Permission.FOLLOWS_MANAGE))
async def block(handle: str, me: Actor, now: datetime) -> None:
    """See nothing of each other any more."""
    await actions.block(handle, blocker_id=me.member_id, now=now)


@delete("/api/members/{handle:str}/block", opt=needs(Permission.FOLLOWS_MANAGE))
async def unblock(handle: str, me: Actor) -> None:
    """Undo a block. Follows do not come back by themselves."""
    await actions.unblock(handle, blocker_id=me.member_id)


@get("/api/me/blocks", opt=needs(Permission.FOLLOWS_MANAGE))
async def list_blocked(me: Actor) -> list[MemberCard]:
    """Whom I have blocked."""
    return await queries.list_blocked(blocker_id=me.member_id)


@get("/api/me/follow-requests", opt=needs(Permission.FOLLOWS_MANAGE))
async def list_requests(me: Actor) -> list[FollowRequest]:
    """Who asks to follow me."""
    return await queries.list_requests(followee_id=me.member_id)


@put("/api/me/follow-requests/{member_id:uuid}", status_code=204, opt=needs(Permission.FOLLOWS_MANAGE))
async def approve(member_id: UUID, me: Actor, now: datetime) -> None:
    """Let somebody who asked follow me."""
    await actions.approve(member_id, followee_id=me.member_id, now=now)


@delete("/api/me/follow-requests/{member_id:uuid}", opt=needs(Permission.FOLLOWS_MANAGE))
async def refuse(member_id: UUID, me: Actor) -> None:
    """Do not let somebody follow me."""
    await actions.refuse(member_id, followee_id=me.member_id)


@delete("/api/me/followers/{handle:str}", opt=needs(Permission.FOLLOWS_MANAGE))
async def remove_follower(handle: str, me: Actor) -> None:
    """Somebody follows me no longer."""
    await actions.remove_follower(handle, followee_id=me.member_id)


@get("/api/members/{handle:str}/followers", opt=needs(Permission.MEMBERS_READ))
async def list_followers(
    handle: str, me: Actor, cursor: Cursor = None, limit: Limit = 20
) -> Page[MemberCard]:
    """Who follows a member, the latest first."""
    sight = await sight_of(handle, reader=me.member_id)
    return await queries.list_followers(sight, reader=me.member_id, cursor=cursor, limit=limit)


@get("/api/members/{handle:str}/following", opt=needs(Permission.MEMBERS_READ))
async def list_following(
    handle: str, me: Actor, cursor: Cursor = None, limit: Limit = 20
) -> Page[MemberCard]:
    """Whom a member follows, the latest first."""
    sight = await sight_of(handle, reader=me.member_id)
    return await queries.list_following(sight, reader=me.member_id, cursor=cursor, limit=limit)


ROUTES = [
    follow,
    unfollow,
    block,
    unblock,
    list_blocked,
    list_requests,
    approve,
    refuse,
    remove_follower,
    list_followers,
    list_following,
]
