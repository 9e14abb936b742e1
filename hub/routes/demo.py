"""What a demo hub shows to people who have not come in yet. Nowhere else is there such a thing."""

from datetime import datetime

from litestar import get
from msgspec import Struct

from domain.challenges import finding
from domain.challenges import queries as challenges
from domain.challenges.finding import Wish
from domain.challenges.model import Challenge, ChallengeState, Standing
from domain.errors import NotFound
from domain.live import queries as live
from domain.live.model import LiveSession
from hub.policy import Permission, needs
from hub.services import Services

_TOP = 5


class Glimpse(Struct, frozen=True):
    """Public sessions that go on or begin soon, and the top of the challenge with the most people."""

    now: datetime
    sessions: list[LiveSession]
    challenge: Challenge | None
    top: list[Standing]


@get("/api/demo/glimpse", opt=needs(Permission.PUBLIC))
async def glimpse(services: Services, now: datetime) -> Glimpse:
    """A look through the window; ask again every few seconds and it moves."""
    if not services.settings.demo:
        raise NotFound
    sessions = await live.list_open(reader=None, limit=3)
    active = await finding.list_challenges(Wish(ChallengeState.ACTIVE), reader=None, now=now, limit=20)
    busiest = max(active, key=lambda one: one.participants, default=None)
    top = (await challenges.standings(busiest.id, reader=None)).top[:_TOP] if busiest else []
    return Glimpse(now, sessions, busiest, top)


ROUTES = [glimpse]
