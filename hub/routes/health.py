"""Whether this node lives, and whether it should be sent anybody."""

from typing import Literal

from litestar import Response, get
from msgspec import Struct

from domain.database import DatabaseAway
from hub import clock
from hub.migrate import is_migrated
from hub.policy import Permission, needs
from hub.services import Services


class Health(Struct, frozen=True):
    status: Literal["ok", "degraded", "unavailable"]
    database: bool
    live: bool
    """Whether this node hears the others. Without it REST works and live updates are this node's own."""
    draining: bool
    node: str


class ServerTime(Struct, frozen=True):
    now_ms: float


@get("/health/live", include_in_schema=False, opt=needs(Permission.PUBLIC))
async def live() -> dict[str, str]:
    """The event loop turns."""
    return {"status": "ok"}


@get("/health/ready", opt=needs(Permission.PUBLIC))
async def ready(services: Services) -> Response[Health]:
    """Send requests here: 200 (perhaps degraded), or 503."""
    node = services.node
    try:
        database = await is_migrated()
    except DatabaseAway:
        database = False
    usable = database and not node.draining
    status: Literal["ok", "degraded", "unavailable"] = (
        "unavailable" if not usable else "ok" if node.healthy else "degraded"
    )
    health = Health(status, database, node.healthy, node.draining, node.node_id)
    return Response(
        health, status_code=200 if usable else 503, headers={} if usable else {"Retry-After": "2"}
    )


@get("/api/time", opt=needs(Permission.PUBLIC))
async def tell_time() -> ServerTime:
    """The hub's clock."""
    return ServerTime(clock.now_ms())


ROUTES = [live, ready, tell_time]
