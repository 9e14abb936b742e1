"""Boards, read in pages. What moves is on the channels `board:<id>` and `around:<id>:<me>`."""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from litestar import get
from litestar.params import Parameter

from domain.challenges import board_history
from domain.challenges.board_pages import BoardPage, FriendsPage, MyPlace, MyProgress
from domain.challenges.boards import check_visible
from domain.challenges.errors import NotTakingPart
from domain.identity.model import Actor
from hub.boards.reader import Reader
from hub.policy import Permission, needs
from hub.services import Services

_Shown = TypeVar("_Shown")
_Limit = Annotated[int, Parameter(ge=1, le=100)]


@get("/api/challenges/{challenge_id:uuid}/board", opt=needs(Permission.CHALLENGES_READ))
async def get_board_page(
    challenge_id: UUID,
    me: Actor,
    services: Services,
    offset: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    limit: _Limit = 32,
) -> BoardPage:
    """The places from `offset` on."""
    await check_visible(challenge_id, reader=me.member_id)
    return await Reader(services.boards).page(challenge_id, offset=offset, limit=limit)


@get("/api/challenges/{challenge_id:uuid}/board/around", opt=needs(Permission.CHALLENGES_READ))
async def get_board_around_me(
    challenge_id: UUID, me: Actor, services: Services, limit: _Limit = 32
) -> BoardPage:
    """The places around mine, and mine. Who is hidden sees where they would stand."""
    await check_visible(challenge_id, reader=me.member_id)
    return _taking_part(await Reader(services.boards).around(challenge_id, me.member_id, size=limit))


@get("/api/challenges/{challenge_id:uuid}/board/friends", opt=needs(Permission.CHALLENGES_READ))
async def get_board_of_friends(challenge_id: UUID, me: Actor, services: Services) -> FriendsPage:
    """Me and those of the first 500 whom I follow, ranked among ourselves: the first fifty."""
    await check_visible(challenge_id, reader=me.member_id)
    return await Reader(services.boards).friends(challenge_id, me.member_id)


@get("/api/challenges/{challenge_id:uuid}/board/me", opt=needs(Permission.CHALLENGES_READ))
async def get_my_place(challenge_id: UUID, me: Actor, services: Services) -> MyPlace:
    """Where I stand, and the next scores above and below mine."""
    await check_visible(challenge_id, reader=me.member_id)
    return _taking_part(await Reader(services.boards).mine(challenge_id, me.member_id))


@get("/api/challenges/{challenge_id:uuid}/board/progress", opt=needs(Permission.CHALLENGES_READ))
async def get_my_progress(challenge_id: UUID, me: Actor, now: datetime) -> MyProgress:
    """My rank at the end of each day, and where I am heading."""
    await check_visible(challenge_id, reader=me.member_id)
    return _taking_part(await board_history.progress(challenge_id, me.member_id, now=now))


def _taking_part(shown: _Shown | None) -> _Shown:
    if shown is None:
        raise NotTakingPart
    return shown


ROUTES = [get_board_page, get_board_around_me, get_board_of_friends, get_my_place, get_my_progress]
