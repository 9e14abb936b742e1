"""The home feed, live: a new post is one message a node, whoever follows its author.

Nothing is written a follower. Each node knows, of the members who look at their home feed here, whom they
follow; whom that concerns gets the news at once, and a reader who was away reads the feed over REST.
"""

import asyncio
from collections import defaultdict
from uuid import UUID

import msgspec
import structlog

from domain import database
from domain.database import DatabaseAway
from hub.channels import HOME, topic_id
from realtime.node import Node

log = structlog.get_logger()

FEED_TOPIC = "feed"
FOLLOWS_TOPIC = "follows"

_FOLLOWEES = """
SELECT follower_id, followee_id
FROM follow
WHERE follower_id = ANY($1) AND state = 'accepted'
"""


class _Author(msgspec.Struct):
    """As much of an event on an author's channel as tells whose it is."""

    author_id: UUID | None = None
    post: "_Post | None" = None

    @property
    def id(self) -> UUID:
        author_id = self.post.author.id if self.post else self.author_id
        assert author_id is not None, "an event on an author's channel names its author"
        return author_id


class _Card(msgspec.Struct):
    id: UUID


class _Post(msgspec.Struct):
    author: _Card


_decoder = msgspec.json.Decoder(_Author)


class HomeFeeds:
    """Who of this node's readers follows whom."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._followees: dict[UUID, frozenset[UUID]] = {}
        self._readers: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._waiting: list[bytes] = []
        self._work = asyncio.Event()
        node.on_signal(FEED_TOPIC, self._on_feed)
        node.on_signal(FOLLOWS_TOPIC, self._on_follows)

    async def run(self) -> None:
        """Pass news on until cancelled, in order; loads followees of new readers, many in one query."""
        while True:
            await self._work.wait()
            self._work.clear()
            waiting, self._waiting = self._waiting, []
            try:
                await self._load_new_readers()
            except DatabaseAway:
                # Readers refetch when they come back; those already known get the news now.
                log.warning("home feeds of new readers wait: the database is away")
            except Exception:
                log.exception("home feeds of new readers stumbled")
            for payload in waiting:
                self._pass_on(payload)

    def _pass_on(self, payload: bytes) -> None:
        try:
            author_id = _decoder.decode(payload).id
        except msgspec.MsgspecError:
            log.warning("news of another version of the hub are left out")
            return
        for reader in self._readers.get(author_id, ()):
            self._node.deliver_signal(f"{HOME.name}:{reader}", payload)

    async def _on_feed(self, payload: bytes) -> None:
        # Bounded: more news than anybody reads is dropped, and read over REST.
        if len(self._waiting) < 10_000:
            self._waiting.append(payload)
        self._work.set()

    async def _on_follows(self, payload: bytes) -> None:
        self._forget(UUID(msgspec.json.decode(payload)))

    async def _load_new_readers(self) -> None:
        here = {
            reader for channel in self._node.watchers(HOME.name) if (reader := topic_id(channel)) is not None
        }
        for gone in self._followees.keys() - here:
            self._forget(gone)
        fresh = here - self._followees.keys()
        if not fresh:
            return
        rows = await database.fetch(_FOLLOWEES, list(fresh))
        followees: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for row in rows:
            followees[row["follower_id"]].add(row["followee_id"])
        for reader in fresh:
            self._followees[reader] = frozenset(followees[reader] | {reader})
            for author in self._followees[reader]:
                self._readers[author].add(reader)

    def _forget(self, reader: UUID) -> None:
        for author in self._followees.pop(reader, ()):
            self._readers[author].discard(reader)
            if not self._readers[author]:
                del self._readers[author]
