"""The door of the live layer: who is at the other end of a WebSocket, as far as the handshake says."""

from typing import Any

import structlog
from litestar.connection import ASGIConnection

from domain.database import DatabaseAway
from domain.errors import NotAllowed
from hub.auth import identify
from hub.live_host import identity_of
from hub.services import Services
from realtime.host import Identity

log = structlog.get_logger()


class LiveSocket:
    """An ASGI application for `/ws`.

    A browser is known by its session's cookie, and only beside an Origin, which the gateway has checked: a
    page of another site cannot use it. Anybody else shows a token, here or in `connect`.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            identity = await self._identity(scope)
        except (NotAllowed, DatabaseAway) as refusal:
            # Before `accept`, a close is an HTTP 403; the client's next attempt asks again.
            log.info("socket refused", reason=type(refusal).__name__)
            await receive()
            await send({"type": "websocket.close", "code": 1013, "reason": ""})
            return
        await self._services.node.websocket(scope, receive, send, identity)

    async def _identity(self, scope: Any) -> Identity | None:
        """Who the handshake says this is. Raises NotAllowed, DatabaseAway."""
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        is_browser = "origin" in connection.headers
        if not is_browser and "authorization" not in connection.headers:
            return None
        actor = await identify(connection, self._services.settings)
        return identity_of(actor) if actor else None
