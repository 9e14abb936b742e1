"""Clubs."""

from datetime import datetime

from litestar import Response, delete, get, post, put

from domain.clubs import actions, queries
from domain.clubs.model import Club, ClubDraft, ClubMember
from domain.identity.model import Actor
from domain.pages import Page
from hub.policy import Permission, needs
from hub.routes.paging import Cursor, Limit


@get("/api/clubs", opt=needs(Permission.CLUBS_READ))
async def list_clubs(me: Actor, limit: Limit = 100) -> list[Club]:
    """Clubs, the largest first."""
    return await queries.list_clubs(reader=me.member_id, limit=limit)


@post("/api/clubs", opt=needs(Permission.CLUBS_WRITE))
async def found_club(data: ClubDraft, me: Actor, now: datetime) -> Response[Club]:
    """Found a club and organise it. The same id again answers 200 with what is stored."""
    club, is_new = await actions.found_club(data, creator_id=me.member_id, now=now)
    return Response(club, status_code=201 if is_new else 200)


@get("/api/clubs/{slug:str}", opt=needs(Permission.CLUBS_READ))
async def get_club(slug: str, me: Actor) -> Club:
    """One club."""
    return await queries.get_club(slug, reader=me.member_id)


@get("/api/clubs/{slug:str}/members", opt=needs(Permission.CLUBS_READ))
async def list_members(slug: str, me: Actor, cursor: Cursor = None, limit: Limit = 20) -> Page[ClubMember]:
    """Who is in a club, those longest in it first."""
    return await queries.list_members(slug, reader=me.member_id, cursor=cursor, limit=limit)


@put("/api/clubs/{slug:str}/membership", opt=needs(Permission.CLUBS_WRITE))
async def join_club(slug: str, me: Actor, now: datetime) -> Club:
    """Join a club."""
    return await actions.join_club(slug, member_id=me.member_id, now=now)


@delete("/api/clubs/{slug:str}/membership", status_code=200, opt=needs(Permission.CLUBS_WRITE))
async def leave_club(slug: str, me: Actor) -> Club:
    """Leave a club. Its last organiser can only leave last."""
    return await actions.leave_club(slug, member_id=me.member_id)


ROUTES = [list_clubs, found_club, get_club, list_members, join_club, leave_club]
