"""The outermost layer of the application: what holds for every request, before anything else looks at it.

It names requests, refuses other sites' pages, sets the security headers on every answer, logs, counts, and
hands `/ws` to the live layer.
"""

import re
import time
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog
from litestar.types import ASGIApp, Message, Receive, Send
from uuid_utils.compat import uuid7

from hub import metrics
from hub.problems import MEDIA_TYPE, Problem
from hub.settings import Settings

log = structlog.get_logger()

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(self), screen-wake-lock=(self), camera=()"),
]
# The one page that is meant for other websites: it shows a board to everybody, and has nothing to press.
_EMBEDDED = re.compile(r"/embed/boards/[\w.-]+", re.ASCII)
_EMBEDDED_HEADERS = [
    (name, value.replace(b"frame-ancestors 'none'", b"frame-ancestors *")) for name, value in _HEADERS
]
_NOT_KEPT = (b"cache-control", b"no-store")
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")

_FOREIGN = Problem(
    type="/problems/foreign_origin",
    title="This is not allowed",
    status=403,
    code="foreign_origin",
    detail="This request comes from another site's page.",
)


class Gateway:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, live: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._live = live
        self._settings = settings
        transport = [_HSTS] if settings.is_https else []
        self._headers = [*_HEADERS, *transport]
        self._embedded_headers = [*_EMBEDDED_HEADERS, *transport]

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._websocket(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _http(self, scope: Any, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "HEAD":
            # The same answer without its body (RFC 9110, section 9.3.2); no handler has to know.
            scope = {**scope, "method": "GET"}
        request_id = scope["pulse.request_id"] = uuid7().hex
        secured = self._embedded_headers if _EMBEDDED.fullmatch(scope["path"]) else self._headers
        began = time.perf_counter()
        status, took_s = 500, 0.0

        async def send_with_headers(message: Message) -> None:
            nonlocal status, took_s
            if message["type"] == "http.response.start":
                # Until the answer starts: a stream of events goes on for hours.
                status, took_s = message["status"], time.perf_counter() - began
                headers = [*message.get("headers", ()), *secured]
                headers.append((b"x-request-id", request_id.encode()))
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    # Most answers depend on who asks: what may be kept says so itself.
                    headers.append(_NOT_KEPT)
                message["headers"] = headers
            elif method == "HEAD" and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if method in _UNSAFE and not self._is_from_here(scope["headers"]):
                await _refuse(send_with_headers, request_id)
            else:
                await self._app(scope, receive, send_with_headers)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
            self._note(method, scope, status, took_s or time.perf_counter() - began, request_id)

    async def _websocket(self, scope: Any, receive: Receive, send: Send) -> None:
        # A browser always says where its page is from; a program without an Origin must bring a token.
        if scope["path"] != "/ws" or not self._is_from_here(scope["headers"]):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        await self._live(scope, receive, send)

    def _is_from_here(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether the page that sent this is ours, or no page sent it at all.

        Browsers send Origin with every unsafe request and every WebSocket. Without a configured origin the
        page must come from the very host it talks to.
        """
        sent = dict(headers)
        if sent.get(b"sec-fetch-site") in {b"cross-site", b"same-site"}:
            return False
        origin = sent.get(b"origin")
        if origin is None:
            return True
        if self._settings.origin is not None:
            return origin == self._settings.origin.encode()
        host = sent.get(b"host")
        return host is not None and origin in {b"http://" + host, b"https://" + host}

    def _note(self, method: str, scope: Any, status: int, took_s: float, request_id: str) -> None:
        route = scope.get("path_template") or "other"
        metrics.note_request(method, route, status, took_s)
        if not scope["path"].startswith(("/assets/", "/health/")):
            log.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(took_s * 1000, 1),
                request_id=request_id,
            )


async def _refuse(send: Send, request_id: str) -> None:
    body = msgspec.json.encode(msgspec.structs.replace(_FOREIGN, request_id=request_id))
    await send(
        {
            "type": "http.response.start",
            "status": _FOREIGN.status,
            "headers": [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
