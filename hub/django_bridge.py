"""The bridge to sites that run Django Channels on the same Redis, in Django's own wire format.

What happens on the channels that the operator opens goes to the group `pulsehub.<kind>.<id>`, as a message of
type `pulsehub.event`: a consumer there hears it in its method `pulsehub_event`. What such a site sends to the
group `pulsehub.news` is told to every member who is looking, on the signal channel `news`. Both are at most
once, as Django's layers are; who needs every event watches the channel itself.
"""

import asyncio
from typing import Any

import msgspec
import structlog

from domain.outbox import Announcement
from hub.channels import NEWS
from realtime.node import Node
from realtime.redis_address import parse
from realtime.redis_client import pool_options
from realtime.tasks import Tasks

try:
    from channels_redis.pubsub import RedisPubSubChannelLayer
except ImportError:  # the optional extra `django`
    RedisPubSubChannelLayer = None

log = structlog.get_logger()

NEWS_GROUP = "pulsehub.news"
_WAITING_AT_MOST = 1_000
_NEWS_BYTES = 4_000
_PATIENCE_S = 2.0


class DjangoExtraMissing(Exception):
    """PULSE_DJANGO_KINDS is set, but the extra is not there: install pulsehub[django]."""


class DjangoBridge:
    """Tells Django's groups, and hears from one of them."""

    def __init__(self, redis_url: str, kinds: frozenset[str]) -> None:
        if RedisPubSubChannelLayer is None:
            raise DjangoExtraMissing(DjangoExtraMissing.__doc__)
        # A host may be whatever a pool of redis-py takes; so the layer follows a master as the bus does.
        host = pool_options(parse(redis_url), timeout_s=_PATIENCE_S)
        self._layer: Any = RedisPubSubChannelLayer(hosts=[host])
        self._kinds = kinds
        self._waiting: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(_WAITING_AT_MOST)

    def tell(self, announcement: Announcement) -> None:
        """Pass an event on, soon; never waits. When Django's Redis is away, what does not fit is dropped."""
        kind, _, topic = announcement.channel.partition(":")
        if kind not in self._kinds or self._waiting.full():
            return
        message = {
            "type": "pulsehub.event",
            "channel": announcement.channel,
            "seq": announcement.seq,
            "event": msgspec.json.decode(announcement.payload) if announcement.payload else None,
        }
        self._waiting.put_nowait((f"pulsehub.{kind}.{topic}", message))

    def start(self, tasks: Tasks, node: Node) -> None:
        """Both ways."""
        tasks.start(self._send(), "to Django")
        tasks.start(self._hear(node), "from Django")

    async def close(self) -> None:
        """After the work has ended."""
        await self._layer.flush()

    async def _send(self) -> None:
        while True:
            group, message = await self._waiting.get()
            try:
                await self._layer.group_send(group, message)
            except Exception:
                log.warning("Django was not told", group=group)
                await asyncio.sleep(1)

    async def _hear(self, node: Node) -> None:
        while True:
            try:
                name = await self._layer.new_channel()
                await self._layer.group_add(NEWS_GROUP, name)
                while True:
                    _pass_on(node, await self._layer.receive(name))
            except Exception:
                log.warning("Django is not heard")
                await asyncio.sleep(1)


def _pass_on(node: Node, message: dict[str, Any]) -> None:
    """Each node hears the group by itself, so each tells its own listeners only."""
    text = message.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= _NEWS_BYTES:
        log.warning("news from Django without a text")
        return
    node.deliver_signal(NEWS.name, msgspec.json.encode({"type": "News", "text": text}))
