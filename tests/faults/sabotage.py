"""What a test can take away from a node while it runs, so that the checker has something to notice.

Each piece is a means to one promise: without it, the fault that it is for must fail its check. Everything is
a patch of the node's own process; the product has no switches.
"""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import realtime.vigil
from hub.live_host import LiveHost
from hub.relay import Relay
from realtime.bus import Versions
from realtime.closing import Close
from realtime.connection import Connection
from realtime.desk import Desk
from realtime.host import Batch
from realtime.logs import LogFeed
from realtime.presence import Presence
from realtime.redis_ledger import RedisLedger
from realtime.repair import Digest
from realtime.rights import Rights
from realtime.states import StateFeed
from realtime.tails import Tail

without: set[str] = set()
"""The pieces that this node has to do without at the moment."""


def _take_away(piece: str, owner: Any, name: str, stand_in: Callable[..., Any]) -> None:
    whole = getattr(owner, name)

    @wraps(whole)
    def either(*args: Any, **options: Any) -> Any:
        return (stand_in if piece in without else whole)(*args, **options)

    setattr(owner, name, either)


async def _nothing(*_: object, **__: object) -> None:
    return None


def _nothing_at_once(*_: object) -> None:
    return None


async def _reap_nobody(_: RedisLedger) -> Versions:
    return {}


_attach = LogFeed.attach


def _leave_at_once(presence: Presence, channel: str, member: str) -> None:
    presence._attendance.left(channel, member, at_once=True)


def _attach_anywhere(feed: LogFeed, reader: Any, _: object, request: int | None) -> Any:
    return _attach(feed, reader, None, request)


async def _call_it_stored(_: LiveHost, batches: Sequence[Batch]) -> Mapping[str, int]:
    return {batch.stream: batch.first_seq + len(batch.samples) - 1 for batch in batches}


async def _leave_in_a_hurry(desk: Desk) -> None:
    desk.is_leaving = True
    for connection in list(desk._registry.connections):
        connection.end(Close.DRAIN)


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_take_away("relay", Relay, "_repair", _nothing)
_take_away("survival of the next commit", Relay, "announce", _die)
_take_away("digest", Digest, "tell", _nothing_at_once)
_take_away("gap repair", Tail, "learned", _nothing_at_once)
_take_away("resync", realtime.vigil, "resync", _nothing)
_take_away("nudges", StateFeed, "heard", _nothing_at_once)
_take_away("told states", StateFeed, "told", _nothing_at_once)
_take_away("leases", RedisLedger, "reap", _reap_nobody)
_take_away("grace", Presence, "left", _leave_at_once)
_take_away("positions", LogFeed, "attach", _attach_anywhere)
_take_away("durable samples", LiveHost, "store", _call_it_stored)
_take_away("vigil", Rights, "check_grants", _nothing)
_take_away("vigil", Rights, "check_watching", _nothing)
_take_away("skipping of slow readers", Connection, "choked", _nothing_at_once)
_take_away("drain", Desk, "drain", _leave_in_a_hurry)


# The wall clock of this process: every reading of it by Python. Monotonic time goes on, as it does when an
# operator or a time server sets a clock.

_true_time = time.time
_ahead_s = 0.0


def jump(seconds: float) -> None:
    """From now on the clock is so far off."""
    global _ahead_s  # noqa: PLW0603  # a process has one clock
    _ahead_s = seconds


def _time() -> float:
    return _true_time() + _ahead_s


time.time = _time
