"""The policy is one table: roles hold permissions, tokens use them by scope, and the rest is refused."""

import pytest
from uuid_utils.compat import uuid7

from domain.identity.model import Actor
from domain.members.model import Role, Scope
from hub.policy import Permission, may, needs, reader_with

STAFF_ONLY = {Permission.ROLES_MANAGE: {Role.OWNER, Role.ADMIN}}
MODERATORS = {
    permission: {Role.OWNER, Role.ADMIN, Role.MODERATOR}
    for permission in (Permission.FEED_MODERATE, Permission.CHALLENGES_JUDGE)
}
NO_TOKEN = {
    Permission.SELF_MANAGE,
    Permission.FOLLOWS_MANAGE,
    Permission.ROLES_MANAGE,
    Permission.FEED_MODERATE,
    Permission.CLUBS_WRITE,
    Permission.CHALLENGES_JUDGE,
}


def browser(role: Role) -> Actor:
    return Actor(uuid7(), role, sign_in_id=uuid7())


def token(role: Role, *scopes: Scope) -> Actor:
    return Actor(uuid7(), role, token_id=uuid7(), scopes=frozenset(scopes))


@pytest.mark.parametrize("permission", Permission)
def test_who_is_not_signed_in_holds_what_is_public(permission: Permission) -> None:
    assert may(None, permission) is (permission is Permission.PUBLIC)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_browser_may_what_its_members_role_may(permission: Permission, role: Role) -> None:
    holders = {**STAFF_ONLY, **MODERATORS}.get(permission, set(Role))
    assert may(browser(role), permission) is (role in holders)


@pytest.mark.parametrize("permission", Permission)
def test_a_token_may_by_one_scope_or_never(permission: Permission) -> None:
    """Also an owner's: what only a browser may, no token may."""
    enough = [scope for scope in Scope if may(token(Role.OWNER, scope), permission)]
    if permission is Permission.PUBLIC:
        assert enough == list(Scope)
    elif permission in NO_TOKEN:
        assert not may(token(Role.OWNER, *Scope), permission)
    else:
        assert len(enough) == 1
        assert not may(token(Role.OWNER, *(set(Scope) - set(enough))), permission)
        assert enough[0].endswith(":write") is permission.endswith("_write")


def test_a_reader_without_the_scope_is_nobody_in_particular() -> None:
    seeing, blind = token(Role.MEMBER, Scope.FEED_READ), token(Role.MEMBER, Scope.LOGS_READ)
    assert reader_with(seeing, Permission.FEED_READ) == seeing.member_id
    assert reader_with(blind, Permission.FEED_READ) is None
    assert reader_with(None, Permission.FEED_READ) is None


def test_what_a_route_says_is_what_the_guard_reads() -> None:
    assert needs(Permission.LIVE_READ) == {"permission": Permission.LIVE_READ}
