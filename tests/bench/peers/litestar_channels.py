"""Litestar's own channels, as its documentation has them: a subscription and a task a socket."""

import os
import sys

import uvicorn
from litestar import Litestar, WebSocket, websocket
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.base import ChannelsBackend
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.channels.backends.redis import RedisChannelsPubSubBackend
from litestar.exceptions import WebSocketDisconnect
from redis.asyncio import Redis


@websocket("/listen")
async def listen(socket: WebSocket, channels: ChannelsPlugin) -> None:
    await socket.accept()
    async with (
        channels.start_subscription(["all"]) as subscriber,
        subscriber.run_in_background(socket.send_text),
    ):
        try:
            await socket.receive_text()
        except WebSocketDisconnect:
            return


@websocket("/publish")
async def publish(socket: WebSocket, channels: ChannelsPlugin) -> None:
    await socket.accept()
    while True:
        try:
            text = await socket.receive_text()
        except WebSocketDisconnect:
            return
        await channels.wait_published(text, "all")


def _backend(name: str) -> ChannelsBackend:
    if name == "redis":
        return RedisChannelsPubSubBackend(redis=Redis.from_url(os.environ["REDIS_URL"]))
    return MemoryChannelsBackend()


if __name__ == "__main__":
    plugin = ChannelsPlugin(backend=_backend(sys.argv[2]), channels=["all"])
    uvicorn.run(
        Litestar([listen, publish], plugins=[plugin]), port=int(sys.argv[1]), loop="uvloop",
        http="httptools", log_level="critical", ws_ping_interval=3600,
    )  # fmt: skip
