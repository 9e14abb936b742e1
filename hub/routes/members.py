"""Profiles, preferences, pictures and roles."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, patch, put
from litestar.params import Parameter
from msgspec import Struct

from domain.identity.model import Actor
from domain.members import actions, queries
from domain.members.model import Me, MemberCard, Preferences, Profile, ProfileChange, Role
from hub.policy import Permission, needs, reader_with
from hub.services import Services

AVATAR_BYTES = 8_000_000
_FOR_EVER = "private, max-age=31536000, immutable"


class RoleChange(Struct, frozen=True, forbid_unknown_fields=True):
    role: Role


@get("/api/me", opt=needs(Permission.SELF_READ))
async def get_me(me: Actor, services: Services) -> Me:
    """Myself."""
    return await queries.get_me(me.member_id, vault=services.vault)


@patch("/api/me", opt=needs(Permission.SELF_MANAGE))
async def change_me(data: ProfileChange, me: Actor, services: Services) -> Me:
    """Change what is given of my profile."""
    await actions.change_profile(data, member_id=me.member_id)
    return await queries.get_me(me.member_id, vault=services.vault)


@put("/api/me/preferences", opt=needs(Permission.SELF_MANAGE))
async def prefer(data: Preferences, me: Actor) -> Preferences:
    """Set all my preferences."""
    return await actions.prefer(data, member_id=me.member_id)


@put("/api/me/avatar", request_max_body_size=AVATAR_BYTES, opt=needs(Permission.SELF_MANAGE))
async def set_avatar(request: Request[Any, Any, Any], me: Actor, services: Services) -> Me:
    """My picture: the body is a PNG, JPEG or WebP file."""
    await actions.set_avatar(await request.body(), member_id=me.member_id)
    return await queries.get_me(me.member_id, vault=services.vault)


@delete("/api/me/avatar", status_code=200, opt=needs(Permission.SELF_MANAGE))
async def remove_avatar(me: Actor, services: Services) -> Me:
    """No picture any more."""
    await actions.remove_avatar(member_id=me.member_id)
    return await queries.get_me(me.member_id, vault=services.vault)


@get("/api/members", opt=needs(Permission.MEMBERS_READ))
async def find_members(
    me: Actor,
    q: Annotated[str, Parameter(min_length=1, max_length=60)],
    limit: Annotated[int, Parameter(ge=1, le=50)] = 20,
) -> list[MemberCard]:
    """Members whose handle or name begins with `q`."""
    return await queries.find_members(q, reader=me.member_id, limit=limit)


@get("/api/members/{handle:str}", opt=needs(Permission.PUBLIC))
async def get_profile(handle: str, actor: Actor | None) -> Profile:
    """A member's page, as far as the reader may see it."""
    return await queries.get_profile(handle, reader=reader_with(actor, Permission.MEMBERS_READ))


@get("/api/members/{handle:str}/avatar", media_type="image/webp", opt=needs(Permission.PUBLIC))
async def get_avatar(handle: str, actor: Actor | None) -> Response[bytes]:
    """A member's picture, for those who see their card. Its address changes with the picture."""
    image = await queries.get_avatar(handle, reader=reader_with(actor, Permission.MEMBERS_READ))
    return Response(image, media_type="image/webp", headers={"Cache-Control": _FOR_EVER})


@put("/api/members/{handle:str}/role", opt=needs(Permission.ROLES_MANAGE))
async def set_role(handle: str, data: RoleChange, me: Actor, services: Services) -> Profile:
    """Give a member a role below one's own."""
    member_id = await actions.set_role(handle, data.role, by=me.member_id)
    services.node.revoke([f"role:{member_id}"])
    return await queries.get_profile(handle, reader=me.member_id)


ROUTES = [
    get_me,
    change_me,
    prefer,
    set_avatar,
    remove_avatar,
    find_members,
    get_profile,
    get_avatar,
    set_role,
]
