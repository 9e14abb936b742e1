"""The built browser application, with the media types and cache rules that its files need."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from domain.errors import NotFound
from hub.policy import Permission, needs

_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
    ".map": "application/json",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_NOT_THE_PAGE = ("api", "ws", "health", "assets")

_NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Pulsehub</title>
<p>The browser application is not built. <code>./pulse run</code> builds it; the API works without:
<a href="/api/docs">/api/docs</a>."""


def browser_application(dist: Path | None) -> list[HTTPRouteHandler]:
    """The routes that serve the files of `dist`, and its page for every other path outside the API."""
    files = (
        {f"/{file.relative_to(dist).as_posix()}": file for file in dist.rglob("*") if file.is_file()}
        if dist
        else {}
    )

    @get(["/", "/{path:path}"], include_in_schema=False, opt=needs(Permission.PUBLIC))
    async def page(request: Request[Any, Any, Any], path: str = "/") -> Response[bytes]:
        if path not in files and path.strip("/").partition("/")[0] in _NOT_THE_PAGE:
            raise NotFound
        name = path if path in files else "/index.html"
        file = files.get(name)
        if file is None:
            return Response(_NOT_BUILT.encode(), media_type=_TYPES[".html"])
        headers = {
            "Cache-Control": _FOR_EVER if path.startswith("/assets/") else _ASK_FIRST,
            "Vary": "Accept-Encoding",
        }
        # The build leaves a gzip beside what is worth it: nothing is compressed while somebody waits.
        packed = files.get(f"{name}.gz")
        if packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            packed = None
        media_type = _TYPES.get(file.suffix, "application/octet-stream")
        return Response((packed or file).read_bytes(), media_type=media_type, headers=headers)

    return [page]
