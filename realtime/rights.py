"""Rights: what was granted can end at any moment, on every node, also on one that did not hear of it."""

import time
from collections.abc import Collection

from realtime.closing import Close
from realtime.host import Host, Identity
from realtime.reception import Reception
from realtime.registry import Registry

_REMEMBERED_S = 60.0


class Revocations:
    """What was revoked lately: for connections that were identified before, and arrive after."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def cover(self, identity: Identity) -> bool:
        return not identity.grants.isdisjoint(self._at)

    def note(self, grants: Collection[str]) -> None:
        now = time.monotonic()
        self._at = {grant: at for grant, at in self._at.items() if now - at < _REMEMBERED_S}
        self._at.update(dict.fromkeys(grants, now))


class Rights:
    """Ends connections and subscriptions whose ground is gone."""

    def __init__(
        self, host: Host, registry: Registry, reception: Reception, revocations: Revocations
    ) -> None:
        self._host = host
        self._registry = registry
        self._reception = reception
        self._revocations = revocations

    def end(self, grants: Collection[str]) -> None:
        """End every connection that stands on any of these."""
        self._revocations.note(grants)
        for connection in self._registry.standing_on(grants):
            connection.end(Close.REVOKED)

    def in_question(self) -> None:
        """From now on, no answer about who may watch counts that was asked before."""
        self._reception.rechecks += 1

    async def ask_again(self, channel: str | None, member: str | None) -> None:
        """Ask the host who may still watch; of a channel, a member, or everybody everything."""
        connections = list(self._registry.connections) if member is None else self._registry.of_member(member)
        for connection in connections:
            if connection.identity is not None:
                await self._reception.recheck(connection, channel)

    async def check_grants(self) -> None:
        """Ask the host which grants still hold: this node may not have heard that one ended."""
        grants = self._registry.grants
        if grants:
            held = await self._host.still_granted(grants)
            self.end(set(grants) - set(held))
