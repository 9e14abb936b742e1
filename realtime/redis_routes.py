"""How a line gets to its server: straight, or by asking the sentinels which one is the master."""

import asyncio
import ssl
from typing import NamedTuple, Protocol

from realtime.redis_address import Address, Server
from realtime.redis_sentinel import NoMaster, NotMaster, Sentinels, require_master
from realtime.redis_wire import Wire

TIMEOUT_S = 2.0


class Verbs(NamedTuple):
    """The words of one kind of pub/sub."""

    subscribe: str
    unsubscribe: str
    publish: str
    subscribed: bytes
    message: bytes
    is_sharded: bool
    is_guarded: bool
    """Whether a beat fails at a server that is no master."""


PLAIN = Verbs("SUBSCRIBE", "UNSUBSCRIBE", "PUBLISH", b"subscribe", b"message", False, True)
SHARDED = Verbs("SSUBSCRIBE", "SUNSUBSCRIBE", "SPUBLISH", b"ssubscribe", b"smessage", True, True)
EVERYWHERE = PLAIN._replace(is_guarded=False)
"""Plain pub/sub on a cluster: every server, replicas too, passes on to all others."""


def tag_of(name: bytes) -> bytes:
    """What decides on the partition: the part in the first braces."""
    return name[name.index(b"{") + 1 : name.index(b"}")]


class Route(Protocol):
    """To one server, which may become another."""

    async def open(self) -> Wire:
        """Connect to the server that is right now. Raises OSError."""

    async def verify(self, server: Server) -> None:
        """Raises OSError where `server`, opened before, is certainly the wrong one by now."""


class Opener:
    """Connects to servers of one address, as who the address says we are."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._tls: ssl.SSLContext | None = address.tls.context() if address.tls else None

    async def open(self, server: Server) -> Wire:
        address = self.address
        return await Wire.open(server, login=address.login, db=address.db, tls=self._tls, timeout_s=TIMEOUT_S)


class DirectRoute:
    """To this server and no other."""

    def __init__(self, opener: Opener, server: Server) -> None:
        self._opener = opener
        self._server = server

    async def open(self) -> Wire:
        return await self._opener.open(self._server)

    async def verify(self, server: Server) -> None:
        """There is no other."""


class SentinelRoute:
    """To the master of the day."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._sentinels = Sentinels(opener.address)

    async def open(self) -> Wire:
        wire = await self._opener.open(await self._sentinels.master())
        try:
            # A server that is frozen is connected to all the same, and then says nothing.
            async with asyncio.timeout(TIMEOUT_S):
                require_master(await wire.ask("ROLE"), wire.server)
        except BaseException:
            wire.close()
            raise
        return wire

    async def verify(self, server: Server) -> None:
        try:
            master = await self._sentinels.master()
        except NoMaster:
            return  # a master goes on without its sentinels
        if master != server:
            raise NotMaster(f"the master is {master} now, no longer {server}")
