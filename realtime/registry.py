"""Who is connected to this node and what it listens to; each channel by its number here."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import count

from realtime.channels import Kind
from realtime.connection import Connection
from realtime.fanout import Feed
from realtime.metrics import Metrics
from realtime.rooms import Room

MakeFeed = Callable[[str, Kind, int], Feed]
OnMember = Callable[[str, str], None]
"""Called with a member and the sid of a connection."""


class Registry:
    """The connections and feeds of one node. Everything that is counted is counted here."""

    def __init__(self, make_feed: MakeFeed, metrics: Metrics) -> None:
        self._make_feed = make_feed
        self._metrics = metrics
        self._cids = count(1)
        self._idle_since: dict[str, float] = {}
        self.feeds: dict[str, Feed] = {}
        self.rooms: dict[str, Room] = {}
        """Those of the feeds that tick."""
        self._by_kind: defaultdict[str, dict[str, Feed]] = defaultdict(dict)
        self.connections: set[Connection] = set()
        self._by_member: dict[str, dict[Connection, None]] = {}
        self._by_grant: dict[str, dict[Connection, None]] = {}
        self._by_sid: dict[str, Connection] = {}
        self._came: OnMember | None = None
        self._went: OnMember | None = None

    def on_member(self, came: OnMember, went: OnMember) -> None:
        """Be told of each connection whose member is known, and of its end."""
        self._came, self._went = came, went

    # Connections.

    def add(self, connection: Connection) -> None:
        """A connection that has not said who it is."""
        self.connections.add(connection)
        self._metrics.connections.set(len(self.connections))

    def identified(self, connection: Connection) -> None:
        """Now it has; it may have been somebody with other grants before."""
        self._forget_identity(connection)
        identity = connection.identity
        assert identity is not None, "only who is known is filed by name"
        self._by_member.setdefault(identity.member, {})[connection] = None
        for grant in identity.grants:
            self._by_grant.setdefault(grant, {})[connection] = None
        connection.filed_as = identity
        self._by_sid[connection.sid] = connection
        if self._came is not None:
            self._came(identity.member, connection.sid)

    def remove(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self._metrics.connections.set(len(self.connections))
        self._forget_identity(connection)

    def of_member(self, member: str) -> list[Connection]:
        """A member's connections, the oldest first."""
        return list(self._by_member.get(member, ()))

    def find(self, sid: str) -> Connection | None:
        return self._by_sid.get(sid)

    def standing_on(self, grants: Iterable[str]) -> set[Connection]:
        """The connections that hold any of these grants."""
        return {connection for grant in grants for connection in self._by_grant.get(grant, ())}

    @property
    def grants(self) -> list[str]:
        return list(self._by_grant)

    def _forget_identity(self, connection: Connection) -> None:
        identity, connection.filed_as = connection.filed_as, None
        if identity is None:
            return
        del self._by_sid[connection.sid]
        if self._went is not None:
            self._went(identity.member, connection.sid)
        for index, keys in ((self._by_member, (identity.member,)), (self._by_grant, identity.grants)):
            for key in keys:
                members = index.get(key, {})
                members.pop(connection, None)
                if not members:
                    index.pop(key, None)

    # Feeds.

    def feed(self, channel: str, kind: Kind) -> Feed:
        """The feed of `channel`, opened where nobody had it open. Hold it while preparing to attach."""
        feed = self.feeds.get(channel)
        if feed is None:
            feed = self.feeds[channel] = self._make_feed(channel, kind, next(self._cids))
            self._by_kind[kind.name][channel] = feed
            if isinstance(feed, Room):
                self.rooms[channel] = feed
            self._metrics.feeds.set(len(self.feeds))
        return feed

    def watched(self, kind: str) -> list[str]:
        """The channels of a kind that somebody watches. It is asked often: other kinds cost nothing."""
        return [name for name, feed in self._by_kind[kind].items() if feed.is_watched]

    def idle(self, linger_s: float) -> list[Feed]:
        """Remove and return the feeds that nobody has watched for so long."""
        now = time.monotonic()
        ended = []
        for name, feed in list(self.feeds.items()):
            if feed.is_needed:
                self._idle_since.pop(name, None)
            elif now - self._idle_since.setdefault(name, now) >= linger_s:
                del self.feeds[name], self._idle_since[name]
                del self._by_kind[feed.kind.name][name]
                self.rooms.pop(name, None)
                ended.append(feed)
        self._metrics.feeds.set(len(self.feeds))
        return ended
