"""Rights: what was granted can end at any moment, on every node, also on one that did not hear of it."""

import asyncio
import logging
import time
from collections.abc import Collection, Sequence

from realtime.closing import Close
from realtime.connection import Connection
from realtime.frames import Unsubscribed
from realtime.host import Host, Identity
from realtime.partings import Partings
from realtime.registry import Registry
from realtime.tasks import Tasks

log = logging.getLogger(__name__)

_REMEMBERED_S = 60.0
_AT_ONCE = 16

_Question = tuple[frozenset[str], str]
"""May who stands on these grants watch this channel?"""


class Rights:
    """Ends connections and subscriptions whose ground is gone."""

    def __init__(self, host: Host, registry: Registry, tasks: Tasks) -> None:
        self._host = host
        self._registry = registry
        self._tasks = tasks
        self._revoked: dict[str, float] = {}
        self._answered: set[_Question] = set()
        """What was asked in this round of `check_watching`."""
        self.partings = Partings()
        self.questions = 0
        """How often somebody's right to watch was put in question: an answer from before counts no more."""

    # Who is connected.

    def are_revoked(self, identity: Identity) -> bool:
        """For connections that were identified before a revocation, and arrive after it."""
        return not identity.grants.isdisjoint(self._revoked)

    def end(self, grants: Collection[str]) -> None:
        """End every connection that stands on any of these."""
        now = time.monotonic()
        self._revoked = {grant: at for grant, at in self._revoked.items() if now - at < _REMEMBERED_S}
        self._revoked.update(dict.fromkeys(grants, now))
        self.partings.forget(grants)
        for connection in self._registry.standing_on(grants):
            connection.end(Close.REVOKED)

    async def check_grants(self) -> None:
        """Ask the host which grants still hold: this node may not have heard that one ended."""
        grants = self._registry.grants
        if grants:
            held = await self._host.still_granted(grants)
            self.end(set(grants) - set(held))

    # Who watches.

    def question(self, channel: str | None, member: str | None) -> None:
        """Ask again who may watch a channel, what a member may watch, or everything of everybody."""
        self.questions += 1
        self.partings.forget()
        connections = self._registry.connections if member is None else self._registry.of_member(member)
        for connection in connections:
            # Who has just gone, and is about to be remembered, is asked again as well.
            connection.watched = ()
        asked = [c for c in connections if c.listeners and (channel is None or channel in c.listeners)]
        if asked:
            self._tasks.start(self._ask(asked, channel), "ask again who may watch")

    async def check_watching(self, *, within_s: float) -> None:
        """Ask about what anybody watches, each question once however many connections ask it, for about so
        long; the next call goes on with those that are left.

        Raises where the host does not answer; what it has answered until then counts.
        """
        watching: dict[_Question, list[Connection]] = {}
        for connection in list(self._registry.connections):
            if connection.identity is not None:
                for name in connection.listeners:
                    watching.setdefault((connection.identity.grants, name), []).append(connection)
        questions = [question for question in watching if question not in self._answered]
        until = time.monotonic() + within_s
        for at in range(0, len(questions), _AT_ONCE):
            if time.monotonic() > until:
                return
            some = questions[at : at + _AT_ONCE]
            answers = await asyncio.gather(
                *(self._host.may_watch(_known(watching[grants, name][0]), name) for grants, name in some)
            )
            for question, may in zip(some, answers, strict=True):
                for connection in [] if may else watching[question]:
                    self._take_away(connection, question[1])
            self._answered.update(some)
        self._answered.clear()

    def doubt(self, connection: Connection) -> None:
        """An answer for this connection may have come before somebody put it in question."""
        self._tasks.start(self._ask([connection], None), "ask again who may watch")

    async def _ask(self, connections: Sequence[Connection], channel: str | None) -> None:
        """Until the host has answered for each."""
        delay_s = 0.2
        while connections:
            unanswered: list[Connection] = []
            for at in range(0, len(connections), _AT_ONCE):
                some = connections[at : at + _AT_ONCE]
                answers = await asyncio.gather(
                    *(self._recheck(each, channel) for each in some), return_exceptions=True
                )
                unanswered += [each for each, answer in zip(some, answers, strict=True) if answer is not None]
            connections = [each for each in unanswered if each.is_open]
            if connections:
                log.warning("the host does not say who may watch", extra={"connections": len(connections)})
                await asyncio.sleep(delay_s)
                delay_s = min(2.0, delay_s * 2)

    async def _recheck(self, connection: Connection, channel: str | None) -> None:
        for name, listener in list(connection.listeners.items()):
            if channel is not None and name != channel:
                continue
            may = await self._host.may_watch(_known(connection), name)
            if not may and connection.listeners.get(name) is listener:
                self._take_away(connection, name)

    def _take_away(self, connection: Connection, channel: str) -> None:
        listener = connection.unlisten(channel)
        if listener is not None:
            connection.session.forget(channel)
            connection.send(Unsubscribed(cid=listener.feed.cid, code="revoked"))


def _known(connection: Connection) -> Identity:
    assert connection.identity is not None, "who listens has an identity"
    return connection.identity
