"""Which server is the master now, as the sentinels see it."""

import asyncio
import math
import ssl
import time
from typing import Any

from realtime.redis_address import Address, Server
from realtime.redis_wire import Wire, reason

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
        self._answer: Server | str = ""

    async def master(self) -> Server:
        """Raises NoMaster. Connections that are made at the same time ask once."""
        async with self._asking:
            if time.monotonic() - self._asked_at > _FRESH_S:
                self._answer = await self._ask_all()
                self._asked_at = time.monotonic()
        if isinstance(self._answer, str):
            raise NoMaster(f"no sentinel knows a master of {self._address.service!r} ({self._answer})")
        return self._answer

    async def _ask_all(self) -> Server | str:
        """The master, or why nobody knows it."""
        sentinels = self._address.servers
        answers = await asyncio.gather(*map(self._ask, sentinels))
        known = [answer for answer in answers if not isinstance(answer, OSError)]
        if known:
            return max(known)[1]
        return "; ".join(
            f"{sentinel}: {reason(answer)}"
            for sentinel, answer in zip(sentinels, answers, strict=True)
            if isinstance(answer, OSError)
        )

    async def _ask(self, sentinel: Server) -> tuple[int, Server] | OSError:
        """The failover that the sentinel knows of, by number, and the master since then."""
        wire: Wire | None = None
        try:
            async with asyncio.timeout(_ASK_S):
                wire = await Wire.open(
                    sentinel, login=self._address.sentinel_login, tls=self._tls, timeout_s=_ASK_S
                )
                fields = await wire.ask("SENTINEL", "MASTER", self._address.service)
                # While the others are told of the new master, the leader of the failover has its number
                # already, and among its fields still the old address; asked for the address, it says the new.
                address = await wire.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.service)
        except OSError as error:
            return error
        finally:
            if wire is not None:
                wire.close()
        if address is None:
            return NoMaster("it was told to forget it")
        said = dict(zip(fields[::2], fields[1::2], strict=True))
        return int(said[b"config-epoch"]), Server(address[0].decode(), int(address[1]))


def require_master(role: Any, server: Server) -> None:
    """Raises NotMaster, by the answer to ROLE."""
    if role[0] != b"master":
        raise NotMaster(f"{server} is a {role[0].decode()}")
