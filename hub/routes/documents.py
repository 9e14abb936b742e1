"""The contract, and a page to read it; nothing is loaded from elsewhere."""

from importlib.resources import files
from typing import Any

from litestar import Request, Response, get

from hub.policy import Permission, needs

_PAGE = files("hub").joinpath("docs")
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


@get("/api/openapi.json", include_in_schema=False, opt=needs(Permission.PUBLIC))
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI document of this version."""
    return Response(request.app.state.openapi(), media_type="application/json")


@get("/api/docs", include_in_schema=False, opt=needs(Permission.PUBLIC))
async def docs() -> Response[bytes]:
    """A page that shows the document."""
    return _file("index.html")


@get("/api/docs/page.css", include_in_schema=False, opt=needs(Permission.PUBLIC))
async def docs_style() -> Response[bytes]:
    return _file("page.css")


@get("/api/docs/page.js", include_in_schema=False, opt=needs(Permission.PUBLIC))
async def docs_script() -> Response[bytes]:
    return _file("page.js")


def _file(name: str) -> Response[bytes]:
    return Response(_PAGE.joinpath(name).read_bytes(), media_type=_TYPES[name.rpartition(".")[2]])


ROUTES = [openapi, docs, docs_style, docs_script]
