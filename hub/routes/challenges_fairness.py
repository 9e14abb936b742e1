"""Fair play: the rules, why a score is what it is, quarantine, appeals and decisions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter, QueryParameter

from domain.challenges import audit, explained, plausibility, reviews
from domain.challenges.fair_model import (
    Appeal,
    AuditPage,
    CaseState,
    FairCase,
    FairPlayRules,
    Ruling,
    ScoreCard,
)
from domain.identity.model import Actor
from domain.pages import Page
from hub.policy import Permission, needs
from hub.routes.paging import Cursor, Limit

_READ = needs(Permission.CHALLENGES_READ)
_WRITE = needs(Permission.CHALLENGES_WRITE)
_JUDGE = needs(Permission.CHALLENGES_JUDGE)


@get("/api/fair-play/rules", opt=needs(Permission.PUBLIC))
async def get_fair_play_rules() -> Response[FairPlayRules]:
    """What is believed of a workout, for each sport. Their `version` grows with each change."""
    return Response(plausibility.rules(), headers={"Cache-Control": "public, max-age=300"})


@get("/api/challenges/{challenge_id:uuid}/score/me", opt=_READ)
async def get_my_score(challenge_id: UUID, me: Actor, cursor: Cursor = None, limit: Limit = 50) -> ScoreCard:
    """Why my score is what it is: each workout around the window, and what became of it."""
    return await explained.score_card(challenge_id, member_id=me.member_id, cursor=cursor, limit=limit)


@get("/api/challenges/{challenge_id:uuid}/audit", opt=_READ)
async def get_audit(
    challenge_id: UUID,
    me: Actor,
    before: Annotated[int | None, Parameter(ge=1, description="`next_before` of the page before")] = None,
    limit: Limit = 50,
) -> AuditPage:
    """What happened to a challenge and, once its window was over, to its scores; the latest first."""
    return await audit.read(challenge_id, reader=me.member_id, before=before, limit=limit)


@get("/api/fair-play/cases", opt=_READ)
async def list_my_cases(me: Actor, limit: Limit = 50) -> list[FairCase]:
    """My workouts that are or were in quarantine, with the reasons."""
    return await reviews.list_mine(member_id=me.member_id, limit=limit)


@post("/api/fair-play/cases/{workout_id:uuid}/appeal", status_code=200, opt=_WRITE)
async def appeal(workout_id: UUID, data: Appeal, me: Actor, now: datetime) -> FairCase:
    """Say why my workout is right as it is."""
    return await reviews.appeal(workout_id, data, member_id=me.member_id, now=now)


@get("/api/fair-play/queue", opt=_JUDGE)
async def list_review_queue(
    in_state: Annotated[CaseState, QueryParameter(name="state")] = CaseState.APPEALED,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Page[FairCase]:
    """For moderators: the cases in a state, those that have waited longest first."""
    return await reviews.list_queue(in_state, cursor=cursor, limit=limit)


@post("/api/fair-play/queue/{workout_id:uuid}/decision", status_code=200, opt=_JUDGE)
async def decide_case(workout_id: UUID, data: Ruling, me: Actor, now: datetime) -> FairCase:
    """For moderators: reinstate a workout or keep it out, with a note for its author."""
    return await reviews.decide(workout_id, data, by=me.member_id, now=now)


ROUTES = [
    get_fair_play_rules,
    get_my_score,
    get_audit,
    list_my_cases,
    appeal,
    list_review_queue,
    decide_case,
]
