"""Who may do what: every permission there is, and who holds it. What is not said here is refused.

Each route and each kind of live channel names its permission; a test fails for one that does not. Whether a
particular thing may be seen by a particular member is the domain's to say (`may_see`), and a thing that may
not looks like one that is not there.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.identity.model import Actor
from domain.members.model import Role, Scope


class Permission(StrEnum):
    PUBLIC = "public"
    SELF_READ = "self_read"
    SELF_MANAGE = "self_manage"
    MEMBERS_READ = "members_read"
    FOLLOWS_MANAGE = "follows_manage"
    ROLES_MANAGE = "roles_manage"
    LOGS_READ = "logs_read"
    LOGS_WRITE = "logs_write"
    FEED_READ = "feed_read"
    FEED_WRITE = "feed_write"
    FEED_MODERATE = "feed_moderate"
    CLUBS_READ = "clubs_read"
    CLUBS_WRITE = "clubs_write"
    CHALLENGES_READ = "challenges_read"
    CHALLENGES_WRITE = "challenges_write"
    CHALLENGES_JUDGE = "challenges_judge"
    LIVE_READ = "live_read"
    LIVE_WRITE = "live_write"


class Rule(Struct, frozen=True):
    """The roles that hold a permission, and the scope with which a token may use it (None: no token may)."""

    roles: frozenset[Role] = frozenset(Role)
    scope: Scope | None = None


_STAFF = frozenset({Role.OWNER, Role.ADMIN})
_RULES = {
    Permission.SELF_READ: Rule(scope=Scope.PROFILE_READ),
    Permission.SELF_MANAGE: Rule(),
    Permission.MEMBERS_READ: Rule(scope=Scope.PROFILE_READ),
    Permission.FOLLOWS_MANAGE: Rule(),
    Permission.ROLES_MANAGE: Rule(roles=_STAFF),
    Permission.LOGS_READ: Rule(scope=Scope.LOGS_READ),
    Permission.LOGS_WRITE: Rule(scope=Scope.LOGS_WRITE),
    Permission.FEED_READ: Rule(scope=Scope.FEED_READ),
    Permission.FEED_WRITE: Rule(scope=Scope.FEED_WRITE),
    Permission.FEED_MODERATE: Rule(roles=_STAFF | {Role.MODERATOR}),
    Permission.CLUBS_READ: Rule(scope=Scope.FEED_READ),
    Permission.CLUBS_WRITE: Rule(),
    Permission.CHALLENGES_READ: Rule(scope=Scope.CHALLENGES_READ),
    Permission.CHALLENGES_WRITE: Rule(scope=Scope.CHALLENGES_WRITE),
    Permission.CHALLENGES_JUDGE: Rule(roles=_STAFF | {Role.MODERATOR}),
    Permission.LIVE_READ: Rule(scope=Scope.LIVE_READ),
    Permission.LIVE_WRITE: Rule(scope=Scope.LIVE_WRITE),
}


def may(actor: Actor | None, permission: Permission) -> bool:
    """Whether this member, so proven, holds the permission. Nobody holds what has no rule."""
    if permission is Permission.PUBLIC:
        return True
    rule = _RULES.get(permission)
    if actor is None or rule is None or actor.role not in rule.roles:
        return False
    return actor.token_id is None or (rule.scope is not None and rule.scope in actor.scopes)


def reader_with(actor: Actor | None, permission: Permission) -> UUID | None:
    """Who reads what is open to everybody: without the permission to read more, nobody in particular."""
    return actor.member_id if actor is not None and may(actor, permission) else None


def needs(permission: Permission) -> dict[str, Any]:
    """For a route's `opt`: what it takes to call it."""
    return {"permission": permission}
