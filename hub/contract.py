"""The API as a document: OpenAPI 3.1 with every route, every live frame and every event."""

import re
from typing import Any

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from domain.events import AnyEvent
from domain.live.model import Cheer, Said
from domain.sync.model import Operation
from hub.problems import MEDIA_TYPE, Problem
from hub.routes import ROUTES
from hub.version import VERSION
from realtime.frames import AnyClientFrame, AnyServerFrame

_LIVE = {
    "AnyClientFrame": AnyClientFrame,
    "AnyServerFrame": AnyServerFrame,
    "AnyEvent": AnyEvent,
    "AnyMessage": Said | Cheer,
    "Operation": Operation,
    "Problem": Problem,
}
_DESCRIPTION = (
    "The REST side of Pulsehub. Send a personal access token as `Authorization: Bearer pulse_...`; a browser "
    "uses its session's cookie and sends `X-CSRF-Token`. Every error is a problem (RFC 9457) with a stable "
    "`code`. The live side is the WebSocket at `/ws`: its frames are the schemas AnyClientFrame and "
    "AnyServerFrame, its events AnyEvent."
)


def document(dependencies: dict[str, Provide]) -> dict[str, Any]:
    """The whole contract as one OpenAPI document. The same for the same code, to the byte."""
    app = Litestar(
        ROUTES,
        dependencies=dependencies,
        openapi_config=OpenAPIConfig(
            title="Pulsehub",
            version=VERSION,
            description=_DESCRIPTION,
            components=Components(
                security_schemes={
                    "token": SecurityScheme(type="http", scheme="bearer"),
                    "session": SecurityScheme(
                        type="apiKey", name="__Host-pulse", security_scheme_in="cookie"
                    ),
                }
            ),
            security=[{"token": []}, {"session": []}],
            use_handler_docstrings=True,
        ),
    )
    schema = app.openapi_schema.to_schema()
    unions, structs = msgspec.json.schema_components(
        list(_LIVE.values()), ref_template="#/components/schemas/{name}"
    )
    schemas = schema["components"]["schemas"]
    for name, union in zip(_LIVE, unions, strict=True):
        # Problem is one struct, whose "union" is a reference to itself.
        structs.setdefault(name, union)
    for name, struct in structs.items():
        schemas.setdefault(name, struct)
    schema["components"]["schemas"] = dict(sorted(schemas.items()))
    for operations in schema["paths"].values():
        for operation in operations.values():
            _say_problems(operation)
    return _name_pages(schema)


def _say_problems(operation: dict[str, Any]) -> None:
    """Every refusal is a problem; Litestar describes a body of its own that we never send."""
    operation["responses"].pop("400", None)
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457). `code` says which.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _name_pages(schema: dict[str, Any]) -> dict[str, Any]:
    """`Page[Post]` is PageOfPost, and not the path to a Python class."""
    text = msgspec.json.encode(schema).decode()
    named: dict[str, Any] = msgspec.json.decode(re.sub(r"\bPage_[\w.]*\.(\w+)_(?=\W)", r"PageOf\1", text))
    return named
