"""The hub with a door for these tests around it.

`POST /-/without` takes away the pieces that the body names (`tests.faults.sabotage`), and only those;
`POST /-/clock` moves its clock. Its metrics also tell how many tasks there are.
"""

import asyncio
import gc
import os
from functools import partial
from typing import Any

import msgspec
from litestar.types import ASGIApp
from prometheus_client import Gauge

import hub.app
from realtime.settings import Settings
from tests.faults import sabotage

_TASKS = Gauge("pulse_test_tasks", "Tasks of the event loop.")
_DOOR = "/-/"


def create_app() -> ASGIApp:
    """The hub behind the door."""
    changed = msgspec.json.decode(os.environ.get("PULSE_TEST_SETTINGS", "{}"))
    if changed:
        hub.app.Node = partial(hub.app.Node, settings=msgspec.convert(changed, Settings))  # type: ignore[attr-defined,assignment]
    return _Door(hub.app.create_app())


class _Door:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_DOOR):
            await self._app(scope, receive, send)
            return
        body = (await receive())["body"]
        match scope["path"].removeprefix(_DOOR):
            case "without":
                sabotage.without.clear()
                sabotage.without.update(msgspec.json.decode(body, type=list[str]))
            case "clock":
                sabotage.jump(msgspec.json.decode(body, type=float))
            case "rest":
                gc.collect()
        _TASKS.set(len(asyncio.all_tasks()))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
