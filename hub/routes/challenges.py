"""Challenges and their boards."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import Parameter, QueryParameter

from domain.challenges import actions, queries
from domain.challenges.model import Challenge, ChallengeDraft, ChallengeState, Standings
from domain.identity.model import Actor
from hub.policy import Permission, needs


@get("/api/challenges", opt=needs(Permission.CHALLENGES_READ))
async def list_challenges(
    me: Actor,
    now: datetime,
    in_state: Annotated[ChallengeState | None, QueryParameter(name="state")] = None,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> list[Challenge]:
    """Challenges in a state, or in any: active ones first."""
    return await queries.list_challenges(in_state, reader=me.member_id, now=now, limit=limit)


@post("/api/challenges", opt=needs(Permission.CHALLENGES_WRITE))
async def create_challenge(data: ChallengeDraft, me: Actor, now: datetime) -> Response[Challenge]:
    """Make a challenge and take part in it. The same id again answers 200 with what is stored."""
    is_new = await actions.create(data, creator_id=me.member_id, now=now)
    challenge = await queries.get_challenge(data.id, reader=me.member_id, now=now)
    return Response(challenge, status_code=201 if is_new else 200)


@get("/api/challenges/{challenge_id:uuid}", opt=needs(Permission.CHALLENGES_READ))
async def get_challenge(challenge_id: UUID, me: Actor, now: datetime) -> Challenge:
    """A challenge, who leads it, and where I stand."""
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@delete("/api/challenges/{challenge_id:uuid}", opt=needs(Permission.CHALLENGES_WRITE))
async def delete_challenge(challenge_id: UUID, me: Actor) -> None:
    """Delete a challenge: one's own, or as a moderator any."""
    await actions.delete(challenge_id, by=me.member_id, role=me.role)


@put("/api/challenges/{challenge_id:uuid}/membership", opt=needs(Permission.CHALLENGES_WRITE))
async def join_challenge(challenge_id: UUID, me: Actor, now: datetime) -> Challenge:
    """Take part. What I have logged in the window counts."""
    await actions.join(challenge_id, member_id=me.member_id, now=now)
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@delete(
    "/api/challenges/{challenge_id:uuid}/membership",
    status_code=200,
    opt=needs(Permission.CHALLENGES_WRITE),
)
async def leave_challenge(challenge_id: UUID, me: Actor, now: datetime) -> Challenge:
    """Take part no more. My score goes."""
    await actions.leave(challenge_id, member_id=me.member_id)
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@get("/api/challenges/{challenge_id:uuid}/standings", opt=needs(Permission.CHALLENGES_READ))
async def get_standings(challenge_id: UUID, me: Actor) -> Standings:
    """The top of the board and my neighbourhood, at a version of the live channel `board:<id>`."""
    return await queries.standings(challenge_id, reader=me.member_id)


ROUTES = [
    list_challenges,
    create_challenge,
    get_challenge,
    delete_challenge,
    join_challenge,
    leave_challenge,
    get_standings,
]
