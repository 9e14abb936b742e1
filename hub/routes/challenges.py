"""Challenges: found, made, joined, changed, left; their boards and results."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post, put
from litestar.params import Parameter, QueryParameter
from litestar.response import Stream

from domain.challenges import actions, editing, export, finding, queries, results, templates, wording
from domain.challenges.finding import Whose, Wish
from domain.challenges.model import (
    Challenge,
    ChallengeDraft,
    ChallengeEdit,
    ChallengeState,
    Kind,
    Metric,
    Sides,
    Standings,
)
from domain.challenges.outcome_model import Badge, Recommendation, Results, Summary, Template
from domain.challenges.teams_model import ParticipationChange
from domain.follows.access import sight_of
from domain.identity.model import Actor
from domain.workouts.model import Sport
from hub.policy import Permission, needs
from hub.routes.paging import Limit

_READ = needs(Permission.CHALLENGES_READ)
_WRITE = needs(Permission.CHALLENGES_WRITE)


@get("/api/challenges", opt=_READ)
async def list_challenges(
    me: Actor,
    now: datetime,
    in_state: Annotated[ChallengeState | None, QueryParameter(name="state")] = None,
    kind: Kind | None = None,
    metric: Metric | None = None,
    sides: Sides | None = None,
    sport: Sport | None = None,
    club_id: UUID | None = None,
    whose: Whose = Whose.ALL,
    q: Annotated[
        str, Parameter(max_length=80, pattern=r"^[^\u0000]*$", description="words of the title")
    ] = "",
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
    offset: Annotated[int, Parameter(ge=0, le=10_000)] = 0,
) -> list[Challenge]:
    """Challenges that fit, as far as they are there for me: active ones first, by what matters next."""
    wish = Wish(in_state, kind, metric, sides, sport, club_id, whose, q)
    return await finding.list_challenges(wish, reader=me.member_id, now=now, limit=limit, offset=offset)


@get("/api/challenges/recommended", opt=_READ)
async def list_recommended(
    me: Actor, now: datetime, limit: Annotated[int, Parameter(ge=1, le=20)] = 6
) -> list[Recommendation]:
    """Challenges that I might join, and why."""
    return await finding.recommended(member_id=me.member_id, now=now, limit=limit)


@get("/api/challenges/templates", opt=_READ)
async def list_templates() -> list[Template]:
    """Good beginnings for challenges."""
    return list(templates.TEMPLATES)


@post("/api/challenges/summary", status_code=200, opt=_READ)
async def summarise_draft(data: ChallengeDraft, now: datetime) -> Summary:
    """The rules of a draft in plain words; refused as making it would be."""
    return Summary(wording.of_draft(data, now=now))


@post("/api/challenges", opt=_WRITE)
async def create_challenge(data: ChallengeDraft, me: Actor, now: datetime) -> Response[Challenge]:
    """Make a challenge and take part in it. The same id again answers 200 with what is stored."""
    is_new = await actions.create(data, creator_id=me.member_id, now=now)
    challenge = await queries.get_challenge(data.id, reader=me.member_id, now=now)
    return Response(challenge, status_code=201 if is_new else 200)


@get("/api/challenges/{challenge_id:uuid}", opt=_READ)
async def get_challenge(challenge_id: UUID, me: Actor, now: datetime) -> Challenge:
    """A challenge, its rules, who leads it, and where I stand."""
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@patch("/api/challenges/{challenge_id:uuid}", opt=_WRITE)
async def edit_challenge(challenge_id: UUID, data: ChallengeEdit, me: Actor, now: datetime) -> Challenge:
    """Change my challenge, as far as it may still be changed. Everybody in it hears of it."""
    await editing.edit(challenge_id, data, by=me.member_id, now=now)
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@delete("/api/challenges/{challenge_id:uuid}", opt=_WRITE)
async def delete_challenge(challenge_id: UUID, me: Actor) -> None:
    """Delete a challenge: one's own, or as a moderator any."""
    await actions.delete(challenge_id, by=me.member_id, role=me.role)


@put("/api/challenges/{challenge_id:uuid}/membership", opt=_WRITE)
async def join_challenge(challenge_id: UUID, me: Actor, now: datetime) -> Challenge:
    """Take part. What I have logged in the window counts."""
    await actions.join(challenge_id, member_id=me.member_id, now=now)
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@patch("/api/challenges/{challenge_id:uuid}/membership", opt=_WRITE)
async def change_membership(
    challenge_id: UUID, data: ParticipationChange, me: Actor, now: datetime
) -> Challenge:
    """How I take part: hidden, under an alias, of what weight."""
    await actions.change_participation(challenge_id, data, member_id=me.member_id)
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@delete("/api/challenges/{challenge_id:uuid}/membership", status_code=200, opt=_WRITE)
async def leave_challenge(challenge_id: UUID, me: Actor, now: datetime) -> Challenge:
    """Take part no more. My score goes."""
    left = await queries.get_challenge(challenge_id, reader=me.member_id, now=now)
    await actions.leave(challenge_id, member_id=me.member_id)
    return await queries.get_challenge(left.id, reader=me.member_id, now=now, is_invited=True)


@get("/api/challenges/{challenge_id:uuid}/standings", opt=_READ)
async def get_standings(challenge_id: UUID, me: Actor) -> Standings:
    """The top of the board and my neighbourhood; `board:<id>` tells when it moves."""
    return await queries.standings(challenge_id, reader=me.member_id)


@get("/api/challenges/{challenge_id:uuid}/standings.csv", opt=_READ, media_type="text/csv")
async def export_standings(challenge_id: UUID, me: Actor) -> Stream:
    """The whole board as CSV (RFC 4180)."""
    lines = await export.lines(challenge_id, reader=me.member_id)
    headers = {"Content-Disposition": f'attachment; filename="challenge-{challenge_id}.csv"'}
    return Stream(lines, media_type="text/csv; charset=utf-8", headers=headers)


@get("/api/challenges/{challenge_id:uuid}/results", opt=_READ)
async def get_results(challenge_id: UUID, me: Actor) -> Results:
    """How a settled challenge ended, and what I took home."""
    return await results.get_results(challenge_id, reader=me.member_id)


@get("/api/members/{handle:str}/badges", opt=_READ)
async def list_badges(handle: str, me: Actor, limit: Limit = 50) -> list[Badge]:
    """What a member took home from challenges that I may see, the latest first."""
    sight = await sight_of(handle, reader=me.member_id)
    return (
        await results.list_badges(sight.owner.id, reader=me.member_id, limit=limit) if sight.profile else []
    )


ROUTES = [
    list_challenges,
    list_recommended,
    list_templates,
    summarise_draft,
    create_challenge,
    get_challenge,
    edit_challenge,
    delete_challenge,
    join_challenge,
    change_membership,
    leave_challenge,
    get_standings,
    export_standings,
    get_results,
    list_badges,
]
