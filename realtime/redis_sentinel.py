"""Which server is the master now, as the sentinels see it."""

import asyncio
import math
import ssl
import time
from typing import Any

from realtime.redis_address import Address, Server
from realtime.redis_wire import Wire

_ASK_S = 0.5
_FRESH_S = 0.05


class NoMaster(ConnectionError):
    """No sentinel that can be reached knows a master."""


class NotMaster(ConnectionError):
    """The server that was connected to is a replica: what is said there goes nowhere."""


class Sentinels:
    """Asks all of them at once, and believes the one that knows of the latest failover.

    A sentinel that was cut off names the old master, perhaps for long: the first answer is not the best.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._tls: ssl.SSLContext | None = address.tls.context() if address.tls else None
        self._asking = asyncio.Lock()
        self._asked_at = -math.inf
        self._master: Server | None = None

    async def master(self) -> Server:
        """Raises NoMaster. Connections that are made at the same time ask once."""
        async with self._asking:
            if time.monotonic() - self._asked_at > _FRESH_S:
                answers = await asyncio.gather(*map(self._ask, self._address.servers))
                known = [answer for answer in answers if answer is not None]
                self._master = max(known)[1] if known else None
                self._asked_at = time.monotonic()
        if self._master is None:
            raise NoMaster(f"no sentinel knows a master of {self._address.service!r}")
        return self._master

    async def _ask(self, sentinel: Server) -> tuple[int, Server] | None:
        """The failover that the sentinel knows of, by number, and the master since then."""
        wire: Wire | None = None
        try:
            async with asyncio.timeout(_ASK_S):
                wire = await Wire.open(
                    sentinel, login=self._address.sentinel_login, tls=self._tls, timeout_s=_ASK_S
                )
                fields = await wire.ask("SENTINEL", "MASTER", self._address.service)
        except OSError:
            return None
        finally:
            if wire is not None:
                wire.close()
        said = dict(zip(fields[::2], fields[1::2], strict=True))
        master = Server(said[b"ip"].decode(), int(said[b"port"]))
        return int(said[b"config-epoch"]), master


def require_master(role: Any, server: Server) -> None:
    """Raises NotMaster, by the answer to ROLE."""
    if role[0] != b"master":
        raise NotMaster(f"{server} is a {role[0].decode()}")
