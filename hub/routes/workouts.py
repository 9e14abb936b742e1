"""Workouts and the exercise catalogue."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import Parameter

from domain.follows.access import sight_of
from domain.identity.model import Actor
from domain.pages import Page
from domain.workouts import actions, catalogue, queries
from domain.workouts.model import Exercise, ExerciseEntry, Source, Workout, WorkoutDraft
from hub.policy import Permission, needs, reader_with
from hub.routes.paging import Cursor, Limit


@get("/api/exercises", opt=needs(Permission.PUBLIC))
async def list_exercises(request: Request[Any, Any, Any]) -> Response[list[Exercise]]:
    """The whole catalogue, by name. Send its `ETag` as `If-None-Match` to get it only when it changed."""
    headers = {"ETag": _etag(), "Cache-Control": "public, max-age=300"}
    if _etag() in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]  # 304 has no body
    return Response(list(catalogue.exercises()), headers=headers)


@get("/api/exercises/{slug:str}/last", opt=needs(Permission.LOGS_READ))
async def get_last_entry(slug: str, me: Actor) -> ExerciseEntry | None:
    """What I did of an exercise the last time; null if I never did it."""
    return await queries.find_last_entry(slug, author_id=me.member_id)


@get("/api/workouts", opt=needs(Permission.LOGS_READ))
async def list_mine(me: Actor, cursor: Cursor = None, limit: Limit = 20) -> Page[Workout]:
    """My workouts, newest first by when they were done."""
    sight = await sight_of(me.member_id, reader=me.member_id)
    return await queries.list_workouts(sight, reader=me.member_id, cursor=cursor, limit=limit)


@get("/api/members/{handle:str}/workouts", opt=needs(Permission.PUBLIC))
async def list_theirs(
    handle: str, actor: Actor | None, cursor: Cursor = None, limit: Limit = 20
) -> Page[Workout]:
    """A member's workouts, as far as the reader may see them, newest first by when they were done."""
    reader = reader_with(actor, Permission.LOGS_READ)
    return await queries.list_workouts(
        await sight_of(handle, reader=reader), reader=reader, cursor=cursor, limit=limit
    )


@post("/api/workouts", opt=needs(Permission.LOGS_WRITE))
async def log_workout(data: WorkoutDraft, me: Actor, now: datetime) -> Response[Workout]:
    """Log a workout. The same id again, as after a retry, answers 200 with what is stored."""
    source = Source.API if me.token_id else Source.MANUAL
    logged = await actions.log_workout(data, author_id=me.member_id, now=now, source=source)
    return Response(logged.workout, status_code=201 if logged.created else 200)


@get("/api/workouts/{workout_id:uuid}", opt=needs(Permission.PUBLIC))
async def get_workout(workout_id: UUID, actor: Actor | None) -> Workout:
    """One workout. Its note is shown to its author alone."""
    return await queries.get_workout(workout_id, reader=reader_with(actor, Permission.LOGS_READ))


@put("/api/workouts/{workout_id:uuid}", opt=needs(Permission.LOGS_WRITE))
async def edit_workout(
    workout_id: Annotated[UUID, Parameter(description="the same as in the body")],
    data: WorkoutDraft,
    me: Actor,
    now: datetime,
) -> Workout:
    """Replace what one of my workouts says."""
    return await actions.edit_workout(workout_id, data, author_id=me.member_id, now=now)


@delete("/api/workouts/{workout_id:uuid}", opt=needs(Permission.LOGS_WRITE))
async def delete_workout(workout_id: UUID, me: Actor) -> None:
    """Delete one of my workouts, with its post."""
    await actions.delete_workout(workout_id, author_id=me.member_id)


@cache
def _etag() -> str:
    digest = hashlib.sha256(msgspec.json.encode(catalogue.exercises())).hexdigest()
    return f'"{digest[:32]}"'


ROUTES = [
    list_exercises,
    get_last_entry,
    list_mine,
    list_theirs,
    log_workout,
    get_workout,
    edit_workout,
    delete_workout,
]
