"""Django Channels under daphne: a consumer a socket, a group for all of them."""

import os
import sys
from typing import Any

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from django.conf import settings
from django.urls import path

_LAYERS = {
    "memory": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    "redis": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
    },
}


class Listen(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add("all", self.channel_name)
        await self.accept()

    async def say(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


class Publish(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        layer = get_channel_layer()
        assert layer is not None, "the settings name one"
        await layer.group_send("all", {"type": "say", "text": text_data})


if __name__ == "__main__":
    settings.configure(CHANNEL_LAYERS={"default": _LAYERS[sys.argv[2]]})
    django.setup()
    sockets = URLRouter([path("listen", Listen.as_asgi()), path("publish", Publish.as_asgi())])
    Server(
        application=ProtocolTypeRouter({"websocket": sockets}),
        endpoints=build_endpoint_description_strings(host="127.0.0.1", port=int(sys.argv[1])),
        ping_interval=3600,
        ping_timeout=3600,
    ).run()
