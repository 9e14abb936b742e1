"""Plain ASGI under uvicorn: a loop that awaits `send` for each socket."""

import sys
from typing import Any

import uvicorn

_listeners: set[Any] = set()


async def app(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "websocket", "lifespan is off"
    await receive()
    await send({"type": "websocket.accept"})
    is_listener = scope["path"] == "/listen"
    if is_listener:
        _listeners.add(send)
    try:
        while (event := await receive())["type"] == "websocket.receive":
            for each in tuple(_listeners):
                await each({"type": "websocket.send", "text": event["text"]})
    finally:
        _listeners.discard(send)


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), loop="uvloop", http="httptools", lifespan="off", log_level="critical",
        ws_ping_interval=3600,
    )  # fmt: skip
