"""Live sessions: the list, the room, what its host and its participants do."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import Parameter
from msgspec import Meta, Struct
from uuid_utils.compat import uuid7

from domain.identity.model import Actor
from domain.live import actions, messages, queries
from domain.live.model import Cheer, LiveSession, Ready, Result, Room, Said, SessionDraft, Start
from hub.policy import Permission, needs
from hub.services import Services


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """What `publish` says over the socket. The same `mid` has one effect, however often it is sent."""

    mid: Annotated[str, Meta(min_length=8, max_length=64)]
    body: Said | Cheer


class Published(Struct, frozen=True):
    """Where the message stands in the session's channel."""

    seq: int


@get("/api/live", opt=needs(Permission.LIVE_READ))
async def list_sessions(me: Actor, limit: Annotated[int, Parameter(ge=1, le=100)] = 50) -> list[LiveSession]:
    """Sessions that are not over, the running ones first."""
    return await queries.list_open(reader=me.member_id, limit=limit)


@post("/api/live", opt=needs(Permission.LIVE_WRITE))
async def create_session(data: SessionDraft, me: Actor, now: datetime) -> Response[Room]:
    """Open a lobby, with me as its host and in it. The same id again answers 200 with what is stored."""
    is_new = await actions.create(data, host_id=me.member_id, stream=uuid7(), now=now)
    room = await queries.get_room(data.id, reader=me.member_id)
    return Response(room, status_code=201 if is_new else 200)


@get("/api/live/{session_id:uuid}", opt=needs(Permission.LIVE_READ))
async def get_room(session_id: UUID, me: Actor) -> Room:
    """A session, its roster, and my place in it."""
    return await queries.get_room(session_id, reader=me.member_id)


@put("/api/live/{session_id:uuid}/participation", opt=needs(Permission.LIVE_WRITE))
async def join_session(session_id: UUID, me: Actor, now: datetime) -> Room:
    """Take a place, or take it again."""
    await actions.join(session_id, member_id=me.member_id, stream=uuid7(), now=now)
    return await queries.get_room(session_id, reader=me.member_id)


@delete("/api/live/{session_id:uuid}/participation", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def leave_session(session_id: UUID, me: Actor, now: datetime) -> Room:
    """Give up my place. What I did until now stays."""
    await actions.leave(session_id, member_id=me.member_id, now=now)
    return await queries.get_room(session_id, reader=me.member_id)


@put("/api/live/{session_id:uuid}/ready", opt=needs(Permission.LIVE_WRITE))
async def set_ready(session_id: UUID, data: Ready, me: Actor) -> Room:
    """Say that I am ready, or not."""
    await actions.set_ready(session_id, data.ready, member_id=me.member_id)
    return await queries.get_room(session_id, reader=me.member_id)


@post("/api/live/{session_id:uuid}/start", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def start_session(session_id: UUID, data: Start, me: Actor, now: datetime) -> Room:
    """Start after a countdown. For the host."""
    await actions.start(session_id, by=me.member_id, countdown_s=data.countdown_s, now=now)
    return await queries.get_room(session_id, reader=me.member_id)


@post("/api/live/{session_id:uuid}/pause", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def pause_session(session_id: UUID, me: Actor, now: datetime) -> Room:
    """Stand still, for everybody. For the host."""
    await actions.pause(session_id, by=me.member_id, now=now)
    return await queries.get_room(session_id, reader=me.member_id)


@post("/api/live/{session_id:uuid}/resume", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def resume_session(session_id: UUID, me: Actor, now: datetime) -> Room:
    """Go on. For the host."""
    await actions.resume(session_id, by=me.member_id, now=now)
    return await queries.get_room(session_id, reader=me.member_id)


@post("/api/live/{session_id:uuid}/finish", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def finish_session(session_id: UUID, me: Actor, now: datetime, services: Services) -> Room:
    """End it and log everybody's workout. For the host."""
    await actions.finish(session_id, by=me.member_id, now=now, vault=services.vault)
    return await queries.get_room(session_id, reader=me.member_id)


@post("/api/live/{session_id:uuid}/cancel", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def cancel_session(session_id: UUID, me: Actor, now: datetime) -> Room:
    """Call it off before it has begun. For the host."""
    await actions.cancel(session_id, by=me.member_id, now=now)
    return await queries.get_room(session_id, reader=me.member_id)


@post("/api/live/{session_id:uuid}/messages", status_code=200, opt=needs(Permission.LIVE_WRITE))
async def publish_message(session_id: UUID, data: Message, me: Actor, now: datetime) -> Published:
    """Say something, or cheer; the same as `publish` over the socket."""
    seq = await messages.publish(session_id, member_id=me.member_id, mid=data.mid, body=data.body, now=now)
    return Published(seq)


@get("/api/live/{session_id:uuid}/results", opt=needs(Permission.LIVE_READ))
async def list_results(session_id: UUID, me: Actor) -> list[Result]:
    """What everybody did in a finished session, best first."""
    return await queries.list_results(session_id, reader=me.member_id)


ROUTES = [
    list_sessions,
    create_session,
    get_room,
    join_session,
    leave_session,
    set_ready,
    start_session,
    pause_session,
    resume_session,
    finish_session,
    cancel_session,
    publish_message,
    list_results,
]
