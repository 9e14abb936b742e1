"""The live layer where a proxy blocks WebSockets: frames down as server-sent events, frames up by POST."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.types import ASGIApp, Receive, Scope, Send

from domain.errors import Conflict, NotFound
from domain.identity.model import Actor
from hub.live_host import identity_of
from hub.policy import Permission, needs
from hub.problems import NotJson
from hub.services import Services
from realtime.streams import EXTENSION

_MEDIA_TYPE = "application/x-ndjson"
_MESSAGE_BYTES = 65_536
_TEXT = Schema(type=OpenAPIType.STRING)
_EVENTS = ResponseSpec(
    str, description="Frames without end", media_type="text/event-stream", generate_examples=False
)


class CannotStream(Conflict):
    """This server does not stream: it has to run with `http=PulseHttp`."""

    code = "cannot_stream"


class StreamGone(NotFound):
    """There is no such stream any more: open another one and resume."""

    code = "stream_gone"


class NotFrames(NotJson):
    """Send frames, a line each, and say so: `Content-Type: application/x-ndjson`."""


@dataclass
class _FramesUp(Operation):
    """Litestar describes no body that a handler reads by itself."""

    def __post_init__(self) -> None:
        said = "Frames (AnyClientFrame), as in a WebSocket message: at most 32, a line each."
        self.request_body = RequestBody(
            content={_MEDIA_TYPE: OpenAPIMediaType(schema=_TEXT)}, description=said, required=True
        )


@get(
    "/api/live/stream",
    opt=needs(Permission.LIVE_READ),
    media_type="text/event-stream",
    responses={200: _EVENTS},
)
async def open_stream(request: Request[Any, Any, Any], me: Actor, services: Services) -> ASGIApp:
    """The frames of `/ws` as server-sent events, where a proxy blocks WebSockets.

    The first event, `stream`, has `{"sid"}`: POST to it, `connect` first. The data of each message is what a
    WebSocket message would say. A token needs `live:read`.
    """
    if EXTENSION not in (request.scope.get("extensions") or {}):
        raise CannotStream

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await services.node.stream(scope, receive, send, identity_of(me))  # type: ignore[arg-type]

    return answer


@post(
    "/api/live/stream/{sid:str}",
    status_code=204,
    opt=needs(Permission.LIVE_READ),
    request_max_body_size=_MESSAGE_BYTES,
    operation_class=_FramesUp,
)
async def post_frames(request: Request[Any, Any, Any], sid: str, me: Actor, services: Services) -> None:
    """Say frames on a stream of mine: 204 when they have reached it, whichever node serves it.

    The answers come on the stream. After any refusal open another one: what was said may or may not have
    been heard, as when a socket breaks. One POST at a time keeps the order.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise NotFrames
    message = await request.body()
    if not await services.node.post.deliver(sid, identity_of(me).grants, message):
        raise StreamGone


ROUTES = [open_stream, post_frames]
