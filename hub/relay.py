"""From the outbox to the channels: at once after the commit, and again by a relay for what a crash left."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from uuid import UUID

import msgspec
import structlog

from domain import database, outbox
from domain.database import DatabaseAway
from domain.events import AnyEvent
from domain.follows.events import Blocked, FollowAccepted, FollowEnded
from domain.outbox import Announcement
from hub import metrics
from hub.channels import AUTHOR, KINDS, MEMBER
from hub.home import FEED_TOPIC, FOLLOWS_TOPIC
from realtime.channels import ChannelClass
from realtime.node import Node

log = structlog.get_logger()

# Together less than 300 ms from a crash to the repair; what is published is forgotten well before.
LEFT_BEHIND_AFTER_S = 0.15
POLL_S = 0.08
_GATHER_S = 0.03
_AGAIN_S = 1.0
_BATCH = 500
_WAITING_AT_MOST = 20_000
# One relay at a time: the lock is the connection's, so it ends with the node.
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(7215690243)"

_OF_TIES = (b'{"type":"Follow', b'{"type":"Blocked')

_event_decoder = msgspec.json.Decoder(AnyEvent)


class Relay:
    """Publishes what was committed, at least once: receivers drop what they have by (epoch, seq)."""

    def __init__(
        self, also: Callable[[Announcement], None] | None = None, *, hint: Callable[[str], None] | None = None
    ) -> None:
        """`also` is told of each announcement that this node publishes, `hint` the channel of each that has
        no number: who counts its versions looks what is new."""
        self._also = also
        self._hint = hint
        self._node: Node | None = None
        self._published: list[Announcement] = []
        self._work = asyncio.Event()

    def announce(self, announcements: Sequence[Announcement]) -> None:
        """After the commit. Never waits: a full list or a failed node leaves it to the repair path."""
        if self._node is None:
            return
        for announcement in announcements:
            self._try_to_publish(announcement)
        if len(self._published) < _WAITING_AT_MOST:
            self._published.extend(one for one in announcements if one.seq)
        self._work.set()

    async def run(self, node: Node) -> None:
        """Until cancelled: forget what is published, publish what was left behind."""
        self._node = node
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(self._forget_soon))
            group.create_task(self._keep(self._look_behind))

    async def _keep(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except DatabaseAway:
                log.warning("the outbox waits: the database is away")
                await asyncio.sleep(_AGAIN_S)
            except Exception:
                log.exception("the relay stumbled")
                await asyncio.sleep(_AGAIN_S)

    async def _forget_soon(self) -> None:
        if not self._published:
            self._work.clear()
            await self._work.wait()
        await asyncio.sleep(_GATHER_S)
        await self._forget()

    async def _look_behind(self) -> None:
        await asyncio.sleep(POLL_S)
        async with database.acquire() as connection:
            waiting_s = await outbox.oldest_s(connection)
        metrics.OUTBOX_LAG_S.set(waiting_s)
        if waiting_s > LEFT_BEHIND_AFTER_S:
            await self._repair()

    async def drain(self) -> None:
        """Forget what is published, at the end."""
        with suppress(DatabaseAway):
            await self._forget()

    def _try_to_publish(self, announcement: Announcement) -> None:
        """One that cannot be told, say of a newer version of the hub, must not hold up all others for ever.
        Nothing is lost by it: readers fetch it from the database when the next event shows the hole."""
        try:
            if announcement.seq:
                self._publish(announcement)
            else:
                self._pass_on(announcement)
        except Exception:
            log.exception("an event was not told", channel=announcement.channel, seq=announcement.seq)

    def _pass_on(self, announcement: Announcement) -> None:
        if self._also is not None:
            self._also(announcement)
        if self._hint is not None:
            self._hint(announcement.channel)

    def _publish(self, announcement: Announcement) -> None:
        node = self._node
        if node is None:
            return
        channel, epoch, seq, payload = (
            announcement.channel,
            announcement.epoch,
            announcement.seq,
            announcement.payload,
        )
        if self._also is not None:
            self._also(announcement)
        kind = KINDS.of(channel)
        assert kind is not None, f"route() named a channel of no kind: {channel}"
        match kind.delivers:
            case ChannelClass.LOG:
                assert payload is not None, f"a log keeps its events: {channel}"
                node.publish_event(channel, epoch, seq, payload)
                if kind is AUTHOR:
                    node.signal(FEED_TOPIC, payload)
                elif kind is MEMBER:
                    self._tell_who_follows_whom(payload)
            case ChannelClass.STATE:
                node.nudge(channel, epoch, seq)
            case ChannelClass.SIGNAL:
                node.signal(channel, b'{"type":"Changed"}')
            case ChannelClass.TICK:
                raise AssertionError("ticks do not go through the outbox")

    def _tell_who_follows_whom(self, payload: bytes) -> None:
        """To the home feeds; and a tie that ended ends what stood on it, also when the node that ended it
        died right after."""
        if not payload.startswith(_OF_TIES):
            return
        assert self._node is not None, "nothing is published before the node is there"
        match _event_decoder.decode(payload):
            case FollowAccepted(follower=follower):
                self._signal_follows(str(follower.id))
            case FollowEnded(follower_id=follower_id, followee_id=followee_id):
                self._signal_follows(str(follower_id))
                self._recheck(follower_id, followee_id)
            case Blocked(blocker_id=blocker_id, blocked_id=blocked_id):
                self._recheck(blocker_id, blocked_id)

    def _recheck(self, *member_ids: UUID) -> None:
        assert self._node is not None, "nothing is published before the node is there"
        for member_id in member_ids:
            self._node.recheck(member=str(member_id))

    def _signal_follows(self, follower_id: str) -> None:
        assert self._node is not None, "nothing is published before the node is there"
        self._node.signal(FOLLOWS_TOPIC, msgspec.json.encode(follower_id))

    async def _forget(self) -> None:
        published, self._published = self._published, []
        if not published:
            return
        try:
            async with database.acquire() as connection:
                await outbox.done(connection, published)
        except BaseException:
            self._published = published + self._published
            raise

    async def _repair(self) -> None:
        async with database.transaction() as tx:
            if not await tx.connection.fetchval(_TRY_LOCK):
                return
            left = await outbox.left_behind(tx.connection, older_than_s=LEFT_BEHIND_AFTER_S, limit=_BATCH)
            if not left:
                return
            for announcement in left:
                self._try_to_publish(announcement)
            await outbox.done(tx.connection, left)
        metrics.OUTBOX_RELAYED.inc(len(left))
        log.info("outbox relayed", count=len(left))
