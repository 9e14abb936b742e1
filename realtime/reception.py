"""Reception: carries out what a connection asks, one request after the other, when the host agrees."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from realtime.bus import Bus, topic_of
from realtime.channels import ChannelClass, Kinds
from realtime.closing import Close
from realtime.connection import Connection, Request
from realtime.fanout import Feed
from realtime.frames import (
    Connect,
    Error,
    Ingest,
    Ok,
    Position,
    Publish,
    Refresh,
    Resumption,
    Subscribe,
    Unsubscribe,
    Unsubscribed,
    Welcome,
)
from realtime.host import Host, Identity, Refused
from realtime.ingest import Recorder
from realtime.metrics import Metrics
from realtime.registry import Registry
from realtime.rights import Rights
from realtime.settings import Settings

log = logging.getLogger(__name__)

_AT_ONCE = 64


class Reception:
    """Serves the requests of all connections of a node."""

    def __init__(
        self,
        node: str,
        host: Host,
        kinds: Kinds,
        bus: Bus,
        registry: Registry,
        recorder: Recorder,
        settings: Settings,
        metrics: Metrics,
        *,
        rights: Rights,
        record: Callable[[Connection, Ingest], bool],
        now_ms: Callable[[], float],
    ) -> None:
        self._node = node
        self._host = host
        self._kinds = kinds
        self._bus = bus
        self._registry = registry
        self._recorder = recorder
        self._settings = settings
        self._metrics = metrics
        self._rights = rights
        self._record = record
        self._now_ms = now_ms
        self._asking = asyncio.Semaphore(_AT_ONCE)

    async def serve(self, connection: Connection, identity: Identity | None) -> None:
        """Until the connection is gone. A request that fails is answered; nothing raises out of here."""
        token: str | None = None
        while True:
            request = await connection.next_request()
            if request is None:
                break
            number = None if isinstance(request, Connect | Ingest) else request.id
            try:
                async with asyncio.timeout(self._settings.request_s):
                    await self._carry_out(connection, request, identity)
                if isinstance(request, Connect | Refresh):
                    token = request.token
            except Refused as refusal:
                connection.send(Error(code=refusal.code, id=number, retry_after=refusal.retry_after))
                if isinstance(request, Connect):
                    connection.end(Close.BAD_TOKEN)
            except Exception:
                log.warning("a request failed", exc_info=True, extra={"request": type(request).__name__})
                if isinstance(request, Connect):
                    connection.end(Close.TOO_MANY)
                else:
                    if isinstance(request, Subscribe):
                        connection.session.forget(request.channel)
                    connection.send(Error(code="unavailable", id=number, retry_after=1.0))
            # It is not kept while this waits for the next one, which may be for hours.
            del request
        if connection.code is None and connection.identity is not None:
            partings = self._rights.partings
            partings.part(connection.identity, token, connection.watched, now_s=time.monotonic())

    async def _carry_out(self, connection: Connection, request: Request, identity: Identity | None) -> None:
        match request:
            case Connect():
                await self._connect(connection, request, identity)
            case Subscribe():
                await self._subscribe(connection, request)
            case Unsubscribe():
                listener = connection.unlisten(request.channel)
                if listener is not None:
                    connection.send(Unsubscribed(cid=listener.feed.cid, code="requested"))
                connection.send(Ok(id=request.id))
            case Publish():
                who = _known(connection)
                if self._kinds.of(request.channel) is None:
                    raise Refused("denied")
                seq = await self._host.publish(who, request.channel, request.mid, request.body)
                connection.send(Ok(id=request.id, seq=seq))
            case Refresh():
                await self._refresh(connection, request)
            case Ingest():
                # It may have been opened by the request before.
                if not self._record(connection, request):
                    async with self._asking:
                        await self._recorder.open(connection, request.stream)
                    self._record(connection, request)

    async def _connect(self, connection: Connection, request: Connect, identity: Identity | None) -> None:
        wall_ms = self._now_ms()
        if request.token is not None:
            identity = self._recalled(request.token) or await self._identified(request.token)
        if identity is None:
            connection.end(Close.BAD_TOKEN)
            return
        # The oldest ones go: they may be what is left of a network that is gone.
        others = self._registry.of_member(identity.member)
        for other in others[: max(0, len(others) + 1 - self._settings.connections_per_member)]:
            other.end(Close.CONNECTION_LIMIT)
            self._registry.remove(other)
        self._file(connection, identity)
        connection.hint(request)
        seen = self._rights.questions
        feeds: dict[str, Feed | None] = {}
        try:
            await self._prepare_all(identity, request, feeds)
            if connection.is_open:
                self._welcome(connection, request, feeds, wall_ms)
        finally:
            _let_go(feeds.values())
        if seen != self._rights.questions:
            self._rights.doubt(connection)

    async def _prepare_all(self, identity: Identity, request: Connect, feeds: dict[str, Feed | None]) -> None:
        """Fill in feeds that are ready and held, and None for what this member may not watch.

        Whatever this ends with, a timeout above all: what is held is in there, for the caller to let go.
        """
        positions = request.positions
        for channel in sorted(set(request.subscribe)):
            feeds[channel] = self._at_hand(identity, channel, positions.get(channel))

        async def prepare(channel: str) -> None:
            with suppress(Refused):
                feeds[channel] = await self._prepare(identity, channel, positions.get(channel))

        others = [channel for channel, feed in feeds.items() if feed is None]
        for error in await asyncio.gather(*map(prepare, others), return_exceptions=True):
            if error is not None:
                raise error

    def _recalled(self, token: str) -> Identity | None:
        """Who this is, where they went a moment ago and this node would have heard of a revocation since."""
        if not self._bus.healthy:
            return None
        identity = self._rights.partings.who(token, now_s=time.monotonic())
        is_over = identity is not None and (identity.expires_at or math.inf) < self._now_ms() / 1000
        return None if is_over else identity

    async def _identified(self, token: str) -> Identity | None:
        async with self._asking:
            return await self._host.identify(token)

    def _at_hand(self, identity: Identity, channel: str, position: Position | None) -> Feed | None:
        """The feed, held, where there is nothing to ask and nothing to wait for."""
        feed = self._registry.feeds.get(channel)
        if feed is None or not feed.has(position) or not self._bus.healthy:
            return None
        if not self._rights.partings.might_watch(identity, channel):
            return None
        feed.held += 1
        return feed

    def _welcome(
        self, connection: Connection, request: Connect, feeds: dict[str, Feed | None], wall_ms: float
    ) -> None:
        """The answer and all subscriptions in one synchronous block."""
        positions = request.positions
        results: dict[str, Resumption] = {
            channel: "denied" if feed is None else feed.outcome(positions.get(channel))
            for channel, feed in feeds.items()
        }
        connection.send(
            Welcome(
                sid=connection.sid,
                node=self._node,
                now=wall_ms,
                ping_s=self._settings.ping_s,
                limits=self._settings.limits,
                results=results,
                t0=request.t0,
            )
        )
        for channel, feed in feeds.items():
            self._metrics.resumptions.labels(results[channel]).inc()
            if feed is None:
                connection.session.forget(channel)
            elif connection.is_open:
                connection.listen(feed, positions.get(channel), None)

    async def _subscribe(self, connection: Connection, request: Subscribe) -> None:
        seen = self._rights.questions
        feed = await self._prepare(_known(connection), request.channel, request.position)
        if feed is None:
            connection.session.forget(request.channel)
            raise Refused("denied")
        try:
            if connection.is_open:
                self._metrics.resumptions.labels(feed.outcome(request.position)).inc()
                connection.listen(feed, request.position, request.id)
        finally:
            feed.held -= 1
        if seen != self._rights.questions:
            self._rights.doubt(connection)

    async def _prepare(self, identity: Identity, channel: str, position: Position | None) -> Feed | None:
        """A feed that is ready and held, or None where this member may not watch."""
        kind = self._kinds.of(channel)
        if kind is None:
            return None
        async with self._asking:
            if not await self._host.may_watch(identity, channel):
                return None
            feed = self._registry.feed(channel, kind)
            feed.held += 1
            try:
                if kind.delivers is not ChannelClass.SIGNAL:
                    # First listen, then read: whatever happens between is heard, and known by its position.
                    self._bus.listen(topic_of(channel))
                    await self._bus.listening(topic_of(channel))
                await feed.ready(position)
                if position is not None:
                    await feed.reach(position)
            except BaseException:
                feed.held -= 1
                raise
            return feed

    async def _refresh(self, connection: Connection, request: Refresh) -> None:
        identity = await self._host.identify(request.token)
        if identity is None or identity.member != _known(connection).member:
            raise Refused("bad_token")
        self._file(connection, identity)
        connection.send(Ok(id=request.id))

    def _file(self, connection: Connection, identity: Identity) -> None:
        connection.identity = identity
        if connection.is_open:
            self._registry.identified(connection)
        if self._rights.are_revoked(identity):
            connection.end(Close.REVOKED)


def _let_go(feeds: Iterable[Feed | None]) -> None:
    for feed in feeds:
        if feed is not None:
            feed.held -= 1


def _known(connection: Connection) -> Identity:
    assert connection.identity is not None, "requests other than connect come after it"
    return connection.identity
