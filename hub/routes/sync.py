"""Devices send what was done, and ask what changed."""

from datetime import datetime
from typing import Annotated

from limits import parse
from litestar import get, post
from litestar.params import Parameter

from domain.identity.model import Actor
from domain.sync import actions, queries
from domain.sync.model import Batch, Changes, Outcomes
from domain.workouts.model import Source
from hub.policy import Permission, needs
from hub.routes.paging import Cursor
from hub.services import Services

BATCHES_A_MEMBER = parse("600 per 5 minutes")
BATCH_BYTES = 8_000_000

Limit = Annotated[int, Parameter(ge=1, le=500, description="how many changes at most")]


@post(
    "/api/sync/batch",
    status_code=200,
    request_max_body_size=BATCH_BYTES,
    opt=needs(Permission.LOGS_WRITE),
)
async def take_batch(data: Batch, me: Actor, now: datetime, services: Services) -> Outcomes:
    """Send what was done: up to 500 operations, each with an answer of its own. Sending again is safe."""
    await services.limits.count(BATCHES_A_MEMBER, "sync", str(me.member_id))
    source = Source.API if me.token_id else Source.MANUAL
    return await actions.take(data, author_id=me.member_id, source=source, now=now)


@get("/api/sync/changes", opt=needs(Permission.LOGS_READ))
async def list_changes(me: Actor, cursor: Cursor = None, limit: Limit = 200) -> Changes:
    """What changed of mine since a cursor, oldest first; without one, all there is."""
    return await queries.list_changes(member_id=me.member_id, cursor=cursor, limit=limit)


ROUTES = [take_batch, list_changes]
